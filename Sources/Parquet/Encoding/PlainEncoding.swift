/// Values one after the other (page "Encodings", "Plain").
enum PlainEncoding {
    static func encode(_ values: UnsafeBufferPointer<Int64>, into output: inout [UInt8]) {
        // Parquet is little-endian and so is every machine this is built for.
        output.append(contentsOf: UnsafeRawBufferPointer(values))
    }

    static func encode(_ values: UnsafeBufferPointer<Double>, into output: inout [UInt8]) {
        output.append(contentsOf: UnsafeRawBufferPointer(values))
    }

    /// Booleans, eight in a byte.
    static func encode(bools values: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
        var position = 0
        while position < values.count {
            var byte: UInt8 = 0
            for bit in 0..<min(8, values.count - position) {
                byte |= (values[position + bit] & 1) << UInt8(bit)
            }
            output.append(byte)
            position += 8
        }
    }

    /// Strings, each behind its length in four bytes.
    static func encode(_ strings: StringRun, into output: inout [UInt8]) {
        let size = strings.byteCount + 4 * strings.count
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: size))
        output.withUnsafeMutableBytes { bytes in
            var position = start
            strings.forEach { string in
                bytes.storeBytes(
                    of: UInt32(truncatingIfNeeded: string.count).littleEndian,
                    toByteOffset: position, as: UInt32.self)
                UnsafeMutableRawBufferPointer(rebasing: bytes[(position &+ 4)...])
                    .copyMemory(from: string)
                position &+= 4 &+ string.count
            }
        }
    }

    /// Fills `output` with values of eight bytes.
    static func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        guard input.count >= output.count else { throw ParquetError("values run past the end") }
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<output.count]))
    }

    static func decode(
        int32 input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Int64>
    ) throws(ParquetError) {
        guard input.count / 4 >= output.count else {
            throw ParquetError("values run past the end")
        }
        for index in 0..<output.count {
            output[index] = Int64(
                input.loadUnaligned(fromByteOffset: index &* 4, as: Int32.self).littleEndian)
        }
    }

    static func decode(
        float input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Double>
    ) throws(ParquetError) {
        guard input.count / 4 >= output.count else {
            throw ParquetError("values run past the end")
        }
        for index in 0..<output.count {
            let bits = input.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
            output[index] = Double(Float(bitPattern: bits.littleEndian))
        }
    }

    static func decode(
        bools input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(ParquetError) {
        guard input.count >= (output.count + 7) / 8 else {
            throw ParquetError("values run past the end")
        }
        for index in 0..<output.count {
            output[index] = input[index >> 3] &>> UInt8(index & 7) & 1
        }
    }

    /// Appends `count` strings.
    static func decode(
        strings input: UnsafeRawBufferPointer, count: Int, into output: inout StringList
    ) throws(ParquetError) {
        guard count <= input.count / 4 else { throw ParquetError("strings run past the end") }
        output.reserve(count, byteCount: input.count - 4 * count)
        var position = 0
        for _ in 0..<count {
            guard input.count - position >= 4 else {
                throw ParquetError("strings run past the end")
            }
            let length = Int(
                input.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian)
            position += 4
            guard length <= input.count - position else {
                throw ParquetError("string of \(length) bytes runs past the end")
            }
            try output.append(UnsafeRawBufferPointer(rebasing: input[position..<position + length]))
            position += length
        }
    }
}
