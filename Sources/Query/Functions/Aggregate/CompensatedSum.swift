/// A sum of doubles that also carries what rounding loses: about 106 bits.
struct CompensatedSum {
    private var sum = 0.0
    private var lost = 0.0

    var value: Double {
        // Infinities and NaN make the compensation meaningless.
        sum.isFinite ? sum + lost : sum
    }

    /// Knuth's TwoSum: the rounding error of an addition, exactly, whichever is larger.
    @inline(__always)
    mutating func add(_ term: Double) {
        let total = sum + term
        let part = total - sum
        lost += (sum - (total - part)) + (term - part)
        sum = total
    }

    mutating func add(_ other: CompensatedSum) {
        add(other.sum)
        lost += other.lost
    }
}
