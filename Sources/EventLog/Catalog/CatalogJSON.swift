/// A JSON value, as the commits of the catalog and files of settings need it: read by
/// `CatalogJSONReader`, written here. (The JSON of events has its own, faster reader: nothing here is
/// hot.)
package enum CatalogJSON: Equatable {
    case null
    case bool(Bool)
    /// A whole number that fits.
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([CatalogJSON])
    /// In the order written; names are distinct.
    case object([Field])

    package struct Field: Equatable {
        package var name: String
        package var value: CatalogJSON

        init(_ name: String, _ value: CatalogJSON) {
            self.name = name
            self.value = value
        }
    }

    package static func read(_ bytes: [UInt8]) throws(CatalogJSONError) -> CatalogJSON {
        try CatalogJSONReader.read(bytes[...])
    }

    subscript(name: String) -> CatalogJSON? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    package var string: String? { if case .string(let value) = self { value } else { nil } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [CatalogJSON]? { if case .array(let value) = self { value } else { nil } }
    var fields: [Field]? { if case .object(let value) = self { value } else { nil } }

    static func map(_ entries: [String: String]) -> CatalogJSON {
        .object(entries.sorted { $0.key < $1.key }.map { Field($0.key, .string($0.value)) })
    }

    /// The text, without blanks or line feeds.
    var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .double(let value):
            // JSON has no way to write these.
            bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let value): Self.write(value, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let fields):
            bytes.append(UInt8(ascii: "{"))
            for (index, field) in fields.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(field.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                field.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ string: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20, 0x7F:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
