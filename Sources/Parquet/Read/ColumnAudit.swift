package import Columns

/// A column chunk read whole, and what its statistics, page index and Bloom filter say held against
/// the data.
package struct ColumnAudit: Sendable {
    package struct Finding: Sendable, Hashable {
        package enum Kind: Sendable {
            /// Bytes that cannot be used.
            case damage
            /// Sound bytes that say what is not so: a reader that trusts them misses rows.
            case contradiction
        }

        package var kind: Kind
        /// In the file, as far as known.
        package var byteRange: Range<Int>?
        /// Rows that cannot be read; `nil` where none is lost.
        package var rowCount: Int?
        package var message: String
    }

    package var findings: [Finding] = []
    /// Without rows if nothing of it could be read.
    package var read: ColumnRead
    /// Of the rows that could be read.
    package var nullCount = 0
    /// Least and greatest value of the rows that could be read; NaN is neither.
    package var limits: (min: Value, max: Value)?
    package var pagesRead = 0
}

extension ParquetFile {
    /// Reads all of a chunk, every index of it and every page, and compares.
    /// - Throws: what the source throws, if that is no `ParquetError`.
    package func audit(rowGroup: Int, leaf: Int) throws -> ColumnAudit {
        var auditor = ColumnAuditor(
            file: self, rowGroup: rowGroup, leaf: leaf, type: leaves[leaf].type)
        try auditor.run()
        return auditor.audit
    }
}

private struct ColumnAuditor {
    private let file: ParquetFile
    private let rowGroup: Int
    private let leaf: Int
    private let chunk: ColumnChunkMetadata
    private let rowCount: Int
    private var index: PageIndex?
    private(set) var audit: ColumnAudit

    init(file: ParquetFile, rowGroup: Int, leaf: Int, type: ColumnType) {
        self.file = file
        self.rowGroup = rowGroup
        self.leaf = leaf
        chunk = file.rowGroups[rowGroup].columns[leaf]
        rowCount = file.rowGroups[rowGroup].rowCount
        audit = ColumnAudit(read: ColumnRead(column: Column(nulls: 0, type: type)))
    }

    private var place: String { "row group \(rowGroup), column \(file.leaves[leaf].name)" }

    mutating func run() throws {
        do {
            let index = try file.pageIndex(rowGroup: rowGroup, leaf: leaf)
            for damage in index.damage { add(damage) }
            self.index = index
        } catch let error as ParquetError {
            add(error, chunk.offsetIndex)
        }
        do {
            audit.read = try file.readColumn(rowGroup: rowGroup, leaf: leaf, index: index)
            audit.pagesRead = audit.read.pagesRead
            for damage in audit.read.damage { add(damage, isPlaced: true) }
        } catch let error as ParquetError {
            add(error, chunk.byteRange, rowCount: rowCount)
        }
        if audit.read.column.count == rowCount {
            // Pages cover all rows, each once: the index is refused otherwise.
            let pages = (index?.pages ?? []).map {
                ColumnExtent(audit.read.column, $0.rows, except: audit.read.unreadable)
            }
            let all =
                pages.isEmpty
                ? ColumnExtent(audit.read.column, 0..<rowCount, except: audit.read.unreadable)
                : ColumnExtent(pages)
            (audit.nullCount, audit.limits) = (all.nullCount, all.limits)
            compareChunk(all)
            comparePages(pages)
        }
        do {
            if let filter = try file.bloomFilter(rowGroup: rowGroup, leaf: leaf) { compare(filter) }
        } catch let error as ParquetError {
            let range = chunk.bloomFilterOffset.map { $0..<$0 + (chunk.bloomFilterSize ?? 0) }
            add(error, range)
        }
    }

    private mutating func compareChunk(_ all: ColumnExtent) {
        let said = chunk.statistics
        compare(said, all, isWhole: audit.read.unreadable.isEmpty, chunk.byteRange, "statistics")
    }

    private mutating func comparePages(_ extents: [ColumnExtent]) {
        guard let index, chunk.columnIndex != nil else { return }
        for (number, (page, rows)) in zip(index.pages, extents).enumerated() {
            let isWhole = !audit.read.unreadable.contains { $0.overlaps(page.rows) }
            if page.isAllNull, rows.limits != nil {
                contradict(page.byteRange, "page \(number): said to be all null, and is not")
            }
            compare(page.statistics, rows, isWhole: isWhole, page.byteRange, "page \(number)")
        }
    }

    private mutating func compare(
        _ said: ColumnStatistics, _ rows: ColumnExtent, isWhole: Bool, _ range: Range<Int>,
        _ what: String
    ) {
        if isWhole, let nulls = said.nullCount, nulls != rows.nullCount {
            contradict(range, "\(what): \(nulls) nulls said, \(rows.nullCount) are there")
        }
        guard let limits = rows.limits else { return }
        if let min = said.min {
            if limits.min.isBelow(min) ?? true {
                contradict(range, "\(what): a value is below the minimum that is said")
            } else if isWhole, said.isMinExact, min.isBelow(limits.min) ?? false {
                contradict(range, "\(what): the minimum that is said does not occur")
            }
        }
        if let max = said.max {
            if max.isBelow(limits.max) ?? true {
                contradict(range, "\(what): a value is above the maximum that is said")
            } else if isWhole, said.isMaxExact, limits.max.isBelow(max) ?? false {
                contradict(range, "\(what): the maximum that is said does not occur")
            }
        }
    }

    private mutating func compare(_ filter: BloomFilter) {
        let column = audit.read.column
        var missing = 0
        if case .string(let codes, let dictionary) = column.values {
            var isKnown = [Bool](repeating: false, count: dictionary.count)
            for code in codes where code >= 0 && !isKnown[Int(code)] {
                isKnown[Int(code)] = true
                if !filter.mightContain(.string(dictionary[Int(code)])) { missing += 1 }
            }
        } else {
            for row in 0..<column.count where !isUnreadable(row) {
                if column[row] != .null, !filter.mightContain(column[row]) { missing += 1 }
            }
        }
        guard missing > 0 else { return }
        let range = chunk.bloomFilterOffset.map { $0..<$0 + (chunk.bloomFilterSize ?? 0) }
        contradict(range, "Bloom filter: \(missing) values of the column are not in it")
    }

    private func isUnreadable(_ row: Int) -> Bool {
        audit.read.unreadable.contains { $0.contains(row) }
    }

    private mutating func contradict(_ range: Range<Int>?, _ message: String) {
        audit.findings.append(
            ColumnAudit.Finding(
                kind: .contradiction, byteRange: range, message: "\(place): \(message)"))
    }

    /// - Parameter isPlaced: whether the message says where already.
    private mutating func add(_ damage: ParquetDamage, isPlaced: Bool = false) {
        audit.findings.append(
            ColumnAudit.Finding(
                kind: .damage, byteRange: damage.byteRange, rowCount: damage.rows?.count,
                message: isPlaced ? damage.message : "\(place): \(damage.message)"))
    }

    private mutating func add(_ error: ParquetError, _ range: Range<Int>?, rowCount: Int? = nil) {
        let range = range ?? error.offset.map { $0..<$0 }
        audit.findings.append(
            ColumnAudit.Finding(
                kind: .damage, byteRange: range, rowCount: rowCount,
                message: "\(place): \(error.message)"))
    }
}
