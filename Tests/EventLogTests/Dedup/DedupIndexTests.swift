import EventLog
import Synchronization
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
        func containsInPlace(_ offered: OfferedEvent, key: UInt64) throws -> Bool { false }
        var identityCount: Int { identities.count }
        func loadIdentities(key: UInt64) throws -> [EventIdentity] {
            guard isReadable else { throw Unreadable() }
            return identities
        }
    }

    private func identity(_ number: UInt64) -> EventIdentity {
        EventIdentity(
            high: number &* 0x9E37_79B9_7F4A_7C15, low: number &* 0xBF58_476D_1CE4_E5B9)
    }
    /// The double of a segment knows no ids, so none is needed.
    private let noID = OfferedEvent(
        identity: EventIdentity(high: 0, low: 0),
        eventId: UnsafeRawBufferPointer(start: nil, count: 0))

    private func makeIndex(_ segments: [Segment] = []) -> DedupIndex {
        DedupIndex(key: 1, segments: segments, expectedCount: 100, setMemory: 1 << 20)
    }

    @Test("a repeat is known in the tail, while sealing, and in the segment")
    func lifeOfAnIdentity() throws {
        var index = makeIndex()
        let first = identity(1)
        #expect(try index.insert(first) { noID })
        #expect(try !index.insert(first) { noID })
        index.beginSeal()
        #expect(try !index.insert(first) { noID })
        #expect(try index.insert(identity(2)) { noID })
        index.endSeal(into: Segment([first]))
        #expect(try !index.insert(first) { noID })
        #expect(try !index.insert(identity(2)) { noID })
    }

    @Test("ids of a segment are known before and after it is read into the filter")
    func unindexed() throws {
        let segment = Segment((10..<20).map { identity($0) })
        var index = makeIndex([segment])
        #expect(try !index.insert(identity(10)) { noID })
        #expect(try index.insert(identity(5)) { noID })
        index.index(segment, segment.identities)
        #expect(index.unindexedCount == 0)
        #expect(try !index.insert(identity(15)) { noID })
        #expect(try !index.insert(identity(5)) { noID })
    }

    @Test("what could not be made durable is new again")
    func removal() throws {
        var index = makeIndex()
        #expect(try index.insert(identity(1)) { noID })
        index.remove([identity(1)])
        #expect(try index.insert(identity(1)) { noID })
    }

    @Test("a damaged segment does not stop ingest")
    func damaged() throws {
        var index = makeIndex([Segment([identity(1)], isReadable: false)])
        #expect(try index.insert(identity(2)) { noID })
    }

    @Test("for want of open files a repeat is not taken for new, and is known again afterwards")
    func shortage() throws {
        final class Scarce: IdentitySource {
            let identities: [EventIdentity]
            let isScarce = Atomic<Bool>(true)
            init(_ identities: [EventIdentity]) { self.identities = identities }
            func mightContain(eventId: UnsafeRawBufferPointer) throws -> Bool {
                if isScarce.load(ordering: .relaxed) { throw DiskError(.open, "s", code: 24) }
                return true
            }
            func containsInPlace(_ offered: OfferedEvent, key: UInt64) throws -> Bool { false }
            var identityCount: Int { identities.count }
            func loadIdentities(key: UInt64) throws -> [EventIdentity] {
                if isScarce.load(ordering: .relaxed) { throw DiskError(.open, "s", code: 24) }
                return identities
            }
        }
        let segment = Scarce([identity(1)])
        var index = DedupIndex(key: 1, segments: [segment], expectedCount: 100, setMemory: 1 << 20)
        #expect(throws: DiskError.self) { try index.insert(identity(1)) { noID } }
        segment.isScarce.store(false, ordering: .relaxed)
        #expect(try !index.insert(identity(1)) { noID })
    }
}
