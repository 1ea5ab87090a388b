import Columns

/// `extract(hour FROM ts)`, in UTC. `dow` and `dayofweek` count from Sunday = 1 (GoogleSQL, Spark);
/// `epoch` is whole seconds since 1970.
enum ExtractFunction {
    static let function = ScalarFunction(
        name: "extract", usage: "extract(part FROM timestamp)",
        resolve: { arguments in
            guard arguments.count == 2, Coercion.isSame(arguments[0], .string),
                Coercion.isPossible(arguments[1], .timestamp)
            else { return .mismatch }
            guard case .string(let name) = arguments[0].literal, parts.contains(name.lowercased())
            else {
                return .invalid("the part must be one of " + parts.joined(separator: ", "))
            }
            return .signature([.string, .timestamp], .int64)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let name) = arguments[0], case .timestamp(let time) = arguments[1]
            else { return .null }
            return .int64(part(name.lowercased(), of: time))
        })

    private static let parts = [
        "year", "quarter", "month", "day", "dayofyear", "dayofweek", "hour", "minute", "second",
        "millisecond", "microsecond", "epoch",
    ]

    private static func part(_ name: String, of time: Int64) -> Int64 {
        let day = Calendar.floorDivide(time, Calendar.dayLength)
        let rest = time &- day &* Calendar.dayLength
        let date = Calendar.date(ofDay: day)
        switch name {
        case "year": return date.year
        case "quarter": return (date.month - 1) / 3 + 1
        case "month": return date.month
        case "day": return date.day
        case "dayofyear":
            return day - Calendar.day(of: Calendar.Date(year: date.year, month: 1, day: 1)) + 1
        case "dayofweek": return Calendar.floorMod(day + 4, 7) + 1
        case "hour": return rest / 3_600_000_000
        case "minute": return rest / 60_000_000 % 60
        case "second": return rest / 1_000_000 % 60
        case "millisecond": return rest / 1_000 % 1_000
        case "microsecond": return rest % 1_000_000
        default: return Calendar.floorDivide(time, 1_000_000)
        }
    }
}
