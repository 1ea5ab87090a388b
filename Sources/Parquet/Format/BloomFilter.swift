package import Columns

/// Parquet's split block Bloom filter (page "Bloom Filter"): blocks of 256 bits, in which a value sets
/// one bit of each of eight words.
package struct BloomFilter: Sendable {
    /// Eight words a block.
    private var words: [UInt32]
    private let type: ColumnType

    private static let salt = SIMD8<UInt32>(
        0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D,
        0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31)

    /// Bytes of memory that the filter holds.
    package var memorySize: Int { words.count * 4 }

    /// An empty filter in which one of a hundred unknown values is taken for a known one.
    init(distinctCount: Int, type: ColumnType) {
        // Bits a value = -8 / ln(1 - p^(1/8)) = 9.7 for p = 0.01.
        let wanted = distinctCount * 97 / 80
        var size = 32
        while size < wanted && size < ParquetLimits.bloomFilterWrittenSizeMax { size *= 2 }
        words = [UInt32](repeating: 0, count: size / 4)
        self.type = type
    }

    /// - Returns: `nil` unless the size is that of whole blocks.
    init?(bitset: ArraySlice<UInt8>, type: ColumnType) {
        guard !bitset.isEmpty, bitset.count % 32 == 0 else { return nil }
        self.type = type
        words = bitset.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self).littleEndian
            }
        }
    }

    var bitset: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 4)
        for word in words { bytes.append(littleEndian: word) }
        return bytes
    }

    mutating func insert(hash: UInt64) {
        let block = blockStart(hash)
        let bits = Self.bits(hash)
        words.withUnsafeMutableBufferPointer { words in
            for word in 0..<8 { words[block &+ word] |= bits[word] }
        }
    }

    func mightContain(hash: UInt64) -> Bool {
        let block = blockStart(hash)
        let bits = Self.bits(hash)
        for word in 0..<8 where words[block + word] & bits[word] == 0 { return false }
        return true
    }

    /// `false` is certain: no row of the chunk has this value. Nulls are in no filter, so the answer
    /// for null is `true`, as it is for a value of another type.
    package func mightContain(_ value: Value) -> Bool {
        switch (type, value) {
        case (.string, .string(var text)):
            text.withUTF8 { mightContain(hash: XXHash64.hash(UnsafeRawBufferPointer($0))) }
        case (.int64, .int64(let number)), (.timestamp, .timestamp(let number)):
            mightContain(hash: Self.hash(number))
        case (.double, .double(let number)):
            // Equal numbers with different bits: zero, whose sign a query does not mean.
            number == 0
                ? mightContain(hash: Self.hash(0.0)) || mightContain(hash: Self.hash(-0.0))
                : mightContain(hash: Self.hash(number))
        default: true
        }
    }

    /// Values are hashed as they are in plain encoding.
    static func hash(_ number: Int64) -> UInt64 {
        withUnsafeBytes(of: number.littleEndian) { XXHash64.hash($0) }
    }

    static func hash(_ number: Double) -> UInt64 {
        hash(Int64(bitPattern: number.bitPattern))
    }

    private func blockStart(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(words.count / 8)) >> 32) &* 8
    }

    private static func bits(_ hash: UInt64) -> SIMD8<UInt32> {
        let key = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: hash))
        return SIMD8(repeating: 1) &<< ((key &* salt) &>> SIMD8(repeating: 27))
    }
}

extension BloomFilter {
    /// `BloomFilterHeader` and the bitset behind it.
    func serialized() -> [UInt8] {
        let bitset = bitset
        var writer = ThriftCompactWriter()
        writer.structure { writer in
            writer.int32(1, Int32(bitset.count))
            // Algorithm BLOCK, hash XXHASH, compression UNCOMPRESSED: unions of empty structures.
            for field in 2...4 as ClosedRange<Int16> {
                writer.structure(field) { $0.structure(1) { _ in } }
            }
            StructChecksum.write(to: &writer, trailer: bitset)
        }
        return writer.bytes + bitset
    }

    /// The size of the header's structure and of the bitset, from the first bytes of a filter.
    static func readHeader(
        _ bytes: [UInt8], at offset: Int
    ) throws(ParquetError) -> (headerSize: Int, bitsetSize: Int) {
        var reader = ThriftCompactReader(bytes, range: 0..<bytes.count, base: offset)
        var size: Int32?
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: size = try reader.int32(field)
            case 2...4: try Self.expectFirstCase(field, &reader)
            default: return false
            }
            return true
        }
        guard let size, size > 0, size <= ParquetLimits.bloomFilterSizeMax else {
            throw ParquetError("Bloom filter of an impossible size", at: offset)
        }
        return (reader.position, Int(size))
    }

    /// - Parameter bytes: header and bitset, no more.
    static func read(
        _ bytes: [UInt8], at offset: Int, type: ColumnType, requiresChecksum: Bool
    ) throws(ParquetError) -> BloomFilter {
        let (headerSize, bitsetSize) = try readHeader(bytes, at: offset)
        guard headerSize + bitsetSize == bytes.count else {
            throw ParquetError("Bloom filter of an impossible size", at: offset)
        }
        let bitset = bytes[headerSize...]
        var reader = ThriftCompactReader(bytes, range: 0..<headerSize, base: offset)
        var checksum = StructChecksum.State.absent
        try reader.structure { reader, field throws(ParquetError) in
            guard field.id == StructChecksum.fieldID else { return false }
            checksum = try StructChecksum.read(field, from: &reader, start: 0, trailer: bitset)
            return true
        }
        try checksum.verify(isRequired: requiresChecksum, "Bloom filter", at: offset)
        guard let filter = BloomFilter(bitset: bitset, type: type) else {
            throw ParquetError("Bloom filter is not made of whole blocks", at: offset)
        }
        return filter
    }

    /// The unions of the header have one known case each, which is the first.
    private static func expectFirstCase(
        _ field: ThriftCompactReader.Field, _ reader: inout ThriftCompactReader
    ) throws(ParquetError) {
        try reader.structureField(field)
        try reader.structure { reader, field throws(ParquetError) in
            guard field.id == 1 else { throw reader.error("unknown kind of Bloom filter") }
            return false
        }
    }
}
