/// Some whole lines of one input, as they are sent: the unit that is kept until the daemon has
/// decided each of them.
struct LineChunk: Sendable, Equatable {
    /// Ends with a line feed.
    let bytes: [UInt8]
    /// Position of the input on the command line; `nil` for lines of our own.
    let input: Int?
    /// Number in its input, from 1, blank lines included.
    let firstLine: UInt64
    /// Blank lines included.
    let lineCount: Int
    /// Lines that are not blank: what acknowledgements count.
    let eventCount: Int

    /// - Precondition: `bytes` is not empty and ends with a line feed.
    init(bytes: [UInt8], input: Int?, firstLine: UInt64) {
        precondition(bytes.last == 0x0A)
        self.bytes = bytes
        self.input = input
        self.firstLine = firstLine
        var lines = LineScanner()
        while lines.next(in: bytes) != nil {}
        lineCount = lines.lineCount
        eventCount = lines.eventCount
    }

    /// The line at `position` (from 0) as a chunk of its own.
    func line(at position: Int) -> LineChunk? {
        var lines = LineScanner()
        while let range = lines.next(in: bytes) {
            guard lines.lineCount == position + 1 else { continue }
            return LineChunk(
                bytes: Array(bytes[range]), input: input, firstLine: firstLine + UInt64(position))
        }
        return nil
    }

    /// What is left after the first `count` lines that are not blank; `nil` if that is nothing.
    func dropping(events count: Int) -> LineChunk? {
        var lines = LineScanner()
        while lines.eventCount < count, lines.next(in: bytes) != nil {}
        guard lines.end < bytes.count, lines.eventCount < eventCount else { return nil }
        return LineChunk(
            bytes: Array(bytes[lines.end...]), input: input,
            firstLine: firstLine + UInt64(lines.lineCount))
    }
}
