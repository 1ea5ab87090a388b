/// Finds a pattern in a history, without going back: time and memory are parts × events.
///
/// From the last part to the first it is worked out from which events on the rest of the pattern
/// matches. Then the first match is a walk that takes the earliest choice which still leads to the end:
/// the one that trying everything in order would find.
///
/// ```
///   reach[p][e] = the earliest event f ≥ e from which parts p… match, beginning exactly at f
/// ```
struct SequenceMatcher {
    private let parts: [SequencePattern.Part]
    private let history: [TimelineEvent]
    /// For the parts and the end behind them. `none`: nowhere.
    private var reach: [[Int32]] = []
    private static let none = Int32.max

    /// Bytes for one history: a pattern of 4 parts over eleven million events.
    static let memorySizeMax = 256 << 20

    static func memorySize(partCount: Int, eventCount: Int) -> Int {
        (partCount + 2) * (eventCount + 1) * 4
    }

    init(_ pattern: SequencePattern, _ history: ArraySlice<TimelineEvent>) {
        // A match may begin anywhere.
        parts = [.anyEvents] + pattern.parts
        self.history = Array(history)
        let count = self.history.count
        reach = Array(repeating: [], count: parts.count + 1)
        reach[parts.count] = (0...Int32(count)).map { $0 }
        for part in parts.indices.reversed() {
            var earliest = [Int32](repeating: Self.none, count: count + 1)
            for event in (0...count).reversed() {
                let isPossible = choice(part, event) != nil
                earliest[event] =
                    isPossible
                    ? Int32(event) : event < count ? earliest[event + 1] : Self.none
            }
            reach[part] = earliest
        }
    }

    /// Where the next part begins if `part` begins at `event`; `nil` if it cannot.
    private func choice(_ part: Int, _ event: Int) -> Int? {
        switch parts[part] {
        case .event(let number):
            guard event < history.count, history[event].bits >> UInt32(number - 1) & 1 == 1 else {
                return nil
            }
            return at(part + 1, event + 1, only: true)
        case .anyEvent:
            return event < history.count ? at(part + 1, event + 1, only: true) : nil
        case .anyEvents:
            return at(part + 1, event, only: false)
        case .time(let comparison, let length):
            return time(part, event, comparison, length)
        }
    }

    /// The earliest begin of `part` from `event` on, or at it `only`.
    private func at(_ part: Int, _ event: Int, only isExact: Bool) -> Int? {
        let found = reach[part][event]
        return found == Self.none || isExact && Int(found) != event ? nil : Int(found)
    }

    private func time(
        _ part: Int, _ event: Int, _ comparison: SequencePattern.Comparison, _ length: Int64
    ) -> Int? {
        guard event < history.count else { return nil }
        // Time counts from the event before, unless what came before may have been none.
        let base =
            switch parts[part - 1] {
            case .event, .anyEvent: event - 1
            case .anyEvents, .time: event
            }
        // The first event has none before it; no match comes by here.
        guard base >= 0 else { return nil }
        let (limit, overflow) = history[base].time.addingReportingOverflow(length)
        guard !overflow else {
            return comparison == .less || comparison == .lessOrEqual
                ? earliestEvent(part + 1, event) : nil
        }
        switch comparison {
        case .lessOrEqual:
            return earliestEvent(part + 1, event).flatMap { history[$0].time <= limit ? $0 : nil }
        case .less:
            return earliestEvent(part + 1, event).flatMap { history[$0].time < limit ? $0 : nil }
        case .greaterOrEqual:
            return earliestEvent(part + 1, first(from: event) { $0 >= limit })
        case .greater:
            return earliestEvent(part + 1, first(from: event) { $0 > limit })
        case .equal:
            return earliestEvent(part + 1, first(from: event) { $0 >= limit })
                .flatMap { history[$0].time == limit ? $0 : nil }
        }
    }

    /// As `at`, but there must be an event, since its time is looked at.
    private func earliestEvent(_ part: Int, _ event: Int) -> Int? {
        at(part, event, only: false).flatMap { $0 < history.count ? $0 : nil }
    }

    /// The first event from `event` on whose time is late enough; the count if none is.
    private func first(from event: Int, _ isLateEnough: (Int64) -> Bool) -> Int {
        var (low, high) = (event, history.count)
        while low < high {
            let middle = low + (high - low) / 2
            if isLateEnough(history[middle].time) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    var hasMatch: Bool { reach[0][0] == 0 }

    /// How many matches there are, each beginning behind the one before.
    var matchCount: Int {
        var count = 0
        var start = 0
        while let end = end(of: start) {
            count += 1
            start = end
        }
        return count
    }

    /// The event behind the first match that begins at `start` or later.
    private func end(of start: Int) -> Int? {
        var event = start
        for part in parts.indices {
            guard let next = choice(part, event) else { return nil }
            event = next
        }
        return event
    }
}
