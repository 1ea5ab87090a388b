import Columns
import TestSupport
import Testing

@Suite("Columns put in another order")
struct ArrangeTests {
    /// Parts of all densities, among them ones without a value and ones without a null.
    private static func parts(
        _ type: ColumnType, distinct: Bool, _ random: inout SplitMix64
    ) -> [[Value]] {
        (0..<Int.random(in: 1...5, using: &random)).map { _ in
            let share = [0, 1, 20, 80, 100].randomElement(using: &random)!
            return (0..<Int.random(in: 0...70, using: &random)).map { row in
                guard Int.random(in: 0..<100, using: &random) < share else { return .null }
                return switch type {
                case .bool: .bool(.random(using: &random))
                case .int64: .int64(.random(in: -3...3, using: &random))
                case .timestamp: .timestamp(.random(in: 0 ... .max, using: &random))
                case .double: .double(.random(in: 0..<1, using: &random))
                case .string: .string(distinct ? "text \(row % 7)" : "\(random.next())")
                }
            }
        }
    }

    @Test("each row is at its place", arguments: ColumnType.allCases, [true, false])
    func places(type: ColumnType, distinct: Bool) {
        for seed in UInt64(0)..<60 {
            var random = SplitMix64(seed: seed)
            let parts = Self.parts(type, distinct: distinct, &random)
            let cells = parts.flatMap { $0 }
            let places = cells.indices.map { UInt32($0) }.shuffled(using: &random)
            var expected = cells
            for (row, place) in places.enumerated() { expected[Int(place)] = cells[row] }
            let arranged = Column.arrange(
                parts.map { Column(type: type, $0) }, at: places, type: type, seed: seed)
            #expect(arranged.type == type)
            #expect((0..<arranged.count).map { arranged[$0] } == expected, "seed \(seed)")
            if !expected.contains(.null) { #expect(arranged.validity == nil, "seed \(seed)") }
        }
    }

    @Test("equal strings of several parts become one entry, if each part has its own once")
    func merging() {
        func interned(_ texts: [String]) -> Column {
            var builder = StringDictionaryBuilder(seed: 1)
            let codes = texts.map { Int32(builder.intern($0)) }
            return Column(codes: codes, dictionary: builder.build())
        }
        let parts = [interned(["like", "skip", "like"]), interned(["skip", "share"])]
        let arranged = Column.arrange(parts, at: [4, 3, 2, 1, 0], type: .string, seed: 1)
        guard case .string(let codes, let dictionary) = arranged.values else {
            Issue.record("not a column of strings")
            return
        }
        #expect(dictionary.count == 3 && dictionary.isDistinct)
        #expect(codes == [2, 1, 0, 1, 0])
    }

    @Test(
        "columns have the same fingerprint if they say the same, and only then",
        arguments: ColumnType.allCases)
    func fingerprints(type: ColumnType) {
        for seed in UInt64(0)..<40 {
            var random = SplitMix64(seed: seed)
            let cells = Self.parts(type, distinct: true, &random).flatMap { $0 }
            let column = Column(type: type, cells)
            let print = column.fingerprint(seed: 9)
            // The same rows by way of other dictionaries and masks.
            let half = cells.count / 2
            let halves = [Array(cells[..<half]), Array(cells[half...])]
            let joined = Column.concatenate(
                halves.map { Column(type: type, $0) }, type: type, seed: 1)
            #expect(joined.fingerprint(seed: 9) == print, "seed \(seed)")
            #expect(Column(type: type, cells + [.null]).fingerprint(seed: 9) != print)
            for row in cells.indices {
                var changed = cells
                changed[row] = cells[row] == .null ? Self.value(of: type) : .null
                #expect(
                    Column(type: type, changed).fingerprint(seed: 9) != print,
                    "seed \(seed), row \(row)")
            }
            for row in cells.indices.dropLast() where cells[row] != cells[row + 1] {
                var swapped = cells
                swapped.swapAt(row, row + 1)
                #expect(Column(type: type, swapped).fingerprint(seed: 9) != print)
            }
        }
    }

    private static func value(of type: ColumnType) -> Value {
        switch type {
        case .bool: .bool(false)
        case .int64: .int64(0)
        case .timestamp: .timestamp(0)
        case .double: .double(0)
        case .string: .string("")
        }
    }

    @Test("a builder with room for another's strings has none of them")
    func room() {
        var first = StringDictionaryBuilder(seed: 3)
        for number in 0..<1_000 { _ = first.intern("text \(number)") }
        var second = StringDictionaryBuilder(roomFor: first)
        #expect(second.count == 0)
        #expect(second.number(of: "text 5") == nil)
        for number in 0..<5_000 { #expect(second.intern("other \(number)") == UInt32(number)) }
        #expect(second.intern("other 17") == 17)
        #expect(second.build()[4_999] == "other 4999")
    }
}
