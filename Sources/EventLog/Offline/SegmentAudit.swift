import Columns
package import Parquet

/// Everything that a segment, its name and the catalog say, held against its rows.
package struct SegmentAudit: Sendable {
    package struct Finding: Sendable, Hashable {
        package enum Kind: Sendable {
            /// Bytes that cannot be used, and the rows that need them.
            case damage
            /// The file contradicts itself: who trusts it misses rows.
            case contradiction
            /// The catalog or the file's name says something else than the file.
            case catalog
            /// Events or numbers that stand more than once.
            case repetition
        }

        package var kind: Kind
        package var byteRange: Range<Int>?
        package var rowCount: Int?
        package var message: String
    }

    package private(set) var findings: [Finding] = []
    /// Rows of row groups that were looked at.
    package private(set) var rowCount = 0
    package private(set) var pageCount = 0
    /// Numbers that could be read.
    private var numbers = NumberSet()
    private var numberRange: ClosedRange<Int64>?
    private var repeatedCount = 0
    private let name: String
    private let entry: SegmentEntry?

    /// - Parameters:
    ///   - name: of the file, without directories.
    ///   - entry: what the catalog says of it; `nil` if nobody asked one.
    /// - Throws: what the source throws, if that is no `ParquetError`.
    package init(of file: ParquetFile, name: String, entry: SegmentEntry?) throws {
        self.name = name
        self.entry = entry
        for (name, reason) in file.unsupportedLeaves {
            add(.damage, nil, "column \(name) cannot be read: \(reason)")
        }
        if let entry {
            if entry.size != file.source.size {
                add(.catalog, nil, "the catalog says \(entry.size) bytes of \(file.source.size)")
            }
            if entry.rowCount != file.rowCount {
                add(.catalog, nil, "the catalog says \(entry.rowCount) events of \(file.rowCount)")
            }
        }
        var contentNulls: Int? = 0
        for group in file.rowGroups.indices {
            try audit(file, group, &contentNulls)
            rowCount += file.rowGroups[group].rowCount
        }
        if let said = entry?.contentIdNullCount, let found = contentNulls, said != found {
            add(.catalog, nil, "the catalog says \(said) events without contentId of \(found)")
        }
        compareNumbers(file)
    }

    private mutating func audit(
        _ file: ParquetFile, _ group: Int, _ contentNulls: inout Int?
    ) throws {
        var sorting: [Int: ColumnRead] = [:]
        let order = file.rowGroups[group].sortingColumns
        for leaf in file.leaves.indices {
            let audit = try file.audit(rowGroup: group, leaf: leaf)
            pageCount += audit.pagesRead
            for finding in audit.findings {
                findings.append(
                    Finding(
                        kind: finding.kind == .damage ? .damage : .contradiction,
                        byteRange: finding.byteRange, rowCount: finding.rowCount,
                        message: finding.message))
            }
            let name = file.leaves[leaf].name
            compare(name, audit.limits)
            let isWhole = audit.read.unreadable.isEmpty && audit.read.column.count > 0
            if name == EventColumn.contentId.definition.name {
                contentNulls = isWhole ? contentNulls.map { $0 + audit.nullCount } : nil
            }
            if name == EventColumn.seq.definition.name { collect(audit.read) }
            if isWhole, order.contains(where: { $0.leaf == leaf }) { sorting[leaf] = audit.read }
        }
        let keys = order.prefix { sorting[$0.leaf] != nil }
        if let row = RowOrder(keys.map { ($0, sorting[$0.leaf]!.column) }).firstMisplacedRow {
            add(
                .contradiction, nil,
                "row group \(group): row \(row) is not in the order that is said")
        }
    }

    /// The catalog's bounds of one column.
    private mutating func compare(_ name: String, _ limits: (min: Value, max: Value)?) {
        guard let entry, let limits else { return }
        let said: (Value?, Value?)
        switch name {
        case EventColumn.seq.definition.name: said = (.int64(entry.seqMin), .int64(entry.seqMax))
        case EventColumn.timestamp.definition.name:
            said = (.timestamp(entry.timestampMin), .timestamp(entry.timestampMax))
        case EventColumn.event.definition.name:
            said = (entry.eventMin.map { .string($0) }, entry.eventMax.map { .string($0) })
        case EventColumn.contentId.definition.name:
            said = (entry.contentIdMin.map { .string($0) }, entry.contentIdMax.map { .string($0) })
        default: return
        }
        if let low = said.0, limits.min.isBelow(low) ?? false {
            add(.catalog, nil, "column \(name): a value is below what the catalog says")
        }
        if let high = said.1, high.isBelow(limits.max) ?? false {
            add(.catalog, nil, "column \(name): a value is above what the catalog says")
        }
    }

    private mutating func collect(_ read: ColumnRead) {
        guard case .int64(let values) = read.column.values else { return }
        for row in values.indices where !read.unreadable.contains(where: { $0.contains(row) }) {
            let number = values[row]
            if !numbers.insert(number) { repeatedCount += 1 }
            let range = numberRange ?? number...number
            if !range.contains(number) || numberRange == nil {
                numberRange = min(range.lowerBound, number)...max(range.upperBound, number)
            }
        }
    }

    private mutating func compareNumbers(_ file: ParquetFile) {
        if repeatedCount > 0 {
            add(.repetition, repeatedCount, "seq: \(repeatedCount) numbers stand twice")
        }
        if let low = numberRange?.lowerBound, let high = numberRange?.upperBound {
            if let said = SegmentName.range(ofFileNamed: name),
                low < said.lowerBound || high > said.upperBound
            {
                add(.catalog, nil, "seq \(low) to \(high) is not within what the name says")
            }
            func keyValue(_ key: String) -> Int64? {
                file.keyValues.first { $0.key == key }.flatMap { Int64($0.value) }
            }
            if let first = keyValue("eventlog.seq.first"), let last = keyValue("eventlog.seq.last"),
                low < first || high > last
            {
                add(.contradiction, nil, "seq \(low) to \(high) is not within what the footer says")
            }
        }
        numbers = NumberSet()
    }

    private mutating func add(_ kind: Finding.Kind, _ rowCount: Int?, _ message: String) {
        findings.append(
            Finding(kind: kind, byteRange: nil, rowCount: rowCount, message: message))
    }
}

extension SegmentName {
    /// The numbers that the name of a segment's file says; `nil` for other names.
    static func range(ofFileNamed name: String) -> ClosedRange<Int64>? {
        guard let numbers = numbers(ofFileNamed: name)?.split(separator: "-"), numbers.count == 2,
            let first = Int64(numbers[0]), let last = Int64(numbers[1]), first <= last
        else { return nil }
        return first...last
    }
}
