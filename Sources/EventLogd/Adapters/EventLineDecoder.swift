#if EVENTLOG_LAYERS
    import EventLog

    /// The storage library's line framer and event parser, as a connection uses them.
    ///
    /// The parser with its buffers is made for the first whole line: thousands of connections that say
    /// little or nothing cost no more than their bytes.
    final class EventLineDecoder: LineDecoder {
        private var framer = LineFramer()
        private var parser: EventParser?
        private var producer: String
        private let peer: PeerCredentials
        private let identityKey: UInt64
        private let options: IngestOptions

        init(
            producer: String, peer: PeerCredentials, identityKey: UInt64, options: IngestOptions
        ) {
            self.producer = producer
            self.peer = peer
            self.identityKey = identityKey
            self.options = options
        }

        var startedLine: UInt64? { framer.startedLine }

        func useProducer(_ producer: String) {
            self.producer = producer
            parser?.setProducer(producer)
        }

        func decode(_ chunk: UnsafeRawBufferPointer, now: Int64, _ take: (DecodedLines) -> Void) {
            framer.frame(chunk) { piece in self.decode(piece, now, take) }
        }

        func finish(now: Int64, _ take: (DecodedLines) -> Void) {
            framer.finish { piece in self.decode(piece, now, take) }
        }

        private func decode(
            _ piece: LineFramer.Piece, _ now: Int64, _ take: (DecodedLines) -> Void
        ) {
            switch piece {
            case .lines(let bytes, let firstLine):
                parse(bytes, firstLine, now, take)
            case .refusal(let refusal):
                let batch = EventBatch(producer: producer, peer: peer, receivedAt: now)
                take(
                    DecodedLines(
                        batch: batch, refusals: [refusal], firstLine: refusal.line, lineCount: 1))
            }
        }

        /// Parses whole lines: several blocks if they hold control lines or more than a batch.
        private func parse(
            _ bytes: UnsafeRawBufferPointer, _ firstLine: UInt64, _ now: Int64,
            _ take: (DecodedLines) -> Void
        ) {
            if parser == nil {
                parser = EventParser(
                    producer: producer, peer: peer, identityKey: identityKey, options: options)
            }
            var rest = bytes[...]
            var line = firstLine
            while !rest.isEmpty {
                let region = UnsafeRawBufferPointer(rebasing: rest)
                guard let block = parser?.parse(region, firstLine: line, now: now) else { return }
                let parsed = UnsafeRawBufferPointer(rebasing: region[..<block.bytesConsumed])
                let hasBlankLines = UInt64(block.decided) < block.physicalLines
                take(
                    DecodedLines(
                        batch: block.batch, refusals: block.refusals, firstLine: line,
                        lineCount: block.physicalLines,
                        blankLines: hasBlankLines ? Self.blankLines(parsed, firstLine: line) : [],
                        control: block.control.map(StreamControl.init)))
                line += block.physicalLines
                rest = rest.dropFirst(block.bytesConsumed)
            }
        }

        /// Lines of white space alone. Rare, so the parser does not keep account of them.
        private static func blankLines(
            _ bytes: UnsafeRawBufferPointer, firstLine: UInt64
        ) -> [UInt64] {
            bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
                .filter { $0.element.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
                .map { firstLine + UInt64($0.offset) }
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

        package func makeDecoder(producer: String, peer: PeerCredentials) -> any LineDecoder {
            EventLineDecoder(
                producer: producer, peer: peer, identityKey: identityKey, options: options)
        }
    }
#endif
