import Columns
import EventLog

/// How the index keeps up with the stored events.
extension ViewingIndex {
    /// What is to be taken in.
    struct Wanted {
        /// Numbers of the events.
        var seqs: ClosedRange<Int64>
        /// Only events in this time, in µs; `nil`: all.
        var times: Range<Int64>?
        /// Only events of this content; `nil`: all.
        var content: String?
    }

    /// Takes in events, of each unit first the impressions, for it is impressions that divide viewings. What
    /// came in an order that leaves open what belongs to which is left to `divideDoubtful`.
    /// - Returns: `false` if it gave up because that would take more memory than this.
    func fill(
        from events: EventsTable, _ wanted: Wanted, key: UInt64, memoryMax: Int,
        _ observer: ScanObserver
    ) throws -> Bool {
        var reader: SampleReader?
        for scan in Self.scans(wanted) {
            for unit in try Self.units(events, scan.bounds, observer) {
                if memorySize > memoryMax { forgetAnswers() }
                guard memorySize <= memoryMax, viewings.count < KeyTable.countMax else {
                    return false
                }
                guard var rows = try read(unit, wanted, key, after: reader.take()) else { continue }
                defer { reader = rows }
                for impressions in [true, false] {
                    for row in 0..<rows.rowCount
                    where (rows.kind(row) == .impression) == impressions
                        && rows.isWanted(row, seqs: wanted.seqs)
                    {
                        if let swipes = scan.swipes, (rows.kind(row) == .swipe) != swipes {
                            continue
                        }
                        take(row, &rows, wanted)
                    }
                }
            }
        }
        return true
    }

    private func take(_ row: Int, _ rows: inout SampleReader, _ wanted: Wanted) {
        rowCount += 1
        let time = rows.time(row)
        if let times = wanted.times, !times.contains(time) { return }
        if wanted.content == nil {
            if let detail = rows.detail(row, self) { apply(detail) }
            if sessions != nil { sessions?.add(&rows, row, self) }
        }
        guard let sample = rows.sample(row, self) else { return }
        if let content = wanted.content, names.contents[Int(sample.content)] != content { return }
        apply(sample)
    }

    /// - Returns: `nil` if nothing of it is wanted.
    func read(
        _ unit: any ScanUnit, _ wanted: Wanted, _ key: UInt64, after earlier: SampleReader?
    ) throws -> SampleReader? {
        // Most units of the tail are known already: their numbers ascend.
        let first = try unit.read([Int(EventColumn.seq.rawValue)])
        guard case .int64(let seqs) = first.columns[0].values,
            seqs.contains(where: { wanted.seqs.contains($0) })
        else { return nil }
        return SampleReader(try unit.read(SampleReader.positions), key: key, after: earlier)
    }

    /// Takes in the sessions of events that were taken in before anybody asked about sessions.
    func fillSessions(
        from events: EventsTable, _ wanted: Wanted, key: UInt64, _ observer: ScanObserver
    ) throws {
        guard sessions == nil else { return }
        var table = SessionTable()
        var reader: SampleReader?
        for scan in Self.scans(wanted) {
            for unit in try Self.units(events, scan.bounds, observer) {
                guard var rows = try read(unit, wanted, key, after: reader.take()) else { continue }
                defer { reader = rows }
                for row in 0..<rows.rowCount where rows.isWanted(row, seqs: wanted.seqs) {
                    if wanted.times?.contains(rows.time(row)) ?? true {
                        table.add(&rows, row, self)
                    }
                }
            }
        }
        sessions = table
    }

    static func units(
        _ events: EventsTable, _ bounds: [ColumnBound], _ observer: ScanObserver
    ) throws -> [any ScanUnit] {
        try events.scan(
            ScanRequest(columns: SampleReader.positions, bounds: bounds, observer: observer)
        ).units
    }

    /// The scans that together see what is wanted, each row once.
    private static func scans(_ wanted: Wanted) -> [(bounds: [ColumnBound], swipes: Bool?)] {
        var bounds = [
            ColumnBound(
                column: Int(EventColumn.seq.rawValue),
                .range(
                    lower: .int64(wanted.seqs.lowerBound), upper: .int64(wanted.seqs.upperBound)))
        ]
        if let times = wanted.times { bounds.append(bound(times)) }
        guard let content = wanted.content else { return [(bounds, nil)] }
        // A swipe is of what it leaves, everything else of its content.
        func scan(_ column: EventColumn, swipes: Bool) -> (bounds: [ColumnBound], swipes: Bool?) {
            let own = ColumnBound(column: Int(column.rawValue), .oneOf([.string(content)]))
            return (bounds + [own], swipes)
        }
        return [scan(.contentId, swipes: false), scan(.fromContentId, swipes: true)]
    }

    static func bound(_ times: Range<Int64>) -> ColumnBound {
        ColumnBound(
            column: Int(EventColumn.timestamp.rawValue),
            .range(lower: .timestamp(times.lowerBound), upper: .timestamp(times.upperBound - 1)))
    }
}
