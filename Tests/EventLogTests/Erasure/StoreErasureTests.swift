import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Erasing a person")
struct StoreErasureTests {
    /// A person with two ids and three devices, one of them shared with another, and somebody else.
    private static func filled() throws -> ErasedStore {
        let it = try ErasedStore()
        try it.append("like", "a", device: "phone-1", at: 1)
        try it.append("identify", "i1", device: "phone-1", user: "anna-1", at: 3)
        try it.append("like", "b", device: "phone-1", user: "anna-1", at: 4)
        try it.append("clear", "c1", device: "phone-1", at: 5)
        try it.store.seal()
        try it.append("like", "t1", device: "tablet-1", at: 1)
        try it.append("identify", "i2", device: "tablet-1", user: "anna-1", at: 2)
        try it.append("like", "t2", device: "tablet-1", at: 3)
        try it.append("identify", "i3", device: "tablet-1", user: "bert-1", at: 7)
        try it.append("like", "t3", device: "tablet-1", at: 8)
        try it.store.seal()
        try it.append("like", "o1", device: "other-1", user: "bert-1", at: 2)
        try it.append("like", "n1", user: "anna-old", at: 2)
        try it.alias("anna-old", "anna-1", at: 9)
        try it.append("like", "d", device: "phone-1", user: "anna-1", at: 9)
        return it
    }

    private static let left = ["i3": "bert-1", "t3": "bert-1", "o1": "bert-1"]
    private static let ids = ["anna-1", "anna-old", "phone-1"]

    @Test("hides at once, in every table, and stays hidden after a restart")
    func hidden() throws {
        var it = try Self.filled()
        #expect(try it.persons["a"] == "anna-1")
        #expect(try it.persons["n1"] == "anna-1")
        let receipt = try it.store.requestErasure(of: "anna-1")
        #expect(receipt.status == .accepted && receipt.error == nil)
        for _ in 0..<2 {
            #expect(try it.persons == Self.left)
            let scan = try it.store.tables().events.scan(
                ScanRequest(columns: [], bounds: [], observer: ScanObserver()))
            #expect(scan.units.reduce(0) { $0 + $1.rowCount } == 3)
            let people = try it.store.tables().people.rows(["personId"])
            #expect(people == [[.string("bert-1")]])
            let devices = try it.store.tables().devices.rows(["personId"])
            #expect(!devices.contains([.string("anna-1")]))
            #expect(it.store.pendingErasures() == [receipt.id])
            #expect(try it.store.erasureReceipt(receipt.id)?.status == .accepted)
            try it.reopen()
        }
    }

    @Test("removes the person from every file, and nobody else")
    func removed() throws {
        var it = try Self.filled()
        #expect(try !ErasedStore.hits(Self.ids, on: it.disk).isEmpty)
        let request = try it.store.requestErasure(of: "anna-old")
        let offered = it.store.status().ledger.stored
        let receipt = try #require(try it.store.erase(request.id))
        #expect(receipt.status == .erased)
        let totals = it.store.status().ledger
        #expect(totals.erased == 10 && totals.stored == offered - 10)
        // a, i1, b, c1, t1, i2, t2, n1, the alias and d.
        #expect(receipt.events == 10)
        #expect(receipt.devices == 2)
        #expect(receipt.users.count == 2)
        #expect(receipt.segments.allSatisfy { $0.sha256 != $0.newSha256 })
        try ErasedStore.expectNoHits(Self.ids, on: it.disk)
        for _ in 0..<2 {
            #expect(try it.persons == Self.left)
            #expect(it.store.pendingErasures() == [])
            #expect(try it.store.erasureReceipt(request.id) == receipt)
            #expect(it.store.status().damage == [])
            try it.reopen()
        }
        let survivor = it.disk.survivor(seed: 3)
        try ErasedStore.expectNoHits(Self.ids, on: survivor)
        #expect(try ErasedStore(survivor).persons == Self.left)
    }

    @Test("what was sent before comes back neither late nor again; the id begins anew")
    func late() throws {
        var it = try Self.filled()
        it.clock.value += 60_000_000
        let request = try it.store.requestErasure(of: "anna-1")
        for isDone in [false, true] {
            if isDone { _ = try it.store.erase(request.id) }
            for _ in 0..<2 {
                // Stamped before, by user or by device; whether it was there or not.
                for (id, device, user) in [
                    ("b", "phone-1", "anna-1"), ("late1", nil, "anna-old"),
                    ("late2", "phone-1", nil), ("late3", "tablet-1", "guest"),
                ] as [(String, String?, String?)] {
                    let result = try it.append("like", id, device: device, user: user, at: 3)
                    #expect(result.erasedRows == [0], "\(id)")
                    #expect(result.stored == 0 && result.duplicates == 0)
                }
                // Another's time on a shared device, and another's events.
                let other = try it.append("like", nil, device: "tablet-1", at: 7)
                #expect(other.stored == 1)
                try it.reopen()
            }
        }
        // Sent again with another time: the id tells.
        let again = try it.append("like", "d", device: "phone-1", user: "anna-1", at: 90)
        #expect(again.erasedRows == [0])
        // Of another producer it is another event.
        let new = try it.append(
            "like", "d", device: "phone-1", user: "anna-1", at: 91, producer: "uid:7")
        #expect(new.stored == 1)
        #expect(try it.persons["d"] == "anna-1")
        let row = try it.store.tables().events.rows(["eventId", "userId"])
        #expect(row.count { $0[1] == .string("anna-1") } == 1)
    }

    @Test("of nobody there is a receipt that says zero")
    func unknown() throws {
        let it = try Self.filled()
        let before = try it.persons
        let request = try it.store.requestErasure(of: "nobody-1")
        let receipt = try #require(try it.store.erase(request.id))
        #expect(receipt.events == 0 && receipt.segments == [] && receipt.devices == 0)
        #expect(receipt.status == .erased)
        #expect(try it.persons == before)
        #expect(try it.store.erasureReceipt("ers_0000000000000000") == nil)
        #expect(try it.store.erasureReceipt("../../etc/passwd") == nil)
        #expect(try it.store.erase(request.id) == nil)
    }

    @Test("refused events that name the person go from the quarantine")
    func quarantine() throws {
        let it = try Self.filled()
        var builder = BatchBuilder(identityKey: it.store.identityKey)
        builder.refuse(#"{"event":"","userId":"anna-1"}"#)
        builder.refuse(#"{"event":"","userId":"anna-12"}"#)
        _ = try it.store.append([builder.batch], durability: .synced)
        try it.store.seal()
        builder = BatchBuilder(identityKey: it.store.identityKey)
        builder.refuse(#"{"event":"x","userId":"anna-1"}"#)
        _ = try it.store.append([builder.batch], durability: .synced)
        let request = try it.store.requestErasure(of: "anna-1")
        let receipt = try #require(try it.store.erase(request.id))
        #expect(receipt.quarantined == 2)
        #expect(it.store.status().quarantine.events == 1)
        try ErasedStore.expectNoHits(Self.ids, on: it.disk)
    }

    @Test("compacted and squashed segments, and files that were replaced, are no refuge")
    func rewritten() throws {
        let it = try Self.filled()
        try it.store.seal()
        _ = try it.store.squash()
        while try it.store.compact(isForced: true) != nil {}
        #expect(it.store.status().compaction.replacedFiles > 0)
        _ = try it.store.publishIdentity()
        let request = try it.store.requestErasure(of: "anna-1")
        let receipt = try #require(try it.store.erase(request.id))
        #expect(receipt.segments.count == 1)
        #expect(it.store.status().compaction.replacedFiles == 0)
        try ErasedStore.expectNoHits(Self.ids, on: it.disk)
        #expect(try it.persons == Self.left)
        #expect(try it.store.compact(isForced: true) == nil)
    }

    @Test("a request that a crash kept from its name is gone after the next start, bytes and all")
    func unnamedRequest() throws {
        var it = try Self.filled()
        let paths = ["erasure/.ers_0123456789abcdef.request.tmp", "receipts/.ers_1.json.tmp"]
        for path in paths { it.disk.place(Array(#"{"users":["anna-1"]}"#.utf8), at: path) }
        let request = try it.store.requestErasure(of: "anna-1")
        _ = try it.store.erase(request.id)
        #expect(try ErasedStore.hits(["anna-1"], on: it.disk).count == 2)
        try it.reopen()
        for path in paths { #expect(it.disk.content(of: path) == nil) }
        try ErasedStore.expectNoHits(Self.ids, on: it.disk)
    }

    @Test("is refused for what stands for nobody", arguments: ["", "guest", " NULL "])
    func placeholders(user: String) throws {
        let it = try ErasedStore()
        #expect(throws: StoreError.self) { try it.store.requestErasure(of: user) }
    }
}
