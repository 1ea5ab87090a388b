/// A number for each measure.
struct MeasureCounts {
    private var lanes = InlineArray<11, Int>(repeating: 0)

    subscript(measure: Measure) -> Int {
        get { lanes[measure.rawValue] }
        set { lanes[measure.rawValue] = newValue }
    }

    var isEmpty: Bool { lanes.indices.allSatisfy { lanes[$0] == 0 } }

    mutating func add(_ other: MeasureCounts) {
        for lane in lanes.indices { lanes[lane] += other.lanes[lane] }
    }

    mutating func add(_ small: SmallCounts) {
        small.forEach { lane, count in lanes[lane] += count }
    }

    mutating func add(_ packed: PackedTotals) {
        for lane in lanes.indices { lanes[lane] += Int(packed.counts[lane]) }
    }
}

/// The same for one viewing, in 44 bits: four for each, of which the highest is always free, so that a sum
/// of two shows whether it is too large.
struct SmallCounts {
    private static let laneBits = 4
    /// The highest bit of each of 11 lanes.
    private static let guards: UInt64 = 0x888_8888_8888
    /// The bits that counts may take.
    static let mask: UInt64 = 0xFFF_FFFF_FFFF

    private(set) var bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    subscript(measure: Measure) -> Int {
        Int(bits >> UInt64(measure.rawValue * Self.laneBits) & 0xF)
    }

    /// The measures that one event counts for.
    init(of sample: EventSample) {
        bits = 0
        if let measure = sample.kind.measure { bits |= Self.one(measure) }
        if let measure = sample.action.measure { bits |= Self.one(measure) }
        if sample.kind == .swipe, sample.swipeTime != EventSample.none {
            bits |= Self.one(.measuredSwipes)
            if sample.swipeTime < EventSample.fastSwipe { bits |= Self.one(.fastSwipes) }
        }
    }

    private static func one(_ measure: Measure) -> UInt64 {
        1 << UInt64(measure.rawValue * laneBits)
    }

    /// - Returns: `false`, and nothing has changed, if four bits are not enough.
    mutating func add(_ other: SmallCounts) -> Bool {
        let sum = bits &+ other.bits
        guard sum & Self.guards == 0 else { return false }
        bits = sum
        return true
    }

    /// Calls with the raw value of each measure that is not 0, and its number.
    @inline(__always)
    func forEach(_ body: (_ lane: Int, _ count: Int) -> Void) {
        var left = bits
        while left != 0 {
            let lane = left.trailingZeroBitCount / Self.laneBits
            body(lane, Int(left >> UInt64(lane * Self.laneBits) & 0xF))
            left &= ~(0xF << UInt64(lane * Self.laneBits))
        }
    }
}
