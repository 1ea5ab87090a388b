import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Journal audit")
struct JournalAuditTests {
    /// Events as a store journals them.
    private static func batch(_ count: Int, from number: Int) -> EventBatch {
        var builder = BatchBuilder(identityKey: 0, receivedAt: 2_000_000 + Int64(number))
        for id in number..<number + count {
            builder.add("like", id: "e\(id)", contentId: "c", timestamp: 1_000_000 + Int64(id))
        }
        return builder.batch
    }

    /// Writes files, each with records of so many events from a number on.
    private static func journal(
        _ files: [Int64: [Int]], isClosed: Bool = false, leavingOut left: Set<Int64> = []
    ) throws -> SimulatedDisk {
        let disk = try JournalFixture.disk()
        for (first, counts) in files.sorted(by: { $0.key < $1.key }) {
            var writer = try JournalWriter(
                creating: first, storeID: JournalFixture.storeID, on: disk,
                growth: JournalFixture.growth)
            var next = first
            for count in counts {
                let batch = Self.batch(count, from: Int(next))
                var payload: [UInt8] = []
                batch.appendPayload(rows: [0..<count], to: &payload)
                if !left.contains(next) {
                    payload.withUnsafeBytes {
                        writer.append(.events, firstSeq: next, count: count, payload: $0)
                    }
                }
                next += Int64(count)
            }
            try writer.write()
            try writer.synchronize()
            if isClosed { try writer.close() }
        }
        return disk
    }

    private static func files(
        _ disk: SimulatedDisk, isSequence: Bool = true, position: Int64? = nil
    ) throws -> JournalFiles {
        let files = try JournalDirectory(storeID: JournalFixture.storeID, on: disk).files()
        return JournalFiles(
            on: disk,
            files.map { JournalFiles.File(path: $0.path, name: $0.path, firstSeq: $0.firstSeq) },
            isSequence: isSequence, position: position)
    }

    private static func audit(
        _ disk: SimulatedDisk, isSequence: Bool = true, position: Int64? = nil
    ) throws -> [JournalFileAudit] {
        try JournalAudit(files(disk, isSequence: isSequence, position: position)).files
    }

    @Test("a sound file is told in full")
    func sound() throws {
        let (file, rest) = try one(Self.audit(Self.journal([1: [3, 4, 5]], isClosed: true)))
        #expect(rest == 0 && file.state == .closed && file.damage.isEmpty)
        #expect(file.eventCount == 12 && file.recordCount == 4)
        #expect(file.firstSeq == 1 && file.lastSeq == 12)
        #expect(file.timestamps == 1_000_001...1_000_012)
        #expect(file.receiveTimes == 2_000_001...2_000_008)
        #expect(file.sealedEvents == nil)
        let open = try one(Self.audit(Self.journal([1: [3]]), position: 2)).file
        #expect(open.state == .open && open.sealedEvents == 2)
        #expect(try one(Self.audit(Self.journal([5: []]))).file.lastSeq == nil)
    }

    private func one(_ files: [JournalFileAudit]) throws -> (file: JournalFileAudit, rest: Int) {
        (try #require(files.first), files.count - 1)
    }

    @Test("a number that no record has is told, with how many there are")
    func gap() throws {
        let file = try one(Self.audit(Self.journal([1: [3, 4, 5]], leavingOut: [4]))).file
        #expect(file.state == .damaged && file.damage.map(\.rowCount) == [4])
        #expect(file.damage.first?.message.contains("4 to 7") == true)
        // Between files too, but not below what is sealed.
        let disk = try Self.journal([1: [3], 10: [2]])
        #expect(try Self.audit(disk).map { $0.damage.map(\.rowCount) } == [[6], []])
        #expect(try Self.audit(disk, position: 9).allSatisfy(\.damage.isEmpty))
        // Nor may any be missing between the catalog and the first file.
        let late = try Self.journal([10: [2]])
        #expect(try Self.audit(late, position: 9).allSatisfy(\.damage.isEmpty))
        #expect(try Self.audit(late, position: 7).map { $0.damage.map(\.rowCount) } == [[2]])
        #expect(try Self.audit(late).allSatisfy(\.damage.isEmpty))
        #expect(try Self.audit(disk, isSequence: false).allSatisfy(\.damage.isEmpty))
    }

    @Test("a newer file takes the place of an older one, and each event counts once")
    func superseded() throws {
        let disk = try Self.journal([1: [5, 5], 6: [7]])
        let audits = try Self.audit(disk)
        #expect(audits.map(\.state) == [.superseded, .open])
        #expect(audits.map(\.supersededFrom) == [6, nil])
        var numbers: [Int64] = []
        try Self.files(disk).forEachTable(knowsAllColumns: true) { table in
            let scan = try table.scan(
                ScanRequest(columns: [0], bounds: [], observer: ScanObserver()))
            for unit in scan.units {
                guard case .int64(let seqs) = try unit.read([0]).columns[0].values else { continue }
                numbers += seqs
            }
            return true
        }
        #expect(numbers == Array(1...12))
    }

    @Test("an interrupted write is no damage at the end of the newest file, and is in an older one")
    func interrupted() throws {
        let disk = try Self.journal([1: [3, 4]])
        var bytes = try #require(disk.content(of: JournalFixture.path(1)))
        var places: [JournalPlace] = []
        try Self.files(disk).forEachPlace { places.append($1) }
        let cut = places[1].offset + 50
        for index in cut..<bytes.count { bytes[index] = 0 }
        disk.place(bytes, at: JournalFixture.path(1))
        let newest = try one(Self.audit(disk)).file
        #expect(newest.state == .interrupted && newest.damage.isEmpty)
        let other = try Self.journal([8: [2]])
        disk.place(
            try #require(other.content(of: JournalFixture.path(8))), at: JournalFixture.path(8))
        let older = try Self.audit(disk)
        #expect(older[0].state == .damaged && older[0].damage.map(\.rowCount) == [4])
        #expect(older[0].damage.first?.byteRange?.lowerBound == places[1].offset)
        #expect(older[1].damage.isEmpty)
    }

    @Test("every kind of wrong record has its word")
    func places() throws {
        let disk = try Self.journal([1: [3, 4, 5]])
        let bytes = try #require(disk.content(of: JournalFixture.path(1)))
        var sound: [JournalPlace] = []
        try Self.files(disk).forEachPlace { sound.append($1) }
        func states(_ change: (inout [UInt8]) -> Void) throws -> [JournalPlace.State] {
            var changed = bytes
            change(&changed)
            disk.place(changed, at: JournalFixture.path(1))
            var states: [JournalPlace.State] = []
            try Self.files(disk).forEachPlace { states.append($1.state) }
            return states
        }
        #expect(try states { _ in } == [.sound, .sound, .sound])
        #expect(try states { $0[sound[1].offset + 45] ^= 1 } == [.sound, .checksum, .sound])
        // A damaged header is none.
        #expect(try states { $0[sound[1].offset + 5] ^= 1 } == [.sound, .sound])
        #expect(
            try states { $0.removeLast($0.count - sound[2].end + 1) } == [.sound, .sound, .cut])
    }

    @Test("a record that cannot be decoded is damage, although its checksums are right")
    func undecodable() throws {
        let disk = try JournalFixture.disk()
        var writer = try JournalWriter(
            creating: 1, storeID: JournalFixture.storeID, on: disk, growth: JournalFixture.growth)
        for kind in [JournalRecordKind.events, .ledger, .content, .moved] {
            [UInt8](repeating: 7, count: 40).withUnsafeBytes {
                writer.append(kind, firstSeq: writer.nextSeq, count: 1, payload: $0)
            }
        }
        try writer.write()
        try writer.synchronize()
        let file = try one(Self.audit(disk)).file
        #expect(file.damage.count == 4)
        #expect(file.damage.allSatisfy { $0.message.contains("cannot be decoded") })
        #expect(
            file.damage.map(\.byteRange?.lowerBound)
                == file.damage.map(\.byteRange?.lowerBound).sorted { ($0 ?? 0) < ($1 ?? 0) })
    }
}
