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

    /// Whether nothing that is counted happened.
    var isEmpty: Bool { viewings == 0 && watched == 0 && counts.isEmpty }

    mutating func add(_ outcome: ViewingOutcome) {
        viewings += outcome.isViewing ? 1 : 0
        completedViews += outcome.isCompleted ? 1 : 0
        stalledViews += outcome.hasStalled ? 1 : 0
        watched += outcome.watched
        playing += outcome.playing
    }

    mutating func subtract(_ outcome: ViewingOutcome) {
        viewings -= outcome.isViewing ? 1 : 0
        completedViews -= outcome.isCompleted ? 1 : 0
        stalledViews -= outcome.hasStalled ? 1 : 0
        watched -= outcome.watched
        playing -= outcome.playing
    }

    mutating func add(_ other: Totals) {
        counts.add(other.counts)
        viewings += other.viewings
        completedViews += other.completedViews
        stalledViews += other.stalledViews
        watched += other.watched
        playing += other.playing
    }
}

/// What one viewing comes to in some range of time.
struct ViewingOutcome {
    var isViewing = false
    var isCompleted = false
    var hasStalled = false
    /// µs; 0 if nothing says anything.
    var watched: Int64 = 0
    /// µs
    var playing: Int64 = 0
}

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
        for lane in lanes.indices { lanes[lane] += Int(small.lanes[lane]) }
    }

    mutating func subtract(_ small: SmallCounts) {
        for lane in lanes.indices { lanes[lane] -= Int(small.lanes[lane]) }
    }
}

/// The same for one viewing, where a byte each is nearly always enough.
struct SmallCounts {
    fileprivate(set) var lanes = InlineArray<11, UInt8>(repeating: 0)

    subscript(measure: Measure) -> Int { Int(lanes[measure.rawValue]) }

    /// The measures that one event counts for.
    init(of sample: EventSample) {
        if let measure = sample.kind.measure { lanes[measure.rawValue] = 1 }
        if let measure = sample.action.measure { lanes[measure.rawValue] = 1 }
        if sample.kind == .swipe, sample.swipeTime != EventSample.none {
            lanes[Measure.measuredSwipes.rawValue] = 1
            if sample.swipeTime < EventSample.fastSwipe {
                lanes[Measure.fastSwipes.rawValue] = 1
            }
        }
    }

    init() {}

    /// - Returns: `false`, and nothing has changed, if a byte is not enough.
    mutating func add(_ other: SmallCounts) -> Bool {
        for lane in lanes.indices where lanes[lane] > .max - other.lanes[lane] { return false }
        for lane in lanes.indices { lanes[lane] &+= other.lanes[lane] }
        return true
    }
}
