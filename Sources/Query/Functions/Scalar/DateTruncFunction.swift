import Columns

/// `date_trunc('hour', ts)`: the begin of the unit that holds `ts`, in UTC. Weeks begin on Monday.
enum DateTruncFunction {
    static let function = ScalarFunction(
        name: "date_trunc", usage: "date_trunc('unit', timestamp)",
        resolve: { arguments in
            guard arguments.count == 2, Coercion.isSame(arguments[0], .string),
                Coercion.isPossible(arguments[1], .timestamp)
            else { return .mismatch }
            guard case .string(let name) = arguments[0].literal, TimeUnit(name: name) != nil else {
                return .invalid(TimeUnit.expectation)
            }
            return .signature([.string, .timestamp], .timestamp)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let name) = arguments[0], let unit = TimeUnit(name: name),
                case .timestamp(let time) = arguments[1]
            else { return .null }
            return .timestamp(Calendar.truncate(time, to: unit))
        },
        kernel: { (operands, count) throws(QueryError) in
            guard case .constant(.string(let name)) = operands[0],
                let unit = TimeUnit(name: name), case .column(let column) = operands[1],
                case .int64(let times) = column.values
            else { return nil }
            return Column(
                timestamps: TimeBuckets.starts(of: times) {
                    Calendar.truncate($0, to: unit)
                } nextAfter: { start in
                    unit.microseconds.map { start &+ $0 }
                        ?? Calendar.add(months: unit.months ?? 1, to: start) ?? start
                },
                validity: column.validity)
        })
}

extension TimeUnit {
    static let expectation =
        "the unit must be a literal: " + allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
}

/// Buckets of time for a whole column.
enum TimeBuckets {
    /// Events come nearly in order, so the bucket of the row before is tried first.
    @inline(__always)
    static func starts(
        of times: [Int64], _ start: (Int64) -> Int64, nextAfter: (Int64) -> Int64
    ) -> [Int64] {
        var low: Int64 = 0
        var high: Int64 = 0
        return [Int64](unsafeUninitializedCapacity: times.count) { target, count in
            times.withUnsafeBufferPointer { times in
                for row in 0..<times.count {
                    let time = times[row]
                    if time < low || time >= high {
                        low = start(time)
                        high = nextAfter(low)
                    }
                    (target.baseAddress! + row).initialize(to: low)
                }
            }
            count = times.count
        }
    }
}
