/// What a commit of the catalog does to the ledger: a journal record of kind `moved`, written before the
/// commit and worth nothing without it.
///
/// The catalog names the last record of its newest such commit, and each record the one that counted
/// before it: what the chain does not reach belongs to a commit that never was.
struct LedgerMoveRecord: Sendable, Hashable {
    /// Where the events go.
    var bucket: LedgerBucket
    /// The number of the record before it; 0 for the first of a store.
    var previous: Int64
    /// By rows of the ledger as it was, in the bucket `stored`.
    var counts: [LedgerKey: Int64]

    /// Bytes of one count, besides its text.
    private static let countSize = 18
    private static let payloadVersion: UInt8 = 1

    /// Bytes of the payload.
    var size: Int {
        counts.keys.reduce(14) { $0 + Self.countSize + $1.producer.utf8.count }
    }

    /// Records of which each is small enough for the journal, one at least. They are numbered from
    /// `firstSeq` on.
    static func records(
        of counts: [LedgerKey: Int64], to bucket: LedgerBucket, previous: Int64, firstSeq: Int64,
        sizeMax: Int = Limits.journalRecordSizeMax
    ) -> [LedgerMoveRecord] {
        var records = [LedgerMoveRecord(bucket: bucket, previous: previous, counts: [:])]
        var size = 0
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            let own = countSize + key.producer.utf8.count
            if size > 0, size + own > sizeMax {
                records.append(
                    LedgerMoveRecord(
                        bucket: bucket, previous: firstSeq + Int64(records.count) - 1,
                        counts: [:]))
                size = 0
            }
            records[records.count - 1].counts[key] = count
            size += own
        }
        return records
    }

    // MARK: Payload

    /// `u8 version (1) · u8 bucket · i64 previous · u32 n · n × ( i64 hour · i64 events · text producer )`,
    /// little-endian; a text is its length (u16) and UTF-8.
    var payload: [UInt8] {
        var writer = RecordWriter()
        writer.append(Self.payloadVersion)
        writer.append(bucket.rawValue)
        writer.append(previous)
        writer.append(UInt32(counts.count))
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            writer.append(key.hour)
            writer.append(count)
            writer.append(key.producer)
        }
        return writer.bytes
    }

    init(bucket: LedgerBucket, previous: Int64, counts: [LedgerKey: Int64]) {
        self.bucket = bucket
        self.previous = previous
        self.counts = counts
    }

    /// - Throws: `EventRowError` if the payload is not well formed.
    init(payload: [UInt8]) throws(EventRowError) {
        var reader = RecordReader(payload)
        guard try reader.read(UInt8.self) == Self.payloadVersion,
            let bucket = LedgerBucket(rawValue: try reader.read(UInt8.self)),
            bucket.isOfGone
        else { throw EventRowError.truncated(at: reader.position) }
        self.init(bucket: bucket, previous: try reader.read(Int64.self), counts: [:])
        for _ in 0..<(try reader.read(UInt32.self)) {
            let hour = try reader.read(Int64.self)
            let count = try reader.read(Int64.self)
            let producer = try reader.readText()
            counts[
                LedgerKey(receivedAt: hour, producer: producer, bucket: .stored), default: 0] &+=
                count
        }
        guard reader.isAtEnd else { throw EventRowError.truncated(at: reader.position) }
    }
}

/// The records of this kind that a replay met.
struct LedgerMoveChain {
    private var records: [Int64: LedgerMoveRecord] = [:]

    mutating func add(_ record: LedgerMoveRecord, seq: Int64) { records[seq] = record }

    /// Those that count, in order.
    /// - Parameters:
    ///   - last: the number that the catalog names.
    ///   - position: what the ledger's file covers has them already.
    /// - Returns: `nil` if one is not there.
    func committed(last: Int64, after position: Int64) -> [LedgerMoveRecord]? {
        var found: [LedgerMoveRecord] = []
        var next = last
        while next > position {
            // Numbers grow along the chain; in damaged ones a circle must not be followed for ever.
            guard let record = records[next], record.previous < next else { return nil }
            found.append(record)
            next = record.previous
        }
        return found.reversed()
    }
}
