package import Columns

/// Writes the events of a snapshot as NDJSON in the order of `seq`, in bounded memory.
///
/// Segments hold their events in another order. So the lines of one are made, sorted and written; if they
/// are more than `sortSizeMax`, those that came first are kept, and the segment is read again for the rest.
package struct EventDump {
    package struct Counts: Sendable, Hashable {
        package var events = 0
        package var bytes = 0
    }

    private let table: EventsTable
    private let observer: ScanObserver
    private let sortSizeMax: Int
    private let sieve: EventSieve
    private let countMax: Int
    private var json = EventJSON()
    private var counts = Counts()

    /// - Parameters:
    ///   - observer: is told what could not be read, and is left out.
    ///   - sieve: lets through what is wanted.
    ///   - countMax: events that are written; the first ones.
    ///   - sortSizeMax: bytes of lines to hold, in tests other than `Limits.dumpSortSizeMax`.
    package init(
        _ table: EventsTable, observer: ScanObserver, sieve: EventSieve = EventSieve(),
        countMax: Int = .max, sortSizeMax: Int = Limits.dumpSortSizeMax
    ) {
        self.table = table
        self.observer = observer
        self.sieve = sieve
        self.countMax = countMax
        self.sortSizeMax = sortSizeMax
    }

    /// - Parameters:
    ///   - first: the first `seq` that is wanted.
    ///   - write: is given whole lines, as many as there are at a time.
    /// - Returns: what was written.
    package mutating func run(
        from first: Int64 = 0, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Counts {
        counts = Counts()
        for range in table.sequenceRanges where range.upperBound >= first {
            var next = max(first, range.lowerBound)
            while next <= range.upperBound, counts.events < countMax {
                var lines = SortedLines(sizeMax: sortSizeMax)
                try collect(next...range.upperBound, &lines)
                lines.keepFirst(countMax - counts.events)
                try lines.write(write)
                counts.events += lines.count
                counts.bytes += lines.size
                // Without a cut everything of the range is out.
                guard let cut = lines.cut else { break }
                next = cut
            }
        }
        return counts
    }

    private mutating func collect(
        _ range: ClosedRange<Int64>, _ lines: inout SortedLines
    ) throws {
        let seq = Int(EventColumn.seq.rawValue)
        let all = Array(table.columns.indices)
        let bound = ColumnBound(
            column: seq, .range(lower: .int64(range.lowerBound), upper: .int64(range.upperBound)))
        let scan = try table.scan(
            ScanRequest(columns: all, bounds: [bound] + sieve.bounds, observer: observer))
        for unit in scan.units {
            let numbers = try unit.read([seq])
            guard var wanted = lines.wanted(numbers, in: range) else { continue }
            if let passed = try sieve.rows(of: unit) { wanted.removeAll { !passed[$0] } }
            if wanted.isEmpty { continue }
            let block = try unit.read(all)
            for row in wanted where !block.unreadable.contains(where: { $0.contains(row) }) {
                guard case .int64(let number) = numbers.columns[0][row], lines.wants(number) else {
                    continue
                }
                do {
                    try lines.add(number) {
                        try json.append(row: row, of: block, table.columns, to: &$0)
                    }
                } catch let error as JSONError {
                    observer.report(
                        Damage(
                            file: table.name, rowCount: 1,
                            message: "event \(number): extra: \(error.message)"))
                }
            }
        }
    }
}

/// Lines by number; of more than fit, those with the lowest numbers.
package struct SortedLines {
    private var text: [UInt8] = []
    private var places: [(seq: Int64, range: Range<Int>)] = []
    private let sizeMax: Int
    /// The first number that did not fit; all lines are below it.
    package private(set) var cut: Int64?

    package init(sizeMax: Int) { self.sizeMax = sizeMax }

    package var count: Int { places.count }
    /// Bytes of all lines.
    package var size: Int { places.reduce(0) { $0 + $1.range.count } }

    package func wants(_ seq: Int64) -> Bool { cut.map { seq < $0 } ?? true }

    /// The rows that are wanted; `nil` if there are none.
    func wanted(_ block: Block, in range: ClosedRange<Int64>) -> [Int]? {
        guard case .int64(let numbers) = block.columns[0].values else { return nil }
        let rows = numbers.indices.filter { range.contains(numbers[$0]) && wants(numbers[$0]) }
        return rows.isEmpty ? nil : rows
    }

    package mutating func add(_ seq: Int64, _ append: (inout [UInt8]) throws -> Void) throws {
        let start = text.count
        do {
            try append(&text)
        } catch {
            text.removeLast(text.count - start)
            throw error
        }
        places.append((seq, start..<text.count))
        if text.count > 2 * sizeMax { shrink() }
    }

    /// Keeps as many of the lowest numbers as fit, at least one.
    private mutating func shrink() {
        places.sort { $0.seq < $1.seq }
        var kept: [UInt8] = []
        kept.reserveCapacity(sizeMax)
        for (index, place) in places.enumerated() {
            if index > 0, kept.count + place.range.count > sizeMax {
                cut = place.seq
                places.removeSubrange(index...)
                break
            }
            let start = kept.count
            kept.append(contentsOf: text[place.range])
            places[index].range = start..<kept.count
        }
        text = kept
    }

    /// Keeps the lines with the lowest numbers, so many at most.
    package mutating func keepFirst(_ countMax: Int) {
        guard countMax < places.count else { return }
        places.sort { $0.seq < $1.seq }
        cut = places[countMax].seq
        places.removeSubrange(countMax...)
    }

    /// Hands over all lines in the order of their numbers, in pieces of whole lines that have about so
    /// many bytes, each with its count of lines and the last of their numbers.
    package mutating func pieces(
        of size: Int, _ take: (_ bytes: [UInt8], _ count: Int, _ lastSeq: Int64) -> Void
    ) {
        places.sort { $0.seq < $1.seq }
        var piece: [UInt8] = []
        var count = 0
        for (index, place) in places.enumerated() {
            piece.append(contentsOf: text[place.range])
            count += 1
            guard piece.count >= size || index == places.count - 1 else { continue }
            take(piece, count, place.seq)
            piece = []
            count = 0
        }
    }

    /// Hands over all lines in the order of their numbers, in pieces of about a megabyte.
    mutating func write(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        places.sort { $0.seq < $1.seq }
        var piece: [UInt8] = []
        for place in places {
            piece.append(contentsOf: text[place.range])
            guard piece.count >= 1 << 20 else { continue }
            try piece.withUnsafeBytes(write)
            piece.removeAll(keepingCapacity: true)
        }
        if !piece.isEmpty { try piece.withUnsafeBytes(write) }
    }
}

extension EventsTable {
    /// Where the numbers of segments and of the tail lie: ascending, not overlapping.
    package var sequenceRanges: [ClosedRange<Int64>] {
        var ranges = segments.map { $0.entry.seqMin...$0.entry.seqMax }
        ranges += tail.compactMap(\.sequenceRange)
        var merged: [ClosedRange<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] =
                    last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
