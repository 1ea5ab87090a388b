/// A word, literal or symbol of the query's text.
struct Token: Sendable {
    enum Kind: Sendable, Equatable {
        /// A keyword or an identifier: which one, the parser decides by its place.
        case word(String)
        /// In backquotes or double quotes: an identifier whatever it says.
        case quotedName(String)
        case string(String)
        /// Digits alone.
        case integer(String)
        /// With a point or an exponent.
        case decimal(String)
        /// `@name`.
        case parameter(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    /// The word in capitals; empty for other tokens.
    let keyword: String
    let range: SourceRange

    init(_ kind: Kind, _ range: SourceRange) {
        self.kind = kind
        self.range = range
        if case .word(let text) = kind { keyword = text.uppercased() } else { keyword = "" }
    }

    /// As an error message calls it.
    var summary: String {
        switch kind {
        case .word(let text), .quotedName(let text): "`\(TextSafety.escaped(text))`"
        case .string: "a string"
        case .integer(let text), .decimal(let text): "`\(text)`"
        case .parameter(let name): "`@\(name)`"
        case .symbol(let text): "`\(text)`"
        case .end: "the end of the query"
        }
    }
}
