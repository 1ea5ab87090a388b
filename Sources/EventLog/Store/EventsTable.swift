package import Columns
import Parquet

/// All events of a snapshot as one table: the live segments and the tail.
package struct EventsTable: Table {
    package let name = "events"
    package let summary = "an event, as it was sent"
    package let columns: [ColumnDefinition]
    let segments: [SegmentFile]
    let tail: [TailBlock]
    /// Persons who are being erased: their events are there and not seen.
    private(set) var hidden: [ErasureScope] = []
    /// Whether logouts of theirs are seen all the same; see `HiddenUnit`.
    private var keepsLogouts = false
    /// What events that are gone said about persons. They are no rows of the table.
    let identityLog: [SegmentFile]

    package init(
        schema: EventSchema, segments: [SegmentFile], tail: [TailBlock],
        identityLog: [SegmentFile] = []
    ) {
        self.init(
            columns: schema.definitions, segments: segments, tail: tail, identityLog: identityLog)
    }

    /// The same without the events of these persons.
    func hiding(_ scopes: [ErasureScope], keepsLogouts: Bool = false) -> EventsTable {
        var table = self
        table.hidden = scopes
        table.keepsLogouts = keepsLogouts
        return table
    }

    private func hiding(_ unit: any ScanUnit, _ scopes: [ErasureScope]) -> any ScanUnit {
        HiddenUnit(
            unit: unit,
            visible: VisibleRows(ofEvents: unit, without: scopes, keepsLogouts: keepsLogouts))
    }

    /// All that says something about persons, as rows.
    var withIdentityLog: EventsTable {
        EventsTable(
            columns: columns, segments: identityLog + segments, tail: tail, identityLog: []
        ).hiding(hidden, keepsLogouts: keepsLogouts)
    }

    /// Events, hidden ones included.
    package var rowCount: Int64 {
        segments.reduce(0) { $0 + Int64($1.entry.rowCount) }
            + tail.reduce(0) { $0 + Int64($1.rowCount) }
    }

    /// The number of the newest event that is there or has left something; 0 if there is none.
    package var lastSeq: Int64 {
        var last = (identityLog + segments).reduce(0) { max($0, $1.entry.seqMax) }
        if let block = tail.last,
            case .int64(let numbers) = block.columns[Int(EventColumn.seq.rawValue)].values
        {
            last = max(last, numbers.last ?? 0)
        }
        return last
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        let pruning = SegmentPruning(
            bounds: request.bounds, choices: request.choices, definitions: columns)
        var units: [any ScanUnit] = []
        for segment in segments {
            request.observer.count { $0.segments += 1 }
            guard pruning.mayMatch(segment.entry) else {
                request.observer.count { $0.segmentsPruned += 1 }
                continue
            }
            do {
                let own = try self.units(of: segment, pruning, request.observer)
                request.observer.count { $0.rowsScanned += own.reduce(0) { $0 + $1.rowCount } }
                let scopes = hidden.filter { $0.seqMax >= segment.entry.seqMin }
                units +=
                    scopes.isEmpty
                    ? own : own.map { hiding($0, scopes) }
            } catch {
                request.observer.report(
                    Damage(
                        file: segment.path, rowCount: segment.entry.rowCount,
                        timeRange: segment.entry.timestampMin...segment.entry.timestampMax,
                        message: "the segment cannot be read: \(error)"))
            }
        }
        for block in tail where pruning.mayMatch(block) {
            let unit = TailUnit(block: block, columns: columns)
            units.append(hidden.isEmpty ? unit : hiding(unit, hidden))
            request.observer.count {
                $0.tailRows += block.rowCount
                $0.rowsScanned += block.rowCount
            }
        }
        return Scan(units: units)
    }

    private func units(
        of segment: SegmentFile, _ pruning: SegmentPruning, _ observer: ScanObserver
    ) throws -> [any ScanUnit] {
        let opened = try segment.open()
        var units: [any ScanUnit] = []
        var groupStart = 0
        for rowGroup in opened.file.rowGroups.indices {
            defer { groupStart += opened.file.rowGroups[rowGroup].rowCount }
            let starts = try segment.pageStarts(opened, rowGroup: rowGroup)
            let pageCount = starts.count - 1
            observer.count {
                $0.rowGroups += 1
                $0.pages += pageCount
            }
            let runs = pruning.pages(
                of: segment, opened, rowGroup: rowGroup, pageCount: pageCount, observer: observer)
            if runs.isEmpty { observer.count { $0.rowGroupsPruned += 1 } }
            for run in runs {
                var page = run.lowerBound
                while page < run.upperBound {
                    // As many pages as fit one unit.
                    var end = page + 1
                    while end < run.upperBound,
                        starts[end + 1] - starts[page] <= scanUnitRowCountMax
                    {
                        end += 1
                    }
                    units.append(
                        SegmentUnit(
                            segment: segment, rowGroup: rowGroup, pages: page..<end,
                            rowCount: starts[end] - starts[page],
                            columns: columns, observer: observer,
                            firstRow: groupStart + starts[page]))
                    page = end
                }
            }
        }
        return units
    }
}

/// A block of the tail.
private struct TailUnit: ScanUnit {
    let block: TailBlock
    let columns: [ColumnDefinition]
    var rowCount: Int { block.rowCount }

    func read(_ wanted: [Int]) throws -> Block {
        Block(
            rowCount: block.rowCount,
            columns: wanted.map { block.column($0, type: columns[$0].type) })
    }
}

extension [Range<Int>] {
    /// The same rows as ascending ranges that do not overlap.
    func merged() -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if let last = merged.last, last.upperBound >= range.lowerBound {
                merged[merged.count - 1] =
                    last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}

extension EventsTable {
    /// The same events, read through another cache.
    package func reading(through cache: ColumnCache) -> EventsTable {
        EventsTable(
            columns: columns, segments: segments.map { $0.reading(through: cache) }, tail: tail,
            identityLog: identityLog
        ).hiding(hidden, keepsLogouts: keepsLogouts)
    }

    init(
        columns: [ColumnDefinition], segments: [SegmentFile], tail: [TailBlock],
        identityLog: [SegmentFile] = []
    ) {
        self.columns = columns
        self.segments = segments
        self.tail = tail
        self.identityLog = identityLog
    }
}
