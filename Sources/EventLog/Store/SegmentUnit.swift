import Columns
import Parquet

/// Neighbouring pages of one row group of a segment.
struct SegmentUnit: ScanUnit {
    let segment: SegmentFile
    let rowGroup: Int
    let pages: Range<Int>
    let rowCount: Int
    let columns: [ColumnDefinition]
    let observer: ScanObserver
    /// Counted from the start of the file.
    var firstRow = 0

    func read(_ wanted: [Int]) throws -> Block {
        read(wanted, rowCount: rowCount) { opened, leaf in
            try segment.column(
                opened, rowGroup: rowGroup, leaf: leaf, pages: pages, observer: observer)
        }
    }

    func read(_ wanted: [Int], rows: [Int32]) throws -> Block {
        if let kept = segment.rows(rows, of: wanted, rowGroup: rowGroup, pages: pages) {
            observer.count { $0.cacheHits += 1 }
            return kept
        }
        var places: [Int] = []
        let block = read(wanted, rowCount: rows.count) { opened, leaf in
            if places.isEmpty, let first = rows.first, first >= 0 {
                let start = try segment.pageStarts(opened, rowGroup: rowGroup)[pages.lowerBound]
                places = rows.map { start + Int($0) }
            }
            return try segment.rows(
                rows, places: places, opened, rowGroup: rowGroup, leaf: leaf, pages: pages,
                observer: observer)
        }
        let own = Block(
            rowCount: rows.count, columns: block.columns.map(\.withOwnDictionary),
            unreadable: block.unreadable)
        segment.keep(own, rows, of: wanted, rowGroup: rowGroup, pages: pages)
        return own
    }

    private func read(
        _ wanted: [Int], rowCount: Int, _ column: (SegmentFile.Opened, Int) throws -> ColumnRead
    ) -> Block {
        // Opened here and not held from the plan on: a query over years would hold every file.
        let opened: SegmentFile.Opened
        do {
            opened = try segment.open()
        } catch {
            observer.report(
                Damage(
                    file: segment.path, rowCount: rowCount,
                    timeRange: segment.entry.timestampMin...segment.entry.timestampMax,
                    message: "the segment cannot be read: \(error)"))
            return Block(
                rowCount: rowCount,
                columns: wanted.map { Column(nulls: rowCount, type: columns[$0].type) },
                unreadable: [0..<rowCount])
        }
        var unreadable: [Range<Int>] = []
        let read = wanted.map { position -> Column in
            let definition = columns[position]
            guard let leaf = segment.leaf(definition, in: opened) else {
                return Column(nulls: rowCount, type: definition.type)
            }
            do {
                let read = try column(opened, leaf)
                for damage in read.damage { report(damage, definition) }
                unreadable += read.unreadable
                return read.column
            } catch {
                observer.report(
                    Damage(
                        file: segment.path, rowCount: rowCount,
                        message: "column \(definition.name), row group \(rowGroup): \(error)"))
                unreadable.append(0..<rowCount)
                return Column(nulls: rowCount, type: definition.type)
            }
        }
        return Block(rowCount: rowCount, columns: read, unreadable: unreadable.merged())
    }

    /// The persons of the rows as the segment has them, if that still holds and can be read.
    func squashedPersons(_ resolvers: PersonResolvers) -> Column? {
        guard resolvers.squash(of: segment) != nil, let opened = try? segment.open(),
            let leaf = opened.leaves[PersonSquash.columnName],
            let read = try? segment.column(
                opened, rowGroup: rowGroup, leaf: leaf, pages: pages, observer: observer),
            read.unreadable.isEmpty, read.column.type == .string
        else { return nil }
        return read.column
    }

    private func report(_ damage: ParquetDamage, _ definition: ColumnDefinition) {
        observer.report(
            Damage(
                file: segment.path, byteRange: damage.byteRange, rowCount: damage.rows?.count,
                timeRange: segment.entry.timestampMin...segment.entry.timestampMax,
                message: "column \(definition.name), row group \(rowGroup): \(damage.message)"))
    }
}
