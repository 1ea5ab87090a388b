import Columns

/// `substr(text, start[, length])`, counted in code points from 1; a negative start from the end.
enum SubstrFunction {
    static let function = ScalarFunction(
        name: "substr", usage: "substr(text, start[, length])",
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
            var length = count
            if arguments.count == 3, case .int64(let given) = arguments[2] { length = given }
            guard length > 0, start <= count else { return .string("") }
            let first = start > 0 ? start - 1 : start == 0 ? 0 : count + max(start, -count - length)
            let end = min(count, length >= count ? max(first, 0) + count : first + length)
            guard end > max(first, 0) else { return .string("") }
            var result = String.UnicodeScalarView()
            result.append(contentsOf: scalars[Int(max(first, 0))..<Int(end)])
            return .string(String(result))
        })
}
