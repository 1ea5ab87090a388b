package import Columns

/// Says where the events are that a sieve lets through.
package struct EventPlaces {
    package struct Place: Sendable, Hashable {
        /// Counted from 0 at the start of the file; `nil` for an event that is in no segment yet.
        package var row: Int?
        package var seq: Int64
    }

    private let table: EventsTable
    private let sieve: EventSieve
    private let observer: ScanObserver

    /// - Parameter observer: is told what could not be read, and is left out.
    package init(_ table: EventsTable, _ sieve: EventSieve, observer: ScanObserver) {
        self.table = table
        self.sieve = sieve
        self.observer = observer
    }

    /// Hands over each segment with wanted events, and last, with `nil` for its path, what is in none.
    package func forEach(_ take: (_ segment: String?, [Place]) throws -> Void) throws {
        for segment in table.segments {
            let places = try places(in: table.confined(to: [segment], tail: []))
            if !places.isEmpty { try take(segment.path, places) }
        }
        let places = try places(in: table.confined(to: [], tail: table.tail))
        if !places.isEmpty { try take(nil, places) }
    }

    private func places(in table: EventsTable) throws -> [Place] {
        let seq = Int(EventColumn.seq.rawValue)
        let scan = try table.scan(
            ScanRequest(columns: [seq], bounds: sieve.bounds, observer: observer))
        var places: [Place] = []
        for unit in scan.units {
            let passed =
                try sieve.rows(of: unit) ?? [Bool](repeating: true, count: unit.rowCount)
            guard passed.contains(true) else { continue }
            let block = try unit.read([seq])
            guard case .int64(let numbers) = block.columns[0].values else { continue }
            for row in passed.indices
            where passed[row] && !block.unreadable.contains(where: { $0.contains(row) }) {
                let place = try (unit as? any PlacedUnit)?.rowInFile(row)
                places.append(Place(row: place, seq: numbers[row]))
            }
        }
        return places
    }
}

/// Rows that have a place in a file.
private protocol PlacedUnit: ScanUnit {
    /// - Returns: `nil` if they have none after all.
    func rowInFile(_ row: Int) throws -> Int?
}

extension SegmentUnit: PlacedUnit {
    fileprivate func rowInFile(_ row: Int) -> Int? { firstRow + row }
}

extension HiddenUnit: PlacedUnit {
    fileprivate func rowInFile(_ row: Int) throws -> Int? {
        let inner = try visible.rows().map { Int($0[row]) } ?? row
        return try (unit as? any PlacedUnit)?.rowInFile(inner)
    }
}

extension EventsTable {
    /// Only these of its parts.
    fileprivate func confined(to segments: [SegmentFile], tail: [TailBlock]) -> EventsTable {
        EventsTable(columns: columns, segments: segments, tail: tail).hiding(hidden)
    }
}
