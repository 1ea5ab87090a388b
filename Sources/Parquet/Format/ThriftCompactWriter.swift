/// Writes structures in Thrift's compact protocol, in which Parquet keeps all its metadata.
///
/// ```
/// field    delta of the id in the high nibble, type in the low one (long form: type, then the id)
/// integer  zigzag, then 7 bits a byte, low bits first
/// binary   length, bytes        list  count and type, elements        struct  fields, 0
/// ```
struct ThriftCompactWriter {
    private(set) var bytes: [UInt8] = []
    private var lastField: Int16 = 0
    private var outerFields: [Int16] = []

    mutating func bool(_ id: Int16, _ value: Bool) {
        field(id, value ? .boolTrue : .boolFalse)
    }

    mutating func int32(_ id: Int16, _ value: Int32) {
        field(id, .int32)
        zigzag(Int64(value))
    }

    mutating func int64(_ id: Int16, _ value: Int) {
        field(id, .int64)
        zigzag(Int64(value))
    }

    mutating func int16(_ id: Int16, _ value: Int16) {
        field(id, .int16)
        zigzag(Int64(value))
    }

    mutating func binary(_ id: Int16, _ value: [UInt8]) {
        field(id, .binary)
        element(value)
    }

    mutating func string(_ id: Int16, _ value: String) {
        binary(id, Array(value.utf8))
    }

    /// A structure as a field. Its own field numbers start anew.
    mutating func structure(_ id: Int16, _ body: (inout ThriftCompactWriter) -> Void) {
        field(id, .structure)
        structure(body)
    }

    /// A structure by itself: the outermost one, or an element of a list.
    mutating func structure(_ body: (inout ThriftCompactWriter) -> Void) {
        outerFields.append(lastField)
        lastField = 0
        body(&self)
        bytes.append(0)
        lastField = outerFields.removeLast()
    }

    /// The head of a list; exactly `count` elements must follow.
    mutating func list(_ id: Int16, of type: ThriftType, count: Int) {
        field(id, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            varint(UInt64(count))
        }
    }

    mutating func element(_ value: Bool) {
        bytes.append(value ? ThriftType.boolTrue.rawValue : ThriftType.boolFalse.rawValue)
    }

    mutating func element(_ value: Int) {
        zigzag(Int64(value))
    }

    mutating func element(_ value: [UInt8]) {
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Replaces bytes that were written before.
    mutating func overwrite(at position: Int, with content: [UInt8]) {
        bytes.replaceSubrange(position..<position + content.count, with: content)
    }

    private mutating func field(_ id: Int16, _ type: ThriftType) {
        let delta = id - lastField
        if delta > 0 && delta <= 15 {
            bytes.append(UInt8(delta) << 4 | type.rawValue)
        } else {
            bytes.append(type.rawValue)
            zigzag(Int64(id))
        }
        lastField = id
    }

    private mutating func zigzag(_ value: Int64) {
        varint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    private mutating func varint(_ value: UInt64) {
        bytes.append(varint: value)
    }
}

/// Types of the compact protocol.
enum ThriftType: UInt8 {
    case boolTrue = 1
    case boolFalse = 2
    case int8 = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
}

extension [UInt8] {
    /// An unsigned LEB128 number.
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// `value`, low byte first.
    mutating func append<Integer: FixedWidthInteger>(littleEndian value: Integer) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
