package import Columns

/// The dictionary of a column chunk. Whoever reads a chunk piece by piece keeps it, so that all
/// pieces share one `StringDictionary`.
package struct ChunkDictionary: Sendable {
    enum Entries: Sendable {
        case strings(StringDictionary)
        case integers([Int64])
        case doubles([Double])
    }

    let entries: Entries
    /// Bytes read from the file for it.
    package let bytesRead: Int

    /// `nil` unless it is of strings.
    package var strings: StringDictionary? {
        if case .strings(let strings) = entries { strings } else { nil }
    }

    var count: Int {
        switch entries {
        case .strings(let strings): strings.count
        case .integers(let values): values.count
        case .doubles(let values): values.count
        }
    }
}

extension ChunkDictionary {
    /// Decodes the body of a dictionary page.
    init(
        page: UnsafeRawBufferPointer, count: Int, leaf: ParquetLeaf, stored: StoredLeaf,
        bytesRead: Int
    ) throws(ParquetError) {
        // An entry of a string takes four bytes at least, of a number its size: no allocation
        // without bytes to fill it.
        guard count <= page.count / stored.physicalType.size else {
            throw ParquetError("\(count) dictionary entries")
        }
        self.bytesRead = bytesRead
        switch leaf.type {
        case .bool: throw ParquetError("dictionary of booleans")
        case .int64, .timestamp:
            var values = [Int64](repeating: 0, count: count)
            try NumberDecoder.integers(page, stored, into: &values)
            entries = .integers(values)
        case .double:
            var values = [Double](repeating: 0, count: count)
            try NumberDecoder.doubles(page, stored, into: &values)
            entries = .doubles(values)
        case .string:
            var list = StringList()
            try PlainEncoding.decode(strings: page, count: count, into: &list)
            entries = .strings(list.dictionary(isDistinct: list.isDistinct))
        }
    }
}

extension StringList {
    /// Whether all strings differ. The format does not promise it, and equal strings under different
    /// codes would count as different groups. Strings whose hashes are equal are taken for equal,
    /// which costs speed and never an answer.
    var isDistinct: Bool {
        var slotCount = 64
        while slotCount < count * 2 { slotCount *= 2 }
        var slots = [UInt64](repeating: 0, count: slotCount)
        var hasEmptyHash = false
        return bytes.withUnsafeBytes { bytes in
            slots.withUnsafeMutableBufferPointer { slots in
                for index in 0..<count {
                    let range = Int(offsets[index])..<Int(offsets[index &+ 1])
                    let hash = ByteHash.hash64(
                        UnsafeRawBufferPointer(rebasing: bytes[range]), seed: 0)
                    if hash == 0 {
                        if hasEmptyHash { return false }
                        hasEmptyHash = true
                        continue
                    }
                    var slot = Int(truncatingIfNeeded: hash) & (slotCount &- 1)
                    while slots[slot] != 0 {
                        if slots[slot] == hash { return false }
                        slot = (slot &+ 1) & (slotCount &- 1)
                    }
                    slots[slot] = hash
                }
                return true
            }
        }
    }
}

/// Plain numbers of any stored width as the two widths of columns.
enum NumberDecoder {
    static func integers(
        _ input: UnsafeRawBufferPointer, _ stored: StoredLeaf, into output: inout [Int64]
    ) throws(ParquetError) {
        let result = output.withUnsafeMutableBufferPointer { buffer in
            Result { () throws(ParquetError) in
                if stored.physicalType == .int32 {
                    try PlainEncoding.decode(int32: input, into: buffer)
                } else {
                    try PlainEncoding.decode(input, into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        }
        try result.get()
        try convert(&output, stored.unit)
    }

    static func doubles(
        _ input: UnsafeRawBufferPointer, _ stored: StoredLeaf, into output: inout [Double]
    ) throws(ParquetError) {
        let result = output.withUnsafeMutableBufferPointer { buffer in
            Result { () throws(ParquetError) in
                if stored.physicalType == .float {
                    try PlainEncoding.decode(float: input, into: buffer)
                } else {
                    try PlainEncoding.decode(input, into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        }
        try result.get()
    }

    /// What differences have led to, as the column has it: they wrap at the stored width.
    static func finish(_ values: inout [Int64], _ stored: StoredLeaf) throws(ParquetError) {
        if stored.physicalType == .int32 {
            for index in values.indices {
                values[index] = Int64(Int32(truncatingIfNeeded: values[index]))
            }
        }
        try convert(&values, stored.unit)
    }

    /// Brings moments of other units to microseconds.
    static func convert(
        _ values: inout [Int64], _ unit: StoredLeaf.IntegerUnit
    ) throws(ParquetError) {
        switch unit {
        case .one, .microseconds: return
        case .milliseconds, .nanoseconds:
            for index in values.indices {
                guard let moment = unit.microseconds(values[index]) else {
                    throw ParquetError("moment out of range")
                }
                values[index] = moment
            }
        }
    }
}
