/// A line of the interactive client that begins with a backslash, in the manner of psql.
package enum MetaCommand: Equatable {
    case describe(String?)
    case functions(String?)
    case format(String?)
    case expanded(String?)
    case timing
    case watch(Double)
    case edit
    case include(String)
    case output(String?)
    case set(name: String, value: String)
    case parameters
    case unset(String)
    case report([String])
    case help
    case quit
    /// What is wrong with the line.
    case wrong(String)

    /// Each command as people are told of it.
    package static let usage: [(name: String, arguments: String, meaning: String)] = [
        ("\\d", "[TABLE]", "the tables, or the columns of one with their units"),
        ("\\df", "[NAME]", "the functions, or those whose name has NAME in it"),
        ("\\f", "[FORMAT]", "the format of answers: table, chart, csv, …"),
        ("\\x", "[auto|on|off]", "a line for each value"),
        ("\\timing", "", "the time of each query, and no more"),
        ("\\watch", "[SECONDS]", "the last query again and again, until Ctrl-C"),
        ("\\e", "", "write the query in $VISUAL or $EDITOR"),
        ("\\i", "FILE", "run the queries of a file"),
        ("\\o", "[FILE]", "write answers into a file; without one, show them again"),
        ("\\set", "[NAME VALUE]", "a value for @NAME; alone, all of them"),
        ("\\unset", "NAME", "no value for @NAME any more"),
        ("\\report", "[NAME …]", "the reports, or one of them"),
        ("\\?", "", "this page"),
        ("\\q", "", "leave; so do exit, quit and Ctrl-D"),
    ]

    /// The command that `text` is, if it is one: a line with a backslash, or a bare `exit`, `quit`,
    /// `help`, which people type everywhere.
    package init?(ifIn text: String) {
        if text.drop(while: \.isWhitespace).first == "\\" {
            self.init(text)
            return
        }
        switch Self.words(text) {
        case ["exit"], ["quit"]: self = .quit
        case ["help"]: self = .help
        default: return nil
        }
    }

    package init(_ line: String) {
        let words = Self.words(line)
        let rest = Array(words.dropFirst())
        func one(_ what: String, _ make: (String) -> MetaCommand) -> MetaCommand {
            rest.count == 1 ? make(rest[0]) : .wrong("\(words[0]) needs \(what)")
        }
        switch words.first {
        case "\\d", "\\dt", "\\d+": self = .describe(rest.first)
        case "\\df": self = .functions(rest.first)
        case "\\f": self = .format(rest.first)
        case "\\x": self = .expanded(rest.first)
        case "\\timing": self = .timing
        case "\\watch":
            let seconds = rest.isEmpty ? 2 : Double(rest[0]) ?? 0
            self =
                seconds.isFinite && (0.1...86_400).contains(seconds)
                ? .watch(seconds) : .wrong("\\watch takes a number of seconds from 0.1")
        case "\\e": self = .edit
        case "\\i": self = one("a file", MetaCommand.include)
        case "\\o": self = .output(rest.first)
        case "\\set":
            switch rest.count {
            case 0: self = .parameters
            case 2: self = .set(name: String(rest[0].drop { $0 == "@" }), value: rest[1])
            default: self = .wrong("\\set takes a name and a value; quote a value with blanks")
            }
        case "\\unset": self = one("a name") { .unset(String($0.drop { $0 == "@" })) }
        case "\\report": self = .report(rest)
        case "\\?", "\\h", "\\help": self = .help
        case "\\q", "\\quit": self = .quit
        default: self = .wrong("there is no \(words.first ?? line); see \\?")
        }
    }

    /// Cut at blanks; `'…'` and `"…"` keep them, and `'…'` its quotes, which say that it is text.
    static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil }
                if character != open || open == "'" { word?.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = (word ?? "") + (character == "'" ? "'" : "")
            } else if character.isWhitespace || character == ";" {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}
