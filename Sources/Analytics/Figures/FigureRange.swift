package import Query

/// The time that figures are asked about.
package struct FigureRange: Sendable, Hashable {
    /// The first µs since 1970 UTC; `nil`: from the first event on.
    package var from: Int64?
    /// The end, which is not in it; `nil`: to the last event.
    package var to: Int64?
    package var zone: CalendarZone
    package var granularity: CalendarUnit?
    /// Whether the time before, as long, is to be told as well.
    package var compares: Bool

    package init(
        from: Int64? = nil, to: Int64? = nil, zone: CalendarZone = .utc,
        granularity: CalendarUnit? = nil, compares: Bool = false
    ) {
        self.from = from
        self.to = to
        self.zone = zone
        self.granularity = granularity
        self.compares = compares
    }

    var isWhole: Bool { from == nil && to == nil }

    /// Whether it has whole quarters of an hour, so that the index of all events knows it.
    var isAligned: Bool {
        [from, to].allSatisfy { ($0 ?? 0) % ViewingPart.quarterLength == 0 }
    }

    /// The events that it is about; `nil`: all.
    var times: Range<Int64>? {
        if isWhole { return nil }
        let from = from ?? .min + 1
        return from..<max(from, to ?? .max)
    }

    /// Its quarters; `nil`: all.
    var quarters: Range<Int32>? {
        guard let times else { return nil }
        return Self.quarters(times)
    }

    static func quarters(_ times: Range<Int64>) -> Range<Int32> {
        func quarter(_ time: Int64) -> Int32 {
            time <= .min + 1 ? .min : time == .max ? .max : ViewingPart.quarter(of: time)
        }
        let first = quarter(times.lowerBound)
        // An end within a quarter has the quarter: events after it are not in such an index.
        let end = quarter(times.upperBound)
        let isWhole = times.upperBound % ViewingPart.quarterLength == 0 || end == .max
        return first..<max(first, isWhole ? end : end + 1)
    }

    /// The same with both ends, by what there is; `nil` if there is nothing to tell them.
    func bounded(by span: Range<Int32>?) -> Range<Int64>? {
        func time(_ quarter: Int32) -> Int64 { Int64(quarter) * ViewingPart.quarterLength }
        guard let from = from ?? span.map({ time($0.lowerBound) }) ?? to,
            let to = to ?? span.map({ time($0.upperBound) }) ?? self.from
        else { return nil }
        return from..<max(from, to)
    }

    /// The range before, as long: as many days, if it is whole days.
    var previous: FigureRange? {
        guard let from, let to else { return nil }
        var previous = self
        previous.compares = false
        previous.to = from
        let (first, last) = (zone.day(of: from), zone.day(of: to))
        if zone.start(ofDay: first) == from, zone.start(ofDay: last) == to {
            previous.from = zone.start(ofDay: first - (last - first))
        } else {
            previous.from = from - (to - from)
        }
        return previous
    }
}
