/// Why a query was refused or stopped, and where in its text.
package struct QueryError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// The text is not of the language.
        case syntax
        /// Of the language, and not built yet.
        case unsupported
        /// No such table, column, function or parameter, or more than one.
        case name
        /// A function or operator does not take such arguments.
        case type
        /// A value for which there is no answer: overflow, division by zero, a failed cast.
        case value
        case limit
        case cancelled
        /// The table could not be read at all.
        case storage
    }

    package let code: Code
    package let message: String
    /// The likely fix, if there is one.
    package var hint: String?
    /// Where in the text, in bytes; `nil` if it is about no place in particular.
    var range: SourceRange?
    /// Counted from 1; 0 while the place is unknown.
    package private(set) var line = 0
    /// Counted from 1, in characters (Unicode scalars); 0 while the place is unknown.
    package private(set) var column = 0
    /// Characters that the place is long, within its first line.
    package private(set) var length = 0

    init(_ code: Code, _ message: String, at range: SourceRange? = nil, hint: String? = nil) {
        self.code = code
        // Both may quote the query or a name in it, which may hold anything.
        self.message = TextSafety.escaped(message)
        self.hint = hint.map { TextSafety.escaped($0) }
        self.range = range
    }

    /// The same error with a place, unless it has one already.
    func located(at range: SourceRange) -> QueryError {
        guard self.range == nil else { return self }
        var copy = self
        copy.range = range
        return copy
    }

    /// The same error with line and column counted in `text`.
    func located(in text: String) -> QueryError {
        guard let range else { return self }
        let bytes = Array(text.utf8)
        let start = min(max(range.start, 0), bytes.count)
        let end = min(max(range.end, start), bytes.count)
        let lineStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        var copy = self
        copy.line = bytes[..<start].count { $0 == 0x0A } + 1
        copy.column = Self.characterCount(bytes[lineStart..<start]) + 1
        copy.length = max(1, Self.characterCount(bytes[start..<min(end, lineEnd)]))
        return copy
    }

    private static func characterCount(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.count { $0 & 0xC0 != 0x80 }
    }
}
