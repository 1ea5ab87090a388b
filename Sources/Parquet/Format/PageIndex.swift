import Columns

/// The pages of one column chunk: where they are, which rows they hold and within which limits.
package struct PageIndex: Sendable {
    package struct Page: Sendable, Hashable {
        /// Counted from the start of the row group.
        package var rows: Range<Int>
        /// Header and body, in bytes of the file.
        package var byteRange: Range<Int>
        /// Without limits if the file keeps none for this page.
        package var statistics = ColumnStatistics()
        /// Whether all rows are known to be null.
        package var isAllNull = false
    }

    package var pages: [Page]
    package var order = BoundaryOrder.unordered
    /// Bytes read to know all this.
    package var bytesRead = 0
    /// Indexes that could not be used; what they would have said is then missing here.
    package var damage: [ParquetDamage] = []

    package init(pages: [Page]) {
        self.pages = pages
    }

    /// The pages that hold any of these rows.
    package func pages(covering rows: Range<Int>) -> Range<Int> {
        let first = pages.firstIndex { $0.rows.upperBound > rows.lowerBound } ?? pages.count
        let end = pages.lastIndex { $0.rows.lowerBound < rows.upperBound }.map { $0 + 1 } ?? 0
        return rows.isEmpty || first >= end ? first..<first : first..<end
    }
}

// MARK: - Writing (page "Page Index")

/// What the writer remembers of a written page for the indexes.
struct WrittenPage: Sendable {
    var offset: Int
    var size: Int
    var firstRow: Int
    var rowCount: Int
    var nullCount: Int
    var bounds: ValueBounds?
}

enum PageIndexWriter {
    static func offsetIndex(_ pages: [WrittenPage]) -> [UInt8] {
        var writer = ThriftCompactWriter()
        writer.structure { writer in
            writer.list(1, of: .structure, count: pages.count)
            for page in pages {
                writer.structure { writer in
                    writer.int64(1, page.offset)
                    writer.int32(2, Int32(page.size))
                    writer.int64(3, page.firstRow)
                }
            }
            StructChecksum.write(to: &writer)
        }
        return writer.bytes
    }

    /// - Returns: `nil` if a page has values but no limits (only NaN, or none were wanted): the
    ///   format has no way to say that.
    static func columnIndex(_ pages: [WrittenPage]) -> [UInt8]? {
        let limits = pages.map { $0.bounds?.shortened().bounds }
        let areNull = pages.map { $0.nullCount == $0.rowCount }
        guard zip(limits, areNull).allSatisfy({ $0 != nil || $1 }) else { return nil }
        let encoded = limits.map { $0?.encoded ?? (min: [], max: []) }
        var writer = ThriftCompactWriter()
        writer.structure { writer in
            writer.list(1, of: .boolTrue, count: pages.count)
            for isNull in areNull { writer.element(isNull) }
            writer.list(2, of: .binary, count: pages.count)
            for limit in encoded { writer.element(limit.min) }
            writer.list(3, of: .binary, count: pages.count)
            for limit in encoded { writer.element(limit.max) }
            writer.int32(4, order(limits.compactMap(\.self)).rawValue)
            writer.list(5, of: .int64, count: pages.count)
            for page in pages { writer.element(page.nullCount) }
            StructChecksum.write(to: &writer)
        }
        return writer.bytes
    }

    private static func order(_ limits: [ValueBounds]) -> BoundaryOrder {
        let neighbours = zip(limits, limits.dropFirst())
        if neighbours.allSatisfy({ $0.isNotAfter($1) }) { return .ascending }
        return neighbours.allSatisfy { $1.isNotAfter($0) } ? .descending : .unordered
    }
}

// MARK: - Reading

enum PageIndexReader {
    /// Pages from an offset index.
    /// - Parameter chunk: the bytes in which pages must lie.
    static func offsetIndex(
        _ bytes: [UInt8], at offset: Int, rowCount: Int, chunk: Range<Int>, requiresChecksum: Bool
    ) throws(ParquetError) -> PageIndex {
        var reader = ThriftCompactReader(bytes, range: 0..<bytes.count, base: offset)
        var locations: [(offset: Int64, size: Int32, firstRow: Int64)] = []
        var checksum = StructChecksum.State.absent
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1:
                for _ in 0..<(try reader.list(field, of: .structure)) {
                    locations.append(try location(&reader))
                }
            case StructChecksum.fieldID:
                checksum = try StructChecksum.read(field, from: &reader, start: 0)
            default: return false
            }
            return true
        }
        guard reader.position == bytes.count else {
            throw ParquetError("offset index of a wrong length", at: offset)
        }
        try checksum.verify(isRequired: requiresChecksum, "offset index", at: offset)
        var pages: [PageIndex.Page] = []
        for (number, location) in locations.enumerated() {
            let next =
                number + 1 < locations.count ? locations[number + 1].firstRow : Int64(rowCount)
            let (end, overflows) = location.offset.addingReportingOverflow(Int64(location.size))
            guard location.firstRow >= 0, location.firstRow < next, next <= rowCount,
                location.size > 0, !overflows, location.offset >= chunk.lowerBound,
                end <= chunk.upperBound, number > 0 || location.firstRow == 0
            else { throw ParquetError("offset index: page \(number) is impossible", at: offset) }
            pages.append(
                PageIndex.Page(
                    rows: Int(location.firstRow)..<Int(next),
                    byteRange: Int(location.offset)..<Int(end)))
        }
        guard !pages.isEmpty || rowCount == 0 else {
            throw ParquetError("offset index without pages", at: offset)
        }
        return PageIndex(pages: pages)
    }

    private static func location(
        _ reader: inout ThriftCompactReader
    ) throws(ParquetError) -> (offset: Int64, size: Int32, firstRow: Int64) {
        var location: (offset: Int64, size: Int32, firstRow: Int64) = (-1, -1, -1)
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: location.offset = try reader.int64(field)
            case 2: location.size = try reader.int32(field)
            case 3: location.firstRow = try reader.int64(field)
            default: return false
            }
            return true
        }
        return location
    }

    /// Adds what a column index says to the pages of `index`.
    static func addColumnIndex(
        _ bytes: [UInt8], at offset: Int, to index: inout PageIndex, leaf: ParquetLeaf,
        stored: StoredLeaf, requiresChecksum: Bool
    ) throws(ParquetError) {
        var reader = ThriftCompactReader(bytes, range: 0..<bytes.count, base: offset)
        var areNull: [Bool] = []
        var (least, greatest): ([[UInt8]], [[UInt8]]) = ([], [])
        var nullCounts: [Int64]?
        var order = BoundaryOrder.unordered
        var checksum = StructChecksum.State.absent
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1:
                for _ in 0..<(try reader.list(field, of: .boolTrue)) {
                    areNull.append(try reader.boolElement())
                }
            case 2:
                for _ in 0..<(try reader.list(field, of: .binary)) {
                    least.append(try reader.binaryElement())
                }
            case 3:
                for _ in 0..<(try reader.list(field, of: .binary)) {
                    greatest.append(try reader.binaryElement())
                }
            case 4: order = BoundaryOrder(rawValue: try reader.int32(field)) ?? .unordered
            case 5:
                var counts: [Int64] = []
                for _ in 0..<(try reader.list(field, of: .int64)) {
                    counts.append(try reader.int64Element())
                }
                nullCounts = counts
            case StructChecksum.fieldID:
                checksum = try StructChecksum.read(field, from: &reader, start: 0)
            default: return false
            }
            return true
        }
        guard reader.position == bytes.count else {
            throw ParquetError("column index of a wrong length", at: offset)
        }
        try checksum.verify(isRequired: requiresChecksum, "column index", at: offset)
        let count = index.pages.count
        guard areNull.count == count, least.count == count, greatest.count == count,
            nullCounts == nil || nullCounts?.count == count
        else { throw ParquetError("column index of a wrong number of pages", at: offset) }
        var pages = index.pages
        for page in 0..<count {
            if let nulls = nullCounts?[page] {
                guard (0...Int64(pages[page].rows.count)).contains(nulls) else {
                    throw ParquetError("column index: \(nulls) nulls in a page", at: offset)
                }
                pages[page].statistics.nullCount = Int(nulls)
            }
            pages[page].isAllNull = areNull[page]
            if areNull[page] { continue }
            pages[page].statistics.min =
                ValueBounds.decode(least[page], stored, type: leaf.type)
            pages[page].statistics.max =
                ValueBounds.decode(greatest[page], stored, type: leaf.type)
        }
        index.pages = pages
        index.order = order
    }
}
