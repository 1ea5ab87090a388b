import Columns
import Parquet

/// A segment without some of its events, made page by page: most of its bytes are copied (`RowRemoval`).
///
/// For a few rows of many. Their pages stay smaller than others until the segment is put together with more; and as
/// there is time then, they are compressed fast now, for somebody may be waiting.
struct SegmentRemoval {
    private let removal: RowRemoval

    /// - Parameters:
    ///   - content: of the segment's file.
    ///   - rows: those that go, ascending.
    /// - Returns: `nil` if it is to be written anew: too many rows go, it has persons in it, which are to be worked out
    ///   again, or it is not laid out for this.
    init?(_ content: [UInt8], of segment: SegmentFile, rows: [Int]) {
        guard !rows.isEmpty, rows.count <= segment.entry.rowCount / 2,
            let opened = try? segment.open(), opened.leaves[PersonSquash.columnName] == nil,
            let removal = try? RowRemoval(
                of: content, without: rows, options: SegmentWriter.options)
        else { return nil }
        self.removal = removal
    }

    /// - Parameter keyValues: what the footer of the file says, by its bounds.
    /// - Returns: one file, or none without events; `nil` if it did not turn out as it should: then the segment is to
    ///   be written anew, which says why.
    func output(
        keyValues: (SegmentBounds) -> [(String, String)]
    ) -> [SegmentMerge.Output]? {
        if removal.rowCount == 0 { return [] }
        guard let bounds = bounds(),
            let bytes = try? removal.file(keyValues: keyValues(bounds))
        else { return nil }
        return [SegmentMerge.Output(bytes: bytes, rowCount: removal.rowCount, bounds: bounds)]
    }

    private func bounds() -> SegmentBounds? {
        let contentId = removal.statistics(of: .contentId)
        guard let seq = removal.statistics(of: .seq)?.integers,
            let timestamp = removal.statistics(of: .timestamp)?.integers,
            let event = removal.statistics(of: .event)?.strings,
            let contentId, let contentIdNullCount = contentId.nullCount
        else { return nil }
        return SegmentBounds(
            seq: seq, timestamp: timestamp, event: event, contentId: contentId.strings,
            contentIdNullCount: contentIdNullCount)
    }
}

extension RowRemoval {
    fileprivate func statistics(of column: EventColumn) -> ColumnStatistics? {
        leaf(named: column.definition.name).map { statistics(ofLeaf: $0) }
    }
}

extension ColumnStatistics {
    fileprivate var integers: ClosedRange<Int64>? {
        switch (min, max) {
        case (.int64(let low), .int64(let high)), (.timestamp(let low), .timestamp(let high)):
            low <= high ? low...high : nil
        default: nil
        }
    }

    fileprivate var strings: ClosedRange<String>? {
        guard case .string(let low) = min, case .string(let high) = max, low <= high else {
            return nil
        }
        return low...high
    }
}
