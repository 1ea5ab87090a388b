/// Cuts query text into tokens.
///
/// Comments are `-- to the end of the line` and `/* … */` (not nested). A string has no escapes but
/// `''`; a backslash is a backslash.
struct Lexer {
    private let bytes: [UInt8]
    private var position = 0

    static func tokens(of text: String) throws(QueryError) -> [Token] {
        var lexer = Lexer(bytes: Array(text.utf8))
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    /// All names and words, in lower case.
    static func names(in text: String) throws(QueryError) -> Set<String> {
        var names: Set<String> = []
        for token in try tokens(of: text) {
            switch token.kind {
            case .word(let name), .quotedName(let name): names.insert(name.lowercased())
            case .string, .integer, .decimal, .parameter, .symbol, .end: continue
            }
        }
        return names
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func next() throws(QueryError) -> Token {
        try skipBlank()
        let start = position
        guard let first = byte() else { return Token(.end, SourceRange(start: start, end: start)) }
        let kind: Token.Kind
        switch first {
        case UInt8(ascii: "'"):
            kind = .string(try quoted(first, what: "string"))
        case UInt8(ascii: "`"), UInt8(ascii: "\""):
            let name = try quoted(first, what: "quoted name")
            guard !name.isEmpty else { throw error("a quoted name must not be empty", from: start) }
            kind = .quotedName(name)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            kind = try number()
        case UInt8(ascii: ".") where byte(1).map(Self.isDigit) == true:
            kind = try number()
        case UInt8(ascii: "@"):
            position += 1
            let nameStart = position
            while let next = byte(), Self.isNamePart(next) { position += 1 }
            guard position > nameStart else {
                throw error("`@` needs a parameter's name after it", from: start)
            }
            kind = .parameter(text(nameStart..<position))
        case _ where Self.isNameStart(first):
            while let next = byte(), Self.isNamePart(next) { position += 1 }
            kind = .word(text(start..<position))
        default:
            kind = try symbol()
        }
        return Token(kind, SourceRange(start: start, end: position))
    }

    private mutating func skipBlank() throws(QueryError) {
        while let next = byte() {
            switch next {
            case 0x20, 0x09, 0x0A, 0x0D:
                position += 1
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
                while let next = byte(), next != 0x0A { position += 1 }
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                let start = position
                position += 2
                while byte() != nil, !(byte() == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/"))
                {
                    position += 1
                }
                guard byte() != nil else {
                    throw QueryError(
                        .syntax, "this comment is not closed",
                        at: SourceRange(start: start, end: start + 2), hint: "end it with */")
                }
                position += 2
            default:
                return
            }
        }
    }

    private mutating func quoted(_ quote: UInt8, what: String) throws(QueryError) -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        while let next = byte() {
            position += 1
            if next != quote {
                content.append(next)
            } else if byte() == quote {
                content.append(quote)
                position += 1
            } else {
                return String(decoding: content, as: UTF8.self)
            }
        }
        throw QueryError(
            .syntax, "this \(what) is not closed", at: SourceRange(start: start, end: start + 1))
    }

    private mutating func number() throws(QueryError) -> Token.Kind {
        let start = position
        var isDecimal = false
        while let next = byte(), Self.isDigit(next) { position += 1 }
        if byte() == UInt8(ascii: "."), byte(1).map(Self.isDigit) == true {
            isDecimal = true
            position += 1
            while let next = byte(), Self.isDigit(next) { position += 1 }
        }
        if let letter = byte(), letter | 0x20 == UInt8(ascii: "e") {
            let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
            if byte(1 + sign).map(Self.isDigit) == true {
                isDecimal = true
                position += 1 + sign
                while let next = byte(), Self.isDigit(next) { position += 1 }
            }
        }
        if let next = byte(), Self.isNamePart(next) {
            while let next = byte(), Self.isNamePart(next) { position += 1 }
            throw error("malformed number", from: start)
        }
        return isDecimal ? .decimal(text(start..<position)) : .integer(text(start..<position))
    }

    private mutating func symbol() throws(QueryError) -> Token.Kind {
        let start = position
        if position + 2 <= bytes.count {
            let two = text(position..<position + 2)
            if ["|>", "||", "<>", "!=", "<=", ">=", "=>"].contains(two) {
                position += 2
                return .symbol(two)
            }
        }
        if bytes[position] < 0x80 {
            let one = text(position..<position + 1)
            if "(),.=<>+-*/%;".contains(one) {
                position += 1
                return .symbol(one)
            }
        }
        position += 1
        while let next = byte(), next & 0xC0 == 0x80 { position += 1 }
        let character = TextSafety.escaped(text(start..<position))
        throw QueryError(
            .syntax, "unexpected character `\(character)`",
            at: SourceRange(start: start, end: position), hint: hint(at: start))
    }

    private func hint(at start: Int) -> String? {
        switch bytes[start] {
        case 0x80...: "put a name with other letters than a-z into backquotes"
        case UInt8(ascii: "|"): "the pipe is written |>"
        case UInt8(ascii: ":") where byte().map(Self.isNameStart) == true:
            "a parameter is written @name; --param name=value gives it a value"
        case UInt8(ascii: ":"): "types are converted with CAST(x AS type)"
        case UInt8(ascii: "!"): "write <> or !="
        case UInt8(ascii: "&"): "AND joins conditions; the bit 4 of x is set if div(x, 4) % 2 = 1"
        case UInt8(ascii: "["): "a field is written data.name"
        case UInt8(ascii: "?"), UInt8(ascii: "$"):
            "a parameter is written @name; --param name=value gives it a value"
        default: nil
        }
    }

    private func error(_ message: String, from start: Int) -> QueryError {
        QueryError(.syntax, message, at: SourceRange(start: start, end: max(position, start + 1)))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
    private static func isNameStart(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
            || byte == UInt8(ascii: "_")
    }
    private static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
}
