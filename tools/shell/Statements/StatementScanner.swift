/// Finds where statements end: at a `;` that stands in no text, name or comment.
///
/// It reads quotes and comments by the rules of the language's lexer and nothing else, so it also
/// works on texts that are not whole yet.
package struct StatementScanner {
    package enum Place: Equatable { case code, quoted, lineComment, blockComment }

    /// Where each `;` is, in characters.
    package private(set) var ends: [Int] = []
    /// What the end of the text stands in.
    package private(set) var place = Place.code

    package init(_ characters: [Character]) {
        var quote: Character = "'"
        var position = 0
        while position < characters.count {
            let character = characters[position]
            let next = position + 1 < characters.count ? characters[position + 1] : " "
            switch place {
            case .code:
                switch (character, next) {
                case ("'", _), ("\"", _), ("`", _):
                    quote = character
                    place = .quoted
                case ("-", "-"): place = .lineComment
                case ("/", "*"):
                    place = .blockComment
                    position += 1
                case (";", _): ends.append(position)
                default: break
                }
            case .quoted: if character == quote { place = .code }
            case .lineComment: if character == "\n" { place = .code }
            case .blockComment:
                if character == "*", next == "/" {
                    place = .code
                    position += 1
                }
            }
            position += 1
        }
    }

    /// The statements of `text`, without their `;`; blank ones are left out.
    ///
    /// All but the first have blanks in front, as many lines and columns as stand before them, so that
    /// an error names the place in `text`.
    package static func statements(of text: String) -> [String] {
        let characters = Array(text)
        var start = 0
        var statements: [String] = []
        for end in StatementScanner(characters).ends + [characters.count] {
            let statement = characters[start..<end]
            if hasCode(Array(statement)) {
                let before = characters[..<start]
                let lines = before.count { $0.isNewline }
                let column = before.count - ((before.lastIndex { $0.isNewline }) ?? -1) - 1
                statements.append(
                    String(repeating: "\n", count: lines) + String(repeating: " ", count: column)
                        + String(statement))
            }
            start = end + 1
        }
        return statements
    }

    /// Whether there is anything but blanks and comments.
    private static func hasCode(_ characters: [Character]) -> Bool {
        guard characters.contains(where: { !$0.isWhitespace }) else { return false }
        var isComment = false
        var position = 0
        while position < characters.count {
            let pair = String(characters[position..<min(position + 2, characters.count)])
            if isComment {
                if characters[position].isNewline { isComment = false }
            } else if pair == "--" {
                isComment = true
            } else if !characters[position].isWhitespace {
                return true
            }
            position += 1
        }
        return false
    }

    /// Whether Enter runs what is written: a meta command; a query behind which stands a `;`, or an
    /// empty line.
    package static func isComplete(_ buffer: LineBuffer) -> Bool {
        let text = buffer.characters
        guard let first = text.first(where: { !$0.isWhitespace }) else { return true }
        if first == "\\" || MetaCommand(ifIn: String(text)) != nil { return true }
        let scanner = StatementScanner(text)
        let isLineEmpty = buffer.cursor == text.count && text.last == "\n"
        switch scanner.place {
        case .quoted, .blockComment: return false
        case .code, .lineComment:
            guard let end = scanner.ends.last else { return isLineEmpty }
            return isLineEmpty || !hasCode(Array(text[(end + 1)...]))
        }
    }
}
