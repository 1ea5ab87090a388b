package import EventLog

/// The storage library's line framer and event parser, as a connection uses them.
///
/// The parser with its buffers is made for the first whole line: thousands of connections that
/// say little or nothing cost no more than their bytes.
final class EventLineDecoder: LineDecoder {
    private var framer = LineFramer()
    private var parser: EventParser?
    private var producer: String
    private let peer: PeerCredentials
    private let mayAdminister: Bool
    private let identityKey: UInt64
    private let options: IngestOptions
    private var nextLine: UInt64 = 1
    private var isInsideLine = false

    init(
        producer: String, peer: PeerCredentials, mayAdminister: Bool, identityKey: UInt64,
        options: IngestOptions
    ) {
        self.producer = producer
        self.peer = peer
        self.mayAdminister = mayAdminister
        self.identityKey = identityKey
        self.options = options
    }

    var startedLine: UInt64? { isInsideLine ? nextLine : nil }

    func useProducer(_ producer: String) {
        self.producer = producer
        parser?.setProducer(producer)
    }

    func decodeNext(
        in chunk: UnsafeRawBufferPointer, at offset: inout Int, now: Int64,
        _ take: (DecodedLines) -> Void
    ) -> Bool {
        defer {
            if offset >= chunk.count, let last = chunk.last { isInsideLine = last != 0x0A }
        }
        switch framer.next(in: chunk, at: &offset) {
        case .needsMore:
            return false
        case .oversizedLine(let start):
            refuseLine(start, now, take)
        case .lines(let lines):
            // Of a region in the chunk a part may be left; the framer hands it out again.
            offset -= lines.count - parse(lines, now, take)
        }
        return true
    }

    func finish(now: Int64, _ take: (DecodedLines) -> Void) {
        switch framer.finish() {
        case .needsMore: break
        case .oversizedLine(let start): refuseLine(start, now, take)
        case .lines(let lines): _ = parse(lines, now, take)
        }
        isInsideLine = false
    }

    /// Hands over one block of whole lines.
    /// - Returns: the bytes that it covers; fewer than all if it ends with a control line or a
    ///   full batch.
    private func parse(
        _ lines: UnsafeRawBufferPointer, _ now: Int64, _ take: (DecodedLines) -> Void
    ) -> Int {
        makeParser()
        guard let block = parser?.parse(lines, firstLine: nextLine, now: now) else {
            return lines.count
        }
        let consumed = UnsafeRawBufferPointer(rebasing: lines[..<block.bytesConsumed])
        handOver(block, blankLines: blankLines(of: block, consumed), take)
        return block.bytesConsumed
    }

    private func refuseLine(
        _ start: UnsafeRawBufferPointer, _ now: Int64, _ take: (DecodedLines) -> Void
    ) {
        makeParser()
        guard let block = parser?.refuseLine(nextLine, start: start, now: now) else { return }
        handOver(block, blankLines: [], take)
    }

    private func makeParser() {
        guard parser == nil else { return }
        parser = EventParser(
            producer: producer, peer: peer, mayAdminister: mayAdminister,
            identityKey: identityKey, options: options)
    }

    private func handOver(
        _ block: ParsedBlock, blankLines: [UInt64], _ take: (DecodedLines) -> Void
    ) {
        let firstLine = nextLine
        nextLine += block.physicalLines
        guard block.decided > 0 else { return }
        take(
            DecodedLines(
                batch: block.batch, refusals: block.refusals, firstLine: firstLine,
                lineCount: block.physicalLines, blankLines: blankLines,
                control: block.control.map(StreamControl.init)))
    }

    /// Lines of white space alone. Rare, so the parser keeps no account of them.
    private func blankLines(
        of block: ParsedBlock, _ bytes: UnsafeRawBufferPointer
    ) -> [UInt64] {
        guard UInt64(block.decided) < block.physicalLines else { return [] }
        return bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .prefix(Int(clamping: block.physicalLines)).enumerated()
            .filter { $0.element.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
            .map { nextLine + UInt64($0.offset) }
    }
}

extension StreamControl {
    fileprivate init(_ control: ControlRequest) {
        switch control {
        case .hello(let producer, let durability, let ackEvery):
            self = .hello(producer: producer, durability: durability, ackEvery: ackEvery)
        case .sync(let id): self = .sync(id: id)
        case .ping: self = .ping
        }
    }
}

package struct EventLineDecoderFactory: LineDecoderFactory {
    let identityKey: UInt64
    let options: IngestOptions

    package init(identityKey: UInt64, options: IngestOptions) {
        self.identityKey = identityKey
        self.options = options
    }

    package func makeDecoder(
        producer: String, peer: PeerCredentials, mayAdminister: Bool
    ) -> any LineDecoder {
        EventLineDecoder(
            producer: producer, peer: peer, mayAdminister: mayAdminister,
            identityKey: identityKey, options: options)
    }

    package func makeDocumentDecoder(
        producer: String, peer: PeerCredentials, mayAdminister: Bool
    ) -> any DocumentDecoder {
        EventDocumentDecoder(
            EventParser(
                producer: producer, peer: peer, mayAdminister: mayAdminister,
                identityKey: identityKey, options: options))
    }
}
