/// How the times of arrival go on from event to event. They never decrease: where the wall clock was set back
/// they stand still until it has caught up, where it was set ahead there is a gap, as if nothing had come.
package struct ReceiveTimes: Sendable {
    package struct Gap: Sendable, Hashable {
        /// Of the last event before and the first one after, in µs since 1970 UTC.
        package var from: Int64
        package var to: Int64
        package var firstSeq: Int64
        package var lastSeq: Int64
        package var length: Int64 { to - from }
    }

    /// Many events at one moment.
    package struct Run: Sendable, Hashable {
        package var time: Int64
        package var firstSeq: Int64
        package var lastSeq: Int64
        package var events: Int
        /// More than one sent at this moment: no single batch.
        package var hasSeveralProducers: Bool
    }

    /// A step of the wall clock and where it most likely shows.
    package struct Placed: Sendable, Hashable {
        package var step: WallClockStep
        package var gap: Gap?
        package var run: Run?
    }

    /// Of each kind.
    static let exampleCountMax = 100

    package private(set) var gaps: [Gap] = []
    package private(set) var gapCount = 0
    package private(set) var runs: [Run] = []
    package private(set) var runCount = 0
    /// Events with an earlier time than the one before: not as a store of ours is.
    package private(set) var decreases = 0
    package private(set) var steps: [Placed]
    private var run: Run?
    private var producer: Int32 = -1
    /// The steps are in order, and so are the events: the first that can still be ahead.
    private var nextStep = 0
    private let options: ClockOptions

    init(_ steps: [WallClockStep], _ options: ClockOptions) {
        self.steps = steps.map { Placed(step: $0) }
        self.options = options
    }

    /// In order of `seq`.
    mutating func take(seq: Int64, receivedAt: Int64, producer: Int32) {
        guard var run, run.time == receivedAt else {
            // The run stands before the gap: the steps are gone through in order.
            finish()
            if let run {
                if receivedAt < run.time {
                    decreases += 1
                } else {
                    keep(
                        Gap(
                            from: run.time, to: receivedAt, firstSeq: run.lastSeq, lastSeq: seq))
                }
            }
            self.run = Run(
                time: receivedAt, firstSeq: seq, lastSeq: seq, events: 1, hasSeveralProducers: false
            )
            self.producer = producer
            return
        }
        run.lastSeq = seq
        run.events += 1
        if producer != self.producer { run.hasSeveralProducers = true }
        self.run = run
    }

    /// After the last event.
    mutating func finish() {
        guard let run else { return }
        if run.events > 1 {
            forEachStep(of: run.firstSeq...run.lastSeq) {
                if run.events > $0.run?.events ?? 1 { $0.run = run }
            }
        }
        guard run.events >= options.equalRunMin else { return }
        runCount += 1
        runs.append(run)
        if runs.count > 2 * Self.exampleCountMax { trim() }
    }

    private mutating func keep(_ gap: Gap) {
        forEachStep(of: gap.lastSeq...gap.lastSeq) {
            if gap.length > $0.gap?.length ?? 0 { $0.gap = gap }
        }
        guard gap.length >= options.gapMin else { return }
        gapCount += 1
        gaps.append(gap)
        if gaps.count > 2 * Self.exampleCountMax { trim() }
    }

    private mutating func forEachStep(
        of numbers: ClosedRange<Int64>, _ body: (inout Placed) -> Void
    ) {
        while nextStep < steps.count,
            steps[nextStep].step.numbers.map({ $0.upperBound < numbers.lowerBound }) ?? true
        {
            nextStep += 1
        }
        for place in steps.indices.dropFirst(nextStep) {
            guard let own = steps[place].step.numbers else { continue }
            if own.lowerBound > numbers.upperBound { break }
            if own.overlaps(numbers) { body(&steps[place]) }
        }
    }

    /// Keeps the largest, in order of arrival.
    mutating func trim() {
        gaps = Array(gaps.sorted { $0.length > $1.length }.prefix(Self.exampleCountMax))
            .sorted { $0.firstSeq < $1.firstSeq }
        runs = Array(runs.sorted { $0.events > $1.events }.prefix(Self.exampleCountMax))
            .sorted { $0.firstSeq < $1.firstSeq }
    }
}
