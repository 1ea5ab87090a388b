import Glibc

/// Looks for an id in bytes, as a word of its own: `u1` is not in `u12`.
struct TokenSearch: Sendable {
    private let needle: [UInt8]

    init(_ needle: [UInt8]) { self.needle = needle }

    /// What ids are mostly made of; beside others a word ends.
    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x80...: true
        default: false
        }
    }

    func isFound(in bytes: [UInt8]) -> Bool { isFound(in: bytes, 0..<bytes.count) }

    /// Looks at a part of the bytes as if there were no others.
    func isFound(in bytes: [UInt8], _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while let place = place(in: bytes, start..<range.upperBound) {
            let end = place + needle.count
            if place == range.lowerBound || !Self.isWordByte(bytes[place - 1]),
                end == range.upperBound || !Self.isWordByte(bytes[end])
            {
                return true
            }
            start = place + 1
        }
        return false
    }

    /// Whether the bytes are anywhere, whatever stands beside them.
    func isPart(of bytes: [UInt8]) -> Bool { isPart(of: bytes, 0..<bytes.count) }

    func isPart(of bytes: [UInt8], _ range: Range<Int>) -> Bool { place(in: bytes, range) != nil }

    private func place(in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard let first = needle.first else { return nil }
        return bytes.withUnsafeBytes { all in
            needle.withUnsafeBytes { needle in
                var start = range.lowerBound
                let last = range.upperBound - needle.count
                while start <= last {
                    let part = UnsafeRawBufferPointer(rebasing: all[start...last])
                    guard let base = part.baseAddress, let wanted = needle.baseAddress,
                        let found = memchr(base, Int32(first), part.count)
                    else { return nil }
                    let place = start + base.distance(to: UnsafeRawPointer(found))
                    // `place` is at most `last`, so that all of the needle fits behind it.
                    if memcmp(found, wanted, needle.count) == 0 { return place }
                    start = place + 1
                }
                return nil
            }
        }
    }
}
