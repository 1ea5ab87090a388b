import Columns

/// Events that leave the table, by where the ledger counts them: from the bucket `stored` to another.
package struct LedgerMoves: Sendable, Hashable {
    /// Where they go.
    package let bucket: LedgerBucket
    /// How many, by their keys in the bucket `stored`.
    package private(set) var counts: [LedgerKey: Int64] = [:]

    package init(to bucket: LedgerBucket) {
        self.bucket = bucket
    }

    package var eventCount: Int64 { counts.values.reduce(0, &+) }

    mutating func count(_ count: Int64, receivedAt: Int64, producer: String) {
        let key = LedgerKey(receivedAt: receivedAt, producer: producer, bucket: .stored)
        counts[key, default: 0] &+= count
    }

    /// Takes in events of segments.
    /// - Parameter isKept: by row in the order of the inputs, as in a `RowDivision`: those that stay;
    ///   `nil`: none does.
    /// - Throws: `SegmentMergeError.damaged` if who sent them and when cannot be read.
    mutating func count(_ reader: MergeReader, except isKept: [Bool]? = nil) throws {
        // Rows without either are in no row of the ledger; no segment of ours has any.
        guard case .int64(let times) = try reader.column(.receivedAt).values,
            case .string(let codes, let producers) = try reader.column(.producer).values
        else { return }
        struct Place: Hashable {
            var hour: Int64
            var code: Int32
        }
        var sums: [Place: Int64] = [:]
        // Neighbours often have the same producer and hour: one lookup for a run.
        var run = Place(hour: 0, code: -1)
        var count: Int64 = 0
        func settle() { if count > 0, run.code >= 0 { sums[run, default: 0] += count } }
        for row in times.indices where isKept?[row] != true {
            let place = Place(
                hour: TimePartition(.hour, containing: times[row]).number, code: codes[row])
            if place == run {
                count += 1
            } else {
                settle()
                (run, count) = (place, 1)
            }
        }
        settle()
        for (place, count) in sums {
            self.count(
                count, receivedAt: place.hour * TimePartition.Unit.hour.length,
                producer: producers[Int(place.code)])
        }
    }
}
