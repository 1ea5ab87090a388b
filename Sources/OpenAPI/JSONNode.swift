/// A value of JSON. Members of an object are written in the order of their names, so that the same
/// document is always the same bytes.
package indirect enum JSONNode: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONNode])
    case object([String: JSONNode])

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var array: [JSONNode]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var object: [String: JSONNode]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// A member of an object; `nil` if this is none, or has no such member.
    package subscript(_ name: String) -> JSONNode? {
        get { object?[name] }
        set {
            var members = object ?? [:]
            members[name] = newValue
            self = .object(members)
        }
    }

    static func reference(_ kind: String, _ name: String) -> JSONNode {
        .object(["$ref": .string("#/components/\(kind)/\(name)")])
    }
}

extension JSONNode: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let members = try? container.decode([String: JSONNode].self) {
            self = .object(members)
        } else if let values = try? container.decode([JSONNode].self) {
            self = .array(values)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let bool = try? container.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let text): try container.encode(text)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}

extension JSONNode: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral values: JSONNode...) { self = .array(values) }
    package init(dictionaryLiteral members: (String, JSONNode)...) {
        self = .object(Dictionary(members) { _, last in last })
    }
}
