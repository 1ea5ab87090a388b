/// What is impossible about a row. Rows come back from disk, so nothing about them is believed.
package enum EventRowError: Error, Sendable, Hashable {
    /// A row or a value ends past the end of what holds it.
    case truncated(at: Int)
    /// A row shorter than its own header.
    case badLength(at: Int)
    /// More than ten bytes, or more than 64 bits.
    case badVarint(at: Int)
    case unknownForm(UInt8, at: Int)
    case unknownColumn(UInt64, at: Int)
    /// A column in a form that its type does not have.
    case wrongForm(EventColumn, at: Int)
    /// A column for the second time, or one that never stands in a row.
    case unexpectedColumn(EventColumn, at: Int)
}

/// One field of a row. Bytes point into the row and live as long as it does.
package enum EventRowField {
    case integer(EventColumn, Int64)
    case double(EventColumn, Double)
    case string(EventColumn, UnsafeRawBufferPointer)
    case bool(EventColumn, Bool)
    /// A field of `data` without a column of its own.
    case custom(name: UnsafeRawBufferPointer, EventRowCustomValue)
    /// A field of the envelope that we do not know, as JSON text.
    case extra(name: UnsafeRawBufferPointer, json: UnsafeRawBufferPointer)
}

package enum EventRowCustomValue {
    case double(Double)
    case string(UnsafeRawBufferPointer)
    case bool(Bool)
    case json(UnsafeRawBufferPointer)
}

/// A cursor over rows in the form of `EventRow`: a row's front, then its fields, then the next row.
///
/// It copies and allocates nothing; the bytes belong to the caller, who keeps them alive. Every length
/// is checked, and each column is given at most once a row and only with a value of its type.
/// Fields that the caller does not ask for are skipped by the next `nextRow`.
package struct EventRowReader {
    package struct Header: Sendable, Hashable {
        /// Where the row begins, its length prefix included.
        package let start: Int
        /// Where the next row begins.
        package let end: Int
        /// µs since 1970 UTC.
        package let timestamp: Int64
        package let flags: EventFlags
    }

    private let bytes: UnsafeRawBufferPointer
    private let legal: ColumnsByForm
    private var offset: Int
    private var rowEnd: Int
    private var seen = ColumnSet()

    /// - Parameter offset: where the first row begins.
    package init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        self.bytes = bytes
        self.offset = max(0, offset)
        self.rowEnd = max(0, offset)
        self.legal = ColumnsByForm.all
    }

    /// Goes to the next row; `nil` at the end of the bytes.
    package mutating func nextRow() throws(EventRowError) -> Header? {
        let start = rowEnd
        guard start < bytes.count else {
            guard start == bytes.count else { throw .truncated(at: start) }
            return nil
        }
        guard bytes.count - start >= EventRow.headerSize else { throw .truncated(at: start) }
        let length = Int(UInt32(littleEndian: load(start)))
        guard length >= EventRow.headerSize - 4 else { throw .badLength(at: start) }
        guard length <= bytes.count - start - 4 else { throw .truncated(at: start) }
        rowEnd = start + 4 + length
        offset = start + EventRow.headerSize
        seen = ColumnSet()
        return Header(
            start: start, end: rowEnd,
            timestamp: Int64(littleEndian: load(start + 4)),
            flags: EventFlags(rawValue: UInt16(littleEndian: load(start + 12))))
    }

    /// The next field of the row that `nextRow` went to; `nil` after its last.
    package mutating func nextField() throws(EventRowError) -> EventRowField? {
        guard offset < rowEnd else { return nil }
        let at = offset
        let key = try varint()
        let number = key >> 3
        switch UInt8(truncatingIfNeeded: key & 7) {
        case EventRow.Form.integer.rawValue:
            let column = try column(number, legal.integer, at: at)
            let zigzag = try varint()
            return .integer(
                column, Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1))
        case EventRow.Form.double.rawValue:
            return .double(try column(number, legal.double, at: at), try double())
        case EventRow.Form.string.rawValue:
            return .string(try column(number, legal.string, at: at), try slice())
        case EventRow.Form.true.rawValue:
            return .bool(try column(number, legal.bool, at: at), true)
        case EventRow.Form.false.rawValue:
            return .bool(try column(number, legal.bool, at: at), false)
        case EventRow.Form.custom.rawValue:
            let name = try slice()
            return .custom(name: name, try customValue(number, at: at))
        case EventRow.Form.extra.rawValue:
            guard number == 0 else { throw .unknownColumn(number, at: at) }
            let name = try slice()
            return .extra(name: name, json: try slice())
        case let form: throw .unknownForm(form, at: at)
        }
    }

    private mutating func customValue(
        _ number: UInt64, at: Int
    ) throws(EventRowError) -> EventRowCustomValue {
        guard let form = EventRow.CustomForm(rawValue: number) else {
            throw .unknownColumn(number, at: at)
        }
        return switch form {
        case .double: .double(try double())
        case .string: .string(try slice())
        case .true: .bool(true)
        case .false: .bool(false)
        case .json: .json(try slice())
        }
    }

    private mutating func column(
        _ number: UInt64, _ legal: ColumnSet, at: Int
    ) throws(EventRowError) -> EventColumn {
        guard let raw = UInt16(exactly: number), let column = EventColumn(rawValue: raw) else {
            throw .unknownColumn(number, at: at)
        }
        guard legal.contains(column) else {
            if ColumnsByForm.neverInRow.contains(column) {
                throw .unexpectedColumn(column, at: at)
            }
            throw .wrongForm(column, at: at)
        }
        guard seen.insert(column) else { throw .unexpectedColumn(column, at: at) }
        return column
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> T {
        bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
    }

    private mutating func varint() throws(EventRowError) -> UInt64 {
        let at = offset
        guard offset < rowEnd else { throw .truncated(at: at) }
        let first = bytes[offset]
        offset += 1
        if first < 0x80 { return UInt64(first) }
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while true {
            guard offset < rowEnd else { throw .truncated(at: at) }
            let byte = bytes[offset]
            offset += 1
            // The tenth byte has room for one bit only.
            guard shift < 63 || byte <= 1 else { throw .badVarint(at: at) }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift <= 63 else { throw .badVarint(at: at) }
        }
    }

    private mutating func double() throws(EventRowError) -> Double {
        guard rowEnd - offset >= 8 else { throw .truncated(at: offset) }
        defer { offset += 8 }
        return Double(bitPattern: UInt64(littleEndian: load(offset)))
    }

    private mutating func slice() throws(EventRowError) -> UnsafeRawBufferPointer {
        let at = offset
        let count = try varint()
        guard count <= UInt64(rowEnd - offset) else { throw .truncated(at: at) }
        defer { offset += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + Int(count))])
    }
}
