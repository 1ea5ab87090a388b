/// What a set of viewings adds up to.
struct Totals {
    var counts = MeasureCounts()
    /// Viewings in which something was on the screen.
    var viewings = 0
    var completedViews = 0
    var stalledViews = 0
    /// µs
    var watched: Int64 = 0
    /// µs
    var playing: Int64 = 0

    init() {}

    init(_ packed: PackedTotals) { add(packed) }

    /// Whether nothing that is counted happened.
    var isEmpty: Bool { viewings == 0 && watched == 0 && counts.isEmpty }

    mutating func add(_ outcome: ViewingOutcome) { add(outcome, times: 1) }
    mutating func subtract(_ outcome: ViewingOutcome) { add(outcome, times: -1) }

    private mutating func add(_ outcome: ViewingOutcome, times sign: Int) {
        viewings += outcome.isViewing ? sign : 0
        completedViews += outcome.isCompleted ? sign : 0
        stalledViews += outcome.hasStalled ? sign : 0
        watched += outcome.watched * Int64(sign)
        playing += outcome.playing * Int64(sign)
    }

    mutating func add(_ other: Totals) {
        counts.add(other.counts)
        viewings += other.viewings
        completedViews += other.completedViews
        stalledViews += other.stalledViews
        watched += other.watched
        playing += other.playing
    }

    mutating func add(_ packed: PackedTotals) {
        counts.add(packed)
        viewings += Int(packed.viewings)
        completedViews += Int(packed.completedViews)
        stalledViews += Int(packed.stalledViews)
        watched += packed.watched
        playing += packed.playing
    }
}

/// The same in half the room, for what there are many of: contents.
struct PackedTotals {
    /// By raw value of `Measure`.
    fileprivate(set) var counts = InlineArray<11, UInt32>(repeating: 0)
    fileprivate(set) var viewings: UInt32 = 0
    fileprivate(set) var completedViews: UInt32 = 0
    fileprivate(set) var stalledViews: UInt32 = 0
    fileprivate(set) var watched: Int64 = 0
    fileprivate(set) var playing: Int64 = 0

    subscript(measure: Measure) -> Int { Int(counts[measure.rawValue]) }

    mutating func add(_ small: SmallCounts) {
        small.forEach { lane, count in counts[lane] &+= UInt32(truncatingIfNeeded: count) }
    }

    mutating func add(_ outcome: ViewingOutcome) {
        viewings &+= outcome.isViewing ? 1 : 0
        completedViews &+= outcome.isCompleted ? 1 : 0
        stalledViews &+= outcome.hasStalled ? 1 : 0
        watched += outcome.watched
        playing += outcome.playing
    }

    mutating func subtract(_ outcome: ViewingOutcome) {
        viewings &-= outcome.isViewing ? 1 : 0
        completedViews &-= outcome.isCompleted ? 1 : 0
        stalledViews &-= outcome.hasStalled ? 1 : 0
        watched -= outcome.watched
        playing -= outcome.playing
    }

    mutating func add(_ other: PackedTotals) {
        for lane in counts.indices { counts[lane] &+= other.counts[lane] }
        viewings &+= other.viewings
        completedViews &+= other.completedViews
        stalledViews &+= other.stalledViews
        watched += other.watched
        playing += other.playing
    }
}

/// What one viewing comes to in some range of time.
struct ViewingOutcome: Equatable {
    var isViewing = false
    var isCompleted = false
    var hasStalled = false
    /// µs; 0 if nothing says anything.
    var watched: Int64 = 0
    /// µs
    var playing: Int64 = 0
}
