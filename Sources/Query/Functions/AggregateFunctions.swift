/// The table of aggregate functions. To add one: a file in `Aggregate/`, a line here, a query script,
/// a row in the documentation of the language.
enum AggregateFunctions {
    static let all: [String: AggregateFunction] = {
        let functions = [
            AnyValueFunction.function,
            CountFunction.function,
            CountFunction.conditional,
            DistinctCount.approximate,
            ExtremeFunctions.max,
            ExtremeFunctions.min,
            ExtremeByFunctions.maxBy,
            ExtremeByFunctions.minBy,
            QuantileFunctions.approximate,
            QuantileFunctions.median,
            QuantileFunctions.percentile,
            SumFunctions.average,
            SumFunctions.sum,
            VarianceFunctions.deviation,
            VarianceFunctions.variance,
        ]
        return Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) })
    }()

    static func isAggregate(_ name: String) -> Bool {
        all[FunctionNames.canonical(name)] != nil
    }
}
