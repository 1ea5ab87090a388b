/// Some rows of some columns: what a scan hands over and what operators pass on.
package struct Block: Sendable {
    package let rowCount: Int
    /// In the order in which they were asked for, each with `rowCount` rows.
    package let columns: [Column]
    /// Rows (ascending, not overlapping) of which at least one asked-for value could not be read
    /// because its bytes are damaged. Their slots hold nulls and must not be used.
    package let unreadable: [Range<Int>]

    package init(rowCount: Int, columns: [Column], unreadable: [Range<Int>] = []) {
        precondition(columns.allSatisfy { $0.count == rowCount })
        self.rowCount = rowCount
        self.columns = columns
        self.unreadable = unreadable
    }
}

extension Block {
    /// Some rows of it, ascending.
    package func gather(_ rows: [Int32]) -> Block {
        let order = rows.map { UInt32(truncatingIfNeeded: $0) }
        return Block(
            rowCount: rows.count, columns: columns.map { $0.gather(order) },
            unreadable: Self.places(of: unreadable, in: rows))
    }

    /// Where among `rows`, which are ascending, those of `ranges` stand, as ranges that do not touch.
    private static func places(of ranges: [Range<Int>], in rows: [Int32]) -> [Range<Int>] {
        guard !ranges.isEmpty else { return [] }
        var places: [Range<Int>] = []
        for (place, row) in rows.enumerated()
        where ranges.contains(where: { $0.contains(Int(row)) }) {
            if let last = places.last, last.upperBound == place {
                places[places.count - 1] = last.lowerBound..<place + 1
            } else {
                places.append(place..<place + 1)
            }
        }
        return places
    }
}
