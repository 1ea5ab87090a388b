import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite struct JournalFileTests {
    private let batches = [
        Batch(1, count: 3, size: 100), Batch(4, size: 0), Batch(5, count: 2, size: 37),
        Batch(7, count: 1, size: 200), Batch(8, count: 10, size: 64),
    ]

    @Test func recordsReadBackInOrder() throws {
        let (found, findings) = try JournalFixture.read(try JournalFixture.file(batches))
        #expect(found == batches)
        #expect(findings.lastSeq == 17)
        #expect(findings.recordCount == 5)
        #expect(findings.damage.isEmpty)
        #expect(findings.tornTailBytes == 0)
        #expect(!findings.endedCleanly)
    }

    @Test func aFileOfTheFirstVersionReadsBack() throws {
        var bytes = try JournalFixture.file(batches)
        for start in [0, JournalFormat.fileHeaderCopyOffset] {
            bytes[start + 8] = 1
            let checksum = bytes.withUnsafeBytes {
                JournalFormat.checksum(UnsafeRawBufferPointer(rebasing: $0[start..<start + 60]))
            }
            for byte in 0..<4 {
                bytes[start + 60 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte))
            }
        }
        let (found, findings) = try JournalFixture.read(bytes)
        #expect(found == batches)
        #expect(findings.damage.isEmpty)
    }

    @Test func aClosedFileEndsCleanly() throws {
        let (found, findings) = try JournalFixture.read(
            try JournalFixture.file(batches, isClosed: true))
        #expect(found == batches)
        #expect(findings.endedCleanly)
    }

    @Test func theZerosAheadAreTheEndAndNoDamage() throws {
        let bytes = try JournalFixture.file(batches) + [UInt8](repeating: 0, count: 200_000)
        let (found, findings) = try JournalFixture.read(bytes)
        #expect(found == batches)
        #expect(findings.tornTailBytes == 0)
        #expect(findings.damage.isEmpty)
    }

    @Test func aPayloadOfTheLargestSizeReadsBack() throws {
        let big = Batch(1, size: Limits.journalPayloadSizeMax)
        let more = Batch(2, size: Limits.journalPayloadSizeMax)
        let (found, findings) = try JournalFixture.read(try JournalFixture.file([big, more]))
        #expect(found == [big, more])
        #expect(findings.damage.isEmpty)
    }

    @Test func everyCutKeepsTheWholeRecordsBeforeIt() throws {
        let bytes = try JournalFixture.file(batches)
        var ends: [Int] = []
        for count in 1...batches.count {
            ends.append(try JournalFixture.file(Array(batches.prefix(count))).count)
        }
        #expect(ends.last == bytes.count)
        for length in JournalFormat.fileHeaderSize...bytes.count {
            let (found, findings) = try JournalFixture.read(Array(bytes.prefix(length)))
            let whole = ends.count { $0 <= length }
            try #require(found == Array(batches.prefix(whole)), "length \(length)")
            if length >= JournalFormat.firstRecordOffset {
                try #require(findings.damage.isEmpty, "length \(length)")
            }
        }
        for length in 0..<JournalFormat.fileHeaderSize {
            let (found, findings) = try JournalFixture.read(Array(bytes.prefix(length)))
            try #require(found.isEmpty && findings.damage.count == 1, "length \(length)")
        }
    }

    @Test func everyFlippedBitCostsAtMostOneRecordAndIsNoticed() throws {
        let bytes = try JournalFixture.file(batches)
        let used = Array(0..<64) + Array(4096..<bytes.count)
        for position in used {
            var damaged = bytes
            damaged[position] ^= 1 << UInt8(position & 7)
            let (found, findings) = try JournalFixture.read(damaged)
            let lost = Set(batches).subtracting(found)
            try #require(Set(found).isSubset(of: batches), "byte \(position)")
            try #require(lost.count <= 1, "byte \(position)")
            guard let one = lost.first else {
                // Nothing lost: a file header has a copy, and padding holds nothing.
                continue
            }
            if one == batches.last {
                try #require(findings.tornTailBytes > 0, "byte \(position)")
            } else {
                try #require(findings.damage.count == 1, "byte \(position)")
                try #require(findings.damage[0].rowCount == one.count, "byte \(position)")
            }
        }
    }

    @Test func bothHeadersGoneIsDamage() throws {
        var bytes = try JournalFixture.file(batches)
        bytes[3] ^= 1
        bytes[4099] ^= 1
        let (found, findings) = try JournalFixture.read(bytes)
        #expect(found.isEmpty)
        #expect(findings.damage.count == 1)
    }

    @Test func aFileOfAnotherStoreIsNotReplayed() throws {
        let disk = try JournalFixture.disk()
        disk.place(try JournalFixture.file(batches), at: JournalFixture.path(1))
        let findings = try JournalReader.read(
            JournalFixture.path(1), storeID: StoreID(high: 1, low: 2), on: disk
        ) { _ in Issue.record("a record of another store was handed over") }
        #expect(findings.damage.count == 1)
    }

    @Test func aRecordInTheWrongPlaceIsNotTaken() throws {
        let bytes = try JournalFixture.file([Batch(2, size: 64), Batch(4, size: 64)])
        let start = JournalFormat.firstRecordOffset
        let first = try JournalFixture.file([Batch(2, size: 64)]).count
        #expect(bytes.count - first == first - start)
        let swapped = Array(bytes[..<start] + bytes[first...] + bytes[start..<first])
        let (found, findings) = try JournalFixture.read(swapped)
        #expect(found.isEmpty)
        #expect(findings.tornTailBytes > 0)
    }

    @Test func randomBytesNeverTrap() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        let bytes = try JournalFixture.file(batches)
        for _ in 0..<500 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...200, using: &generator) {
                let position = Int.random(in: 4096..<bytes.count, using: &generator)
                damaged[position] = UInt8.random(in: 0...255, using: &generator)
            }
            let (found, _) = try JournalFixture.read(damaged)
            try #require(Set(found).isSubset(of: batches), "seed \(seed)")
        }
    }

    @Test func aFailedWriterRefusesEverything() throws {
        for call in 0..<2 {
            let disk = try JournalFixture.disk()
            var writer = try JournalWriter(
                creating: 1, storeID: JournalFixture.storeID, on: disk,
                growth: JournalFixture.growth)
            disk.arm(.failOnce(call: call, code: 5))
            writer.append(batches[0])
            var failures = 0
            do { try writer.write() } catch { failures += 1 }
            do { try writer.synchronize() } catch { failures += 1 }
            #expect(failures >= 1)
            let hasFailed = writer.hasFailed
            #expect(hasFailed)
            #expect((try? writer.synchronize()) == nil)
            try writer.close()
            #expect(disk.openFileCount == 0)
        }
    }
}
