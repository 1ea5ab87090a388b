import Columns

/// How a version keeps up with the stored events.
extension IdentityIndex.Version {
    /// Events of the segments that are not in the map; of a segment all count.
    func missingRowCount(of events: EventsTable) -> Int64 {
        events.withIdentityLog.segments.reduce(0) {
            $0 + ($1.entry.seqMax > lastSeq ? Int64($1.entry.rowCount) : 0)
        }
    }

    /// Takes records into the map, and notes whose events are others' now.
    private mutating func apply(_ records: [IdentityRecord]) {
        guard resolvers != nil && changed != nil || watch != nil || turns != nil else {
            return map.apply(records)
        }
        var devices: Set<IdentityName> = []
        for record in records {
            guard record.kind.hasDevice else {
                // An alias moves everything that is its user's.
                changed = nil
                watch = nil
                turns = AttributionLog(since: lastSeq)
                return map.apply(records)
            }
            devices.insert(IdentityName(record.device))
        }
        let before = map
        map.apply(records)
        let others = devices.filter {
            before.intervals(of: $0.text) != map.intervals(of: $0.text)
        }
        changed?.formUnion(others)
        if let count = changed?.count, count > Limits.personChangeCountMax { changed = nil }
        if watch?.note(others, by: lastSeq) == false { watch = nil }
        turns?.note(others, by: lastSeq)
    }

    /// Takes in all that seals covered up to a number, which need not be an event's.
    mutating func takeIn(_ events: EventsTable, sealedThrough position: Int64) throws {
        guard lastSeq < position else { return }
        try takeIn(events, through: position)
        lastSeq = position
    }

    /// Reads the events after `lastSeq` up to `limit`, and answers what they leave open.
    mutating func takeIn(
        _ events: EventsTable, through limit: Int64
    ) throws {
        try takeIn(events, through: limit) { events }
    }

    /// - Parameter all: where answers are looked for.
    mutating func takeIn(
        _ events: EventsTable, through limit: Int64, all: () -> EventsTable
    ) throws {
        let last = min(limit, events.lastSeq)
        guard last > lastSeq else { return }
        let observer = ScanObserver()
        let seqs = lastSeq + 1...last
        // What changes is noted under the number up to which it is known.
        lastSeq = last
        try apply(
            events, seqs: seqs, observer,
            bounds: [
                ColumnBound(
                    column: Int(EventColumn.seq.rawValue),
                    .range(lower: .int64(seqs.lowerBound), upper: .int64(last)))
            ])
        try answerQuestions(observer, all)
    }

    /// Takes in one record that is not stored.
    mutating func apply(
        _ record: IdentityRecord, _ events: EventsTable, _ observer: ScanObserver
    ) throws {
        apply([record])
        try answerQuestions(observer) { events }
    }

    /// Reads what the records that were applied leave open.
    private mutating func answerQuestions(
        _ observer: ScanObserver, _ events: () -> EventsTable
    ) throws {
        let last = lastSeq
        guard last > 0 else { return }
        // Each round asks less than the one before: what was read is known.
        while let bounds = questionBounds() {
            let asked = map.questions
            let records = try self.records(events(), seqs: 1...last, observer, bounds: bounds)
            // All that is asked about a device at once: each change of it costs all that it has.
            var spans: [IdentityName: ClosedRange<Int64>] = [:]
            for question in asked {
                let name = IdentityName(question.device)
                let span = spans[name] ?? question.from...question.through
                spans[name] =
                    min(span.lowerBound, question.from)...max(span.upperBound, question.through)
                map.close(question)
            }
            apply(
                records.filter { record in
                    (record.kind == .identify || record.kind == .implicit)
                        && spans[IdentityName(record.device)]?.contains(record.time) == true
                })
        }
        for damage in observer.damage where !self.damage.contains(damage) {
            self.damage.append(damage)
        }
    }

    /// Where the answers to all open questions are; `nil` if there are none.
    private func questionBounds() -> [ColumnBound]? {
        let questions = map.questions
        guard let from = questions.map(\.from).min(),
            let through = questions.map(\.through).max()
        else { return nil }
        var devices: Set<IdentityName> = []
        for question in questions { devices.insert(IdentityName(question.device)) }
        return [
            ColumnBound(
                column: Int(EventColumn.timestamp.rawValue),
                .range(lower: .timestamp(from), upper: .timestamp(through))),
            ColumnBound(
                column: Int(EventColumn.deviceId.rawValue),
                .oneOf(devices.map { .string($0.text) })),
        ]
    }

    private mutating func apply(
        _ events: EventsTable, seqs: ClosedRange<Int64>, _ observer: ScanObserver,
        bounds: [ColumnBound]
    ) throws {
        for unit in try units(events, observer, bounds) {
            apply(try rows(seqs).records(in: unit))
        }
    }

    /// All records, none of them left out, of rows that satisfy the bounds, and of others.
    private func records(
        _ events: EventsTable, seqs: ClosedRange<Int64>, _ observer: ScanObserver,
        bounds: [ColumnBound]
    ) throws -> [IdentityRecord] {
        try units(events, observer, bounds).flatMap { unit in
            var rows = rows(seqs)
            rows.leavesOut = false
            return try rows.records(in: unit)
        }
    }

    private func rows(_ seqs: ClosedRange<Int64>) -> IdentityRows {
        IdentityRows(seqs: seqs, map: map, arrivedBy: arrivedBy)
    }

    private func units(
        _ events: EventsTable, _ observer: ScanObserver, _ bounds: [ColumnBound]
    ) throws -> [any ScanUnit] {
        var bounds = bounds
        if let arrivedBy {
            bounds.append(
                ColumnBound(
                    column: Int(EventColumn.receivedAt.rawValue),
                    .range(lower: nil, upper: .timestamp(arrivedBy))))
        }
        return try events.withIdentityLog.scan(
            ScanRequest(columns: IdentityRows.positions, bounds: bounds, observer: observer)
        ).units
    }
}
