/// Startup times, ascending, with how often each came.
struct StartupTimes {
    var times: [(time: Double, count: Int)]

    var count: Int { times.reduce(0) { $0 + $1.count } }
    var sum: Double { times.reduce(0) { $0 + $1.time * Double($1.count) } }

    /// As `percentile_cont` has it: between two neighbours in proportion; `nil` of nothing.
    func quantile(_ share: Double) -> Double? {
        let count = count
        guard count > 0 else { return nil }
        let place = share * Double(count - 1)
        let low = value(at: Int(place))
        let high = value(at: min(count - 1, Int(place) + 1))
        return low + (high - low) * (place - place.rounded(.down))
    }

    private func value(at place: Int) -> Double {
        var left = place
        for (time, count) in times {
            if left < count { return time }
            left -= count
        }
        return times.last?.time ?? .nan
    }

    var members: [(String, AnalyticsDocument)] {
        [("startupP50", .number(quantile(0.5))), ("startupP95", .number(quantile(0.95)))]
    }
}
