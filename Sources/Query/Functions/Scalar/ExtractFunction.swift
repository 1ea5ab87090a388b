import Columns

/// `extract(hour FROM ts)` and `hour(ts)`, in UTC; of other clocks with `ts AT TIME ZONE zone`.
enum ExtractFunction {
    static let function = ScalarFunction(
        name: "extract", usage: "extract(part FROM timestamp)", portability: .everywhere,
        resolve: { arguments in
            guard arguments.count == 2, Coercion.isSame(arguments[0], .string),
                Coercion.isPossible(arguments[1], .timestamp)
            else { return .mismatch }
            guard case .string(let name) = arguments[0].literal, TimePart(name: name) != nil else {
                let names = TimePart.allCases.map(\.rawValue).joined(separator: ", ")
                return .invalid("the part must be one of " + names)
            }
            return .signature([.string, .timestamp], .int64)
        },
        prepare: { (literals) throws(QueryError) in
            guard case .string(let name) = literals[0], let part = TimePart(name: name) else {
                return nil
            }
            return prepared(part, argument: 1)
        },
        evaluate: ScalarFunction.unprepared)

    /// The parts that have a function of their own.
    static let shortcuts = [
        shortcut(.year, .everywhere), shortcut(.quarter, .everywhere),
        shortcut(.month, .everywhere),
        shortcut(.day, .everywhere), shortcut(.hour, .everywhere), shortcut(.minute, .everywhere),
        shortcut(.second, .everywhere), shortcut(.dayofyear, .everywhere),
        // ClickHouse counts from Monday.
        shortcut(.dayofweek, .spark),
    ]

    private static func shortcut(_ part: TimePart, _ portability: Portability) -> ScalarFunction {
        ScalarFunction(
            name: part.rawValue, usage: "\(part.rawValue)(timestamp)", portability: portability,
            resolve: ScalarFunction.overloads([([.timestamp], .int64)]),
            prepare: { (_) throws(QueryError) in prepared(part, argument: 0) },
            evaluate: ScalarFunction.unprepared)
    }

    private static func prepared(_ part: TimePart, argument: Int) -> ScalarFunction.Prepared {
        ScalarFunction.Prepared(
            evaluate: { (arguments) throws(QueryError) in
                guard case .timestamp(let time) = arguments[argument] else { return .null }
                return .int64(part.value(of: time))
            },
            kernel: { (operands, count) throws(QueryError) in
                guard case .column(let column) = operands[argument],
                    case .int64(let times) = column.values
                else { return nil }
                return Column(integers: part.values(of: times), validity: column.validity)
            })
    }
}

/// What `extract` takes from a timestamp.
enum TimePart: String, CaseIterable {
    case year, quarter, month
    /// Of ISO 8601: weeks begin on Monday, the first is the one with January 4.
    case week
    case day, dayofyear
    /// From Sunday = 1 (GoogleSQL, Spark).
    case dayofweek
    case hour, minute, second
    case millisecond, microsecond
    /// Whole seconds since 1970.
    case epoch

    init?(name: String) {
        let lower = name.lowercased()
        self.init(rawValue: lower == "doy" ? "dayofyear" : lower)
    }

    func values(of times: [Int64]) -> [Int64] {
        guard isOfDay else { return times.map { self.value(of: $0) } }
        // The calendar is asked once for each run of rows of a day.
        var day: Range<Int64> = 0..<0
        var value: Int64 = 0
        return times.map { time in
            if !day.contains(time) {
                day = TimeBuckets(.day).bucket(of: time)
                value = self.value(of: time)
            }
            return value
        }
    }

    /// Whether all times of a day have the same.
    private var isOfDay: Bool {
        switch self {
        case .year, .quarter, .month, .week, .day, .dayofyear, .dayofweek: true
        case .hour, .minute, .second, .millisecond, .microsecond, .epoch: false
        }
    }

    func value(of time: Int64) -> Int64 {
        let day = Calendar.floorDivide(time, Calendar.dayLength)
        let rest = time &- day &* Calendar.dayLength
        switch self {
        case .year: return Calendar.date(ofDay: day).year
        case .quarter: return (Calendar.date(ofDay: day).month - 1) / 3 + 1
        case .month: return Calendar.date(ofDay: day).month
        case .week:
            // A week belongs to the year of its Thursday.
            let thursday = day - Calendar.floorMod(day + 3, 7) + 3
            return (thursday - Self.newYear(of: thursday)) / 7 + 1
        case .day: return Calendar.date(ofDay: day).day
        case .dayofyear: return day - Self.newYear(of: day) + 1
        case .dayofweek: return Calendar.floorMod(day + 4, 7) + 1
        case .hour: return rest / 3_600_000_000
        case .minute: return rest / 60_000_000 % 60
        case .second: return rest / 1_000_000 % 60
        case .millisecond: return rest / 1_000 % 1_000
        case .microsecond: return rest % 1_000_000
        case .epoch: return Calendar.floorDivide(time, 1_000_000)
        }
    }

    /// The first day of the year that `day` is in.
    private static func newYear(of day: Int64) -> Int64 {
        let year = Calendar.date(ofDay: day).year
        return Calendar.day(of: Calendar.Date(year: year, month: 1, day: 1))
    }
}
