import Columns

/// Finds out what an expression can tell apart: values of columns, and of times only hours or days and what
/// lies before or after a moment.
enum CountingUse {
    /// - Returns: by place of the columns; `nil` if every single time is looked at.
    static func of(_ expression: BoundExpression) -> CountingQuestion? {
        switch expression {
        case .column(let place, let type, _):
            guard type != .timestamp else { return nil }
            var question = CountingQuestion()
            question.columns.insert(place)
            return question
        case .literal, .aggregate, .window, .queryValue:
            return CountingQuestion()
        case .call(let function, let arguments, _, _):
            if let use = bucket(function.name, arguments) ?? cut(function.name, arguments) {
                return use
            }
            return union(arguments)
        case .and, .or, .conditional, .member:
            return union(expression.children)
        }
    }

    private static func union(_ expressions: [BoundExpression]) -> CountingQuestion? {
        var question = CountingQuestion()
        for expression in expressions {
            guard let use = of(expression) else { return nil }
            question.formUnion(use)
        }
        return question
    }

    private static func question(
        _ place: Int, _ times: CountingQuestion.Times
    ) -> CountingQuestion {
        var question = CountingQuestion()
        question.times[place] = times
        return question
    }

    // MARK: - Moments

    /// `timestamp >= TIMESTAMP '…'` and its like: before a moment, or from it on.
    private static func cut(_ name: String, _ arguments: [BoundExpression]) -> CountingQuestion? {
        guard comparisons.contains(name),
            let place = arguments.lazy.compactMap(\.timeColumn).first
        else { return nil }
        let others = arguments.filter { $0.timeColumn == nil }
        guard others.count == arguments.count - 1 else { return nil }
        let operation = arguments[0].timeColumn == nil ? turned[name] ?? name : name
        var times = CountingQuestion.Times()
        for other in others {
            switch other.literal {
            case .timestamp(let time):
                guard time < .max else { return nil }
                switch operation {
                case "<", ">=": times.cuts.insert(time)
                case "<=", ">": times.cuts.insert(time + 1)
                default: times.cuts.formUnion([time, time + 1])
                }
            case .null: continue
            case nil, .bool, .int64, .double, .string: return nil
            }
        }
        return question(place, times)
    }

    private static let comparisons: Set = ["=", "<", "<=", ">", ">=", "<>", "in", "is null"]
    private static let turned = ["<": ">", "<=": ">=", ">": "<", ">=": "<="]

    // MARK: - Buckets

    private static func bucket(
        _ name: String, _ arguments: [BoundExpression]
    ) -> CountingQuestion? {
        guard let last = timeArgument(of: name), arguments.count > last,
            let (place, inner) = clock(arguments[last]),
            var times = grain(name, arguments.map(\.literal))
        else { return nil }
        times.formUnion(inner)
        return question(place, times)
    }

    private static func timeArgument(of name: String) -> Int? {
        switch name {
        case "date_trunc", "extract": 1
        case "time_bucket": 2
        case "date", "last_day": 0
        default: TimePart(rawValue: name) == nil ? nil : 0
        }
    }

    /// A column of times as it is, or as clocks of a zone show it.
    private static func clock(
        _ expression: BoundExpression
    ) -> (place: Int, times: CountingQuestion.Times)? {
        if let place = expression.timeColumn { return (place, CountingQuestion.Times()) }
        guard case .call(let function, let arguments, _, _) = expression,
            function.name == TimeZoneFunctions.fromUTC.name,
            let place = arguments[0].timeColumn,
            let times = CountingQuestion.Times(zone: arguments[1].literal)
        else { return nil }
        return (place, times)
    }

    /// What a function of a time, with these literals, can tell apart.
    private static func grain(_ name: String, _ literals: [Value?]) -> CountingQuestion.Times? {
        switch name {
        case "date", "last_day": return CountingQuestion.Times()
        case "date_trunc":
            guard case .string(let unitName) = literals[0], let unit = TimeUnit(name: unitName)
            else { return nil }
            return CountingQuestion.Times(
                TimeBuckets(unit), zone: literals.count > 2 ? literals[2] : .string("UTC"))
        case "time_bucket":
            guard case .int64(let months) = literals[0], case .int64(let length) = literals[1]
            else { return nil }
            guard literals.count > 3 else {
                return CountingQuestion.Times(
                    TimeBuckets(months: months, length: length), zone: .string("UTC"))
            }
            if case .timestamp(let origin) = literals[3] {
                guard months == 0 else { return nil }
                return CountingQuestion.Times(
                    TimeBuckets(months: 0, length: length, origin: origin), zone: .string("UTC"))
            }
            return CountingQuestion.Times(
                TimeBuckets(months: months, length: length), zone: literals[3])
        case "extract":
            guard case .string(let partName) = literals[0] else { return nil }
            return TimePart(name: partName).flatMap(CountingQuestion.Times.init)
        default:
            return TimePart(rawValue: name).flatMap(CountingQuestion.Times.init)
        }
    }
}

extension BoundExpression {
    /// Its place, if it is a column of times.
    fileprivate var timeColumn: Int? {
        if case .column(let place, .timestamp, _) = self { place } else { nil }
    }
}

extension CountingQuestion.Times {
    private static let hour: Int64 = 3_600_000_000

    /// - Returns: `nil` if it tells times of one hour apart.
    fileprivate init?(_ part: TimePart) {
        self.init()
        switch part {
        case .year, .quarter, .month, .week, .day, .dayofyear, .dayofweek: break
        case .hour: grain = Self.hour
        case .minute, .second, .millisecond, .microsecond, .epoch: return nil
        }
    }

    /// - Returns: `nil` if hours of UTC are no whole number of buckets, or none of hours.
    fileprivate init?(_ buckets: TimeBuckets, zone: Value?) {
        self.init(zone: zone)
        guard buckets.months == 0 else { return }
        guard buckets.length % Self.hour == 0, buckets.origin % Self.hour == 0 else { return nil }
        if buckets.length % Self.grainMax != 0 || buckets.origin % Self.grainMax != 0 {
            grain = Self.hour
        }
    }

    /// What the clocks of a zone show: a whole number of hours beside UTC, at least since some day.
    /// - Returns: `nil` for other zones, and if it is not fixed which one.
    fileprivate init?(zone: Value?) {
        guard case .string(let name) = zone, let rules = try? TimeZones.system.zone(named: name),
            let since = rules.wholeHours
        else { return nil }
        self.init()
        self.since = since
        if !rules.isUTC { grain = Self.hour }
    }
}

extension TimeZoneRules {
    private static let hour: Int64 = 3_600_000_000

    fileprivate var isUTC: Bool { changes.isEmpty && firstOffset == 0 && rule == nil }

    /// Since when its clocks have been whole hours beside those of UTC and were only changed at full hours,
    /// in µs; `nil`: they are not, or will not be.
    fileprivate var wholeHours: Int64? {
        func isWhole(_ time: Int64) -> Bool { time % Self.hour == 0 }
        if let rule {
            let offsets = [rule.standardOffset, rule.summer?.offset ?? 0]
            let moments = [rule.summer?.begin.seconds ?? 0, rule.summer?.end.seconds ?? 0]
            guard (offsets + moments).allSatisfy({ $0 % 3_600 == 0 }) else { return nil }
        }
        var since = Int64.min
        for change in changes.reversed() {
            guard isWhole(change.offset) else { return since == .min ? nil : since }
            since = change.time
            guard isWhole(change.time) else { return since }
        }
        if isWhole(firstOffset) { return .min }
        return changes.isEmpty ? nil : since
    }
}
