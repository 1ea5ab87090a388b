import Columns

/// `first_value(x)` and `last_value(x)` of the frame, nulls included; null if the frame is empty.
///
/// With ORDER BY alone the frame ends at the row at hand and those that tie with it, so `last_value` of
/// the whole partition needs ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING.
enum FrameEndFunctions {
    static let first = make("first_value") { $0.lowerBound }
    static let last = make("last_value") { $0.upperBound - 1 }

    private static func make(
        _ name: String, _ place: @escaping @Sendable (Range<Int>) -> Int
    ) -> WindowFunction {
        WindowFunction(
            name: name, usage: "\(name)(x)", takesFrame: true,
            resolve: { arguments in
                guard arguments.count == 1 else { return .mismatch }
                let type = arguments[0].type ?? .string
                return .signature([type], type)
            },
            compute: { (arguments, layout, frame) throws(QueryError) in
                // One null behind the values is what an empty frame gives.
                let null = Column(nulls: 1, type: arguments[0].type)
                var places = [Int32](repeating: Int32(layout.rowCount), count: layout.rowCount)
                try layout.forEachFrame(frame) { (row, rows) throws(QueryError) in
                    if !rows.isEmpty { places[row] = Int32(place(rows)) }
                }
                return Column.concatenated([arguments[0], null], type: arguments[0].type)
                    .gathered(places)
            })
    }
}
