import TestSupport
import Testing

@testable import EventLog

@Suite("A disk that is nearly full")
struct SpaceReserveTests {
    private func append(_ id: String, _ store: EventStore) throws -> Int {
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.add("like", id: id, timestamp: 1)
        return try store.append([builder.batch], durability: .synced)[0].stored
    }

    @Test("events are refused below the reserve, and taken again above it and an eighth")
    func edges() throws {
        let disk = SimulatedDisk()
        var options = StoreOptions()
        options.spaceReserve = 800
        let store = try EventStore.open("s", on: disk, options: options)
        disk.setAvailableSize(800)
        #expect(try append("a", store) == 1)
        disk.setAvailableSize(799)
        #expect(throws: StoreError.self) { try append("b", store) }
        #expect(store.status().writeError == "disk_full")
        // What was taken is there, can be sealed, and what needs no room goes on.
        #expect(try store.tables().events.rows(["eventId"]).count == 1)
        #expect(try store.seal() == 1)
        #expect(try store.append([], durability: .synced).isEmpty)
        disk.setAvailableSize(899)
        #expect(throws: StoreError.self) { try append("b", store) }
        disk.setAvailableSize(900)
        #expect(try append("b", store) == 1)
        #expect(store.status().writeError == nil)
        disk.setAvailableSize(800)
        #expect(try append("c", store) == 1)
    }

    @Test("nobody waits for a seal that fails: what there is no room for is refused")
    func failingSeal() throws {
        let disk = SimulatedDisk()
        var options = StoreOptions()
        options.spaceReserve = 0
        options.sealRowCount = 2
        let store = try EventStore.open("s", on: disk, options: options)
        for id in ["a", "b"] { #expect(try append(id, store) == 1) }
        disk.arm(.failFrom(call: 0, code: SimulatedDisk.noSpaceCode))
        #expect(throws: StoreError.self) { try store.seal() }
        disk.arm(.none)
        for id in ["c", "d"] { #expect(try append(id, store) == 1) }
        // As many wait as a seal takes, and one was begun and has not ended.
        #expect(!store.isCrowded())
        disk.arm(.failFrom(call: 0, code: SimulatedDisk.noSpaceCode))
        #expect(throws: StoreError.self) { try append("e", store) }
        disk.arm(.none)
        #expect(try store.seal() >= 2)
        #expect(try append("e", store) == 1)
        #expect(try store.tables().events.rows(["eventId"]).count == 5)
    }

    @Test("without a reserve the disk itself says when it is full")
    func none() throws {
        let disk = SimulatedDisk()
        var options = StoreOptions()
        options.spaceReserve = 0
        let store = try EventStore.open("s", on: disk, options: options)
        disk.setAvailableSize(0)
        #expect(try append("a", store) == 1)
    }
}
