import FuzzHarness

@testable import EventLog

/// Bodies that are one document. The first byte chooses which: events, a content item, an export, who a user is.
enum DocumentEntry {
    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let choice = input.choice(4)
        let body = input.remaining
        switch choice {
        case 0: readEvents(body)
        case 1:
            guard let document = try? ContentDocument(body, id: "c") else { return }
            precondition(
                (try? ContentDocument(document.json, id: "c")) != nil,
                "an item that cannot be put again")
        case 2:
            guard let request = try? ExportRequest(rangeFrom: body, daysMax: 400) else { return }
            precondition(
                (try? ExportRequest(rangeFrom: request.json, daysMax: 400)) != nil,
                "a request that cannot be repeated")
        default: _ = try? ExportRequest(user: "u", from: body)
        }
    }

    private static func readEvents(_ body: [UInt8]) {
        var options = IngestOptions()
        options.archive = true
        var parser = EventParser(
            producer: "p", peer: PeerCredentials(uid: 1, gid: 2, pid: 3), identityKey: 7,
            options: options)
        let block = body.withUnsafeBytes { parser.parseDocument($0, now: 1_795_262_400_000_000) }
        precondition(
            block.batch.identities.count + block.refusals.count == block.decided,
            "an event is decided not once")
        var outcome = LinesEntry.Outcome()
        LinesEntry.add(block, to: &outcome)
    }

    static let words = [
        "\"events\":[", "\"sdk\":", "\"topics\":[", "\"title\":", "\"duration\":", "\"startDate\":",
        "\"endDate\":",
        "\"dataTypes\":[", "\"filters\":{", "\"format\":", "\"compression\":\"gzip\"", "2026-01-02",
    ]

    static let seeds: [[UInt8]] =
        LinesEntry.seeds.map { [0] + $0 }
        + [
            (0, #"[{"event":"like","contentId":"a"},{"event":"like","contentId":"b"}]"#),
            (0, #"{"sdk":{"name":"s"},"events":[{"event":"like","contentId":"a"}]}"#),
            (1, #"{"topics":["a","b"],"title":"t","duration":12.5,"more":{"x":[1,2]}}"#),
            (
                2,
                #"{"startDate":"2026-01-02","endDate":"2026-01-03","format":"csv","dataTypes":["events"],"filters":{"userIds":["u"]}}"#
            ),
            (3, #"{"format":"json","compression":"gzip"}"#),
        ].map { [UInt8($0.0)] + $0.1.utf8 }
}
