import FuzzHarness

@testable import Columns
@testable import EventLog
@testable import TestSupport

/// The payloads of journal records and the small binary files: the first byte chooses which.
enum RecordEntry {
    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let choice = input.choice(8)
        switch choice {
        case 5: _ = TombstoneFile.tombstones(tombstones(input.remaining))
        case 6: readMap(input.remaining)
        case 7: readRows(input.remaining)
        default:
            let kinds: [JournalRecordKind] = [.events, .answered, .ledger, .content, .moved]
            let count = Int(input.byte())
            decode(kinds[choice], input.remaining, count: count)
        }
    }

    /// As a replay does.
    static func decode(_ kind: JournalRecordKind, _ payload: [UInt8], count: Int) {
        switch kind {
        case .closed: break
        case .events: decodeEvents(payload[...], count: count)
        case .answered:
            guard let (_, start) = try? payload.withUnsafeBytes({ try AnsweredPayload.read($0) })
            else { return }
            if count > 0 { decodeEvents(payload[start...], count: count) }
        case .ledger:
            guard let record = try? LedgerRecord(payload: payload) else { return }
            var books = Books()
            books.apply(record, firstSeq: 1, receivedAt: 1)
        case .content:
            guard let record = try? ContentRecord(payload: payload) else { return }
            precondition(
                (try? ContentRecord(payload: record.payload))?.id == record.id,
                "another item comes back")
        case .moved:
            guard let record = try? LedgerMoveRecord(payload: payload) else { return }
            precondition(
                (try? LedgerMoveRecord(payload: record.payload)) == record, "other moves come back")
        }
    }

    private static func decodeEvents(_ payload: ArraySlice<UInt8>, count: Int) {
        let batch = try? Array(payload).withUnsafeBytes {
            try EventBatch(payload: $0, count: count, identityKey: 7)
        }
        guard let batch else { return }
        precondition(
            batch.identities.count == count, "another number of events than the record says")
        var tail = Tail(seed: 7)
        var schema = EventSchema()
        try? tail.append(
            batch, rows: 0..<count, firstSeq: 1, generatedIDs: GeneratedEventID(storeTag: 1),
            schema: &schema)
        for block in tail.snapshot(schema) { _ = block.rowCount }
    }

    private static func readRows(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var reader = EventRowReader(bytes)
            while let header = try? reader.nextRow() {
                precondition(header.end <= bytes.count, "a row past the end")
                while (try? reader.nextField()) ?? nil != nil {}
            }
        }
    }

    /// The body with its front, the checksum made right.
    private static func tombstones(_ body: [UInt8]) -> [UInt8] {
        var file = RecordWriter()
        file.append(bytes: Array("ELTS".utf8))
        file.append(UInt32(1))
        file.append(body.withUnsafeBytes { JournalFormat.checksum($0) })
        return file.bytes + body
    }

    private static func readMap(_ bytes: [UInt8]) {
        let options = IdentityOptions()
        guard let map = try? IdentityMap(decoding: bytes, options: options) else { return }
        precondition(
            (try? IdentityMap(decoding: map.encode(), options: options)) != nil,
            "a map that cannot be read back")
    }

    // MARK: Seeds

    static func eventsPayload(_ count: Int) -> [UInt8] {
        var builder = BatchBuilder(identityKey: 7)
        for number in 0..<count {
            builder.add(
                number % 2 == 0 ? "like" : "watchProgress", id: number == 1 ? nil : "evt_\(number)",
                contentId: "c",
                timestamp: 1_700_000_000_000_000 + Int64(number), fields: [.deviceId: "d"],
                custom: [
                    ("note", .string("a")), ("n", .double(1.5)), ("j", .json("{}")),
                    ("b", .bool(true)),
                ],
                extra: [("more", "1")])
        }
        var bytes: [UInt8] = []
        builder.batch.appendPayload(rows: [0..<count], to: &bytes)
        return bytes
    }

    static var payloads: [(kind: JournalRecordKind, count: Int, payload: [UInt8])] {
        var answered: [UInt8] = []
        AnsweredPayload.append(
            [
                (
                    RequestKey(producer: "uid:0", request: "POST /v1/events", key: "k"),
                    KeptAnswer(
                        fingerprint: [1, 2, 3], status: 200, contentType: "application/json",
                        body: Array("{}".utf8))
                )
            ], to: &answered)
        var document = ContentDocument(topics: ["a", "b"])
        document.title = "t"
        document.duration = 12.5
        let moved = LedgerMoveRecord(
            bucket: .expired, previous: 0,
            counts: [LedgerKey(receivedAt: 3_600_000_000, producer: "uid:0", bucket: .stored): 2])
        return [
            (.events, 3, eventsPayload(3)), (.answered, 0, answered),
            (.answered, 2, answered + eventsPayload(2)),
            (.content, 1, ContentRecord(id: "c", document: document, updatedAt: 5).payload),
            (.content, 1, ContentRecord(id: "c", document: nil, updatedAt: 6).payload),
            (.moved, 1, moved.payload),
        ]
    }

    static func seeds() -> [[UInt8]] {
        let numbers: [JournalRecordKind: UInt8] = [
            .events: 0, .answered: 1, .ledger: 2, .content: 3, .moved: 4,
        ]
        var seeds = payloads.map { [numbers[$0.kind] ?? 0, UInt8($0.count)] + $0.payload }
        seeds.append([2, 1, 1, 0, 0, 0, 0])
        let rows = eventsPayload(2).dropFirst(EventBatch.payloadHeaderSize + 5)
        seeds.append([7] + rows)
        let body = TombstoneFile.bytes(of: Tombstones()).dropFirst(12)
        seeds.append([5] + body)
        seeds.append([6] + IdentityMap(options: IdentityOptions()).encode())
        return seeds
    }
}
