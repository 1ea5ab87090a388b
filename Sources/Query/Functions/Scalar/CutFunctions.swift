import Columns

/// Texts cut and filled, counted in code points: `left`, `right`, `reverse`, `repeat`, `lpad`, `rpad`.
enum CutFunctions {
    static let all = [
        cut("left") { $0.prefix($1) }, cut("right") { $0.suffix($1) }, reverse,
        repetition, pad("lpad", isLeft: true), pad("rpad", isLeft: false),
    ]

    /// A negative count is 0 (Spark; ClickHouse counts from the other end).
    private static func cut(
        _ name: String,
        _ body: @escaping @Sendable (String.UnicodeScalarView, Int) -> Substring.UnicodeScalarView
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(text, count)", portability: .spark,
            resolve: ScalarFunction.overloads([([.string, .int64], .string)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0], case .int64(let count) = arguments[1]
                else { return .null }
                return .string(String(body(text.unicodeScalars, Int(max(count, 0)))))
            })
    }

    private static let reverse = ScalarFunction(
        name: "reverse", usage: "reverse(text)", portability: .spark,
        resolve: ScalarFunction.overloads([([.string], .string)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0] else { return .null }
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
        })

    /// A count below 1 gives the empty text.
    private static let repetition = ScalarFunction(
        name: "repeat", usage: "repeat(text, count)", canFail: true, portability: .everywhere,
        resolve: ScalarFunction.overloads([([.string, .int64], .string)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0], case .int64(let count) = arguments[1]
            else { return .null }
            guard count > 0 else { return .string("") }
            let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: Int(count))
            try MadeText.check(overflow ? .max : size)
            return .string(text.isEmpty ? "" : String(repeating: text, count: Int(count)))
        })

    /// Filled with spaces or the third argument up to `count` code points; cut to them if longer.
    private static func pad(_ name: String, isLeft: Bool) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(text, count[, fill])", canFail: true, portability: .spark,
            resolve: ScalarFunction.overloads([
                ([.string, .int64], .string), ([.string, .int64, .string], .string),
            ]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0], case .int64(let wanted) = arguments[1]
                else { return .null }
                var fill = Array(" ".unicodeScalars)
                if arguments.count == 3, case .string(let text) = arguments[2] {
                    fill = Array(text.unicodeScalars)
                }
                let scalars = text.unicodeScalars
                let missing = wanted - Int64(scalars.count)
                guard missing > 0, !fill.isEmpty else {
                    return .string(String(scalars.prefix(Int(max(wanted, 0)))))
                }
                // A code point has up to four bytes.
                let (size, overflow) = missing.multipliedReportingOverflow(by: 4)
                try MadeText.check(overflow ? .max : Int(size) + text.utf8.count)
                var filling = String.UnicodeScalarView()
                for index in 0..<Int(missing) { filling.append(fill[index % fill.count]) }
                return .string(isLeft ? String(filling) + text : text + String(filling))
            })
    }
}
