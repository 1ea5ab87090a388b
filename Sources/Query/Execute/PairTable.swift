/// Numbers pairs of small numbers in the order in which they come.
///
/// While all pairs that could come fit a grid, a pair costs one load; beyond that, the hash table that
/// also remembers the pairs.
struct PairTable {
    private var table = IntegerTable()
    /// The number of pair (a, b) at `a << shift | b`, -1 if it has none; empty once it was too large.
    private var grid: [Int32] = []
    private var shift = 4
    private var usesGrid = true
    /// Cells of the grid, 4 bytes each.
    private static let gridSizeMax = 1 << 21

    /// Pairs, by number: the first in the upper half, the second in the lower.
    var pairs: [UInt64] { table.keys }
    var count: Int { table.count }
    var memorySize: Int { table.memorySize + grid.capacity * 4 }

    @inline(__always)
    private static func pair(_ a: Int32, _ b: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
    }

    mutating func number(of a: Int32, _ b: Int32) -> Int32 {
        let number = table.number(of: Self.pair(a, b))
        let cell = Int(a) << shift | Int(b)
        if Int(b) < 1 << shift, cell < grid.count { grid[cell] = number }
        return number
    }

    /// Replaces each `first` by the number of its pair with the `second` of the same row.
    /// - Precondition: every first is below `firstCount`, every second below `secondCount`.
    mutating func combine(
        _ first: inout [Int32], _ second: [Int32], firstCount: Int, secondCount: Int
    ) {
        prepareGrid(firstCount, secondCount)
        guard usesGrid else {
            for row in first.indices {
                first[row] = table.number(of: Self.pair(first[row], second[row]))
            }
            return
        }
        let shift = shift
        grid.withUnsafeMutableBufferPointer { grid in
            first.withUnsafeMutableBufferPointer { first in
                second.withUnsafeBufferPointer { second in
                    for row in 0..<second.count {
                        let cell = Int(first[row]) &<< shift | Int(second[row])
                        var number = grid[cell]
                        if number < 0 {
                            number = table.number(of: Self.pair(first[row], second[row]))
                            grid[cell] = number
                        }
                        first[row] = number
                    }
                }
            }
        }
    }

    private mutating func prepareGrid(_ firstCount: Int, _ secondCount: Int) {
        guard usesGrid else { return }
        var newShift = shift
        while 1 << newShift < secondCount { newShift += 1 }
        let size = firstCount << newShift
        guard size <= Self.gridSizeMax else {
            usesGrid = false
            grid = []
            return
        }
        guard newShift != shift || size > grid.count else { return }
        shift = newShift
        grid = [Int32](repeating: -1, count: min(Self.gridSizeMax, max(size, grid.count * 2)))
        for (number, pair) in table.keys.enumerated() {
            let cell = Int(pair >> 32) << shift | Int(pair & 0xFFFF_FFFF)
            grid[cell] = Int32(number)
        }
    }
}
