import CZlib

/// The CRC-32 of gzip and zip, which Parquet uses for pages.
enum CRC32 {
    static func checksum(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return crc }
        return UInt32(
            truncatingIfNeeded: crc32_z(
                UInt(crc), base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
