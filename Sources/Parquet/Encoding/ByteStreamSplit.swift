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

    /// Fills `output` with values of eight bytes.
    static func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetError) {
        guard input.count == output.count else {
            throw ParquetError("\(input.count) bytes of values where \(output.count) belong")
        }
        let count = output.count / 8
        for stream in 0..<8 {
            let source = stream &* count
            for index in 0..<count {
                output[index &* 8 &+ stream] = input[source &+ index]
            }
        }
    }
}
