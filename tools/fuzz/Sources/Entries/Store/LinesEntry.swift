@testable import EventLog

/// Lines of a stream: each decided once, alike however the bytes are cut, and what is accepted can be read back.
enum LinesEntry {
    static func run(_ bytes: [UInt8]) {
        let whole = decide(bytes, pieceSize: max(bytes.count, 1))
        let cut = decide(bytes, pieceSize: 7)
        precondition(whole.rows == cut.rows, "other rows from the same bytes in pieces")
        precondition(whole.refused == cut.refused, "other refusals from the same bytes in pieces")
    }

    struct Outcome: Equatable {
        var rows: [UInt8] = []
        var refused = 0
    }

    private static func decide(_ bytes: [UInt8], pieceSize: Int) -> Outcome {
        var options = IngestOptions()
        options.archive = true
        var parser = EventParser(
            producer: "p", peer: PeerCredentials(uid: 1, gid: 2, pid: 3), mayAdminister: true,
            identityKey: 7,
            options: options)
        var framer = LineFramer()
        var outcome = Outcome()
        var line: UInt64 = 1
        func take(_ region: UnsafeRawBufferPointer) {
            var rest = region
            while !rest.isEmpty {
                let block = parser.parse(rest, firstLine: line, now: 1_795_262_400_000_000)
                precondition(
                    block.bytesConsumed > 0 && block.bytesConsumed <= rest.count,
                    "nothing was decided")
                add(block, to: &outcome)
                line += block.physicalLines
                rest = UnsafeRawBufferPointer(rebasing: rest[block.bytesConsumed...])
            }
        }
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            let piece = Array(bytes[start..<min(start + pieceSize, bytes.count)])
            piece.withUnsafeBytes { chunk in
                var offset = 0
                while true {
                    guard case .lines(let region) = framer.next(in: chunk, at: &offset) else {
                        break
                    }
                    take(region)
                }
            }
        }
        if case .lines(let region) = framer.finish() { take(region) }
        return outcome
    }

    static func add(_ block: ParsedBlock, to outcome: inout Outcome) {
        let batch = block.batch
        precondition(
            batch.identities.count + 1 == batch.rowOffsets.count, "rows without identities")
        var count = 0
        batch.rows.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes)
            do {
                while try reader.nextRow() != nil {
                    count += 1
                    while try reader.nextField() != nil {}
                }
            } catch {
                preconditionFailure("a row that cannot be read back: \(error)")
            }
        }
        precondition(count == batch.identities.count, "another number of rows than was accepted")
        outcome.rows += batch.rows
        outcome.refused += block.refusals.count
    }

    static let words = [
        "\"event\":", "\"eventId\":", "\"contentId\":", "\"timestamp\":", "\"data\":{", "\"op\":",
        "\"hello\"", "\"sync\"",
        "\"userId\":", "\"deviceId\":", "\"fromUser\":", "\"toUser\":", "\\u0000", "\\ud83d\\ude00",
        "1e400", "null",
        "2026-11-21T11:00:00.123Z", "\"watchProgress\"", "\"percentComplete\":",
        "\"clientTimestamp\":",
    ]

    static let seeds = [
        #"{"event":"impression","eventId":"e1","contentId":"c","data":{"position":3,"feedId":"f"}}"#,
        #"{"event":"playStart","contentId":"c","data":{"startupTime":250,"autoplay":true,"x":null}}"#
            + "\n\n"
            + #"{"op":"sync","id":"x"}"# + "\n" + #"{"op":"hello","producer":"p","ackEvery":5}"#
            + "\n",
        #"{"data":{"currentTime":1.5e1,"duration":45.25,"y":[1,{"a":"\u00e4\n"}]},"type":"watchProgress","contentId":"ä😀"}"#,
        #"{"event":"swipe","contentId":"d","data":{"fromContentId":"c","watchTimeOnFrom":0.1}}"#,
        #"{"event":"like","contentId":"c","timestamp":"2026-11-21T11:00:00.123Z","more":-12.5E-3}"#,
        #"{"event":"identify","deviceId":"d","userId":"u"}"# + "\n"
            + #"{"event":"alias","fromUser":"a","toUser":"b"}"#,
    ].map { Array($0.utf8) }
}
