import Columns

/// Rows as JSON objects, keys in the order of the columns.
///
/// Numbers read back equal; NaN and infinities, which JSON does not have, become null. A name that
/// comes twice gets a number, since an object keeps only one of them.
enum JSONResultWriter {
    static func lines(_ result: QueryResult) -> [UInt8] {
        var output: [UInt8] = []
        var rows = JSONRows(keys: keys(result))
        for block in result.blocks {
            rows.append(block, before: [], after: [UInt8(ascii: "\n")], to: &output)
        }
        return output
    }

    static func array(_ result: QueryResult) -> [UInt8] {
        var output = Array("[".utf8)
        var rows = JSONRows(keys: keys(result))
        for block in result.blocks {
            rows.append(block, before: Array(",\n".utf8), after: [], to: &output)
        }
        guard output.count > 1 else { return Array("[]\n".utf8) }
        // No comma before the first.
        output.remove(at: 1)
        return output + "\n]\n".utf8
    }

    /// `"name":` for each column.
    private static func keys(_ result: QueryResult) -> [[UInt8]] {
        var used: Set<String> = []
        return result.columns.map { column in
            var name = column.name
            var number = 2
            while !used.insert(name).inserted {
                name = "\(column.name)_\(number)"
                number += 1
            }
            var key: [UInt8] = []
            appendString(name, to: &key)
            key.append(UInt8(ascii: ":"))
            return key
        }
    }

    static func append(_ cell: Value, to output: inout [UInt8]) {
        switch cell {
        case .string(let text): appendString(text, to: &output)
        case .timestamp: appendString(CellText.text(of: cell, null: ""), to: &output)
        case .double(let value) where !value.isFinite: output += "null".utf8
        case .null, .bool, .int64, .double:
            output += CellText.text(of: cell, null: "null").utf8
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func appendString(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output += "\\\"".utf8
            case UInt8(ascii: "\\"): output += "\\\\".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0D: output += "\\r".utf8
            case 0x09: output += "\\t".utf8
            case 0x00..<0x20, 0x7F:
                output += "\\u00".utf8
                output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
