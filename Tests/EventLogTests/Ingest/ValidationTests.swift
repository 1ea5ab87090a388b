import Testing

@testable import EventLog

@Suite("Validation")
struct ValidationTests {
    private func refusal(_ text: String) -> Refusal? {
        let block = parse(text)
        #expect(block.decided == 1)
        #expect(block.batch.count + block.refusals.count == 1)
        return block.refusals.first
    }

    @Test("every field that is wrong is named, not only the first")
    func allFields() {
        let found = refusal(
            #"{"event":"impression","contentId":"","sessionId":5,"data":{"position":-1,"feedId":7}}"#
        )
        #expect(found?.code == .validationError)
        #expect(
            found?.details == [
                .init(field: "contentId", reason: "must not be empty"),
                .init(field: "sessionId", reason: "must be a string"),
                .init(field: "data.position", reason: "must be a whole number, 0 or more"),
                .init(field: "data.feedId", reason: "must be a string"),
            ])
    }

    @Test(
        "a missing field is named by its path",
        arguments: [
            (#"{}"#, ["event"]),
            (#"{"event":"like"}"#, ["contentId"]),
            (#"{"event":"impression"}"#, ["contentId", "data.position"]),
            (
                #"{"event":"impression","contentId":null,"data":{"position":null}}"#,
                ["contentId", "data.position"]
            ),
            (#"{"event":"share","contentId":"c"}"#, ["data.platform"]),
            (#"{"event":"error","contentId":"c"}"#, ["data.errorCode", "data.errorMessage"]),
            (
                #"{"event":"swipe"}"#,
                ["data.fromContentId", "data.toContentId", "data.watchTimeOnFrom"]
            ),
            (#"{"event":"adImpression"}"#, ["data.adId"]),
            (#"{"event":"identify","userId":"anonymous"}"#, ["userId", "deviceId"]),
        ])
    func missing(_ text: String, _ expected: [String]) {
        let found = refusal(text)
        #expect(found?.code == .validationError)
        #expect(found?.details.map(\.field) == expected)
        #expect(found?.details.allSatisfy { $0.reason == "missing" } == true)
    }

    @Test(
        "ids have a size, and no control characters",
        arguments: [
            ("contentId", String(repeating: "c", count: 255), true),
            ("contentId", String(repeating: "c", count: 256), true),
            ("contentId", String(repeating: "c", count: 257), false),
            ("userId", String(repeating: "u", count: 511), true),
            ("userId", String(repeating: "u", count: 512), true),
            ("userId", String(repeating: "u", count: 513), false),
            ("eventId", String(repeating: "e", count: 512), true),
            ("eventId", String(repeating: "e", count: 513), false),
            ("eventId", "", false),
            ("deviceId", #"a\u0000b"#, false),
            ("deviceId", #"a\nb"#, false),
            ("deviceId", "long enough a text\u{7F}", false),
            ("deviceId", "long enough a text \u{85}", false),
            ("deviceId", "long enough a text äöü 漢字 😀", true),
        ])
    func identifiers(_ field: String, _ value: String, _ isValid: Bool) {
        let other = field == "contentId" ? "" : #""contentId":"c","#
        let found = refusal(#"{"event":"save",\#(other)"\#(field)":"\#(value)"}"#)
        #expect((found == nil) == isValid)
        if !isValid { #expect(found?.details.map(\.field) == [field]) }
    }

    @Test(
        "a client's clock may be five minutes ahead, and not more",
        arguments: [
            (noon + 299_999_999, EventFlags()), (noon + 300_000_000, EventFlags()),
            (noon + 300_000_001, EventFlags.adjusted),
        ])
    func ahead(_ time: Int64, _ flags: EventFlags) throws {
        // The receive time moves instead of the stamp: the stamp is always noon.
        let text =
            #"{"event":"like","eventId":"e","contentId":"c","timestamp":"2026-11-21T12:00:00Z"}"#
        let now = noon - (time - noon)
        let row = try #require(try rows(of: parse(text, now: now).batch).first)
        #expect(row.flags == flags)
        #expect(row.timestamp == (flags == .adjusted ? now : noon))
        #expect(row["clientTimestamp"] == (flags == .adjusted ? "\(noon)" : nil))
    }

    @Test("an event is late after 24 hours and gone after 90 days, unless this is an archive")
    func age() throws {
        let text =
            #"{"event":"like","eventId":"e","contentId":"c","timestamp":"2026-11-21T12:00:00Z"}"#
        let day: Int64 = 86_400_000_000
        #expect(try rows(of: parse(text, now: noon + day).batch).first?.flags == [])
        #expect(try rows(of: parse(text, now: noon + day + 1).batch).first?.flags == .late)
        #expect(try rows(of: parse(text, now: noon + 90 * day).batch).first?.flags == .late)
        let gone = parse(text, now: noon + 90 * day + 1)
        #expect(gone.refusals.first?.code == .gone)
        #expect(gone.batch.count == 0)
        let kept = parse(text, archive: true, now: noon + 90 * day + 1)
        #expect(try rows(of: kept.batch).first?.flags == .late)
    }

    @Test("without a timestamp and an id an event gets ours, and says so")
    func defaults() throws {
        let block = parse(#"{"event":"like","contentId":"c"}"#)
        let row = try #require(try rows(of: block.batch).first)
        #expect(row.timestamp == noon)
        #expect(row.flags == [.defaulted, .generatedID])
        #expect(block.batch.identities == [nil])
    }

    @Test("one id is one identity however it is escaped, and another producer's is another")
    func identities() {
        let block = parse(
            """
            {"event":"like","contentId":"c","eventId":"abc"}
            {"event":"save","contentId":"d","id":"\\u0061bc"}
            {"event":"like","contentId":"c","eventId":"abd"}
            """)
        #expect(block.batch.identities[0] == block.batch.identities[1])
        #expect(block.batch.identities[0] != block.batch.identities[2])
        var other = makeParser()
        other.setProducer("other")
        let line = Array(#"{"event":"like","contentId":"c","eventId":"abc"}"#.utf8)
        let theirs = line.withUnsafeBytes { other.parse($0, firstLine: 1, now: noon) }
        #expect(theirs.batch.identities[0] != block.batch.identities[0])
    }

    @Test("bad JSON is refused with its line and its byte, and the next line is taken")
    func places() {
        let block = parse(
            """
            {"event":"like","contentId":"c"}

            {"event":"like" "contentId":"c"}
            {"event":"like","contentId":"c"}\r
            {"event":"like","event":"like"}
            """)
        #expect(block.batch.count == 2)
        #expect(block.decided == 4)
        #expect(block.physicalLines == 5)
        #expect(block.refusals.map(\.line) == [3, 5])
        #expect(block.refusals.map(\.byteOffset) == [16, 16])
        #expect(block.refusals.allSatisfy { $0.code == .invalidRequest })
    }

    @Test(
        "nesting ends at 32 levels, without using the stack",
        arguments: [(31, true), (32, true), (33, false), (10_000, false), (400_000, false)])
    func nesting(_ depth: Int, _ isValid: Bool) {
        // The event and its payload are two levels.
        let inner = depth - 2
        let text =
            #"{"event":"like","contentId":"c","data":{"x":"#
            + String(repeating: "[", count: inner) + String(repeating: "]", count: inner) + "}}"
        #expect((refusal(text) == nil) == isValid)
    }

    @Test("an object has at most 256 fields", arguments: [(255, true), (256, true), (257, false)])
    func fieldCount(_ count: Int, _ isValid: Bool) {
        let fields = (0..<count).map { #""f\#($0)":0"# }.joined(separator: ",")
        #expect(
            (refusal(#"{"event":"like","contentId":"c","data":{\#(fields)}}"#) == nil) == isValid)
        #expect(
            (refusal(#"{"event":"like","contentId":"c","data":{"x":{\#(fields)}}}"#) == nil)
                == isValid)
    }

    @Test("a name has at most 128 bytes", arguments: [(127, true), (128, true), (129, false)])
    func nameSize(_ size: Int, _ isValid: Bool) {
        let name = String(repeating: "n", count: size)
        #expect(
            (refusal(#"{"event":"like","contentId":"c","data":{"\#(name)":1}}"#) == nil) == isValid)
    }

    @Test("a line has at most 1 MiB", arguments: [(-1, true), (0, true), (1, false)])
    func lineSize(_ beyond: Int, _ isValid: Bool) throws {
        let frame = #"{"event":"like","contentId":"c","data":{"x":""}}"#
        let filler = String(repeating: "x", count: Limits.lineSizeMax + beyond - frame.utf8.count)
        let text = frame.replacing(#""x":"""#, with: #""x":"\#(filler)""#)
        for ending in ["", "\n", "\r\n"] {
            let block = parse(text + ending)
            #expect((block.refusals.isEmpty && block.batch.count == 1) == isValid)
        }
    }

    @Test("the last of two equal names in the payload wins")
    func lastWins() throws {
        let row = try onlyRow(
            of:
                #"{"event":"impression","contentId":"c","data":{"position":"x","position":2,"a":1,"a":2}}"#
        )
        #expect(row["position"] == "2")
        #expect(row["~a"] == "2.0")
        #expect(row.fields.count { $0.hasPrefix("~") } == 1)
    }

    @Test("a batch ends before it is too large for one journal record, and goes on behind")
    func fullBatch() {
        let line =
            #"{"event":"like","contentId":"c","data":{"x":"\#(String(repeating: "y", count: 5_000))"}}"#
        let bytes = Array(String(repeating: line + "\n", count: 500).utf8)
        var parser = makeParser()
        var (count, at, first) = (0, 0, 1 as UInt64)
        while at < bytes.count {
            let block = bytes[at...].withUnsafeBytes {
                parser.parse($0, firstLine: first, now: noon)
            }
            #expect(block.batch.rows.count <= Limits.journalRecordSizeMax - 65_536)
            #expect(block.bytesConsumed > 0)
            #expect(Int(block.batch.rowOffsets.last ?? 0) == block.batch.rows.count)
            count += block.batch.count
            at += block.bytesConsumed
            first += block.physicalLines
        }
        #expect(count == 500)
        #expect(first == 501)
    }

    @Test("a control line ends its block, and is counted as decided")
    func control() {
        let text = """
            {"event":"like","contentId":"c"}
            {"op":"sync","id":"x1"}
            {"event":"like","contentId":"c"}
            """
        let block = parse(text)
        #expect(block.control == .sync(id: "x1"))
        #expect(block.decided == 2)
        #expect(block.physicalLines == 2)
        #expect(block.batch.count == 1)
        #expect(parse(#"{"op":"ping"}"#).control == .ping)
        #expect(
            parse(#"{"op":"hello","producer":"app","durability":"buffered","ackEvery":100}"#)
                .control
                == .hello(producer: "app", durability: .buffered, ackEvery: 100))
        for wrong in [#"{"op":"stop"}"#, #"{"op":7}"#, #"{"op":"hello","durability":"fast"}"#] {
            let block = parse(wrong)
            #expect(block.control == nil)
            #expect(block.refusals.first?.code == .invalidRequest)
            #expect(block.decided == 1)
        }
    }
}
