import Columns

/// Division and buckets that have an answer where there is nothing to divide by, and the test for NaN.
enum Ratios {
    static let all = [
        division("ratio", .local), division("try_divide", .spark), isNaN, widthBucket,
    ]

    /// `ratio(a, b)`, `try_divide(a, b)`: null if b is 0.
    private static func division(_ name: String, _ portability: Portability) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(a, b)", portability: portability,
            resolve: ScalarFunction.overloads([([.double, .double], .double)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .double(let a) = arguments[0], case .double(let b) = arguments[1],
                    b != 0
                else { return .null }
                return .double(a / b)
            })
    }

    private static let isNaN = ScalarFunction(
        name: "isnan", usage: "isnan(x)", portability: .spark,
        resolve: ScalarFunction.overloads([([.double], .bool)]),
        evaluate: { (arguments) throws(QueryError) in
            if case .double(let value) = arguments[0] { .bool(value.isNaN) } else { .null }
        })

    /// Which of `count` equal buckets from `low` to below `high` holds x: 1 to `count`; 0 below them,
    /// `count` + 1 above.
    private static let widthBucket = ScalarFunction(
        name: "width_bucket", usage: "width_bucket(x, low, high, count)", canFail: true,
        portability: .everywhere,
        resolve: ScalarFunction.overloads([([.double, .double, .double, .int64], .int64)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .double(let x) = arguments[0], case .double(let low) = arguments[1],
                case .double(let high) = arguments[2], case .int64(let count) = arguments[3]
            else { return .null }
            guard low < high, low.isFinite, high.isFinite, count > 0, count < .max else {
                throw QueryError(
                    .value, "width_bucket takes low < high, both finite, and a count of 1 or more")
            }
            guard !x.isNaN else { return .null }
            guard x >= low else { return .int64(0) }
            guard x < high else { return .int64(count + 1) }
            // Halved, so that the width of all buckets cannot overflow.
            let part = (x / 2 - low / 2) / (high / 2 - low / 2) * Double(count)
            return .int64(min(Int64(exactly: part.rounded(.down)) ?? count, count - 1) + 1)
        })
}
