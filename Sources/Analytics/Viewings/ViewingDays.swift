/// Sums by days of UTC, so that a range of whole ones need not look at its quarters of an hour.
struct ViewingDays {
    /// Quarters of a day.
    static let length: Int32 = 96

    struct Day {
        /// Counts are of all events; the rest is of viewings that lie within the day.
        var totals = Totals()
        /// Startup times in ms, and how often each came.
        var startups: [Double: Int] = [:]
        /// Different persons with an event; `nil`: not known, or not any more.
        var persons: [Int32]?
    }

    private(set) var days: [Int32: Day] = [:]
    /// Viewings that do not lie within one day; some are gone.
    private(set) var crossings: [Int32] = []

    static func day(of quarter: Int32) -> Int32 {
        quarter >= 0 ? quarter / length : ~(~quarter / length)
    }

    static func quarters(of day: Int32) -> Range<Int32> { day * length..<(day + 1) * length }

    /// The days that a range is; `nil` if it is not of whole ones.
    static func days(_ range: Range<Int32>) -> Range<Int32>? {
        guard range.lowerBound % length == 0, range.upperBound % length == 0 else { return nil }
        return range.lowerBound / length..<range.upperBound / length
    }

    mutating func count(_ counts: SmallCounts, startup: Double, in quarter: Int32) {
        let day = Self.day(of: quarter)
        days[day, default: Day()].totals.counts.add(counts)
        if startup == startup { days[day]!.startups[startup, default: 0] += 1 }
    }

    mutating func add(_ outcome: ViewingOutcome, in quarter: Int32) {
        days[Self.day(of: quarter), default: Day()].totals.add(outcome)
    }

    mutating func subtract(_ outcome: ViewingOutcome, in quarter: Int32) {
        days[Self.day(of: quarter), default: Day()].totals.subtract(outcome)
    }

    mutating func addCrossing(_ viewing: Int32) { crossings.append(viewing) }

    mutating func setPersons(_ persons: [Int32]?, in day: Int32) { days[day]?.persons = persons }

    mutating func forgetPersons(in quarter: Int32) { days[Self.day(of: quarter)]?.persons = nil }

    mutating func forgetAllPersons() { for day in days.keys { days[day]?.persons = nil } }
}
