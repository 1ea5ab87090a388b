package import Columns

/// The order of rows in a segment: event type, then contentId (nulls last), then timestamp.
///
/// Then a field that only one event type has is one run of values between nulls, grouping by
/// contentId walks runs, and the events of one content are neighbours. Ties keep arrival order.
package enum ClusterOrder {
    /// Positions of the rows in that order.
    ///
    /// A stable radix sort, least significant digits first, over the timestamps' offset from the
    /// earliest and then over (event rank, content rank); linear in the number of rows.
    package static func positions(event: Column, contentId: Column, timestamp: Column) -> [UInt32] {
        let count = event.count
        guard count > 1 else { return count == 1 ? [0] : [] }
        var order = [UInt32](unsafeUninitializedCapacity: count) { rows, initialized in
            for row in 0..<count { rows.initializeElement(at: row, to: UInt32(row)) }
            initialized = count
        }
        var keys = offsets(of: timestamp)
        sort(&order, by: keys)
        let events = ranks(of: event)
        let contents = ranks(of: contentId)
        let contentBits = UInt64(64 - contents.limit.leadingZeroBitCount)
        for row in 0..<count {
            keys[row] = events.ranks[row] << contentBits | contents.ranks[row]
        }
        sort(&order, by: keys)
        return order
    }

    private static func offsets(of timestamp: Column) -> [UInt64] {
        guard case .int64(let values) = timestamp.values, let earliest = values.min() else {
            return [UInt64](repeating: 0, count: timestamp.count)
        }
        return values.map { UInt64(bitPattern: $0 &- earliest) }
    }

    /// Each row's place in the byte order of the column's strings, nulls behind all.
    private static func ranks(of column: Column) -> (ranks: [UInt64], limit: UInt64) {
        guard case .string(let codes, let dictionary) = column.values else {
            return ([UInt64](repeating: 0, count: column.count), 0)
        }
        let sorted = dictionary.entriesInByteOrder()
        var rankOfEntry = [UInt64](repeating: 0, count: dictionary.count)
        var rank: UInt64 = 0
        for (place, entry) in sorted.enumerated() {
            if place > 0, !dictionary.areEqual(sorted[place - 1], entry) { rank += 1 }
            rankOfEntry[entry] = rank
        }
        let nullRank = rank + 1
        return (codes.map { $0 < 0 ? nullRank : rankOfEntry[Int($0)] }, nullRank)
    }

    /// Sorts `order` by `keys[order[i]]`, stably, skipping digits in which all keys agree.
    private static func sort(_ order: inout [UInt32], by keys: [UInt64]) {
        let digitBits: UInt64 = 11
        let digitMask: UInt64 = (1 << digitBits) - 1
        var differing: UInt64 = 0
        for key in keys { differing |= key ^ keys[0] }
        var scratch = [UInt32](repeating: 0, count: order.count)
        var shift: UInt64 = 0
        while shift < 64, differing >> shift != 0 {
            if (differing >> shift) & digitMask != 0 {
                pass(&order, &scratch, keys, shift, digitMask)
                swap(&order, &scratch)
            }
            shift += digitBits
        }
    }

    private static func pass(
        _ order: inout [UInt32], _ target: inout [UInt32], _ keys: [UInt64], _ shift: UInt64,
        _ mask: UInt64
    ) {
        var starts = [Int](repeating: 0, count: Int(mask) + 2)
        keys.withUnsafeBufferPointer { keys in
            starts.withUnsafeMutableBufferPointer { starts in
                for key in keys { starts[Int((key &>> shift) & mask) &+ 1] &+= 1 }
                for digit in 1..<starts.count { starts[digit] &+= starts[digit &- 1] }
                order.withUnsafeBufferPointer { order in
                    target.withUnsafeMutableBufferPointer { target in
                        for row in order {
                            let digit = Int((keys[Int(row)] &>> shift) & mask)
                            target[starts[digit]] = row
                            starts[digit] &+= 1
                        }
                    }
                }
            }
        }
    }
}
