import Columns

/// Cells of one column as JSON: written column by column, so that what a type asks for is decided once and
/// not for each cell.
struct JSONCells {
    /// What repeats stands at the front: null, true and false are places in it.
    private(set) var bytes: [UInt8] = JSONCells.words
    /// Where each cell stands in `bytes`.
    private(set) var places: [Range<Int>] = []

    private static let words = Array("nulltruefalse".utf8)
    private static let null = 0..<4
    private static let yes = 4..<8
    private static let no = 8..<13

    /// Takes the place of what was there.
    mutating func set(_ column: Column, _ rows: Range<Int>) {
        bytes.removeSubrange(Self.words.count...)
        places.removeAll(keepingCapacity: true)
        switch column.values {
        case .allNull: places += repeatElement(Self.null, count: rows.count)
        case .bool(let values):
            for row in rows {
                let word = values[row] != 0 ? Self.yes : Self.no
                places.append(column.validity.map { $0[row] == 0 } == true ? Self.null : word)
            }
        case .int64(let values) where column.type == .timestamp:
            each(rows, values, column.validity) { value, output in
                output.append(UInt8(ascii: "\""))
                TimestampText.append(value, to: &output)
                output.append(UInt8(ascii: "\""))
            }
        case .int64(let values):
            each(rows, values, column.validity) { value, output in
                if value < 0 { output.append(UInt8(ascii: "-")) }
                DecimalText.append(value.magnitude, to: &output)
            }
        case .double(let values):
            each(rows, values, column.validity) { value, output in
                JSONResultWriter.append(.double(value), to: &output)
            }
        case .string(let codes, let dictionary): set(codes, dictionary, rows)
        }
    }

    @inline(__always)
    private mutating func each<Element>(
        _ rows: Range<Int>, _ values: [Element], _ validity: [UInt8]?,
        _ append: (Element, inout [UInt8]) -> Void
    ) {
        for row in rows {
            if let validity, validity[row] == 0 {
                places.append(Self.null)
                continue
            }
            let start = bytes.count
            append(values[row], &bytes)
            places.append(start..<bytes.count)
        }
    }

    /// Most strings need no escape; the others go the long way.
    private mutating func set(_ codes: [Int32], _ dictionary: StringDictionary, _ rows: Range<Int>)
    {
        dictionary.bytes.withUnsafeBufferPointer { text in
            dictionary.offsets.withUnsafeBufferPointer { offsets in
                for row in rows {
                    let code = Int(codes[row])
                    if code < 0 {
                        places.append(Self.null)
                        continue
                    }
                    let start = bytes.count
                    let string = text[Int(offsets[code])..<Int(offsets[code + 1])]
                    if string.allSatisfy({ Self.isPlain($0) }) {
                        bytes.append(UInt8(ascii: "\""))
                        bytes += string
                        bytes.append(UInt8(ascii: "\""))
                    } else {
                        JSONResultWriter.append(.string(dictionary[code]), to: &bytes)
                    }
                    places.append(start..<bytes.count)
                }
            }
        }
    }

    /// Printable ASCII that stands for itself.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
