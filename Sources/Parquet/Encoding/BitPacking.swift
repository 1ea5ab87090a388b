/// Fixed-width unsigned numbers, packed low bits first, without gaps (page "Encodings", "RLE" and
/// "Delta": both pack this way).
enum BitPacking {
    /// Bytes of `count` numbers of `width` bits.
    static func size(count: Int, width: Int) -> Int { (count * width + 7) / 8 }

    /// The bits that the largest number needs.
    @inline(__always)
    static func width(of largest: UInt64) -> Int { 64 - largest.leadingZeroBitCount }

    /// Appends numbers of at most 32 bits. `values` past the end count as zero up to `count`.
    static func pack(
        _ values: UnsafeBufferPointer<UInt32>, count: Int, width: Int, into output: inout [UInt8]
    ) {
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: size(count: count, width: width)))
        if width == 0 { return }
        output.withUnsafeMutableBytes { bytes in
            var position = start
            var pending: UInt64 = 0
            var bits = 0
            for value in values {
                pending |= UInt64(value) &<< UInt64(bits)
                bits &+= width
                if bits >= 32 {
                    // In bounds: at least 32 of the bits that `size` counts are pending.
                    bytes.storeBytes(
                        of: UInt32(truncatingIfNeeded: pending).littleEndian,
                        toByteOffset: position, as: UInt32.self)
                    position &+= 4
                    pending &>>= 32
                    bits &-= 32
                }
            }
            while bits > 0 {
                bytes[position] = UInt8(truncatingIfNeeded: pending)
                pending &>>= 8
                position &+= 1
                bits &-= 8
            }
        }
    }

    /// Appends numbers of at most 64 bits.
    static func pack(
        _ values: UnsafeBufferPointer<UInt64>, width: Int, into output: inout [UInt8]
    ) {
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: size(count: values.count, width: width)))
        if width == 0 { return }
        output.withUnsafeMutableBytes { bytes in
            var position = start
            var pending: UInt64 = 0
            var bits = 0
            for value in values {
                pending |= value &<< UInt64(bits)
                let total = bits &+ width
                if total >= 64 {
                    bytes.storeBytes(
                        of: pending.littleEndian, toByteOffset: position, as: UInt64.self)
                    position &+= 8
                    bits = total &- 64
                    // The bits of `value` that did not fit; a shift by 64 gives 0.
                    pending = value >> UInt64(width &- bits)
                } else {
                    bits = total
                }
            }
            while bits > 0 {
                bytes[position] = UInt8(truncatingIfNeeded: pending)
                pending &>>= 8
                position &+= 1
                bits &-= 8
            }
        }
    }

    /// Fills `output` with numbers of at most 32 bits.
    /// - Precondition: `input` holds at least `size(count: output.count, width: width)` bytes.
    static func unpack(
        _ input: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableBufferPointer<UInt32>
    ) {
        precondition(width <= 32 && input.count >= size(count: output.count, width: width))
        if width == 0 { return output.update(repeating: 0) }
        let mask: UInt64 = (1 << UInt64(width)) - 1
        // The last number that may be fetched by a load of 8 bytes.
        let fast = input.count < 8 ? 0 : min(output.count, ((input.count - 8) * 8) / width + 1)
        var bit = 0
        for index in 0..<fast {
            let word = input.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self).littleEndian
            output[index] = UInt32(truncatingIfNeeded: word &>> UInt64(bit & 7) & mask)
            bit &+= width
        }
        for index in fast..<output.count {
            output[index] = UInt32(truncatingIfNeeded: slow(input, bit: bit, width: width))
            bit &+= width
        }
    }

    /// Calls for numbers of at most 64 bits; the same bounds as `unpack`.
    @inline(__always)
    static func number(_ input: UnsafeRawBufferPointer, bit: Int, width: Int) -> UInt64 {
        let byte = bit >> 3
        guard byte &+ 9 <= input.count else { return slow(input, bit: bit, width: width) }
        let shift = UInt64(bit & 7)
        let low = input.loadUnaligned(fromByteOffset: byte, as: UInt64.self).littleEndian &>> shift
        let high = shift == 0 ? 0 : UInt64(input[byte &+ 8]) &<< (64 &- shift)
        let mask: UInt64 = width == 64 ? .max : (1 &<< UInt64(width)) &- 1
        return (low | high) & mask
    }

    /// How many of the first `count` bits are set.
    /// - Precondition: `input` holds as many.
    static func ones(_ input: UnsafeRawBufferPointer, count: Int) -> Int {
        var ones = 0
        var bit = 0
        while bit &+ 64 <= count {
            ones &+= input.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self).nonzeroBitCount
            bit &+= 64
        }
        while bit &+ 8 <= count {
            ones &+= input[bit >> 3].nonzeroBitCount
            bit &+= 8
        }
        if bit < count {
            ones &+= (input[bit >> 3] & (1 << UInt8(count & 7) - 1)).nonzeroBitCount
        }
        return ones
    }

    /// One number near the end, byte by byte.
    private static func slow(_ input: UnsafeRawBufferPointer, bit: Int, width: Int) -> UInt64 {
        var value: UInt64 = 0
        var have = 0
        var position = bit
        while have < width {
            let take = min(8 - position & 7, width - have)
            let part = UInt64(input[position >> 3]) >> UInt64(position & 7)
            value |= (part & ((1 << UInt64(take)) - 1)) << UInt64(have)
            have += take
            position += take
        }
        return value
    }
}
