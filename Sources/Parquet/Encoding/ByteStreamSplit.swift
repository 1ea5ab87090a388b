/// The first bytes of all values, then the second bytes, and so on (page "Encodings",
/// BYTE_STREAM_SPLIT): bytes that vary little become neighbours, which LZ4 can use.
enum ByteStreamSplit {
    static func encode(_ values: UnsafeBufferPointer<Double>, into output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: values.count * 8))
        let input = UnsafeRawBufferPointer(values)
        output.withUnsafeMutableBytes { bytes in
            for stream in 0..<8 {
                let target = start &+ stream &* values.count
                for index in 0..<values.count {
                    bytes[target &+ index] = input[index &* 8 &+ stream]
                }
            }
        }
    }

    /// The values of `width` bytes in plain encoding.
    static func joined(
        _ input: UnsafeRawBufferPointer, width: Int, count: Int
    ) throws(ParquetError) -> [UInt8] {
        guard input.count / width == count, input.count % width == 0 else {
            throw ParquetError("\(input.count) bytes for \(count) values of \(width)")
        }
        var output = [UInt8](repeating: 0, count: input.count)
        output.withUnsafeMutableBufferPointer { output in
            for stream in 0..<width {
                let source = stream &* count
                for index in 0..<count {
                    output[index &* width &+ stream] = input[source &+ index]
                }
            }
        }
        return output
    }
}
