/// Differences of neighbours, packed (page "Encodings", "Delta Encoding", DELTA_BINARY_PACKED).
///
/// ```
/// header   block size 128 │ miniblocks 4 │ count │ first value
/// block    least difference │ 4 widths, a byte each │ 4 × 32 (difference - least), packed
/// ```
/// All arithmetic wraps, so every 64-bit number can follow every other.
enum DeltaBinaryPacked {
    private static let blockSize = 128
    private static let miniblockCount = 4
    private static let miniblockSize = 32

    static func encode(_ values: UnsafeBufferPointer<Int64>, into output: inout [UInt8]) {
        output.append(varint: UInt64(blockSize))
        output.append(varint: UInt64(miniblockCount))
        output.append(varint: UInt64(values.count))
        output.append(zigzag: values.first ?? 0)
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: blockSize) { deltas in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockSize) { packed in
                packed.initialize(repeating: 0)
                deltas.initialize(repeating: 0)
                var position = 1
                while position < values.count {
                    let count = min(blockSize, values.count &- position)
                    var least = Int64.max
                    for index in 0..<count {
                        let at = position &+ index
                        let delta = values[at] &- values[at &- 1]
                        deltas[index] = delta
                        if delta < least { least = delta }
                    }
                    for index in 0..<blockSize {
                        packed[index] =
                            index < count ? UInt64(bitPattern: deltas[index] &- least) : 0
                    }
                    output.append(zigzag: least)
                    appendMiniblocks(UnsafeBufferPointer(packed), count: count, into: &output)
                    position &+= count
                }
            }
        }
    }

    private static func appendMiniblocks(
        _ block: UnsafeBufferPointer<UInt64>, count: Int, into output: inout [UInt8]
    ) {
        let widthsStart = output.count
        output.append(contentsOf: repeatElement(0, count: miniblockCount))
        // Miniblocks after the last value have width 0 and no bytes.
        for miniblock in 0..<(count + miniblockSize - 1) / miniblockSize {
            let start = miniblock * miniblockSize
            let values = UnsafeBufferPointer(rebasing: block[start..<start + miniblockSize])
            var union: UInt64 = 0
            for value in values { union |= value }
            let width = BitPacking.width(of: union)
            output[widthsStart + miniblock] = UInt8(width)
            BitPacking.pack(values, width: width, into: &output)
        }
    }

    /// Fills `output`, and returns how many bytes the values took.
    /// - Parameter total: how many values there must be, if `output` is only for the first of them.
    @discardableResult
    static func decode(
        _ input: UnsafeRawBufferPointer, of total: Int? = nil,
        into output: UnsafeMutableBufferPointer<Int64>
    ) throws(ParquetError) -> Int {
        var position = 0
        let blockSize = try RunLengthBitPacked.varint(input, &position)
        let miniblockCount = try RunLengthBitPacked.varint(input, &position)
        let count = try RunLengthBitPacked.varint(input, &position)
        guard blockSize > 0, blockSize % 128 == 0, blockSize <= 1 << 20, miniblockCount > 0,
            blockSize % miniblockCount == 0, (blockSize / miniblockCount) % 32 == 0
        else { throw ParquetError("delta blocks of an impossible size") }
        let expected = total ?? output.count
        guard count == UInt64(expected) else {
            throw ParquetError("\(count) delta values where \(expected) belong")
        }
        var value = try zigzag(input, &position)
        if output.isEmpty { return position }
        output[0] = value
        var done = 1
        let miniblockSize = Int(blockSize / miniblockCount)
        while done < output.count {
            let least = try zigzag(input, &position)
            let widths = position
            position += Int(miniblockCount)
            guard position <= input.count else { throw ParquetError("delta block is cut off") }
            for miniblock in 0..<Int(miniblockCount) where done < output.count {
                let width = Int(input[widths + miniblock])
                let size = BitPacking.size(count: miniblockSize, width: width)
                let take = min(miniblockSize, output.count - done)
                guard width <= 64,
                    input.count - position >= BitPacking.size(count: take, width: width)
                else { throw ParquetError("delta miniblock is cut off") }
                let packed = UnsafeRawBufferPointer(rebasing: input[position...])
                var bit = 0
                for index in done..<done + take {
                    let delta = BitPacking.number(packed, bit: bit, width: width)
                    value = value &+ least &+ Int64(bitPattern: delta)
                    output[index] = value
                    bit &+= width
                }
                position += min(size, input.count - position)
                done += take
            }
        }
        return position
    }

    private static func zigzag(
        _ input: UnsafeRawBufferPointer, _ position: inout Int
    ) throws(ParquetError) -> Int64 {
        let value = try RunLengthBitPacked.varint(input, &position)
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension [UInt8] {
    fileprivate mutating func append(zigzag value: Int64) {
        append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
    }
}
