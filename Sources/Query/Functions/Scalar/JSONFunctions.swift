import Columns

/// Values out of JSON texts: `json_value`, `json_query`, `get_json_object`, `json_type`.
///
/// Null where the text is no JSON, has nothing at the path or null there. A path is read once a query.
enum JSONFunctions {
    static let all = [
        // Strings as what they say, numbers as they are written, true and false.
        make("json_value", .local) { kind, bytes in
            switch kind {
            case .object, .array, .null: nil
            case .string, .number, .boolean: scalar(kind, bytes)
            }
        },
        // Objects and arrays, without spaces between their parts.
        make("json_query", .local) { kind, bytes in
            switch kind {
            case .object, .array: JSONText.compact(bytes)
            case .string, .number, .boolean, .null: nil
            }
        },
        // Both (Spark, which writes numbers anew).
        make("get_json_object", .spark) { kind, bytes in
            switch kind {
            case .object, .array: JSONText.compact(bytes)
            case .string, .number, .boolean: scalar(kind, bytes)
            case .null: nil
            }
        },
        // `object`, `array`, `string`, `number`, `boolean` or `null`.
        make("json_type", .local) { kind, _ in Array(kind.rawValue.utf8) },
    ]

    private static func scalar(_ kind: JSONReader.Kind, _ bytes: ArraySlice<UInt8>) -> [UInt8] {
        kind == .string ? JSONText.unescaped(bytes) : Array(bytes)
    }

    private static func make(
        _ name: String, _ portability: Portability,
        _ result: @escaping @Sendable (JSONReader.Kind, ArraySlice<UInt8>) -> [UInt8]?
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(text, path)", portability: portability,
            resolve: ScalarFunction.overloads([([.string, .string], .string)]),
            prepare: { (literals) throws(QueryError) in
                guard let text = try literals.text(1, "the path") else { return nil }
                let path = try JSONPath(text)
                return ScalarFunction.Prepared { (arguments) throws(QueryError) in
                    guard case .string(let text) = arguments[0] else { return .null }
                    let bytes = Array(text.utf8)
                    guard let found = JSONReader.value(at: path, in: bytes),
                        let value = result(found.kind, bytes[found.range])
                    else { return .null }
                    return .string(String(decoding: value, as: UTF8.self))
                }
            },
            evaluate: ScalarFunction.unprepared)
    }
}
