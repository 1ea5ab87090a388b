import Columns

/// `substr(text, start[, length])`, counted in code points from 1; a negative start from the end.
enum SubstrFunction {
    static let function = ScalarFunction(
        name: "substr", usage: "substr(text, start[, length])", portability: .spark,
        resolve: ScalarFunction.overloads([
            ([.string, .int64], .string), ([.string, .int64, .int64], .string),
        ]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0], case .int64(let start) = arguments[1]
            else {
                return .null
            }
            let scalars = Array(text.unicodeScalars)
            let count = Int64(scalars.count)
            guard start <= count else { return .string("") }
            // Before the text's first character too: substr('abc', -5, 3) is 'a'.
            let first = start > 0 ? start - 1 : start == 0 ? 0 : count + start
            var end = count
            if arguments.count == 3, case .int64(let length) = arguments[2] {
                let (sum, overflow) = first.addingReportingOverflow(max(length, 0))
                end = overflow ? count : min(count, sum)
            }
            guard end > max(first, 0) else { return .string("") }
            var result = String.UnicodeScalarView()
            result.append(contentsOf: scalars[Int(max(first, 0))..<Int(end)])
            return .string(String(result))
        })
}
