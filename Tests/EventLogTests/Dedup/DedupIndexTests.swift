import EventLog
import Testing

@Suite("DedupIndex")
struct DedupIndexTests {
    private final class Segment: IdentitySource {
        let identities: [EventIdentity]
        let isReadable: Bool
        init(_ identities: [EventIdentity], isReadable: Bool = true) {
            self.identities = identities
            self.isReadable = isReadable
        }
        struct Unreadable: Error {}
        func mightContain(eventId: UnsafeRawBufferPointer) throws -> Bool {
            guard isReadable else { throw Unreadable() }
            return true
        }
        func loadIdentities(key: UInt64) throws -> IdentitySet {
            guard isReadable else { throw Unreadable() }
            var set = IdentitySet()
            for identity in identities { set.insert(identity) }
            return set
        }
    }

    private func identity(_ number: UInt64) -> EventIdentity {
        EventIdentity(
            high: number &* 0x9E37_79B9_7F4A_7C15, low: number &* 0xBF58_476D_1CE4_E5B9)
    }
    private let noID = UnsafeRawBufferPointer(start: nil, count: 0)

    private func makeIndex(_ segments: [Segment] = []) -> DedupIndex {
        DedupIndex(key: 1, segments: segments, expectedCount: 100, setMemory: 1 << 20)
    }

    @Test("a repeat is known in the tail, while sealing, and in the segment")
    func lifeOfAnIdentity() {
        var index = makeIndex()
        let first = identity(1)
        #expect(index.insert(first) { noID })
        #expect(!index.insert(first) { noID })
        index.beginSeal()
        #expect(!index.insert(first) { noID })
        #expect(index.insert(identity(2)) { noID })
        index.endSeal(into: Segment([first]))
        #expect(!index.insert(first) { noID })
        #expect(!index.insert(identity(2)) { noID })
    }

    @Test("ids of a segment are known before and after it is read into the filter")
    func unindexed() {
        let segment = Segment((10..<20).map { identity($0) })
        var index = makeIndex([segment])
        #expect(!index.insert(identity(10)) { noID })
        #expect(index.insert(identity(5)) { noID })
        var loaded = IdentitySet()
        segment.identities.forEach { loaded.insert($0) }
        index.index(segment, loaded)
        #expect(index.unindexedCount == 0)
        #expect(!index.insert(identity(15)) { noID })
        #expect(!index.insert(identity(5)) { noID })
    }

    @Test("what could not be made durable is new again")
    func removal() {
        var index = makeIndex()
        #expect(index.insert(identity(1)) { noID })
        index.remove([identity(1)])
        #expect(index.insert(identity(1)) { noID })
    }

    @Test("a damaged segment does not stop ingest")
    func damaged() {
        var index = makeIndex([Segment([identity(1)], isReadable: false)])
        #expect(index.insert(identity(2)) { noID })
    }
}
