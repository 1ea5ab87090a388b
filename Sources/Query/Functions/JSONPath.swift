/// A path into a JSON text: `$`, then names (`.name`, `['any name']`) and positions (`[0]`).
struct JSONPath: Sendable {
    enum Step: Sendable, Equatable {
        case member([UInt8])
        case element(Int)
    }
    let steps: [Step]

    /// - Throws: if it is none, or uses wildcards, slices or filters, which find more than one value.
    init(_ text: String) throws(QueryError) {
        let refusal = QueryError(
            .value, "'\(text.prefix(60))' is no path into JSON",
            hint: "as in '$.name', '$.list[0].name' or '$[''any name'']'")
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "$") else { throw refusal }
        var steps: [Step] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."):
                let name = rest.prefix { !".[]'\"* ?@()".utf8.contains($0) }
                guard !name.isEmpty else { throw refusal }
                rest = rest[name.endIndex...]
                steps.append(.member(Array(name)))
            case UInt8(ascii: "["):
                guard let step = Self.bracket(&rest) else { throw refusal }
                steps.append(step)
            default: throw refusal
            }
        }
        self.steps = steps
    }

    /// What stands between `[` and `]`, and the latter.
    private static func bracket(_ rest: inout ArraySlice<UInt8>) -> Step? {
        guard let quote = rest.first else { return nil }
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            rest = rest[digits.endIndex...]
            guard digits.count <= 9, let number = Int(String(decoding: digits, as: UTF8.self)),
                rest.popFirst() == UInt8(ascii: "]")
            else { return nil }
            return .element(number)
        }
        rest.removeFirst()
        guard let end = rest.firstIndex(of: quote) else { return nil }
        let name = Array(rest[..<end])
        rest = rest[(end + 1)...]
        return rest.popFirst() == UInt8(ascii: "]") ? .member(name) : nil
    }
}
