#if canImport(Glibc)
    import Glibc
#endif

extension StringDictionary {
    /// Entry numbers sorted by the bytes of their strings.
    package func entriesInByteOrder() -> [Int] {
        bytes.withUnsafeBytes { bytes in
            // The first eight bytes, big-endian, decide most comparisons without touching the heap.
            let prefixes = (0..<count).map { Self.prefix(bytes, range(at: $0)) }
            return (0..<count).sorted { left, right in
                if prefixes[left] != prefixes[right] { return prefixes[left] < prefixes[right] }
                return Self.compare(bytes, range(at: left), range(at: right)) < 0
            }
        }
    }

    package func areEqual(_ left: Int, _ right: Int) -> Bool {
        bytes.withUnsafeBytes { Self.compare($0, range(at: left), range(at: right)) == 0 }
    }

    private static func prefix(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        var word: UInt64 = 0
        for offset in 0..<8 {
            word <<= 8
            if offset < range.count { word |= UInt64(bytes[range.lowerBound + offset]) }
        }
        return word
    }

    private static func compare(
        _ bytes: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>
    ) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0, let base = bytes.baseAddress {
            let order = memcmp(base + left.lowerBound, base + right.lowerBound, shared)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }
}
