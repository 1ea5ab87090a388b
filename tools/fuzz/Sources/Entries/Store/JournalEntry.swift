@testable import Columns
@testable import EventLog
@testable import TestSupport

/// A journal file as recovery reads it.
///
/// Input: the file's header (64 bytes), then records. The second copy of the header is put where it belongs and
/// every checksum is made right, so that what stands behind the checksums is tested, not they.
enum JournalEntry {
    static let storeID = StoreID(high: 0x0123_4567_89AB_4DEF, low: 0x8123_4567_89AB_CDEF)

    static func run(_ input: [UInt8]) {
        let bytes = image(input)
        let disk = SimulatedDisk()
        // With the number that the header says, or else another.
        let first = header(bytes)?.firstSeq ?? 1
        disk.place(bytes, at: JournalDirectory.path(ofFile: first))
        // A newer file behind it: what the older one says beyond its first number does not count.
        if input.count % 2 == 1, let copy = try? newer(after: first) {
            disk.place(copy.bytes, at: JournalDirectory.path(ofFile: copy.firstSeq))
        }
        let directory = JournalDirectory(storeID: storeID, on: disk, growth: .standard)
        var last: Int64 = -1
        let replay = try? directory.replay(after: first > 2 ? first - 2 : 0) { record in
            RecordEntry.decode(record.kind, Array(record.payload), count: record.count)
            precondition(record.coveredCount <= record.count, "more is covered than there is")
            if record.count > 0 {
                precondition(record.lastSeq > last, "sequence numbers that do not rise")
                last = record.lastSeq
            }
        }
        guard let replay else { return }
        for file in replay.files {
            let findings = file.findings
            precondition(
                findings.validBytes + findings.tornTailBytes <= bytes.count + (2 << 20),
                "more than there is")
        }
    }

    // MARK: Checksums

    static func header(_ bytes: [UInt8]) -> JournalFileHeader? {
        bytes.withUnsafeBytes { JournalFileHeader(reading: $0) }
    }

    static func image(_ input: [UInt8]) -> [UInt8] {
        let size = JournalFormat.fileHeaderSize
        var front = Array(input.prefix(size))
        front += [UInt8](repeating: 0, count: size - front.count)
        var bytes =
            front + [UInt8](repeating: 0, count: JournalFormat.fileHeaderCopyOffset - size) + front
        bytes += input.dropFirst(size)
        put(checksum(bytes[..<60]), at: 60, in: &bytes)
        let copy = JournalFormat.fileHeaderCopyOffset
        put(checksum(bytes[copy..<copy + 60]), at: copy + 60, in: &bytes)
        var offset = JournalFormat.firstRecordOffset
        while offset + JournalFormat.recordHeaderSize <= bytes.count {
            seal(&bytes, at: offset, nonce: Array(bytes[40..<48]))
            offset += JournalFormat.alignment
        }
        return bytes
    }

    /// Makes the checksums of the record at `offset` right, if there is one.
    private static func seal(_ bytes: inout [UInt8], at offset: Int, nonce: [UInt8]) {
        guard number(bytes, offset) == JournalFormat.recordMagic else { return }
        let length = Int(number(bytes, offset + 8))
        let start = offset + JournalFormat.recordHeaderSize
        // One in four of them keeps a payload that does not match.
        if length <= bytes.count - start, bytes[offset + 35] & 3 != 3 {
            put(checksum(bytes[start..<start + length]), at: offset + 28, in: &bytes)
        }
        let place = (0..<8).map { UInt8(truncatingIfNeeded: offset >> (8 * $0)) }
        let salt = (nonce + place).withUnsafeBytes { JournalFormat.checksum($0) }
        let sum = bytes[offset..<offset + 36].withUnsafeBytes {
            JournalFormat.checksum($0, continuing: salt)
        }
        put(sum, at: offset + 36, in: &bytes)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { JournalFormat.checksum($0) }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }

    private static func put(_ number: UInt32, at offset: Int, in bytes: inout [UInt8]) {
        for place in 0..<4 {
            bytes[offset + place] = UInt8(truncatingIfNeeded: number >> UInt32(8 * place))
        }
    }

    // MARK: Seeds

    private static func newer(after first: Int64) throws -> (bytes: [UInt8], firstSeq: Int64) {
        let next = first < .max - 8 ? first + 4 : first
        return (try file(next, [(.events, 1, [1, 2, 3])]), next)
    }

    private static func file(
        _ first: Int64, _ records: [(JournalRecordKind, Int, [UInt8])], isClosed: Bool = false
    ) throws -> [UInt8] {
        let disk = SimulatedDisk()
        try disk.createDirectory(JournalDirectory.path)
        var writer = try JournalWriter(
            creating: first, storeID: storeID, on: disk,
            growth: JournalGrowth(stepMin: 4608, stepMax: 4608),
            nonce: 0x1122_3344_5566_7788)
        var seq = first
        for (kind, count, payload) in records {
            payload.withUnsafeBytes {
                writer.append(kind, firstSeq: seq, count: count, payload: $0)
            }
            seq += Int64(count)
        }
        try writer.write()
        let size = writer.size
        if isClosed { try writer.close() }
        return Array(
            (disk.content(of: JournalDirectory.path(ofFile: first)) ?? []).prefix(
                size + (isClosed ? 40 : 0)))
    }

    static func seeds() throws -> [[UInt8]] {
        let payloads = RecordEntry.payloads
        let all = payloads.map { ($0.kind, $0.count, $0.payload) }
        let files = try [
            file(1, all), file(1, all, isClosed: true),
            file(1, [(.events, 2, RecordEntry.eventsPayload(2))]),
            file(
                1,
                [
                    (.events, 1, RecordEntry.eventsPayload(1)),
                    (.events, 3, RecordEntry.eventsPayload(3)),
                ]),
        ]
        return files.map { bytes in
            Array(bytes[..<JournalFormat.fileHeaderSize])
                + bytes[JournalFormat.firstRecordOffset...]
        }
    }
}
