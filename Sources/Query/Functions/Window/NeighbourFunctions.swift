import Columns

/// `lag(x[, n[, default]])` and `lead(…)`: the value of the row n places before or after, 1 if not said;
/// outside the partition the default, null if not said.
enum NeighbourFunctions {
    static let lag = make("lag", direction: -1)
    static let lead = make("lead", direction: 1)

    private static func make(_ name: String, direction: Int) -> WindowFunction {
        WindowFunction(
            name: name, usage: "\(name)(x[, n[, default]])", portability: .spark,
            resolve: { arguments in
                guard (1...3).contains(arguments.count) else { return .mismatch }
                let value = arguments.count == 3 ? [arguments[0], arguments[2]] : [arguments[0]]
                guard let type = ScalarFunction.commonType(value) else { return .mismatch }
                guard arguments.count > 1 else { return .signature([type], type) }
                guard case .int64(let distance) = arguments[1].literal,
                    (0...Int64(Int32.max)).contains(distance)
                else { return .invalid("\(name) takes a number of rows, written out") }
                return .signature(
                    arguments.count == 3 ? [type, .int64, type] : [type, .int64], type)
            },
            compute: { (arguments, layout, _) throws(QueryError) in
                var distance = direction
                if arguments.count > 1, layout.rowCount > 0,
                    case .int64(let count) = arguments[1][0]
                {
                    distance *= Int(count)
                }
                // Behind the values stand the defaults, one for each row.
                let fallback =
                    arguments.count == 3
                    ? arguments[2] : Column(nulls: layout.rowCount, type: arguments[0].type)
                var places = [Int32](repeating: 0, count: layout.rowCount)
                for partition in layout.partitions {
                    for row in partition {
                        let other = row + distance
                        places[row] = Int32(
                            partition.contains(other) ? other : layout.rowCount + row)
                    }
                }
                return Column.concatenated([arguments[0], fallback], type: arguments[0].type)
                    .gathered(places)
            })
    }
}
