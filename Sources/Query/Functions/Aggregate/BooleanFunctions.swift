import Columns

/// `bool_and(b)` and `bool_or(b)`: whether all, or any, are true; null for no values.
///
/// Of booleans that is the smallest and the largest.
enum BooleanFunctions {
    static let and = make("bool_and", as: ExtremeFunctions.min)
    static let or = make("bool_or", as: ExtremeFunctions.max)

    private static func make(_ name: String, as extreme: AggregateFunction) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: "\(name)(condition)", family: extreme.family,
            resolve: ScalarFunction.overloads([([.bool], .bool)]), makeState: extreme.makeState,
            finish: extreme.finish, ignoresDuplicates: true, portability: .spark)
    }
}
