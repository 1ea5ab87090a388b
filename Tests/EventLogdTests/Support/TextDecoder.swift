import EventLog
import EventLogd

/// A decoder with a toy grammar: a line in braces is an event and its own row, `{"op":…}` is a
/// control line, blank lines are blank, everything else is refused.
final class TextDecoder: LineDecoder {
    struct Factory: LineDecoderFactory {
        var batchSizeMax = 64 << 10
        func makeDecoder(
            producer: String, peer: PeerCredentials, mayAdminister: Bool
        ) -> any LineDecoder {
            TextDecoder(producer: producer, peer: peer, batchSizeMax: batchSizeMax)
        }

        /// The real one: a toy grammar would show nothing about documents.
        func makeDocumentDecoder(
            producer: String, peer: PeerCredentials, mayAdminister: Bool
        ) -> any DocumentDecoder {
            EventLineDecoderFactory(identityKey: 1, options: IngestOptions())
                .makeDocumentDecoder(producer: producer, peer: peer, mayAdminister: mayAdminister)
        }
    }

    private var producer: String
    private let peer: PeerCredentials
    private let batchSizeMax: Int
    private var partial: [UInt8] = []
    private var nextLine: UInt64 = 1

    private var batch: EventBatch
    private var refusals: [Refusal] = []
    private var blankLines: [UInt64] = []
    private var firstLine: UInt64 = 1

    init(producer: String, peer: PeerCredentials, batchSizeMax: Int) {
        self.producer = producer
        self.peer = peer
        self.batchSizeMax = batchSizeMax
        batch = EventBatch(producer: producer, peer: peer, receivedAt: 0)
    }

    var startedLine: UInt64? { partial.isEmpty ? nil : nextLine }

    func useProducer(_ producer: String) {
        self.producer = producer
        batch.producer = producer
    }

    /// Up to a kilobyte of lines at a time.
    func decodeNext(
        in chunk: UnsafeRawBufferPointer, at offset: inout Int, now: Int64,
        _ take: (DecodedLines) -> Void
    ) -> Bool {
        let start = offset
        while offset < start + 1_024, let end = chunk[offset...].firstIndex(of: 0x0A) {
            if partial.isEmpty {
                line(UnsafeRawBufferPointer(rebasing: chunk[offset..<end]), take)
            } else {
                partial += chunk[offset..<end]
                endPartialLine(take)
            }
            offset = end + 1
        }
        if offset < start + 1_024 {
            partial += chunk[offset...]
            offset = chunk.count
        }
        handOver(nil, take)
        return offset < chunk.count
    }

    func finish(now: Int64, _ take: (DecodedLines) -> Void) {
        if !partial.isEmpty { endPartialLine(take) }
        handOver(nil, take)
    }

    private func endPartialLine(_ take: (DecodedLines) -> Void) {
        let bytes = partial
        partial = []
        bytes.withUnsafeBytes { line($0, take) }
    }

    private func line(_ bytes: UnsafeRawBufferPointer, _ take: (DecodedLines) -> Void) {
        let number = nextLine
        nextLine += 1
        if bytes.isEmpty {
            blankLines.append(number)
        } else if bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") {
            if bytes.count > 7, bytes[2] == UInt8(ascii: "o"), bytes[3] == UInt8(ascii: "p"),
                let control = Self.control(String(decoding: bytes, as: UTF8.self))
            {
                handOver(control, take)
                return
            }
            batch.rows.append(contentsOf: bytes)
            batch.rowOffsets.append(UInt32(batch.rows.count))
            batch.identities.append(nil)
            if batch.rows.count >= batchSizeMax { handOver(nil, take) }
        } else {
            refusals.append(
                Refusal(line: number, byteOffset: 0, code: .invalidRequest, message: "Not JSON."))
        }
    }

    private func handOver(_ control: StreamControl?, _ take: (DecodedLines) -> Void) {
        guard nextLine > firstLine else { return }
        let lines = DecodedLines(
            batch: batch, refusals: refusals, firstLine: firstLine,
            lineCount: nextLine - firstLine, blankLines: blankLines, control: control)
        batch = EventBatch(producer: producer, peer: peer, receivedAt: 0)
        refusals = []
        blankLines = []
        firstLine = nextLine
        take(lines)
    }

    private static func control(_ text: String) -> StreamControl? {
        func value(_ name: String) -> String? {
            let key = "\"\(name)\":"
            guard let start = text.indices.first(where: { text[$0...].hasPrefix(key) }) else {
                return nil
            }
            let rest = text[start...].dropFirst(key.count)
            return String(rest.drop { $0 == "\"" }.prefix { $0 != "\"" && $0 != "," && $0 != "}" })
        }
        switch value("op") {
        case "ping": return .ping
        case "sync": return .sync(id: value("id"))
        case "hello":
            let durability: Durability? =
                switch value("durability") {
                case "buffered": .buffered
                case "synced": .synced
                default: nil
                }
            return .hello(
                producer: value("producer"), durability: durability,
                ackEvery: value("ackEvery").flatMap { Int($0) })
        default: return nil
        }
    }
}
