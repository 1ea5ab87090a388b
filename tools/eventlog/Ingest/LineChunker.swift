/// Cuts the bytes of one input into chunks of whole lines.
struct LineChunker {
    /// Bytes of one line. The daemon refuses much shorter ones, with a better message; this bound only
    /// keeps an input without line feeds from filling the memory.
    static let lineSizeMax = 16 << 20

    let input: Int
    private(set) var nextLine: UInt64 = 1
    /// The beginning of a line whose end has not come yet.
    private(set) var carry: [UInt8] = []
    private var isSkipping = false
    /// Lines over `lineSizeMax`: not sent, and the caller's to report.
    private(set) var overlongLines: [UInt64] = []

    init(input: Int) { self.input = input }

    /// Takes the carry and what was read behind it.
    /// - Parameter buffer: begins with `carry`.
    mutating func take(_ buffer: [UInt8]) -> LineChunk? {
        var lines = buffer
        // The carry has no line feed, so only what is new is searched: a long line stays linear.
        var searched = carry.count
        if isSkipping {
            guard let end = lines.firstIndex(of: 0x0A) else {
                carry = []
                return nil
            }
            lines.removeFirst(end + 1)
            isSkipping = false
            searched = 0
            nextLine += 1
        }
        guard let end = lines[searched...].lastIndex(of: 0x0A) else {
            carry = lines
            if carry.count > Self.lineSizeMax {
                overlongLines.append(nextLine)
                carry = []
                isSkipping = true
            }
            return nil
        }
        carry = Array(lines[(end + 1)...])
        lines.removeLast(lines.count - end - 1)
        return makeChunk(lines)
    }

    /// The input has ended: its last line counts even without a line feed.
    mutating func finish() -> LineChunk? {
        guard !carry.isEmpty else { return nil }
        let last = carry + [0x0A]
        carry = []
        return makeChunk(last)
    }

    mutating func takeOverlongLines() -> [UInt64] {
        defer { overlongLines = [] }
        return overlongLines
    }

    private mutating func makeChunk(_ lines: [UInt8]) -> LineChunk {
        let chunk = LineChunk(bytes: lines, input: input, firstLine: nextLine)
        nextLine += UInt64(chunk.lineCount)
        return chunk
    }
}
