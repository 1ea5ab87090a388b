import TestSupport

@testable import EventLog

/// A batch as the tests see it.
struct Batch: Hashable {
    var firstSeq: Int64
    var count: Int
    var payload: [UInt8]

    init(_ firstSeq: Int64, count: Int = 1, payload: [UInt8]) {
        self.firstSeq = firstSeq
        self.count = count
        self.payload = payload
    }

    /// A payload that says which batch it is, alternately one that compresses and one that does not.
    init(_ firstSeq: Int64, count: Int = 1, size: Int) {
        var generator = SplitMix64(seed: UInt64(firstSeq))
        let payload = (0..<size).map { _ in
            firstSeq % 2 == 0 ? UInt8(truncatingIfNeeded: firstSeq) : UInt8(generator.next() & 255)
        }
        self.init(firstSeq, count: count, payload: payload)
    }

    var lastSeq: Int64 { firstSeq + Int64(count) - 1 }
}

enum JournalFixture {
    static let storeID = StoreID(high: 0x0123_4567_89AB_4DEF, low: 0x8123_4567_89AB_CDEF)

    /// Small, so that tests are fast and still grow their files.
    static let growth = JournalGrowth(stepMin: 4608, stepMax: 9216)

    static func disk() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        try disk.createDirectory("journal")
        return disk
    }

    static func path(_ firstSeq: Int64) -> String {
        "journal/" + JournalFormat.fileName(firstSeq: firstSeq)
    }

    /// A file's bytes, without the zeros ahead.
    static func file(_ batches: [Batch], isClosed: Bool = false) throws -> [UInt8] {
        let disk = try disk()
        var writer = try JournalWriter(
            creating: 1, storeID: storeID, on: disk, growth: JournalFixture.growth)
        for batch in batches { writer.append(batch) }
        try writer.write()
        try writer.synchronize()
        let size = writer.size
        if isClosed { try writer.close() }
        let bytes = disk.content(of: path(1)) ?? []
        return Array(bytes.prefix(isClosed ? size + JournalFormat.recordHeaderSize : size))
    }

    static func read(
        _ bytes: [UInt8], named firstSeq: Int64 = 1
    ) throws -> (batches: [Batch], findings: JournalFindings) {
        let disk = try disk()
        disk.place(bytes, at: path(firstSeq))
        var batches: [Batch] = []
        let findings = try JournalReader.read(path(firstSeq), storeID: storeID, on: disk) {
            batches.append(Batch($0))
        }
        return (batches, findings)
    }
}

extension Batch {
    init(_ record: JournalRecord) {
        self.init(record.firstSeq, count: record.count, payload: Array(record.payload))
    }
}

extension JournalWriter {
    mutating func append(_ batch: Batch) {
        batch.payload.withUnsafeBytes {
            append(.events, firstSeq: batch.firstSeq, count: batch.count, payload: $0)
        }
    }
}
