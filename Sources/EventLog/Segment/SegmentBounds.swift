package import Columns

/// The smallest and largest values in a segment that the catalog keeps for pruning.
///
/// Never an identifier of a person: it would survive that person's erasure.
package struct SegmentBounds: Sendable, Hashable {
    package var seq: ClosedRange<Int64>
    /// µs since 1970 UTC.
    package var timestamp: ClosedRange<Int64>
    package var event: ClosedRange<String>?
    package var contentId: ClosedRange<String>?
    package var contentIdNullCount: Int

    package init(
        seq: ClosedRange<Int64>, timestamp: ClosedRange<Int64>, event: ClosedRange<String>?,
        contentId: ClosedRange<String>?, contentIdNullCount: Int
    ) {
        self.seq = seq
        self.timestamp = timestamp
        self.event = event
        self.contentId = contentId
        self.contentIdNullCount = contentIdNullCount
    }

    package init(seq: Column, timestamp: Column, event: Column, contentId: Column) {
        self.seq = Self.integers(seq)
        self.timestamp = Self.integers(timestamp)
        self.event = Self.strings(event)
        self.contentId = Self.strings(contentId)
        contentIdNullCount =
            if case .string(let codes, _) = contentId.values {
                codes.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
            } else {
                contentId.count
            }
    }

    private static func integers(_ column: Column) -> ClosedRange<Int64> {
        guard case .int64(let values) = column.values, let first = values.first else {
            return 0...0
        }
        var low = first
        var high = first
        for value in values {
            low = min(low, value)
            high = max(high, value)
        }
        return low...high
    }

    private static func strings(_ column: Column) -> ClosedRange<String>? {
        guard case .string(let codes, let dictionary) = column.values else { return nil }
        var isUsed = [Bool](repeating: false, count: dictionary.count)
        for code in codes where code >= 0 { isUsed[Int(code)] = true }
        let sorted = dictionary.entriesInByteOrder().filter { isUsed[$0] }
        guard let low = sorted.first, let high = sorted.last else { return nil }
        let (least, greatest) = (dictionary[low], dictionary[high])
        // Swift takes equal characters for equal, however they are written, and so has an order of its own.
        return least <= greatest ? least...greatest : nil
    }
}

extension SegmentEntry {
    /// - Parameter modificationTime: ms since 1970.
    init(
        path: String, size: Int, modificationTime: Int64, rowCount: Int, _ bounds: SegmentBounds,
        sha256: Digest256? = nil
    ) {
        self.init(
            path: path, size: size, modificationTime: modificationTime, rowCount: rowCount,
            seq: bounds.seq, timestamp: bounds.timestamp, event: bounds.event,
            contentId: bounds.contentId, contentIdNullCount: bounds.contentIdNullCount,
            sha256: sha256)
    }
}
