import ArgumentParser
import Columns
import FoundationEssentials

/// `name=value` of `--param`, bound as a value and never spliced into the query.
struct QueryParameter: ExpressibleByArgument, Equatable {
    let name: String
    let value: Value

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
            return nil
        }
        name = String(argument[..<equals].drop { $0 == "@" })
        value = Self.value(String(argument[argument.index(after: equals)...]))
        if name.isEmpty { return nil }
    }

    private static func value(_ text: String) -> Value {
        if text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") {
            return .string(String(text.dropFirst().dropLast()))
        }
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default: break
        }
        if let integer = Int64(text) { return .int64(integer) }
        // `Double` also reads words such as "nan" and "infinity", which are more likely names.
        let looksNumeric = text.allSatisfy { "0123456789.+-eE".contains($0) }
        if looksNumeric, let double = Double(text), double.isFinite { return .double(double) }
        return .string(text)
    }
}

/// A scalar of JSON.
struct JSONScalar: Encodable {
    let value: Value

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int64(let value), .timestamp(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        }
    }
}
