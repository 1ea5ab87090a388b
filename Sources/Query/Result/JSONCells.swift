import Columns

/// Cells of one column as JSON, one behind the other: written column by column, so that what a type asks
/// for is decided once and not for each cell.
struct JSONCells {
    private(set) var bytes: [UInt8] = []
    /// Where each cell ends in `bytes`.
    private(set) var ends: [Int] = []

    /// Takes the place of what was there.
    mutating func set(_ column: Column, _ rows: Range<Int>) {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        let validity = column.validity
        switch column.values {
        case .allNull: each(rows, nil) { _, output in output += Self.null }
        case .bool(let values):
            each(rows, validity) { row, output in
                output += values[row] != 0 ? Self.yes : Self.no
            }
        case .int64(let values) where column.type == .timestamp:
            each(rows, validity) { row, output in
                output.append(UInt8(ascii: "\""))
                TimestampText.append(values[row], to: &output)
                output.append(UInt8(ascii: "\""))
            }
        case .int64(let values):
            each(rows, validity) { row, output in Self.append(values[row], to: &output) }
        case .double(let values):
            each(rows, validity) { row, output in
                JSONResultWriter.append(.double(values[row]), to: &output)
            }
        case .string(let codes, let dictionary):
            each(rows, nil) { row, output in
                let code = Int(codes[row])
                if code < 0 {
                    output += Self.null
                } else {
                    Self.append(code, of: dictionary, to: &output)
                }
            }
        }
    }

    @inline(__always)
    private mutating func each(
        _ rows: Range<Int>, _ validity: [UInt8]?, _ append: (Int, inout [UInt8]) -> Void
    ) {
        for row in rows {
            if let validity, validity[row] == 0 {
                bytes += Self.null
            } else {
                append(row, &bytes)
            }
            ends.append(bytes.count)
        }
    }

    private static let null = Array("null".utf8)
    private static let yes = Array("true".utf8)
    private static let no = Array("false".utf8)

    private static func append(_ value: Int64, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        DecimalText.append(value.magnitude, to: &output)
    }

    /// Most strings need no escape; the others go the long way.
    private static func append(
        _ code: Int, of dictionary: StringDictionary, to output: inout [UInt8]
    ) {
        let range = dictionary.range(at: code)
        let isPlain = dictionary.bytes.withUnsafeBufferPointer { bytes in
            bytes[range].allSatisfy { Self.isPlain($0) }
        }
        guard isPlain else {
            return JSONResultWriter.append(.string(dictionary[code]), to: &output)
        }
        output.append(UInt8(ascii: "\""))
        output += dictionary.bytes[range]
        output.append(UInt8(ascii: "\""))
    }

    /// Printable ASCII that stands for itself.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
