import Columns

/// The table of scalar functions. To add one: a file in `Scalar/`, a line here, a query script, a row
/// in the documentation of the language.
enum ScalarFunctions {
    static let all: [String: ScalarFunction] = {
        let functions: [ScalarFunction] =
            ComparisonFunctions.all + ArithmeticFunctions.all + LogicFunctions.all
            + RegexpFunctions.all + ExtractFunction.shortcuts + UnixTimeFunctions.all
            + LengthFunction.all + TrimFunctions.all + SearchFunctions.all + CutFunctions.all
            + MathFunctions.all + JSONFunctions.all + [
                AbsFunction.function,
                CoalesceFunction.function,
                ConcatFunction.function,
                ConcatFunction.operation,
                ConcatFunction.separated,
                DateDiffFunction.function,
                DateTruncFunction.date,
                DateTruncFunction.function,
                DateTruncFunction.lastDay,
                ExtractFunction.function,
                ExtremeOfFunctions.greatest,
                ExtremeOfFunctions.least,
                FormatTimestampFunction.function,
                InFunction.function,
                LetterCaseFunctions.lower,
                LetterCaseFunctions.upper,
                LikeFunction.function,
                NullifFunction.function,
                RoundingFunctions.ceil,
                RoundingFunctions.floor,
                RoundingFunctions.round,
                SubstrFunction.function,
                TimeBucketFunction.function,
                TimeZoneFunctions.fromUTC,
                TimeZoneFunctions.toUTC,
                TimestampAddFunction.function,
            ]
        return Dictionary(uniqueKeysWithValues: functions.map { ($0.name, $0) })
    }()

    /// Whether `name(…)` may be written; operators cannot be called by their symbols.
    static func isCallable(_ name: String) -> Bool {
        all[name] != nil && !FunctionNames.internalOnly.contains(name)
            && name.utf8.allSatisfy { $0 != 0x20 } && (name.first?.isLetter ?? false)
    }
}

/// Names under which functions can be called beside their own.
enum FunctionNames {
    static let aliases: [String: String] = [
        "countif": "count_if", "quantile": "approx_percentile",
        "quantile_cont": "approx_percentile",
        "approx_distinct": "approx_count_distinct", "uniq": "approx_count_distinct",
        "topk": "approx_top_k", "quantile_disc": "percentile_disc", "every": "bool_and",
        "some": "bool_or", "listagg": "string_agg", "windowfunnel": "window_funnel",
        "sequencematch": "sequence_match", "sequencecount": "sequence_count",
        "stddev": "stddev_samp", "variance": "var_samp", "arg_min": "min_by", "arg_max": "max_by",
        "ceiling": "ceil", "iff": "if", "ifnull": "coalesce", "substring": "substr",
        "starts_with": "startswith", "ends_with": "endswith", "strpos": "instr",
        "pow": "power", "is_nan": "isnan", "current_timestamp": "now",
        "datetrunc": "date_trunc", "date_part": "extract", "date_bin": "time_bucket",
    ]
    /// Bound by rules of their own.
    static let special: Set<String> = [
        "now", "time_bucket", "if", "rate", "per_second", "grouping",
    ]
    /// Reached by a syntax of their own only.
    static let internalOnly: Set<String> = ["not", "negate", "in", "like", "timestamp_add"]

    static func canonical(_ name: String) -> String { aliases[name] ?? name }

    static var all: [String] {
        (ScalarFunctions.all.keys.filter(ScalarFunctions.isCallable) + AggregateFunctions.all.keys
            + Array(aliases.keys) + Array(special)).sorted()
    }
}
