import TestSupport
import Testing

@testable import EventLog

@Suite("Which segments are archived")
struct ArchiveTests {
    private func fixture() throws -> RetentionFixture {
        let fixture = try RetentionFixture(days: 1)
        fixture.options.archives = true
        try fixture.open()
        return fixture
    }

    @Test("each once, in order, also across starts; one that failed is the next one again")
    func order() throws {
        let fixture = try fixture()
        #expect(try fixture.store.nextToArchive() == nil)
        for _ in 0..<3 {
            try fixture.add()
            try fixture.store.seal()
            fixture.clock.pass(1_000_000)
        }
        var names: [String] = []
        while let task = try fixture.store.nextToArchive() {
            names.append(task.name)
            if names.count == 2 {
                fixture.store.noteArchiveFailure("no")
                #expect(fixture.store.status().archive.error == "no")
                try fixture.open()
                continue
            }
            try fixture.store.noteArchived(task)
        }
        #expect(names.count == 4 && names[1] == names[2])
        #expect(names.sorted() == names && Set(names).count == 3)
        #expect(fixture.store.status().archive.pending == 0)
        #expect(fixture.store.status().archive.error == nil)
    }

    @Test("a segment that another took the place of is not archived, the other is")
    func superseded() throws {
        let fixture = try fixture()
        for _ in 0..<2 {
            try fixture.add()
            try fixture.store.seal()
        }
        let held = try #require(try fixture.store.nextToArchive())
        while try fixture.store.compact(isForced: true) != nil {}
        fixture.clock.pass(Limits.replacedFileAge)
        fixture.store.releaseReplaced()
        #expect(try fixture.disk.exists(held.segment.path))
        try fixture.store.noteArchived(held)
        let next = try #require(try fixture.store.nextToArchive())
        #expect(next.segment.entry.rowCount == 2)
        try fixture.store.noteArchived(next)
        #expect(try fixture.store.nextToArchive() == nil)
    }

    @Test("nothing expires before it is archived")
    func expiry() throws {
        let fixture = try fixture()
        for _ in 0..<2 {
            try fixture.add()
            try fixture.store.seal()
            fixture.clock.pass(1_000_000)
        }
        fixture.clock.pass(3 * RetentionFixture.day)
        #expect(fixture.store.expirationPlan().segments == 0)
        #expect(try fixture.expireAll() == 0)
        try fixture.store.noteArchived(try #require(try fixture.store.nextToArchive()))
        #expect(fixture.store.expirationPlan().segments == 1)
        #expect(try fixture.expireAll() == 1)
        #expect(fixture.store.status().archive.pending == 1)
    }

    @Test("a record that is damaged leaves none out")
    func damage() throws {
        let fixture = try fixture()
        try fixture.add()
        try fixture.store.seal()
        try fixture.store.noteArchived(try #require(try fixture.store.nextToArchive()))
        let bytes = try #require(fixture.disk.content(of: ArchiveRecord.path))
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            fixture.disk.place(changed, at: ArchiveRecord.path)
            #expect(try ArchiveRecord(disk: fixture.disk).load().isEmpty, "byte \(place)")
        }
        fixture.disk.place(bytes, at: ArchiveRecord.path)
        #expect(try ArchiveRecord(disk: fixture.disk).load().count == 1)
    }
}
