import Columns

/// `sessionize(ts, INTERVAL '30' MINUTE) OVER (PARTITION BY actor ORDER BY ts)`: the number, from 1, of
/// the session that a row belongs to. A session ends when nothing happens for longer than the interval.
///
/// Rows without a time belong to no session. Times are taken in the window's order: one that goes back
/// begins no session.
enum SessionizeFunction {
    static let function = WindowFunction(
        name: "sessionize", usage: "sessionize(timestamp, INTERVAL)", portability: .local,
        resolve: { arguments in
            guard arguments.count == 2, arguments[1].type == .int64,
                Coercion.isPossible(arguments[0], .timestamp)
            else { return .mismatch }
            guard case .int64 = arguments[1].literal else {
                return .invalid("sessionize takes an INTERVAL, as in INTERVAL '30' MINUTE")
            }
            return .signature([.timestamp, .int64], .int64)
        },
        compute: { (arguments, layout, _) throws(QueryError) in
            guard layout.rowCount > 0, case .int64(let gap) = arguments[1][0],
                case .int64(let times) = arguments[0].values
            else { return Column(nulls: layout.rowCount, type: .int64) }
            let presence = arguments[0].presence
            var numbers = [Int64](repeating: 0, count: layout.rowCount)
            for partition in layout.partitions {
                var number: Int64 = 0
                var last = Int64.min
                for row in partition where presence?[row] != 0 {
                    let (silence, overflow) = times[row].subtractingReportingOverflow(last)
                    if number == 0 || overflow || silence > gap { number += 1 }
                    last = max(last, times[row])
                    numbers[row] = number
                }
            }
            return Column(integers: numbers, validity: presence)
        })
}
