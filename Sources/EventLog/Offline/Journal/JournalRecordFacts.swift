/// What the payload of a record says, decoded to its last field.
struct JournalRecordFacts {
    /// When the events came, in µs since 1970 UTC; `nil` if there are none.
    var receivedAt: Int64?
    /// When they happened.
    var timestamps: ClosedRange<Int64>?

    /// - Throws: `EventRowError` if any of it is not well formed.
    init(_ record: JournalRecord) throws {
        switch record.kind {
        case .events: try decode(try Self.batch(of: record))
        case .answered:
            if let batch = try Self.answeredBatch(of: record) { try decode(batch) }
        case .ledger: _ = try LedgerRecord(payload: Array(record.payload))
        case .content: _ = try ContentRecord(payload: Array(record.payload))
        case .moved: _ = try LedgerMoveRecord(payload: Array(record.payload))
        case .closed: break
        }
    }

    /// The events of a record; `nil` if it has none.
    static func events(of record: JournalRecord) throws -> EventBatch? {
        switch record.kind {
        case .events: try batch(of: record)
        case .answered: try answeredBatch(of: record)
        case .ledger, .content, .moved, .closed: nil
        }
    }

    private static func batch(of record: JournalRecord) throws -> EventBatch {
        // The key is for comparing ids within one process; nobody compares these.
        try EventBatch(payload: record.payload, count: record.count, identityKey: 0)
    }

    private static func answeredBatch(of record: JournalRecord) throws -> EventBatch? {
        let (_, start) = try AnsweredPayload.read(record.payload)
        guard record.count > 0 else { return nil }
        return try EventBatch(
            payload: .init(rebasing: record.payload[start...]), count: record.count, identityKey: 0)
    }

    private mutating func decode(_ batch: EventBatch) throws {
        receivedAt = batch.receivedAt
        var low = Int64.max
        var high = Int64.min
        try batch.rows.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes)
            while let header = try reader.nextRow() {
                low = min(low, header.timestamp)
                high = max(high, header.timestamp)
                while try reader.nextField() != nil {}
            }
        }
        if low <= high { timestamps = low...high }
    }
}
