package import Query

/// A table as it is described to people, whoever describes it.
package struct TableDescription: Sendable, Equatable, Decodable {
    package struct Column: Sendable, Equatable, Decodable {
        package let name: String
        package let type: String
        package let unit: String?
        package let summary: String

        package init(name: String, type: String, unit: String?, summary: String) {
            self.name = name
            self.type = type
            self.unit = unit
            self.summary = summary
        }
    }

    package let name: String
    /// `table`, or `derived` for one that is a query over others.
    package let kind: String
    package let summary: String
    package let columns: [Column]

    package init(name: String, kind: String, summary: String, columns: [Column]) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.columns = columns
    }
}

/// Says what could stand at the cursor: tables after FROM, steps after `|>`, parameters after `@`,
/// else columns of the tables that the query names, functions and keywords.
package struct QueryCompleter {
    package var tables: [TableDescription]
    package var functions: [FunctionDescription]
    package var parameters: [String]
    package var formats: [String]
    package var reports: [String]

    package init(
        tables: [TableDescription] = [], functions: [FunctionDescription] = QueryWords.functions,
        parameters: [String] = [], formats: [String] = [], reports: [String] = []
    ) {
        self.tables = tables
        self.functions = functions
        self.parameters = parameters
        self.formats = formats
        self.reports = reports
    }

    package func completion(at buffer: LineBuffer) -> Completion {
        let text = buffer.textBeforeCursor
        let start = text.drop { $0.isWhitespace }
        if start.first == "\\" { return metaCompletion(String(start)) }
        guard StatementScanner(Array(text)).place == .code else { return .none }
        let word = String(text.reversed().prefix { Self.isWordPart($0) }.reversed())
        let before = text.dropLast(word.count)
        if word.first == "@" { return matching(word, in: parameters.map { "@" + $0 }) }
        let previous = Self.lastWord(before)
        if previous == "FROM" || previous == "JOIN" {
            return matching(word, in: tables.map(\.name))
        }
        if before.reversed().drop(while: \.isWhitespace).starts(with: ">|") {
            return matching(word, in: QueryWords.steps)
        }
        if word.isEmpty, isAfterTable(before) {
            return matching(word, in: QueryWords.tableOptions)
        }
        // Without a letter to go by, columns are what is asked for most.
        let names = columns(buffer.text) + Self.aliases(String(before))
        if word.isEmpty { return matching(word, in: names) }
        let calls = functions.flatMap { [$0.name] + $0.aliases }.map { $0 + "(" }
        return matching(word, in: names + calls + QueryWords.keywords)
    }

    private func metaCompletion(_ line: String) -> Completion {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        let word = String(words.last ?? "")
        if words.count == 1 { return matching(word, in: MetaCommand.usage.map(\.name)) }
        guard words.count == 2 else { return .none }
        switch words[0] {
        case "\\d": return matching(word, in: tables.map(\.name))
        case "\\df": return matching(word, in: functions.map(\.name))
        case "\\f": return matching(word, in: formats)
        case "\\report": return matching(word, in: reports)
        case "\\unset": return matching(word, in: parameters)
        default: return .none
        }
    }

    /// Candidates that begin like `word`, without regard to case; keywords in the case of `word`.
    private func matching(_ word: String, in names: [String]) -> Completion {
        let prefix = word.lowercased()
        let isLower = word.first?.isLowercase ?? false
        let found = Set(names.filter { $0.lowercased().hasPrefix(prefix) }).map { name in
            isLower && Self.isKeyword(name) ? name.lowercased() : name
        }
        return Completion(length: word.count, candidates: found.sorted())
    }

    private static func isKeyword(_ name: String) -> Bool { QueryWords.keywords.contains(name) }

    /// Columns of the tables that are named after FROM; of all while none is.
    private func columns(_ text: String) -> [String] {
        let words = text.split { !Self.isWordPart($0) }.map { $0.lowercased() }
        let named = zip(words, words.dropFirst()).filter { $0.0 == "from" || $0.0 == "join" }
            .map(\.1)
        let chosen = tables.filter { named.contains($0.name.lowercased()) }
        return (chosen.isEmpty ? tables : chosen).flatMap { $0.columns.map(\.name) }
    }

    /// Names that the query gives with AS.
    private static func aliases(_ text: String) -> [String] {
        let words = text.split { !isWordPart($0) }.map(String.init)
        return zip(words, words.dropFirst()).filter { $0.0.lowercased() == "as" }.map(\.1)
    }

    /// Whether the parenthesis of a table's options has just been opened.
    private func isAfterTable(_ text: Substring) -> Bool {
        guard text.last == "(" else { return false }
        let words = text.dropLast().split { !Self.isWordPart($0) }.suffix(2).map { $0.lowercased() }
        return words.count == 2 && ["from", "join"].contains(words[0])
            && text.dropLast().last?.isWhitespace == false
    }

    private static func lastWord(_ text: Substring) -> String {
        let trimmed = text.reversed().drop { $0.isWhitespace }
        guard trimmed.count < text.count else { return "" }
        return String(trimmed.prefix { isWordPart($0) }.reversed()).uppercased()
    }

    private static func isWordPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "."
            || character == "@"
    }
}
