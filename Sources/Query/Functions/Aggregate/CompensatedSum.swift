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

    /// Adds a product and what its rounding lost, exactly.
    mutating func addProduct(_ a: Double, _ b: Double) {
        let product = a * b
        add(product)
        add((-product).addingProduct(a, b))
    }

    /// Σ(a − mean a)(b − mean b) from Σab, Σa and Σb.
    static func centered(
        _ products: CompensatedSum, _ a: CompensatedSum, _ b: CompensatedSum, count: Int64
    ) -> Double {
        let count = Double(count)
        let (meanA, meanB) = (a.value / count, b.value / count)
        // Σab − n·mean·mean, with the rounding errors of each product added back.
        var rest = products
        let meanProduct = meanA * meanB
        rest.addProduct(-count, meanProduct)
        rest.add(-count * (-meanProduct).addingProduct(meanA, meanB))
        // What the means themselves lost.
        rest.add(-meanA * b.residue(ofMean: meanB, count))
        rest.add(-meanB * a.residue(ofMean: meanA, count))
        return rest.value
    }

    private func residue(ofMean mean: Double, _ count: Double) -> Double {
        var residue = self
        residue.addProduct(-count, mean)
        return residue.value
    }
}
