import Columns
import Parquet
import Query

/// What `segment stat --pages` says of a page; the names are those of the JSON.
struct SegmentPage: Codable, Equatable {
    var path: String
    var column: String
    var rowGroup: Int
    /// data, dataV2, dictionary or index.
    var kind: String
    /// In the file, in bytes, header and body.
    var offset: Int
    var size: Int
    /// Before compression.
    var raw: Int
    var encoding: String
    /// In the row group, from 0 on; not there for dictionaries.
    var firstRow: Int?
    /// Rows, or a dictionary's entries.
    var rows: Int
    var nulls: Int?
    var min: String?
    var max: String?
    /// Not there: the page has no checksum.
    var checksumRight: Bool?

    var json: String {
        get throws(ToolFailure) { try JSONLine.checked(self) }
    }

    var line: String {
        let bounds = min.map { " \(harmless($0)) … \(harmless(max ?? ""))" } ?? ""
        let nulls = self.nulls.map { " \(Quantities.grouped($0)) null" } ?? ""
        let first = firstRow.map { " from row \($0)" } ?? ""
        let state = checksumRight.map { $0 ? "" : " CHECKSUM WRONG" } ?? " no checksum"
        return "\(offset) group \(rowGroup) \(kind)\(first) \(Quantities.grouped(rows)) rows "
            + "\(Quantities.bytes(size)) of \(Quantities.bytes(raw)) \(encoding)\(nulls)\(bounds)\(state)"
    }
}

extension OfflineSegment {
    /// The pages of a column, in order.
    /// - Throws: `ToolFailure` for a column that is not there.
    func pages(
        of column: String, _ report: inout DamageReport
    ) throws(ToolFailure) -> [SegmentPage] {
        let file = try opened()
        guard let leaf = file.leaf(named: column) else {
            throw ToolFailure(
                "\(harmless(path)): no column \(harmless(column))", .usage)
        }
        var pages: [SegmentPage] = []
        for group in file.rowGroups.indices {
            let found: [PageFacts]
            do {
                found = try file.pages(rowGroup: group, leaf: leaf)
            } catch {
                let parquet = error as? ParquetError
                report.add(
                    DamageReport.Entry(
                        path: path, offset: parquet?.offset,
                        events: file.rowGroups[group].rowCount,
                        message: "column \(column), row group \(group): "
                            + (parquet?.message ?? "\(error)")))
                continue
            }
            for facts in found {
                pages.append(SegmentPage(facts, path, column, group))
                if facts.isChecksumRight == false {
                    report.add(
                        DamageReport.Entry(
                            path: path, offset: facts.byteRange.lowerBound,
                            length: facts.byteRange.count, events: facts.rows?.count,
                            message: "column \(column), row group \(group): checksum mismatch"))
                }
            }
        }
        return pages
    }
}

extension SegmentPage {
    fileprivate init(_ facts: PageFacts, _ path: String, _ column: String, _ rowGroup: Int) {
        self.path = path
        self.column = column
        self.rowGroup = rowGroup
        kind = "\(facts.header.type)"
        offset = facts.byteRange.lowerBound
        size = facts.byteRange.count
        raw = facts.header.rawSize
        encoding = "\(facts.header.encoding)"
        firstRow = facts.rows?.lowerBound
        rows = facts.rows?.count ?? facts.header.valueCount
        nulls = facts.statistics.nullCount ?? facts.header.nullCount
        min = facts.statistics.min.flatMap(Self.text)
        max = facts.statistics.max.flatMap(Self.text)
        checksumRight = facts.isChecksumRight
    }

    private static func text(_ value: Value) -> String? {
        switch value {
        case .null: nil
        case .bool(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): value
        case .timestamp(let value): TimestampText.text(of: value)
        }
    }
}
