/// A reproducible stream of random numbers; each session has its own, so that its story does not depend
/// on what others do.
struct RandomStream {
    private var state: UInt64

    init(seed: UInt64, stream: UInt64) {
        state = Self.scramble(seed ^ Self.scramble(stream &+ 0x5851_F42D_4C95_7F2D))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.scramble(state)
    }

    /// 0 ..< 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// 0 ..< bound.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    /// A hash of 64 bits: also what ids are made of.
    static func scramble(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Draws ranks with the frequencies of Zipf's law in constant time (Walker's alias method).
struct ZipfTable {
    private var keep: [Double]
    private var alias: [Int]

    /// - Precondition: `count` is above 0.
    init(count: Int) {
        // Harmonic weights: the most common of a million contents gets one view in fourteen.
        let total = (1...count).reduce(0.0) { $0 + 1 / Double($1) }
        keep = (1...count).map { Double(count) / (Double($0) * total) }
        alias = Array(0..<count)
        var small = keep.indices.filter { keep[$0] < 1 }
        var large = keep.indices.filter { keep[$0] >= 1 }
        while let poor = small.last, let rich = large.last {
            small.removeLast()
            alias[poor] = rich
            keep[rich] -= 1 - keep[poor]
            if keep[rich] < 1 {
                large.removeLast()
                small.append(rich)
            }
        }
        // What rounding left over is full.
        for index in small + large { keep[index] = 1 }
    }

    func draw(_ random: inout RandomStream) -> Int {
        let index = random.below(keep.count)
        return random.unit() < keep[index] ? index : alias[index]
    }
}
