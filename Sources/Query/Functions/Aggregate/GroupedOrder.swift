import Columns

/// Values by group, put in order no further than somebody looks.
///
/// ```
/// group 0                     group 1
/// │ cell │ cell │ … │ cell │  │ cell │ …      each value of a cell is at most each of the next one
/// ```
/// A quantile is in one cell, and only that is sorted: to find three of a million values takes three
/// passes over them, and not the many of a sort.
struct GroupedOrder {
    /// Values as they came, each with its group.
    struct Part {
        var groups: [Int32]
        var values: [Double]
    }

    private struct Group {
        var count = 0
        var low = UInt64.max
        var high: UInt64 = 0
        var firstCell = 0
        /// The cell of a key is `(key - low) >> shift`, counted from the first.
        var shift: UInt64 = 64
    }

    /// Values that a cell has on average, and how many cells a group has at most.
    private static let cellSize = 256
    private static let cellCountMax = 4_096

    private var values: [Double] = []
    private var groups: [Group]
    /// Where each cell begins, and where the last ends.
    private var starts: [Int] = [0]
    private var isSorted: [Bool]

    /// - Precondition: the groups of all parts are below `groupCount`.
    init(_ parts: [Part], groupCount: Int) {
        groups = [Group](repeating: Group(), count: groupCount)
        for part in parts { Self.measure(part, &groups) }
        var cellCount = 0
        for group in groups.indices {
            groups[group].firstCell = cellCount
            var bits = 0
            while groups[group].count >> bits > Self.cellSize, 1 << bits < Self.cellCountMax {
                bits += 1
            }
            if groups[group].count > 0 {
                let span = groups[group].high - groups[group].low
                let width = UInt64.bitWidth - span.leadingZeroBitCount
                groups[group].shift = UInt64(Swift.max(0, width - bits))
            }
            cellCount += 1 << bits
        }
        starts = [Int](repeating: 0, count: cellCount + 1)
        isSorted = [Bool](repeating: false, count: cellCount)
        for part in parts { Self.count(part, groups, &starts) }
        var sum = 0
        for cell in starts.indices {
            let count = starts[cell]
            starts[cell] = sum
            sum += count
        }
        var next = starts
        values = [Double](unsafeUninitializedCapacity: sum) { target, count in
            for part in parts { Self.place(part, groups, &next, target) }
            count = sum
        }
    }

    var memorySize: Int {
        values.capacity * 8 + starts.capacity * 8 + isSorted.capacity
            + groups.capacity * MemoryLayout<Group>.stride
    }

    func count(of group: Int) -> Int { groups[group].count }

    /// The value at this place of the group's values in ascending order.
    mutating func value(at place: Int, of group: Int) -> Double {
        let position = starts[groups[group].firstCell] + place
        var low = groups[group].firstCell
        var high = endCell(group) - 1
        while low < high {
            let middle = (low + high) / 2
            if starts[middle + 1] > position { high = middle } else { low = middle + 1 }
        }
        sort(low)
        return values[position]
    }

    /// All values of the group in ascending order.
    mutating func values(of group: Int) -> ArraySlice<Double> {
        let cells = groups[group].firstCell..<endCell(group)
        for cell in cells { sort(cell) }
        return values[starts[cells.lowerBound]..<starts[cells.upperBound]]
    }

    private func endCell(_ group: Int) -> Int {
        group + 1 < groups.count ? groups[group + 1].firstCell : isSorted.count
    }

    private mutating func sort(_ cell: Int) {
        guard !isSorted[cell] else { return }
        RadixSort.sort(&values, starts[cell]..<starts[cell + 1])
        isSorted[cell] = true
    }

    private static func measure(_ part: Part, _ groups: inout [Group]) {
        groups.withUnsafeMutableBufferPointer { groups in
            part.groups.withUnsafeBufferPointer { numbers in
                part.values.withUnsafeBufferPointer { values in
                    for row in 0..<values.count {
                        let group = Int(numbers[row])
                        let key = ValueOrder.key(values[row])
                        groups[group].count &+= 1
                        if key < groups[group].low { groups[group].low = key }
                        if key > groups[group].high { groups[group].high = key }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func cell(_ value: Double, _ group: Group) -> Int {
        group.firstCell
            &+ Int(truncatingIfNeeded: (ValueOrder.key(value) &- group.low) >> group.shift)
    }

    private static func count(_ part: Part, _ groups: [Group], _ counts: inout [Int]) {
        groups.withUnsafeBufferPointer { groups in
            counts.withUnsafeMutableBufferPointer { counts in
                part.groups.withUnsafeBufferPointer { numbers in
                    part.values.withUnsafeBufferPointer { values in
                        for row in 0..<values.count {
                            counts[cell(values[row], groups[Int(numbers[row])])] &+= 1
                        }
                    }
                }
            }
        }
    }

    /// - Precondition: `next` is where the next value of each cell goes, below `target.count`.
    private static func place(
        _ part: Part, _ groups: [Group], _ next: inout [Int],
        _ target: UnsafeMutableBufferPointer<Double>
    ) {
        groups.withUnsafeBufferPointer { groups in
            next.withUnsafeMutableBufferPointer { next in
                part.groups.withUnsafeBufferPointer { numbers in
                    part.values.withUnsafeBufferPointer { values in
                        for row in 0..<values.count {
                            let cell = cell(values[row], groups[Int(numbers[row])])
                            target.initializeElement(at: next[cell], to: values[row])
                            next[cell] &+= 1
                        }
                    }
                }
            }
        }
    }
}
