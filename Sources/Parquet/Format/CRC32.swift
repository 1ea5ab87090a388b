import CChecksum
import CZlib

/// The CRC-32 of gzip and zip, which Parquet uses for pages.
///
/// The zlib of distributions does some 1.5 GB/s, less than LZ4: it would be the slowest part of reading. So
/// long input is folded first, by the processor's carry-less multiplication.
enum CRC32 {
    static func checksum(_ bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return crc }
        var remainder: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &remainder) { remainder in
            let folded = eventlog_crc32_fold(
                ~crc, base, bytes.count,
                remainder.baseAddress?.assumingMemoryBound(to: UInt8.self))
            guard folded > 0 else { return byZlib(bytes, crc) }
            // zlib inverts its register at both ends: this begins with an empty one.
            let front = byZlib(UnsafeRawBufferPointer(remainder), .max)
            return byZlib(UnsafeRawBufferPointer(rebasing: bytes[folded...]), front)
        }
    }

    private static func byZlib(_ bytes: UnsafeRawBufferPointer, _ crc: UInt32) -> UInt32 {
        guard let base = bytes.baseAddress else { return crc }
        return UInt32(
            truncatingIfNeeded: crc32_z(
                UInt(crc), base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
