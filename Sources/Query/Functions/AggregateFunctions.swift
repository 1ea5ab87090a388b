/// The table of aggregate functions. To add one: a file in `Aggregate/`, a line here, a query script,
/// a row in docs/AggregateFunctions.md.
enum AggregateFunctions {
    static let all: [String: AggregateFunction] = {
        let functions: [AggregateFunction] = [
            AnyValueFunction.function,
            BooleanFunctions.and,
            BooleanFunctions.or,
            CountFunction.conditional,
            CountFunction.function,
            CovarianceFunctions.correlation,
            CovarianceFunctions.population,
            CovarianceFunctions.sample,
            DistinctCount.approximate,
            ExtremeByFunctions.first,
            ExtremeByFunctions.last,
            ExtremeByFunctions.maxBy,
            ExtremeByFunctions.minBy,
            ExtremeFunctions.max,
            ExtremeFunctions.min,
            FunnelTimeFunction.function,
            HistogramFunction.function,
            QuantileFunctions.approximate,
            QuantileFunctions.discrete,
            QuantileFunctions.median,
            QuantileFunctions.percentile,
            RetentionFunction.function,
            SequenceFunctions.count,
            SequenceFunctions.match,
            StringAggFunction.function,
            SumFunctions.average,
            SumFunctions.sum,
            TopFunction.function,
            VarianceFunctions.population,
            VarianceFunctions.populationDeviation,
            VarianceFunctions.sample,
            VarianceFunctions.sampleDeviation,
            WindowFunnelFunction.function,
        ]
        return Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) })
    }()

    static func isAggregate(_ name: String) -> Bool {
        all[FunctionNames.canonical(name)] != nil
    }
}
