/// A moment at which somebody set the daemon's wall clock.
package struct WallClockStep: Sendable, Hashable {
    /// By how many µs; negative: back.
    package var by: Int64
    /// Whether it may have been more: the machine was started again in between, or the commits do not say.
    package var isAtLeast: Bool
    /// By the wall clock before and after, in µs since 1970 UTC.
    package var from: Int64
    package var to: Int64
    /// The commit that saw it.
    package var version: Int64
    /// Numbers of the events that arrived in between; `nil` if there are none.
    package var numbers: ClosedRange<Int64>?

    /// What the commits of a table tell. Between two of one start of the machine, the wall clock goes as far as the
    /// other one, or it was set. Without that, a commit made before the one before it shows a clock that was set
    /// back.
    package static func steps(
        in history: [CommitHistory.Entry], _ options: ClockOptions
    ) -> [WallClockStep] {
        var steps: [WallClockStep] = []
        var position: Int64 = 0
        var last: CommitHistory.Entry?
        for entry in history where !entry.isGone && !entry.isUnreadable {
            let end = max(position, entry.journalPosition ?? position)
            defer {
                position = end
                last = entry
            }
            guard let last else { continue }
            let before = last.clocks?.wall ?? last.time.map { $0 &* 1000 }
            let after = entry.clocks?.wall ?? entry.time.map { $0 &* 1000 }
            guard let before, let after else { continue }
            var step = WallClockStep(
                by: after &- before, isAtLeast: true, from: before, to: after,
                version: entry.version,
                numbers: position < end ? position + 1...end : nil)
            if let earlier = last.clocks, let by = entry.clocks?.step(since: earlier) {
                step.by = by
                step.isAtLeast = false
            } else if after >= before {
                // Ahead it may just be time that passed.
                continue
            }
            if step.by.magnitude >= options.stepMin.magnitude { steps.append(step) }
        }
        return steps
    }
}
