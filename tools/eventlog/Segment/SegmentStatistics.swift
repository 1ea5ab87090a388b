import Columns
import Parquet

/// What `segment stat` says; the names are those of the JSON.
struct SegmentStatistics: Codable, Equatable {
    struct Pages: Codable, Equatable {
        var count: Int
        var rowsMin: Int
        var rowsAverage: Int
        var rowsMax: Int
        /// Bytes, header and body.
        var sizeMin: Int
        var sizeAverage: Int
        var sizeMax: Int
    }

    struct Dictionary: Codable, Equatable {
        /// Entries and bytes over all row groups.
        var entries: Int
        var stored: Int
        var raw: Int
    }

    struct Filter: Codable, Equatable {
        /// Bytes over all row groups.
        var size: Int
        /// Estimates, from how full it is.
        var values: Int
        var bitsPerValue: Double?
        var falsePositives: Double
    }

    struct Leaf: Codable, Equatable {
        var name: String
        var type: String
        var encodings: String
        var storedBytes: Int
        var codec: String
        /// Bytes before compression.
        var rawBytes: Int
        var nulls: Int?
        /// Of all columns' bytes, 0 to 1.
        var share: Double
        var pages: Pages?
        var dictionary: Dictionary?
        var filter: Filter?
        /// Row groups that have them.
        var offsetIndexes: Int
        var columnIndexes: Int
    }

    var summary: SegmentSummary
    var rowGroups: Int
    var createdBy: String?
    /// Whether footer, headers, indexes and filters have checksums of their own.
    var metadataChecksums: Bool
    var keyValues: [String: String]
    /// In which order the rows stand, as the file says.
    var sortingColumns: [String]
    var leaves: [Leaf]

    var json: String {
        get throws(ToolFailure) { try JSONLine.checked(self) }
    }

    /// Columns that hold nothing are left out: most are, in most segments.
    var lines: [String] {
        var lines = [
            summary.line,
            "  \(rowGroups) row groups, \(leaves.count) columns"
                + (createdBy.map { ", by \(harmless($0))" } ?? "")
                + (metadataChecksums ? ", checksums everywhere" : ""),
        ]
        if !sortingColumns.isEmpty {
            lines.append("  in order of \(harmless(sortingColumns.joined(separator: ", ")))")
        }
        for (key, value) in keyValues.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(harmless(key)) = \(harmless(String(value.prefix(200))))")
        }
        for leaf in leaves.sorted(by: { $0.storedBytes > $1.storedBytes })
        where leaf.storedBytes > 0 {
            lines.append(contentsOf: leaf.lines(rows: summary.rows))
        }
        return lines
    }
}

extension SegmentStatistics.Leaf {
    /// Columns of a bar.
    private static let barLength = 10

    fileprivate func lines(rows: Int) -> [String] {
        let perRow = rows > 0 ? Double(storedBytes) / Double(rows) : 0
        let full = Int((share * Double(Self.barLength)).rounded(.up))
        let bar =
            String(repeating: "█", count: full)
            + String(repeating: "·", count: Self.barLength - full)
        var details: [String] = []
        if let pages {
            details.append(
                "\(Quantities.grouped(pages.count)) pages of \(pages.rowsMin)/\(pages.rowsAverage)/"
                    + "\(pages.rowsMax) rows, \(pages.sizeMin)/\(pages.sizeAverage)/\(pages.sizeMax) B"
            )
        }
        if let dictionary {
            details.append(
                "dictionary \(Quantities.grouped(dictionary.entries)) entries "
                    + Quantities.bytes(dictionary.stored))
        }
        if let filter {
            let bits =
                filter.bitsPerValue.map { ", \(Quantities.decimal($0, 1)) bits a value" } ?? ""
            details.append(
                "Bloom \(Quantities.bytes(filter.size))\(bits), "
                    + "\(Quantities.decimal(filter.falsePositives * 100, 2)) % false")
        }
        if offsetIndexes == 0 { details.append("no page index") }
        return [
            "  \(bar) \(Quantities.decimal(share * 100, 1)) % \(harmless(name)) \(type) "
                + "\(Quantities.bytes(storedBytes)), \(Quantities.decimal(perRow, 2)) B an event, "
                + "\(encodings) \(codec)",
            "      " + details.joined(separator: " · "),
        ]
    }
}

extension OfflineSegment {
    /// - Parameter report: is told of parts that cannot be read.
    func statistics(_ report: inout DamageReport) throws(ToolFailure) -> SegmentStatistics {
        let file = try opened()
        let total = file.rowGroups.reduce(0) { sum, group in
            sum + group.columns.reduce(0) { $0 + $1.byteRange.count }
        }
        var leaves: [SegmentStatistics.Leaf] = []
        for leaf in file.leaves.indices {
            leaves.append(try statistics(of: leaf, in: file, total, &report))
        }
        let sorting = file.rowGroups.first?.sortingColumns ?? []
        return SegmentStatistics(
            summary: try summary(), rowGroups: file.rowGroups.count, createdBy: file.createdBy,
            metadataChecksums: file.hasMetadataChecksums,
            keyValues: [String: String](
                file.keyValues.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first }),
            sortingColumns: sorting.compactMap { column in
                guard file.leaves.indices.contains(column.leaf) else { return nil }
                return file.leaves[column.leaf].name + (column.isDescending ? " descending" : "")
                    + (column.areNullsFirst ? " nulls first" : "")
            },
            leaves: leaves)
    }

    private func statistics(
        of leaf: Int, in file: ParquetFile, _ total: Int, _ report: inout DamageReport
    ) throws(ToolFailure) -> SegmentStatistics.Leaf {
        let chunks = file.rowGroups.map { $0.columns[leaf] }
        // A column of nulls has pages of levels and nothing else: not worth a line.
        let isEmpty = chunks.allSatisfy { $0.statistics.nullCount == $0.valueCount }
        let encodings = Set(chunks.flatMap(\.dataEncodings)).map { "\($0)" }.sorted()
        let stored = chunks.reduce(0) { $0 + $1.byteRange.count }
        let nulls = chunks.reduce(Int?(0)) { sum, chunk in
            sum.flatMap { sum in chunk.statistics.nullCount.map { sum + $0 } }
        }
        var layouts: [ChunkLayout] = []
        do {
            for group in file.rowGroups.indices {
                let layout = try file.layout(rowGroup: group, leaf: leaf)
                for damage in layout.damage {
                    report.add(
                        DamageReport.Entry(
                            path: path, offset: damage.byteRange.lowerBound,
                            length: damage.byteRange.count,
                            message: "column \(file.leaves[leaf].name), row group \(group): "
                                + damage.message))
                }
                layouts.append(layout)
            }
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))")
        }
        return SegmentStatistics.Leaf(
            name: file.leaves[leaf].name, type: file.leaves[leaf].type.rawValue,
            encodings: encodings.joined(separator: " "), storedBytes: isEmpty ? 0 : stored,
            codec: Set(chunks.map { "\($0.codec)" }).sorted().joined(separator: " "),
            rawBytes: chunks.reduce(0) { $0 + $1.rawSize }, nulls: nulls,
            share: total > 0 ? Double(stored) / Double(total) : 0,
            pages: SegmentStatistics.Pages(layouts),
            dictionary: SegmentStatistics.Dictionary(layouts),
            filter: SegmentStatistics.Filter(layouts),
            offsetIndexes: layouts.count { $0.pages != nil },
            columnIndexes: layouts.count { $0.hasColumnIndex })
    }
}

extension SegmentStatistics.Pages {
    fileprivate init?(_ layouts: [ChunkLayout]) {
        let pages = layouts.flatMap { $0.pages ?? [] }
        guard !pages.isEmpty else { return nil }
        count = pages.count
        rowsMin = pages.reduce(.max) { min($0, $1.rows) }
        rowsAverage = pages.reduce(0) { $0 + $1.rows } / pages.count
        rowsMax = pages.reduce(0) { max($0, $1.rows) }
        sizeMin = pages.reduce(.max) { min($0, $1.size) }
        sizeAverage = pages.reduce(0) { $0 + $1.size } / pages.count
        sizeMax = pages.reduce(0) { max($0, $1.size) }
    }
}

extension SegmentStatistics.Dictionary {
    fileprivate init?(_ layouts: [ChunkLayout]) {
        let dictionaries = layouts.compactMap(\.dictionary)
        guard !dictionaries.isEmpty else { return nil }
        entries = dictionaries.reduce(0) { $0 + $1.entries }
        stored = dictionaries.reduce(0) { $0 + $1.storedSize }
        raw = dictionaries.reduce(0) { $0 + $1.rawSize }
    }
}

extension SegmentStatistics.Filter {
    fileprivate init?(_ layouts: [ChunkLayout]) {
        let filters = layouts.compactMap(\.filter)
        guard !filters.isEmpty else { return nil }
        size = filters.reduce(0) { $0 + $1.size }
        let known = filters.reduce(0) { $0 + $1.values }
        values = Int(known.rounded())
        if known >= 1 { bitsPerValue = (Double(size) * 80 / known).rounded() / 10 }
        // Of a row group picked at random.
        let sum = filters.reduce(0) { $0 + $1.falsePositives }
        falsePositives = (sum / Double(filters.count) * 1e6).rounded() / 1e6
    }
}
