import EventLog
import Testing

@Suite("IdentitySet")
struct IdentitySetTests {
    private func identities(_ count: Int, seed: UInt64) -> [EventIdentity] {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
        // Few distinct low bits, so that probe chains are long and removal has gaps to close.
        return (0..<count).map { _ in EventIdentity(high: next(), low: next() & 0xFF_FFFF_F00F) }
    }

    @Test("agrees with Set under random inserts and removals", arguments: [1, 2, 3, 4, 5])
    func agreesWithSet(seed: UInt64) {
        let all = identities(6000, seed: seed)
        var set = IdentitySet()
        var model = Set<EventIdentity>()
        for (step, identity) in all.enumerated() {
            let isNew = set.insert(identity)
            #expect(isNew == model.insert(identity).inserted)
            if step % 3 == 0 {
                let gone = all[(step * 7) % (step + 1)]
                set.remove(gone)
                model.remove(gone)
            }
        }
        #expect(set.count == model.count)
        for identity in all { #expect(set.contains(identity) == model.contains(identity)) }
        var seen = Set<EventIdentity>()
        set.forEach { seen.insert($0) }
        #expect(seen == model)
    }

    @Test("holds the identity that looks like a free slot")
    func zero() {
        var set = IdentitySet()
        #expect(!set.contains(EventIdentity(high: 0, low: 0)))
        let inserted = set.insert(EventIdentity(high: 0, low: 0))
        #expect(inserted)
        #expect(set.contains(EventIdentity(high: 0, low: 0)))
        set.remove(EventIdentity(high: 0, low: 0))
        #expect(set.count == 0)
    }
}

@Suite("IdentityFilter")
struct IdentityFilterTests {
    @Test("never denies what it holds, and rarely claims what it does not")
    func bounds() {
        var filter = IdentityFilter(expectedCount: 1000)
        func identity(_ number: UInt64) -> EventIdentity {
            var high = number &* 0x9E37_79B9_7F4A_7C15
            high ^= high >> 31
            var low = (number &+ 77) &* 0xBF58_476D_1CE4_E5B9
            low ^= low >> 29
            return EventIdentity(
                high: high &* 0x94D0_49BB_1331_11EB, low: low &* 0x94D0_49BB_1331_11EB)
        }
        // Past the first layer, so that growth is covered too.
        let count: UInt64 = 1_200_000
        for number in 0..<count { filter.insert(identity(number)) }
        #expect((0..<count).allSatisfy { filter.mightContain(identity($0)) })
        let mistaken = (count..<count * 2).count { filter.mightContain(identity($0)) }
        #expect(Double(mistaken) / Double(count) < 0.000_05)
        #expect(filter.memorySize * 8 / Int(count) < 64)
    }
}
