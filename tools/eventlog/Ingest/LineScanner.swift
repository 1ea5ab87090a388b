import Glibc

/// Walks the lines of a buffer and counts them, at memory speed.
struct LineScanner {
    private(set) var lineCount = 0
    /// Lines that are not blank.
    private(set) var eventCount = 0
    /// Where the next line begins.
    private(set) var end = 0

    /// The next line, line feed included; `nil` when no complete line is left.
    mutating func next(in bytes: [UInt8]) -> Range<Int>? {
        let start = end
        let length = bytes.withUnsafeBytes { buffer -> Int? in
            // `start` is at most `count`: it is 0 or behind a line feed that was found here.
            guard let base = buffer.baseAddress, start < buffer.count else { return nil }
            return memchr(base + start, 0x0A, buffer.count - start).map {
                UnsafeRawPointer($0) - (base + start) + 1
            }
        }
        guard let length else { return nil }
        end = start + length
        lineCount += 1
        if !Self.isBlank(bytes[start..<end]) { eventCount += 1 }
        return start..<end
    }

    /// Whether a line has only the white space of JSON.
    private static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }
}
