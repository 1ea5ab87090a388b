import Columns
import TestSupport
import Testing

@testable import EventLog

/// Stores whose commits are sealed, as they are used, and on a disk that dies.
@Suite("Stores with sealed commits")
struct SealedStoreTests {
    /// Seals, compacts, erases and expires.
    private static func work(_ sealed: inout SealedStore) throws {
        try sealed.seal()
        try sealed.seal(2, user: "Utwo")
        _ = try sealed.store.compact(isForced: true)
        try sealed.seal()
        let request = try sealed.store.requestErasure(of: "Utwo")
        _ = try sealed.store.erase(request.id)
        try sealed.reopen()
        try sealed.seal()
        _ = try sealed.store.squash()
    }

    @Test("history says what compaction, erasure, retention and squashing did, when and why")
    func trace() throws {
        var sealed = try SealedStore()
        try Self.work(&sealed)
        while try sealed.store.expire(trustsClock: true) == nil { try sealed.seal(60) }
        try SealedStore.expectSound(sealed.disk)
        let (_, steps, summary) = try SealedStore.findings(sealed.disk)
        #expect(Set(steps.map(\.operation)) == ["OPTIMIZE", "ERASE", "EXPIRE"])
        let erasure = try #require(steps.first { $0.operation == "ERASE" })
        let receipt = try #require(erasure.receipt)
        let known = try #require(try sealed.store.erasureReceipt(receipt))
        #expect(known.events == 2)
        #expect(erasure.eventsBefore == 5 && erasure.eventsAfter == 3)
        #expect(steps.contains { $0.operation == "OPTIMIZE" && $0.reason == "squash" })
        #expect(steps.contains { $0.operation == "EXPIRE" && $0.reason == "bytes" })
        #expect(summary.firstVersion == 0 && summary.uncovered == 0)
        #expect(summary.lastVersion == sealed.store.status().catalogVersion)
        // The digests before and after are the receipt's.
        let log = CatalogLog(on: sealed.disk, directory: "events")
        let link = try #require(DeltaCommit.link(in: try log.read(erasure.version).text)).link
        #expect(link.removed.compactMap(\.sha256?.text) == known.segments.map(\.sha256))
        #expect(link.added.compactMap(\.sha256?.text) == known.segments.compactMap(\.newSha256))
        // And nobody who was erased stands anywhere.
        try ErasedStore.expectNoHits(["Utwo", "DUtwo"], on: sealed.disk)
    }

    @Test("a stray file is named also where the catalog cannot be read, and no other")
    func strays() throws {
        var sealed = try SealedStore()
        for _ in 0..<4 { try sealed.seal() }
        while try sealed.store.compact(isForced: true) != nil {}
        let disk = sealed.disk
        let log = CatalogLog(on: disk, directory: "events")
        let live = try #require(try log.load()?.segments.first)
        let stray = "events/\(splitPath(live.path).directory)/000000000900-000000000901-0-0.parquet"
        disk.place([1, 2, 3], at: stray)
        func strays() throws -> [String] {
            try SealedStore.findings(disk).findings.filter(\.isStray).compactMap(\.file)
        }
        #expect(try strays() == [stray])
        try disk.unlink(log.path(of: 2))
        try disk.unlink(try #require(log.copyPath(of: 2)))
        #expect(throws: CatalogError.self) { try log.load() }
        #expect(try strays() == [stray])
        #expect(sealed.store.status().chain?.digest.utf8.count == 64)
    }

    @Test("a crash at every call leaves a store that goes on, with a chain and seals that hold")
    func crashes() throws {
        let whole = SimulatedDisk()
        var sealed = try SealedStore(whole)
        whole.arm(.none)
        try Self.work(&sealed)
        let callCount = whole.callCount
        for call in stride(from: 0, to: callCount, by: CrashStep.of(3)) {
            let disk = SimulatedDisk()
            var sealed = try SealedStore(disk)
            disk.arm(.crash(call: call))
            try? Self.work(&sealed)
            #expect(disk.isDown)
            let survivor = disk.survivor(seed: UInt64(call))
            var next = try SealedStore(survivor, after: 1000)
            try SealedStore.expectSound(survivor, "crash at call \(call)")
            try next.seal()
            try SealedStore.expectSound(survivor, "crash at call \(call), and a seal")
        }
    }

    @Test(
        "a crash at every call of the first start leaves none, or a store that is sealed from the beginning"
    )
    func firstStart() throws {
        let whole = SimulatedDisk()
        whole.place(SealKeyFile.bytes(ofNew: SealedStore.key.first), at: SealedStore.keyPath)
        _ = try SealedStore(whole)
        for call in 0..<whole.callCount {
            for seed in 0..<2 as Range<UInt64> {
                let disk = SimulatedDisk(fault: .crash(call: call))
                disk.place(SealKeyFile.bytes(ofNew: SealedStore.key.first), at: SealedStore.keyPath)
                _ = try? SealedStore(disk)
                let survivor = disk.survivor(seed: seed)
                var next = try SealedStore(survivor, after: 1000)
                try next.seal()
                try SealedStore.expectSound(survivor, "crash at call \(call)")
            }
        }
    }

    @Test("a disk that fails once leaves the chain as good")
    func failures() throws {
        for call in stride(from: 0, to: 120, by: CrashStep.of(2)) {
            let disk = SimulatedDisk()
            var sealed = try SealedStore(disk)
            disk.arm(.failOnce(call: call, code: 5))
            for _ in 0..<4 { try? sealed.seal() }
            disk.arm(.none)
            try sealed.store.seal()
            try sealed.seal()
            try SealedStore.expectSound(disk, "call \(call) failed")
        }
    }

    @Test("a key that has sealed more than the store, or another store, is refused with a remedy")
    func refusals() throws {
        var sealed = try SealedStore()
        try sealed.seal()
        let older = sealed.disk.survivor(seed: 0)
        try sealed.seal()
        try sealed.seal()
        let file = try #require(sealed.disk.content(of: SealedStore.keyPath))
        older.place(file, at: SealedStore.keyPath)
        let error = #expect(throws: StoreError.self) {
            try SealedStore.open(older, ErasedStore.Atomic64())
        }
        #expect(error?.reason == "seal_key")
        #expect("\(try #require(error))".contains("eventlog catalog make-seal-key"))
        let empty = SimulatedDisk()
        empty.place(file, at: SealedStore.keyPath)
        #expect(throws: StoreError.self) { try SealedStore.open(empty, ErasedStore.Atomic64()) }
        #expect(try empty.list("events/_delta_log").isEmpty)
        // A new pair goes on, and both together prove all of it.
        let second = VerificationKey.random()
        older.place(SealKeyFile.bytes(ofNew: second.first), at: SealedStore.keyPath)
        let store = try SealedStore.open(older, ErasedStore.Atomic64())
        try store.close()
        _ = try SealedStore.open(older, ErasedStore.Atomic64())
        // The old one does not come back.
        older.place(file, at: SealedStore.keyPath)
        #expect(throws: StoreError.self) { try SealedStore.open(older, ErasedStore.Atomic64()) }
    }

    @Test("an older copy of the key file is moved on to where the store is")
    func oldKeyFile() throws {
        let first = SealKeyFile.bytes(ofNew: SealedStore.key.first)
        var sealed = try SealedStore()
        for _ in 0..<3 { try sealed.seal() }
        sealed.disk.place(first, at: SealedStore.keyPath)
        try sealed.reopen()
        #expect(try SealedStore.keyState(sealed.disk).number == 4)
        try sealed.seal()
        try SealedStore.expectSound(sealed.disk)
    }

    @Test(
        "a store from before begins its chain with the next commit, and says what it does not cover"
    )
    func storesOfBefore() throws {
        let disk = SimulatedDisk()
        var sealed = try SealedStore(disk)
        try sealed.seal()
        try sealed.seal()
        // As a program of before wrote it: no links, no digests.
        let log = CatalogLog(on: disk, directory: "events")
        for version in try log.listing().commits {
            var lines = String(decoding: try log.read(version).text, as: UTF8.self)
                .split(separator: "\n").map(String.init)
            lines = try lines.map { line in
                guard case .object(var action) = try CatalogJSON.read(Array(line.utf8)) else {
                    return line
                }
                action = action.map { field in
                    guard case .object(let members) = field.value else { return field }
                    return .init(
                        field.name,
                        .object(
                            members.filter {
                                !$0.name.hasPrefix("eventlog.") && $0.name != "tags"
                                    && $0.name != "crc32c"
                            }))
                }
                return CatalogJSON.object(action).text
            }
            let text = Array((lines.joined(separator: "\n") + "\n").utf8)
            disk.place(text, at: log.path(of: version))
            disk.place(text, at: try #require(log.copyPath(of: version)))
        }
        disk.place(SealKeyFile.bytes(ofNew: SealedStore.key.first), at: SealedStore.keyPath)
        #expect(try SealedStore.findings(disk, withKey: false).summary.firstVersion == nil)
        #expect(try SealedStore.findings(disk, withKey: false).findings == [])
        try sealed.store.close()
        let store = try SealedStore.open(disk, sealed.clock)
        #expect(store.status().damage == [])
        #expect(try store.tables().events.rows(["eventId"]).count == 6)
        try store.close()
        var next = try SealedStore(disk, after: 1000)
        try next.append(4)
        try next.store.seal()
        try SealedStore.expectSound(disk)
        let summary = try SealedStore.findings(disk).summary
        #expect(summary.firstVersion == 3 && summary.uncovered == 2 && summary.segments == 1)
        // What is not covered is missed all the same when it goes.
        let old = try #require(try log.load()?.segments.first { $0.sha256 == nil })
        try disk.unlink("events/" + old.path)
        #expect(
            try SealedStore.findings(disk).findings.map(\.file) == ["events/" + old.path])
    }

    @Test("snapshots have the chain as it was")
    func snapshots() throws {
        var sealed = try SealedStore()
        try Self.work(&sealed)
        let target = SimulatedDisk()
        _ = try sealed.store.snapshot(on: target)
        let found = try SealedStore.findings(target)
        #expect(found.findings == [])
        #expect(found.summary.lastVersion == sealed.store.status().catalogVersion)
    }

    @Test("nothing is made of a segment that somebody wrote anew")
    func compactionOfForgeries() throws {
        var sealed = try SealedStore()
        try sealed.seal()
        try sealed.seal()
        let segment = sealed.store.sealedEvents().events.segments[0]
        // Sound by itself, and with the very events.
        let other = try SegmentMerge(
            inputs: [segment], schema: EventSchema(), seed: 1
        ).run(keyValues: { _ in [] }) { RowDivision(keeping: $0.map { _ in true }) }[0].bytes
        sealed.disk.place(other, at: segment.path)
        try sealed.reopen()
        while try sealed.store.compact(isForced: true) != nil {}
        #expect(sealed.store.sealedEvents().events.segments.contains { $0.path == segment.path })
        #expect(sealed.store.status().compaction.setAside.count == 1)
        let found = try SealedStore.findings(sealed.disk).findings
        #expect(found.map(\.kind) == [.rewritten] && found.map(\.file) == [segment.path])
    }
}
