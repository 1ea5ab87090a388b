/// How often differences of times came, in µs of either sign, to a thirtieth of their size.
///
/// Sixteen bins for each doubling, so that its size does not depend on what comes.
struct DelayHistogram: Sendable {
    private static let binsPerDoubling = 16
    /// Below this, in µs, every difference is counted as none.
    private static let least: Int64 = 1 << 10
    private static let doublings = 53
    private static let half = doublings * binsPerDoubling

    /// Ahead of it (negative) in the first half, from the largest on; then the bin of none; then the others.
    private var bins: [UInt32] = []
    private(set) var count = 0

    mutating func add(_ difference: Int64) {
        if bins.isEmpty { bins = [UInt32](repeating: 0, count: 2 * Self.half + 1) }
        let bin = Self.bin(difference)
        // Saturates after four billion: shares are then still near enough.
        if bins[bin] < .max { bins[bin] += 1 }
        count += 1
    }

    /// The difference that such a share of all is at most, in µs.
    /// - Parameter share: 0 to 1.
    func percentile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let total = bins.reduce(0) { $0 + Int($1) }
        let rank = max(1, Int((Double(total) * share).rounded(.up)))
        var seen = 0
        for (bin, count) in bins.enumerated() {
            seen += Int(count)
            if seen >= rank { return Self.value(of: bin) }
        }
        return nil
    }

    private static func bin(_ difference: Int64) -> Int {
        let size = Int64(clamping: difference.magnitude)
        guard size >= least else { return half }
        let power = 63 - size.leadingZeroBitCount
        // The four bits behind the first one.
        let part = Int(size >> Int64(power - 4)) & 15
        let place = min((power - 10) * binsPerDoubling + part, half - 1)
        return difference < 0 ? half - 1 - place : half + 1 + place
    }

    /// The middle of a bin.
    private static func value(of bin: Int) -> Int64 {
        if bin == half { return 0 }
        let place = bin < half ? half - 1 - bin : bin - half - 1
        let power = place / binsPerDoubling + 10
        let width = Int64(1) << Int64(power - 4)
        let low = (Int64(16) + Int64(place % binsPerDoubling)) * width
        let size = low + width / 2
        return bin < half ? -size : size
    }
}
