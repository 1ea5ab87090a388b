import Columns

/// `regexp_like`, `regexp_extract`, `regexp_replace`, `regexp_count`: RE2's regular expressions, found
/// anywhere in the text. A pattern is compiled once a query.
enum RegexpFunctions {
    static let all = [like, extract, replace, count]

    static let like = ScalarFunction(
        name: "regexp_like", usage: "regexp_like(text, pattern)", portability: .spark,
        resolve: ScalarFunction.overloads([([.string, .string], .bool)]),
        prepare: { (literals) throws(QueryError) in
            guard let regex = try regex(literals) else { return nil }
            return ScalarFunction.Prepared { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0] else { return .null }
                return .bool(regex.firstMatch(in: Array(text.utf8)) != nil)
            }
        },
        evaluate: ScalarFunction.unprepared)

    /// Group 1, or the whole match of a pattern without groups; the empty text where nothing matches
    /// (Spark and ClickHouse).
    static let extract = ScalarFunction(
        name: "regexp_extract", usage: "regexp_extract(text, pattern[, group])",
        portability: .everywhere,
        resolve: ScalarFunction.overloads([
            ([.string, .string], .string), ([.string, .string, .int64], .string),
        ]),
        prepare: { (literals) throws(QueryError) in
            guard let regex = try regex(literals) else { return nil }
            let group = try group(literals, of: regex)
            return ScalarFunction.Prepared { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0] else { return .null }
                let bytes = Array(text.utf8)
                let match = regex.firstMatch(in: bytes, groupCount: group)
                guard let range = match?.range(ofGroup: group) else { return .string("") }
                return .string(String(decoding: bytes[range], as: UTF8.self))
            }
        },
        evaluate: ScalarFunction.unprepared)

    /// All matches; `\1` … `\9` in the replacement are the groups, `\0` the whole match.
    static let replace = ScalarFunction(
        name: "regexp_replace", usage: "regexp_replace(text, pattern, replacement)",
        portability: .clickhouse,
        resolve: ScalarFunction.overloads([([.string, .string, .string], .string)]),
        prepare: { (literals) throws(QueryError) in
            guard let regex = try regex(literals),
                let text = try literals.text(2, "the replacement")
            else { return nil }
            let template = try ReplacementTemplate(text, groupCount: regex.groupCount)
            return ScalarFunction.Prepared { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0] else { return .null }
                return .string(try template.replaceAll(regex, in: Array(text.utf8)))
            }
        },
        evaluate: ScalarFunction.unprepared)

    static let count = ScalarFunction(
        name: "regexp_count", usage: "regexp_count(text, pattern)", portability: .spark,
        resolve: ScalarFunction.overloads([([.string, .string], .int64)]),
        prepare: { (literals) throws(QueryError) in
            guard let regex = try regex(literals) else { return nil }
            return ScalarFunction.Prepared { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0] else { return .null }
                var found: Int64 = 0
                try regex.forEachMatch(in: Array(text.utf8)) { (_) throws(QueryError) in
                    found += 1
                }
                return .int64(found)
            }
        },
        evaluate: ScalarFunction.unprepared)

    private static func regex(_ literals: [Value?]) throws(QueryError) -> Regex? {
        guard let pattern = try literals.text(1, "the regular expression") else { return nil }
        return try Regex(pattern)
    }

    private static func group(_ literals: [Value?], of regex: Regex) throws(QueryError) -> Int {
        guard literals.count == 3 else { return min(1, regex.groupCount) }
        guard case .int64(let group) = literals[2], group >= 0, group <= regex.groupCount else {
            throw QueryError(
                .value, "the group must be a number from 0 to \(regex.groupCount) here",
                hint: "0 is the whole match, 1 what the first parentheses hold")
        }
        return Int(group)
    }
}

/// The replacement of `regexp_replace` taken apart.
struct ReplacementTemplate: Sendable {
    private enum Part {
        case text([UInt8])
        case group(Int)
    }
    private var parts: [Part] = []
    private let groupCount: Int

    /// - Throws: for a reference to a group that is not there, and a backslash before anything else.
    init(_ text: String, groupCount: Int) throws(QueryError) {
        self.groupCount = min(groupCount, 9)
        var literal: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "\\") else {
                literal.append(byte)
                continue
            }
            let next = bytes.next()
            if next == byte {
                literal.append(byte)
                continue
            }
            let digit = Int(next ?? 0) - 0x30
            guard digit >= 0, digit <= self.groupCount else {
                throw QueryError(
                    .value,
                    "a backslash in the replacement must be followed by a group's number, "
                        + "0 to \(self.groupCount) here, or by a backslash")
            }
            parts.append(.text(literal))
            parts.append(.group(digit))
            literal = []
        }
        parts.append(.text(literal))
    }

    func replaceAll(_ regex: Regex, in text: [UInt8]) throws(QueryError) -> String {
        var result: [UInt8] = []
        var end = 0
        try regex.forEachMatch(in: text, groupCount: groupCount) { (match) throws(QueryError) in
            result += text[end..<match.range.lowerBound]
            for part in parts {
                switch part {
                case .text(let bytes): result += bytes
                case .group(let group):
                    if let range = match.range(ofGroup: group) { result += text[range] }
                }
                try MadeText.check(result.count)
            }
            end = match.range.upperBound
        }
        result += text[end...]
        try MadeText.check(result.count)
        return String(decoding: result, as: UTF8.self)
    }
}
