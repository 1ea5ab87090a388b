import Testing

@testable import Query

@Suite("Values by group, sorted where somebody looks")
struct GroupedOrderTests {
    private static let special = [
        Double.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude,
        -.greatestFiniteMagnitude, .greatestFiniteMagnitude,
    ]

    /// Around 4,096 values the sort changes its way, around 256 the cells begin.
    @Test(
        "are where a sort puts them, in any order of looking",
        arguments: [0, 1, 2, 256, 257, 4_096, 4_097, 60_000], ["spread", "few", "equal", "special"])
    func places(count: Int, kind: String) {
        var random = SystemRandomNumberGenerator()
        var expected: [[Double]] = [[], [], []]
        var parts: [GroupedOrder.Part] = []
        for _ in 0..<3 {
            var part = GroupedOrder.Part(groups: [], values: [])
            for _ in 0..<count {
                // Group 1 stays empty.
                let group = Bool.random(using: &random) ? 0 : 2
                let value =
                    switch kind {
                    case "few": Double(Int.random(in: 0..<7, using: &random))
                    case "equal": 12.5
                    case "special": Self.special.randomElement(using: &random) ?? 0
                    default: Double.random(in: -1e6...1e6, using: &random)
                    }
                part.groups.append(Int32(group))
                part.values.append(value)
                expected[group].append(value)
            }
            parts.append(part)
        }
        var order = GroupedOrder(parts, groupCount: 3)
        for group in 0..<3 {
            let sorted = expected[group].sorted { ValueOrder.isLess($0, $1) }
            #expect(order.count(of: group) == sorted.count)
            for place in sorted.indices.shuffled().prefix(50) {
                #expect(
                    ValueOrder.key(order.value(at: place, of: group))
                        == ValueOrder.key(sorted[place]))
            }
            #expect(order.values(of: group).map(ValueOrder.key) == sorted.map(ValueOrder.key))
        }
    }
}
