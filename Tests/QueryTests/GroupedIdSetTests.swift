import Testing

@testable import Query

/// The set of ids of each group against a plain set of pairs.
@Suite("Ids of groups") struct GroupedIdSetTests {
    private struct Pair: Hashable {
        var group: Int32
        var id: Int32
    }

    /// Feeds both sets and compares them after each step.
    private func check(_ steps: [(groupCount: Int, idCount: Int)], _ random: inout SeededGenerator)
    {
        let set = GroupedIdSet()
        var expected: Set<Pair> = []
        for step in steps {
            var groups: [Int32] = []
            var ids: [Int32] = []
            for _ in 0..<500 {
                groups.append(Int32.random(in: 0..<Int32(step.groupCount), using: &random))
                ids.append(Int32.random(in: 0..<Int32(step.idCount), using: &random))
            }
            groups.append(Int32(step.groupCount - 1))
            ids.append(Int32(step.idCount - 1))
            let rows = GroupedRows(
                groups: groups, rowCount: groups.count, groupCount: step.groupCount)
            set.insert(rows, ids, idCount: step.idCount, skipsZero: true)
            for (group, id) in zip(groups, ids) where id != 0 {
                expected.insert(Pair(group: group, id: id))
            }
            let pairs = set.pairs().map { Pair(group: $0.group, id: $0.id) }
            #expect(pairs.count == expected.count)
            #expect(Set(pairs) == expected)
        }
    }

    @Test("more ids take the room that was kept for more groups")
    func widerThanTheRoomForGroups() {
        var random = SeededGenerator(seed: 1)
        // Room for 40,002 groups, of which wider rows leave 32,768.
        check([(20_000, 100), (20_001, 100), (20_001, 16_000), (30_000, 16_000)], &random)
    }

    @Test("any growth of groups and ids keeps the pairs", arguments: 0..<20 as Range<UInt64>)
    func randomGrowth(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var (groupCount, idCount) = (1, 2)
        var steps: [(Int, Int)] = []
        for _ in 0..<8 {
            groupCount = min(groupCount * Int.random(in: 1...6, using: &random) + 1, 60_000)
            idCount = min(idCount * Int.random(in: 1...6, using: &random) + 1, 40_000)
            steps.append((groupCount, idCount))
        }
        check(steps, &random)
    }
}
