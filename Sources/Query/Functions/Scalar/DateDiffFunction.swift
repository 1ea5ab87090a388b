import Columns

/// `date_diff('second', from, to)`: how many boundaries of the unit lie between the two.
enum DateDiffFunction {
    static let function = ScalarFunction(
        name: "date_diff", usage: "date_diff('unit', from, to)", canFail: true,
        portability: .clickhouse,
        resolve: { arguments in
            guard arguments.count == 3, Coercion.isSame(arguments[0], .string),
                Coercion.isPossible(arguments[1], .timestamp),
                Coercion.isPossible(arguments[2], .timestamp)
            else { return .mismatch }
            guard case .string(let name) = arguments[0].literal, TimeUnit(name: name) != nil else {
                return .invalid(TimeUnit.expectation)
            }
            return .signature([.string, .timestamp, .timestamp], .int64)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let name) = arguments[0], let unit = TimeUnit(name: name),
                case .timestamp(let from) = arguments[1], case .timestamp(let to) = arguments[2]
            else { return .null }
            let (count, overflow) = ordinal(to, unit).subtractingReportingOverflow(
                ordinal(from, unit))
            guard !overflow else { throw ArithmeticFunctions.overflow }
            return .int64(count)
        })

    /// The number of the unit that holds `time`, counted from some fixed one.
    private static func ordinal(_ time: Int64, _ unit: TimeUnit) -> Int64 {
        if unit == .week {
            return Calendar.floorDivide(Calendar.floorDivide(time, Calendar.dayLength) + 3, 7)
        }
        if let length = unit.microseconds { return Calendar.floorDivide(time, length) }
        let date = Calendar.date(ofDay: Calendar.floorDivide(time, Calendar.dayLength))
        return Calendar.floorDivide(date.year * 12 + date.month - 1, unit.months ?? 1)
    }
}
