/// The units of INTERVAL, date_trunc, extract and date_diff.
enum TimeUnit: String, Sendable, Hashable, CaseIterable {
    case microsecond, millisecond, second, minute, hour, day, week, month, quarter, year

    /// `hour`, `HOURS` …
    init?(name: String) {
        let lower = name.lowercased()
        guard
            let unit = TimeUnit(rawValue: lower)
                ?? (lower.last == "s" ? TimeUnit(rawValue: String(lower.dropLast())) : nil)
        else { return nil }
        self = unit
    }

    /// Microseconds of a unit that is always equally long; `nil` for months and longer.
    var microseconds: Int64? {
        switch self {
        case .microsecond: 1
        case .millisecond: 1_000
        case .second: 1_000_000
        case .minute: 60_000_000
        case .hour: 3_600_000_000
        case .day: 86_400_000_000
        case .week: 604_800_000_000
        case .month, .quarter, .year: nil
        }
    }

    /// Months of a unit that the calendar stretches; `nil` for weeks and shorter.
    var months: Int64? {
        switch self {
        case .month: 1
        case .quarter: 3
        case .year: 12
        case .microsecond, .millisecond, .second, .minute, .hour, .day, .week: nil
        }
    }
}
