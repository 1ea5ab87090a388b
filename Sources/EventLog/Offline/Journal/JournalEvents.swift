import Columns

extension JournalFiles {
    /// Rows that are in memory at a time.
    private static let rowCountMax = 16 * Tail.blockRowCount

    /// Hands over each sound record's place, in order, with the file that it is in.
    package func forEachPlace(_ take: (File, JournalPlace) throws -> Void) throws {
        for file in files {
            do {
                _ = try JournalReader.read(
                    file.name, storeID: nil, on: disk, places: { try take(file, $0) }
                ) { _ in }
            } catch let error as DiskError {
                // A seal took it away meanwhile.
                guard error.isNotFound, isSequence else { throw error }
            }
        }
    }

    /// Hands over the events as tables of some thousand each, each event once and in the order of arrival within
    /// each file. Records that cannot be decoded are passed over: `JournalAudit` tells of them.
    /// - Parameters:
    ///   - knowsAllColumns: whether already the first table has all custom columns, which takes another look.
    ///   - take: returns whether it wants more.
    package func forEachTable(
        knowsAllColumns: Bool, _ take: (EventsTable) throws -> Bool
    ) throws {
        var schema = EventSchema()
        if knowsAllColumns {
            try forEachTable(&schema) { _ in true }
        }
        try forEachTable(&schema, take)
    }

    private func forEachTable(
        _ schema: inout EventSchema, _ take: (EventsTable) throws -> Bool
    ) throws {
        var tail = Tail(seed: 0)
        var lastSeq = Int64.min
        var wantsMore = true
        func handOver(_ schema: EventSchema) throws {
            guard tail.rowCount > 0, wantsMore else { return }
            let blocks = tail.snapshot(schema)
            tail = Tail(seed: 0)
            wantsMore = try take(EventsTable(schema: schema, segments: [], tail: blocks))
        }
        for (index, file) in files.enumerated() where wantsMore {
            // Without a sequence files are copies, or of several stores.
            if !isSequence { lastSeq = .min }
            let newer = successor(of: index)
            let storeID = try? JournalReader.storeID(of: file.name, on: disk)
            let ids = GeneratedEventID(
                storeTag: UInt32(truncatingIfNeeded: (storeID ?? nil)?.low ?? 0))
            do {
                _ = try JournalReader.read(file.name, storeID: nil, on: disk) { record in
                    if let newer, record.firstSeq >= newer { return }
                    guard wantsMore, record.count > 0, record.lastSeq > lastSeq,
                        let batch = try? JournalRecordFacts.events(of: record)
                    else { return }
                    let first = Int(clamping: max(0, lastSeq &- record.firstSeq &+ 1))
                    let covered = lastSeq >= record.firstSeq ? first : 0
                    try? tail.append(
                        batch, rows: covered..<batch.count,
                        firstSeq: record.firstSeq + Int64(covered), generatedIDs: ids,
                        schema: &schema)
                    lastSeq = record.lastSeq
                    if tail.rowCount >= Self.rowCountMax { try handOver(schema) }
                }
            } catch let error as DiskError {
                guard error.isNotFound, isSequence else { throw error }
            }
            if !isSequence { try handOver(schema) }
        }
        try handOver(schema)
    }
}
