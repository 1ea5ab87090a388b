/// Which rows of a batch were new, and the numbers that they got.
package struct RowPlacement: Sendable, Hashable {
    /// The new rows, as runs of neighbours in order; the others are repeats.
    package var newRows: [Range<Int>]
    /// `seq` of the first new row; the others follow without a gap.
    package var firstSeq: Int64
    /// Makes the ids of rows that came without one.
    package var generatedIDs: GeneratedEventID

    package init(newRows: [Range<Int>], firstSeq: Int64, generatedIDs: GeneratedEventID) {
        self.newRows = newRows
        self.firstSeq = firstSeq
        self.generatedIDs = generatedIDs
    }
}

extension EventBatch {
    /// Calls `body` for each row, in order, with the eventId that queries show for it (for a repeat
    /// that of its first copy, which is the same) and whether it is new.
    package func forEachEventID(
        _ placement: RowPlacement, _ body: (UnsafeRawBufferPointer, _ isNew: Bool) -> Void
    ) {
        var runs = placement.newRows[...]
        var seq = placement.firstSeq
        rows.withUnsafeBytes { bytes in
            for row in 0..<count {
                if let run = runs.first, run.upperBound <= row { runs.removeFirst() }
                let isNew = runs.first.map { $0.contains(row) } ?? false
                if let id = Self.eventID(in: bytes, at: Int(rowOffsets[row])) {
                    body(id, isNew)
                } else {
                    placement.generatedIDs.bytes(for: seq).withUnsafeBytes { body($0, isNew) }
                }
                if isNew { seq += 1 }
            }
        }
    }

    /// The sender's own id of the row at `offset`.
    static func eventID(
        in rows: UnsafeRawBufferPointer, at offset: Int
    ) -> UnsafeRawBufferPointer? {
        var reader = EventRowReader(rows, at: offset)
        return try? reader.nextRow().flatMap { _ in try reader.eventId() }
    }
}
