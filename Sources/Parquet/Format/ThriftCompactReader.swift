/// Reads structures of Thrift's compact protocol from bytes that nobody vouches for.
///
/// Every read is checked against `end`; every length against the bytes that are left. Unknown fields
/// are skipped, as the protocol intends.
struct ThriftCompactReader {
    struct Field {
        let id: Int16
        let type: ThriftType
    }

    let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int
    /// Position of `bytes[0]` in the file, for messages.
    private let base: Int

    /// - Precondition: `range` lies in `bytes`.
    init(_ bytes: [UInt8], range: Range<Int>, base: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        self.position = range.lowerBound
        self.end = range.upperBound
        self.base = base
    }

    func error(_ message: String) -> ParquetError {
        ParquetError(message, at: base + position)
    }

    /// Reads fields until the structure ends. `body` returns whether it consumed the field.
    mutating func structure(
        _ body: (inout ThriftCompactReader, Field) throws(ParquetError) -> Bool
    ) throws(ParquetError) {
        var last: Int16 = 0
        while let field = try field(after: last) {
            last = field.id
            if try !body(&self, field) { try skip(field.type, depth: 0) }
        }
    }

    mutating func int32(_ field: Field) throws(ParquetError) -> Int32 {
        try expect(field, .int32)
        guard let value = Int32(exactly: try zigzag()) else {
            throw error("number does not fit 32 bits")
        }
        return value
    }

    mutating func int64(_ field: Field) throws(ParquetError) -> Int64 {
        try expect(field, .int64)
        return try zigzag()
    }

    func bool(_ field: Field) throws(ParquetError) -> Bool {
        switch field.type {
        case .boolTrue: return true
        case .boolFalse: return false
        default: throw error("field \(field.id) is not a boolean")
        }
    }

    mutating func binary(_ field: Field) throws(ParquetError) -> [UInt8] {
        try expect(field, .binary)
        return try binaryElement()
    }

    /// Text; bytes that are not UTF-8 become U+FFFD.
    mutating func string(_ field: Field) throws(ParquetError) -> String {
        String(decoding: try binary(field), as: UTF8.self)
    }

    func structureField(_ field: Field) throws(ParquetError) {
        try expect(field, .structure)
    }

    /// The number of elements of a list, none of which can be shorter than a byte.
    mutating func list(_ field: Field, of type: ThriftType) throws(ParquetError) -> Int {
        try expect(field, .list)
        let (count, found) = try listHead()
        let isBool = type == .boolTrue && found == .boolFalse
        guard count == 0 || found == type || isBool else {
            throw error("list of the wrong type")
        }
        return count
    }

    mutating func int32Element() throws(ParquetError) -> Int32 {
        guard let value = Int32(exactly: try zigzag()) else {
            throw error("number does not fit 32 bits")
        }
        return value
    }

    mutating func int64Element() throws(ParquetError) -> Int64 { try zigzag() }

    mutating func boolElement() throws(ParquetError) -> Bool {
        try byte() == ThriftType.boolTrue.rawValue
    }

    mutating func binaryElement() throws(ParquetError) -> [UInt8] {
        let count = try length()
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    private func expect(_ field: Field, _ type: ThriftType) throws(ParquetError) {
        guard field.type == type else { throw error("field \(field.id) has the wrong type") }
    }

    private mutating func field(after last: Int16) throws(ParquetError) -> Field? {
        let head = try byte()
        if head == 0 { return nil }
        guard let type = ThriftType(rawValue: head & 0x0F) else {
            throw error("unknown type of a field")
        }
        let delta = Int16(head >> 4)
        if delta == 0 {
            guard let id = Int16(exactly: try zigzag()) else { throw error("bad field number") }
            return Field(id: id, type: type)
        }
        let (id, overflows) = last.addingReportingOverflow(delta)
        guard !overflows else { throw error("bad field number") }
        return Field(id: id, type: type)
    }

    private mutating func listHead() throws(ParquetError) -> (count: Int, type: ThriftType) {
        let head = try byte()
        guard let type = ThriftType(rawValue: head & 0x0F) else {
            throw error("unknown type of a list")
        }
        let short = Int(head >> 4)
        let count = short == 15 ? try length() : short
        guard count <= end - position else { throw error("list is longer than its bytes") }
        return (count, type)
    }

    private mutating func skip(_ type: ThriftType, depth: Int) throws(ParquetError) {
        guard depth < ParquetLimits.thriftDepthMax else { throw error("nested too deeply") }
        switch type {
        case .boolTrue, .boolFalse: break
        case .int8: _ = try byte()
        case .int16, .int32, .int64: _ = try zigzag()
        case .double: for _ in 0..<8 { _ = try byte() }
        case .binary: position += try length()
        case .list, .set:
            let (count, element) = try listHead()
            for _ in 0..<count { try skipElement(element, depth: depth + 1) }
        case .map:
            let count = try length()
            if count == 0 { break }
            let types = try byte()
            guard let key = ThriftType(rawValue: types >> 4),
                let value = ThriftType(rawValue: types & 0x0F)
            else { throw error("unknown type of a map") }
            for _ in 0..<count {
                try skipElement(key, depth: depth + 1)
                try skipElement(value, depth: depth + 1)
            }
        case .structure:
            var last: Int16 = 0
            while let field = try field(after: last) {
                last = field.id
                try skip(field.type, depth: depth + 1)
            }
        }
    }

    /// Inside a collection a boolean has a byte of its own.
    private mutating func skipElement(_ type: ThriftType, depth: Int) throws(ParquetError) {
        switch type {
        case .boolTrue, .boolFalse: _ = try byte()
        default: try skip(type, depth: depth)
        }
    }

    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard position < end else { throw error("ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func varint() throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || (shift == 63 && next <= 1) else {
                throw error("number is too long")
            }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    private mutating func zigzag() throws(ParquetError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A length that the bytes left can hold.
    private mutating func length() throws(ParquetError) -> Int {
        let value = try varint()
        guard let count = Int(exactly: value), count <= end - position else {
            throw error("length runs past the end")
        }
        return count
    }
}
