/// How far a history gets through steps that must follow each other within a window of time.
///
/// The rules are those of ClickHouse's `windowFunnel`. Steps are looked at in order of time, and of one
/// time in their own order, so one row can be several steps. The window begins with the first step, and
/// a step always goes on from the last occurrence of the step before it.
struct Funnel {
    /// Ways to be stricter, by the names that queries use.
    enum Mode: String, CaseIterable {
        /// Nothing else may come between the steps: neither another step nor a row that is none.
        case order = "strict_order"
        /// A step that comes a second time, other than the first step, ends the funnel.
        case deduplication = "strict_deduplication"
        /// Each step is later than the one before, not at the same time.
        case increase = "strict_increase"
    }

    /// Where a step was reached.
    private struct Place {
        /// When the first step was.
        var start: Int64
        var time: Int64
    }

    /// What one step does to the walk.
    private enum Outcome: Equatable {
        case goOn
        case end(level: Int)
    }

    let stepCount: Int
    /// Microseconds from the first step to the last.
    let window: Int64
    let modes: Set<Mode>

    /// The number of steps reached, 0 to `stepCount`.
    ///
    /// Rows that are no step have a bit beyond those of the steps.
    func level(of history: ArraySlice<TimelineEvent>) -> Int {
        var places = [Place?](repeating: nil, count: stepCount)
        let hits = Hits(history, stepCount: stepCount)
        for (time, step) in hits {
            if case .end(let level) = take(step, time, &places) { return level }
        }
        return Self.level(of: places)
    }

    private static func level(of places: [Place?]) -> Int {
        (places.lastIndex { $0 != nil } ?? -1) + 1
    }

    /// - Parameter step: counted from 0; `nil` for a row that is none.
    private func take(_ step: Int?, _ time: Int64, _ places: inout [Place?]) -> Outcome {
        let hasBegun = places[0] != nil
        guard let step else { return hasBegun ? .end(level: Self.level(of: places)) : .goOn }
        if step == 0 {
            places[0] = Place(start: time, time: time)
            return stepCount == 1 ? .end(level: 1) : .goOn
        }
        if modes.contains(.deduplication), places[step] != nil {
            return .end(level: Self.level(of: places))
        }
        guard let before = places[step - 1] else {
            guard modes.contains(.order), hasBegun else { return .goOn }
            return .end(level: places.firstIndex { $0 == nil } ?? stepCount)
        }
        guard time &- before.start <= window, !modes.contains(.increase) || time > before.time
        else {
            return .goOn
        }
        places[step] = Place(start: before.start, time: time)
        return step + 1 == stepCount ? .end(level: stepCount) : .goOn
    }

    /// The times of the steps of the first path that gets as far as any; without modes.
    func path(of history: ArraySlice<TimelineEvent>) -> [Int64] {
        var paths = [[Int64]](repeating: [], count: stepCount)
        var best: [Int64] = []
        for case (let time, let step?) in Hits(history, stepCount: stepCount) {
            if step == 0 {
                paths[0] = [time]
            } else if let start = paths[step - 1].first, time &- start <= window {
                paths[step] = paths[step - 1] + [time]
            } else {
                continue
            }
            if step + 1 > best.count { best = paths[step] }
            if best.count == stepCount { break }
        }
        return best
    }
}

/// Each step of a history by itself: by time, rows that are no step first, then by step.
private struct Hits: Sequence, IteratorProtocol {
    private let history: ArraySlice<TimelineEvent>
    private let stepCount: Int
    /// Events of one time are `start..<end`; `step` −1 stands for those that are no step.
    private var start: Int
    private var end: Int
    private var step = -1
    /// The next event of that time to ask about `step`.
    private var place: Int

    init(_ history: ArraySlice<TimelineEvent>, stepCount: Int) {
        self.history = history
        self.stepCount = stepCount
        (start, end, place) = (history.startIndex, history.startIndex, history.startIndex)
        findEnd()
    }

    private mutating func findEnd() {
        end = start
        while end < history.endIndex, history[end].time == history[start].time { end += 1 }
    }

    mutating func next() -> (time: Int64, step: Int?)? {
        let steps: UInt32 = stepCount >= 32 ? .max : (1 << UInt32(stepCount)) - 1
        while start < history.endIndex {
            while place < end {
                let bits = history[place].bits & steps
                place += 1
                if step < 0 ? bits == 0 : bits & (1 << UInt32(step)) != 0 {
                    return (history[start].time, step < 0 ? nil : step)
                }
            }
            place = start
            step += 1
            if step == stepCount {
                start = end
                place = end
                step = -1
                if start < history.endIndex { findEnd() }
            }
        }
        return nil
    }
}
