import Columns

/// `ntile(n)`: the number, from 1, of the part that a row falls in when its partition is divided into n
/// parts as even as possible; the first parts are the longer ones.
enum TileFunction {
    static let function = WindowFunction(
        name: "ntile", usage: "ntile(n)",
        resolve: { arguments in
            guard arguments.count == 1, arguments[0].type == .int64 else { return .mismatch }
            guard case .int64(let count) = arguments[0].literal, count > 0 else {
                return .invalid("ntile takes a number of parts above 0, written out")
            }
            return .signature([.int64], .int64)
        },
        compute: { (arguments, layout, _) throws(QueryError) in
            guard layout.rowCount > 0, case .int64(let count) = arguments[0][0] else {
                return Column(integers: [])
            }
            var values: [Int64] = []
            values.reserveCapacity(layout.rowCount)
            for partition in layout.partitions {
                let (length, longer) = Int64(partition.count).quotientAndRemainder(
                    dividingBy: count)
                for row in partition {
                    let place = Int64(row - partition.lowerBound)
                    let inLonger = longer * (length + 1)
                    let tile =
                        place < inLonger
                        ? place / (length + 1) : longer + (place - inLonger) / max(1, length)
                    values.append(tile + 1)
                }
            }
            return Column(integers: values)
        })
}
