package import Columns

/// The live segments of a snapshot, as the catalog knows them: none is opened for it. Events that are
/// in no segment yet have no row.
package struct SegmentsTable: Table {
    package let name = "segments"
    package let summary = "a live segment: its file, its size and its bounds"
    package let columns = Field.allCases.map(\.definition)
    private let segments: [SegmentFile]

    init(_ segments: [SegmentFile]) {
        self.segments = segments
    }

    package func scan(_ request: ScanRequest) throws -> Scan {
        request.observer.count { $0.rowsScanned += segments.count }
        return Scan(units: segments.parts(of: scanUnitRowCountMax).map(Unit.init))
    }

    private struct Unit: ScanUnit {
        let segments: [SegmentFile]
        var rowCount: Int { segments.count }

        func read(_ wanted: [Int]) throws -> Block {
            Block(
                rowCount: rowCount,
                columns: wanted.map { place in
                    let field = Field.allCases[place]
                    return Column(type: field.definition.type, segments.map(field.value))
                })
        }
    }

    private enum Field: CaseIterable {
        case file, rows, bytes, generation, sealedAt, seqMin, seqMax, timestampMin, timestampMax
        case eventMin, eventMax, contentIdMin, contentIdMax, contentIdNulls

        var definition: ColumnDefinition {
            switch self {
            case .file: .init("file", .string, summary: "its path in the store's directory")
            case .rows: .init("rows", .int64, summary: "events in it")
            case .bytes: .init("bytes", .int64, unit: "B", summary: "size of the file")
            case .generation:
                .init("generation", .int64, summary: "0 sealed, 1 and more compacted")
            case .sealedAt:
                .init("sealedAt", .timestamp, unit: "µs UTC", summary: "when it was written")
            case .seqMin: .init("seqMin", .int64, summary: "the lowest arrival number in it")
            case .seqMax: .init("seqMax", .int64, summary: "the highest one")
            case .timestampMin:
                .init(
                    "timestampMin", .timestamp, unit: "µs UTC",
                    summary: "no event in it is earlier")
            case .timestampMax:
                .init(
                    "timestampMax", .timestamp, unit: "µs UTC", summary: "no event in it is later")
            case .eventMin:
                .init("eventMin", .string, summary: "no event type in it sorts before")
            case .eventMax: .init("eventMax", .string, summary: "no event type in it sorts behind")
            case .contentIdMin:
                .init("contentIdMin", .string, summary: "no contentId in it sorts before")
            case .contentIdMax:
                .init("contentIdMax", .string, summary: "no contentId in it sorts behind")
            case .contentIdNulls:
                .init("contentIdNulls", .int64, summary: "events in it without a contentId")
            }
        }

        func value(_ segment: SegmentFile) -> Value {
            let entry = segment.entry
            return switch self {
            case .file: .string(segment.path)
            case .rows: .int64(Int64(entry.rowCount))
            case .bytes: .int64(Int64(entry.size))
            case .generation:
                SegmentName.generation(ofFileNamed: splitPath(entry.path).name)
                    .map { .int64($0) } ?? .null
            case .sealedAt:
                .timestamp(
                    entry.modificationTime.multipliedReportingOverflow(by: 1000).partialValue)
            case .seqMin: .int64(entry.seqMin)
            case .seqMax: .int64(entry.seqMax)
            case .timestampMin: .timestamp(entry.timestampMin)
            case .timestampMax: .timestamp(entry.timestampMax)
            case .eventMin: entry.eventMin.map { .string($0) } ?? .null
            case .eventMax: entry.eventMax.map { .string($0) } ?? .null
            case .contentIdMin: entry.contentIdMin.map { .string($0) } ?? .null
            case .contentIdMax: entry.contentIdMax.map { .string($0) } ?? .null
            case .contentIdNulls: entry.contentIdNullCount.map { .int64(Int64($0)) } ?? .null
            }
        }
    }
}
