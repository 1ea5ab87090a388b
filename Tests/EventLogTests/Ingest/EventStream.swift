import EventLog

/// Framer and parser as a connection drives them: chunks in, decided blocks out, lines counted.
///
/// For tests of the two together; the daemon also needs to know which lines were blank.
struct EventStream: ~Copyable {
    private var framer = LineFramer()
    private var parser: EventParser
    /// Number of the next physical line.
    var line: UInt64 = 1

    init(parser: consuming EventParser) {
        self.parser = parser
    }

    /// The next block from `chunk`, beginning at `offset`, which moves behind what the block covers.
    /// - Returns: `nil` once the chunk is used up.
    mutating func next(
        in chunk: UnsafeRawBufferPointer, at offset: inout Int, now: Int64
    ) -> ParsedBlock? {
        while true {
            switch framer.next(in: chunk, at: &offset) {
            case .needsMore: return nil
            case .oversizedLine(let start):
                return counted(parser.refuseLine(line, start: start, now: now))
            case .lines(let lines):
                let block = counted(parser.parse(lines, firstLine: line, now: now))
                // Of a region in the chunk a part may be left; a carried line is always taken whole.
                offset -= lines.count - block.bytesConsumed
                if block.decided > 0 { return block }
            }
        }
    }

    /// What is left when the client has sent its last byte.
    mutating func finish(now: Int64) -> ParsedBlock? {
        switch framer.finish() {
        case .needsMore: return nil
        case .oversizedLine(let start):
            return counted(parser.refuseLine(line, start: start, now: now))
        case .lines(let lines):
            let block = counted(parser.parse(lines, firstLine: line, now: now))
            return block.decided > 0 ? block : nil
        }
    }

    private mutating func counted(_ block: ParsedBlock) -> ParsedBlock {
        line &+= block.physicalLines
        return block
    }
}
