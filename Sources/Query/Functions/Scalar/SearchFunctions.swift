import Columns

/// Plain texts found in texts, byte for byte: `contains`, `startswith`, `endswith`, `instr`,
/// `replace`, `split_part`.
enum SearchFunctions {
    static let all = [contains, startsWith, endsWith, position, replace, splitPart]

    private static let contains = test("contains", "contains(text, part)") { text, part in
        ByteSearch(part).first(in: text, from: 0) != nil
    }
    private static let startsWith = test("startswith", "starts_with(text, prefix)") {
        text, prefix in text.starts(with: prefix)
    }
    private static let endsWith = test("endswith", "ends_with(text, suffix)") { text, suffix in
        text.reversed().starts(with: suffix.reversed())
    }

    private static func test(
        _ name: String, _ usage: String, _ matches: @escaping @Sendable ([UInt8], [UInt8]) -> Bool
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: usage, portability: .spark,
            resolve: ScalarFunction.overloads([([.string, .string], .bool)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0], case .string(let part) = arguments[1]
                else { return .null }
                return .bool(matches(Array(text.utf8), Array(part.utf8)))
            })
    }

    /// The code point at which the part begins, counted from 1; 0 if it is nowhere.
    private static let position = ScalarFunction(
        name: "instr", usage: "instr(text, part)", portability: .spark,
        resolve: ScalarFunction.overloads([([.string, .string], .int64)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1]
            else { return .null }
            let bytes = Array(text.utf8)
            guard let start = ByteSearch(Array(part.utf8)).first(in: bytes, from: 0) else {
                return .int64(0)
            }
            return .int64(Int64(bytes[..<start].count { $0 & 0xC0 != 0x80 }) + 1)
        })

    /// Every place of `from`, from left to right; nothing if it is empty (Spark and ClickHouse).
    private static let replace = ScalarFunction(
        name: "replace", usage: "replace(text, from, to)", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.string, .string, .string], .string)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0], case .string(let from) = arguments[1],
                case .string(let to) = arguments[2]
            else { return .null }
            guard !from.isEmpty else { return .string(text) }
            let pieces = ByteSearch(Array(from.utf8)).split(Array(text.utf8))
            let size = pieces.reduce(0) { $0 + $1.count } + (pieces.count - 1) * to.utf8.count
            try MadeText.check(size)
            let bytes = Array(pieces.joined(separator: to.utf8))
            return .string(String(decoding: bytes, as: UTF8.self))
        })

    /// The n-th part between separators, from the end if n is negative; empty if there are not so many.
    private static let splitPart = ScalarFunction(
        name: "split_part", usage: "split_part(text, separator, n)", canFail: true,
        portability: .spark,
        resolve: ScalarFunction.overloads([([.string, .string, .int64], .string)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0],
                case .string(let separator) = arguments[1], case .int64(let number) = arguments[2]
            else { return .null }
            guard number != 0 else {
                throw QueryError(.value, "parts are counted from 1, or from the end with -1")
            }
            let pieces = ByteSearch(Array(separator.utf8)).split(Array(text.utf8))
            let index = number > 0 ? number - 1 : Int64(pieces.count) + number
            guard index >= 0, index < pieces.count else { return .string("") }
            return .string(String(decoding: pieces[Int(index)], as: UTF8.self))
        })
}

/// Finds bytes in bytes (Knuth, Morris, Pratt): in time linear in both, whatever they are.
struct ByteSearch {
    private let part: [UInt8]
    /// For each prefix of the part: the length of its longest proper prefix that is also its end.
    private let fallbacks: [Int]

    init(_ part: [UInt8]) {
        var fallbacks = [0]
        var length = 0
        for byte in part.dropFirst() {
            while length > 0, part[length] != byte { length = fallbacks[length - 1] }
            if part[length] == byte { length += 1 }
            fallbacks.append(length)
        }
        self.part = part
        self.fallbacks = fallbacks
    }

    /// The first place at or after `start`; an empty part is everywhere.
    func first(in text: [UInt8], from start: Int) -> Int? {
        guard !part.isEmpty else { return start }
        var length = 0
        for index in start..<text.count {
            while length > 0, part[length] != text[index] { length = fallbacks[length - 1] }
            if part[length] == text[index] { length += 1 }
            if length == part.count { return index + 1 - length }
        }
        return nil
    }

    /// What lies between the part's places; all of it for an empty part.
    func split(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while !part.isEmpty, let found = first(in: text, from: start) {
            pieces.append(text[start..<found])
            start = found + part.count
        }
        pieces.append(text[start...])
        return pieces
    }
}
