import Columns

/// Rows as JSON objects, keys in the order of the columns.
///
/// Numbers read back equal; NaN and infinities, which JSON does not have, become null. A name that
/// comes twice gets a number, since an object keeps only one of them.
enum JSONResultWriter {
    static func lines(_ result: QueryResult) -> [UInt8] {
        var output: [UInt8] = []
        forEachRow(result) { row in
            row(&output)
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }

    static func array(_ result: QueryResult) -> [UInt8] {
        var output = Array("[".utf8)
        var isFirst = true
        forEachRow(result) { row in
            output += (isFirst ? "\n" : ",\n").utf8
            isFirst = false
            row(&output)
        }
        output += (isFirst ? "]\n" : "\n]\n").utf8
        return output
    }

    /// Rows whose cells are made before they are put together.
    private static let stretch = 256

    /// - Parameter body: gets what appends the row.
    private static func forEachRow(
        _ result: QueryResult, _ body: ((inout [UInt8]) -> Void) -> Void
    ) {
        let keys = keys(result)
        var cells = [JSONCells](repeating: JSONCells(), count: keys.count)
        for block in result.blocks {
            for start in stride(from: 0, to: block.rowCount, by: stretch) {
                let rows = start..<min(start + stretch, block.rowCount)
                for index in cells.indices { cells[index].set(block.columns[index], rows) }
                for row in 0..<rows.count {
                    body { appendRow(row, cells, keys, to: &$0) }
                }
            }
        }
    }

    private static func appendRow(
        _ row: Int, _ cells: [JSONCells], _ keys: [[UInt8]], to output: inout [UInt8]
    ) {
        var separator = UInt8(ascii: "{")
        for index in cells.indices {
            output.append(separator)
            separator = UInt8(ascii: ",")
            output += keys[index]
            let start = row > 0 ? cells[index].ends[row - 1] : 0
            output += cells[index].bytes[start..<cells[index].ends[row]]
        }
        if cells.isEmpty { output.append(separator) }
        output.append(UInt8(ascii: "}"))
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
