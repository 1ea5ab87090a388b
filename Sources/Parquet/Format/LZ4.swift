import CLZ4

/// Bare LZ4 blocks: Parquet's codec LZ4_RAW.
package enum LZ4 {
    package enum Effort: Sendable, Hashable {
        case fast
        /// 1…12: ten to a hundred times slower, the same speed to read.
        case high(level: Int32)
    }

    /// - Returns: `nil` if the result would be longer than `sizeMax` bytes.
    static func compress(
        _ input: UnsafeRawBufferPointer, _ effort: Effort, sizeMax: Int
    ) -> [UInt8]? {
        guard let source = input.baseAddress?.assumingMemoryBound(to: CChar.self),
            let sourceCount = Int32(exactly: input.count), sourceCount <= LZ4_MAX_INPUT_SIZE
        else { return nil }
        let bound = Int(LZ4_compressBound(sourceCount))
        let capacity = Int32(Swift.min(sizeMax, bound))
        let output = [UInt8](unsafeUninitializedCapacity: Int(capacity)) { buffer, count in
            guard let target = buffer.baseAddress else { return }
            target.withMemoryRebound(to: CChar.self, capacity: buffer.count) { target in
                switch effort {
                case .fast:
                    count = Int(LZ4_compress_default(source, target, sourceCount, capacity))
                case .high(let level):
                    count = Int(LZ4_compress_HC(source, target, sourceCount, capacity, level))
                }
            }
        }
        return output.isEmpty ? nil : output
    }

    /// - Returns: `nil` unless `input` is a block of exactly `size` bytes.
    static func decompress(_ input: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
        guard let source = input.baseAddress?.assumingMemoryBound(to: CChar.self),
            let sourceCount = Int32(exactly: input.count), let capacity = Int32(exactly: size),
            // A byte of a block never stands for more than 255: no memory for a promise it cannot
            // keep.
            size <= input.count * 255
        else { return nil }
        let output = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            guard let target = buffer.baseAddress else { return }
            target.withMemoryRebound(to: CChar.self, capacity: buffer.count) { target in
                let written = LZ4_decompress_safe(source, target, sourceCount, capacity)
                count = Swift.max(0, Int(written))
            }
        }
        return output.count == size ? output : nil
    }
}
