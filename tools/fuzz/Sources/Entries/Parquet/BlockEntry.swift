import FuzzHarness

@testable import Parquet

/// An LZ4 block that claims to be of a size, and the bytes as something to compress.
enum BlockEntry {
    /// Sizes that attackers like: nothing, the limits and one more, and what does not fit 32 bits.
    private static let sizes = [
        0, 1, 64 << 10, (64 << 10) + 1, 1 << 20, ParquetLimits.pageSizeMax, (4 << 30) - 1, .max,
    ]

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let choice = input.byte()
        let size = choice < 0xF0 ? input.number16() : sizes[Int(choice) & 7]
        let block = input.remaining
        if let raw = block.withUnsafeBytes({ LZ4.decompress($0, size: size) }) {
            precondition(raw.count == size, "a block of another size than it claims")
        }
        guard let packed = block.withUnsafeBytes({ LZ4.compress($0, .fast, sizeMax: .max) }) else {
            return
        }
        let again = packed.withUnsafeBytes { LZ4.decompress($0, size: block.count) }
        precondition(
            again == block || block.isEmpty, "what was compressed comes back as something else")
    }

    static func seeds() -> [[UInt8]] {
        let texts = [
            Array("abcabcabcabcabcabcabcabcabcabcabcabc, and then something else".utf8),
            [UInt8](repeating: 7, count: 600), Array(0...255),
        ]
        return texts.map { text in
            let packed = text.withUnsafeBytes { LZ4.compress($0, .fast, sizeMax: .max) } ?? []
            return [0, UInt8(text.count & 255), UInt8(text.count >> 8)] + packed
        }
    }
}
