import Columns

/// `CAST(x AS type)`, an error where it is impossible, and `TRY_CAST`, null there.
///
/// Doubles become integers by dropping the fraction (Spark, ClickHouse). Timestamps and numbers are not
/// cast into each other: seconds and microseconds would be a guess.
enum CastFunction {
    static func function(to type: ColumnType, isTry: Bool) -> ScalarFunction {
        let name = TypeName.text(of: type)
        return ScalarFunction(
            name: "\(isTry ? "try_cast" : "cast") as \(name)", usage: "CAST(x AS \(name))",
            canFail: !isTry, portability: isTry ? .spark : .everywhere,
            resolve: { arguments in
                guard let from = arguments[0].type, isPossible(from, type) else { return .mismatch }
                return .signature([from], type)
            },
            evaluate: { (arguments) throws(QueryError) in
                if let value = cast(arguments[0], to: type) { return value }
                guard !isTry else { return .null }
                let text = TextSafety.escaped(Printer.text(of: arguments[0]))
                throw QueryError(
                    .value, "\(text.prefix(60)) cannot be cast to \(name)",
                    hint: "TRY_CAST gives NULL instead")
            })
    }

    /// Integers to doubles, without a chance to fail.
    static let widening = ScalarFunction(
        name: "double", usage: "CAST(x AS DOUBLE)", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.int64], .double)]),
        evaluate: { (arguments) throws(QueryError) in cast(arguments[0], to: .double) ?? .null },
        kernel: { (operands, count) throws(QueryError) in
            guard case .column(let column) = operands[0], case .int64(let values) = column.values
            else { return nil }
            return Column(doubles: values.map { Double($0) }, validity: column.validity)
        })

    private static func isPossible(_ from: ColumnType, _ to: ColumnType) -> Bool {
        switch (from, to) {
        case (_, .string), (.string, _): true
        case (.timestamp, let other), (let other, .timestamp): other == .timestamp
        case (.bool, .int64), (.int64, .bool): true
        case (.bool, .double), (.double, .bool): false
        default: true
        }
    }

    private static func cast(_ value: Value, to type: ColumnType) -> Value? {
        switch (value, type) {
        case (.null, _): .null
        case (.bool(let value), .int64): .int64(value ? 1 : 0)
        case (.int64(let value), .bool): .bool(value != 0)
        case (.int64(let value), .double): .double(Double(value))
        case (.double(let value), .int64):
            value.isFinite ? Int64(exactly: value.rounded(.towardZero)).map { .int64($0) } : nil
        case (.string(let text), _): parse(text, as: type)
        case (.bool(let value), .string): .string(value ? "true" : "false")
        case (.int64(let value), .string): .string("\(value)")
        case (.double(let value), .string): .string("\(value)")
        case (.timestamp(let value), .string): .string(TimestampText.text(of: value))
        default: value.type == type ? value : nil
        }
    }

    private static func parse(_ text: String, as type: ColumnType) -> Value? {
        switch type {
        case .string: return .string(text)
        case .int64: return Int64(text).map { .int64($0) }
        case .double:
            // The standard library would also read hexadecimal and "nan(…)" forms.
            guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
            return Double(text).map { .double($0) }
        case .bool:
            switch text.lowercased() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: return nil
            }
        case .timestamp: return TimestampText.time(of: text).map { .timestamp($0) }
        }
    }
}
