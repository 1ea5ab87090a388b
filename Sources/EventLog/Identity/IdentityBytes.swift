/// What is wrong with the bytes of a checkpoint.
package enum IdentityFormatError: Error, Sendable, Hashable {
    /// A value ends past the end.
    case truncated(at: Int)
    /// More than ten bytes, more than 64 bits, or longer than it need be.
    case badVarint(at: Int)
    /// The first bytes are not a checkpoint's.
    case badMagic
    /// Made by a later version.
    case unknownVersion(UInt64)
    /// Made under another setting: build the map from its records again.
    case otherOptions
    /// A value that no map writes.
    case badValue(at: Int)
}

/// Appends the numbers and names of a checkpoint.
struct IdentityWriter {
    var bytes: [UInt8] = []

    @inline(__always)
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func append(count: Int) { append(varint: UInt64(count)) }

    /// A time as its distance from an earlier or equal one, or from any: distances wrap around.
    @inline(__always)
    mutating func append(time: Int64, after base: Int64) {
        append(varint: UInt64(bitPattern: time &- base))
    }

    mutating func append(name: [UInt8]) {
        append(count: name.count)
        bytes.append(contentsOf: name)
    }

    mutating func append(hash: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: hash &>> shift))
        }
    }
}

/// Reads what `IdentityWriter` wrote, and trusts none of it.
struct IdentityReader {
    let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func readByte() throws(IdentityFormatError) -> UInt8 {
        guard position < bytes.count else { throw .truncated(at: position) }
        defer { position &+= 1 }
        return bytes[position]
    }

    mutating func readVarint() throws(IdentityFormatError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte()
            guard shift < 63 || byte <= 1 else { throw .badVarint(at: start) }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw .badVarint(at: start) }
                return value
            }
            shift &+= 7
        }
    }

    /// A number of things that take at least `size` bytes each.
    mutating func readCount(of size: Int = 1) throws(IdentityFormatError) -> Int {
        let start = position
        let value = try readVarint()
        guard value <= UInt64(bytes.count &- position) / UInt64(size) else {
            throw .truncated(at: start)
        }
        return Int(value)
    }

    mutating func readTime(after base: Int64) throws(IdentityFormatError) -> Int64 {
        base &+ Int64(bitPattern: try readVarint())
    }

    mutating func readName() throws(IdentityFormatError) -> [UInt8] {
        let start = position
        let count = try readCount()
        guard (1...IdentityLimits.nameSizeMax).contains(count) else { throw .badValue(at: start) }
        defer { position &+= count }
        return Array(bytes[position..<position &+ count])
    }

    /// A name that is UTF-8, so that it survives being a `String`.
    mutating func readText() throws(IdentityFormatError) -> [UInt8] {
        let start = position
        let name = try readName()
        guard IdentityName(name).isText else { throw .badValue(at: start) }
        return name
    }

    mutating func readHash() throws(IdentityFormatError) -> UInt32 {
        var hash: UInt32 = 0
        for _ in 0..<4 { hash = hash &<< 8 | UInt32(try readByte()) }
        return hash
    }
}
