import Testing

@testable import EventLog

/// The table of section 1.5 of the specification, row by row, at the edges.
@Suite("Validation table")
struct ValidationTableTests {
    private func refusal(_ text: String, archive: Bool = false) -> Refusal? {
        let block = parse(text, archive: archive)
        #expect(block.decided == 1)
        #expect(block.batch.count + block.refusals.count == 1)
        return block.refusals.first
    }

    @Test(
        "row 1: what is no event object is refused with the byte where it stops making sense",
        arguments: [
            ("7", 0), ("null", 0), (#""event""#, 0), ("[]", 0), ("{", 1), (#"{"event"}"#, 8),
            (#"{"event":"like",}"#, 16), (#"{"event":"like"} x"#, 17), (#"{'event':"like"}"#, 1),
            (#"{"event":"like","contentId":"c","event":"save"}"#, 32),
            (#"{"event":"like","x":1,"x":1}"#, 22), (#"{"event":"like","x":01}"#, 21),
            (#"{"event":"like","x":"\x"}"#, 21), (#"{"event":"like","x":"\ud800"}"#, 21),
            (#"{"event":"like","x":nul}"#, 20), (#"{"event":"like","x":1e999}"#, 20),
            ("{\"event\":\"like\",\"x\":\"\u{1}\"}", 21), (#"{"event":"li"#, 12),
        ])
    func noObject(_ text: String, _ offset: Int) {
        let found = refusal(text)
        #expect(found?.code == .invalidRequest)
        #expect(found?.byteOffset == offset)
        #expect(found?.line == 1)
    }

    @Test(
        "row 1: bytes that are not UTF-8 are refused where they stand",
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0x80],
        ] as [[UInt8]])
    func badUTF8(_ bytes: [UInt8]) {
        let line = Array(#"{"event":"like","x":""#.utf8) + bytes + Array(#""}"#.utf8)
        let block = parse(bytes: line)
        #expect(block.refusals.map(\.code) == [.invalidRequest])
        #expect(block.refusals.first?.byteOffset == 21)
    }

    @Test("row 1: a key that comes twice inside data, or deeper, is no error: the last one counts")
    func deepDuplicates() throws {
        let row = try onlyRow(
            of:
                #"{"event":"impression","contentId":"c","data":{"position":-1,"a":1,"position":2,"a":[],"d":{"x":1,"x":2}}}"#
        )
        #expect(
            row.fields.filter { $0 != "contentId=c" && $0 != "event=impression" }
                == ["position=2", "~a=json []", #"~d=json {"x":1,"x":2}"#])
    }

    @Test(
        "row 1: of equal names the last counts, also against aliases",
        arguments: [
            (#""watchTime":1,"watchTime":2"#, ["totalWatchTime=2.0"]),
            (
                #""totalWatchTime":1,"watchTime":2,"totalWatchTime":"x""#,
                ["totalWatchTime=2.0", #"~totalWatchTime=json "x""#]
            ),
            (#""watchTime":"x","watchTime":2"#, ["totalWatchTime=2.0"]),
            (#""watchTime":2,"watchTime":null"#, ["~watchTime=json null"]),
            (#""wat\u0063hTime":1,"watchTime":2"#, ["totalWatchTime=2.0"]),
        ])
    func lastCounts(_ data: String, _ expected: [String]) throws {
        for text in [
            #"{"event":"viewEnd","data":{\#(data)}}"#, #"{"data":{\#(data)},"event":"viewEnd"}"#,
        ] {
            #expect(try onlyRow(of: text).fields == ["event=viewEnd"] + expected)
        }
    }

    @Test(
        "data wins over its other names, whatever comes first",
        arguments: [
            (#""data":{"a":1},"event_data":{"b":2}"#, ["+event_data={\"b\":2}", "~a=1.0"]),
            (#""event_data":{"b":2},"data":{"a":1}"#, ["+event_data={\"b\":2}", "~a=1.0"]),
            (#""event_data":7,"data":{"a":1,"a":2}"#, ["+event_data=7", "~a=2.0"]),
            (#""data":null,"event_data":{"b":2}"#, ["~b=2.0"]),
            (#""event_data":{"b":2},"data":null"#, ["~b=2.0"]),
            (#""eventData":{"b":2},"event_data":{"c":3}"#, ["+event_data={\"c\":3}", "~b=2.0"]),
        ])
    func payloads(_ fields: String, _ expected: [String]) throws {
        for text in [#"{"event":"x",\#(fields)}"#, #"{\#(fields),"event":"x"}"#] {
            #expect(try onlyRow(of: text).fields.filter { $0 != "event=x" } == expected)
        }
    }

    @Test(
        "row 2: a payload that is no object is refused",
        arguments: ["7", "[]", #""x""#, "true"])
    func payloadKind(_ value: String) {
        let found = refusal(#"{"event":"like","data":\#(value)}"#)
        #expect(found?.code == .validationError)
        #expect(
            found?.details == [
                .init(field: "contentId", reason: "missing"),
                .init(field: "data", reason: "must be an object"),
            ])
    }

    @Test(
        "row 2: a required field of the wrong type is named as it was sent",
        arguments: [
            (
                "impression", #""position":"1""#, "data.position",
                "must be a whole number, 0 or more"
            ),
            (
                "impression", #""positionInFeed":true"#, "data.positionInFeed",
                "must be a whole number, 0 or more"
            ),
            ("playStart", #""startup_time_ms":"1""#, "data.startup_time_ms", "must be a number"),
            ("share", #""platform":1"#, "data.platform", "must be a string"),
            ("completion", #""watchTime":1,"looped":1"#, "data.looped", "must be true or false"),
            ("rebuffer", #""duration":[],"currentTime":1"#, "data.duration", "must be a number"),
        ])
    func wrongType(_ type: String, _ data: String, _ field: String, _ reason: String) {
        let found = refusal(#"{"event":"\#(type)","contentId":"c","data":{\#(data)}}"#)
        #expect(found?.code == .validationError)
        #expect(found?.details == [.init(field: field, reason: reason)])
        #expect(found?.message == "\(field) \(reason).")
    }

    @Test(
        "row 3: a contentId is a string of 1 to 256 bytes without control characters",
        arguments: [
            (#""""#, "must not be empty"), ("7", "must be a string"), ("[]", "must be a string"),
            (#""a\u0000b""#, "must not contain control characters"),
            ("\"a\u{7F}b\"", "must not contain control characters"),
            ("\"a\u{9F}b\"", "must not contain control characters"),
            (#""\#(String(repeating: "ä", count: 129))""#, "is longer than 256 bytes"),
        ])
    func contentId(_ value: String, _ reason: String) {
        for name in ["contentId", "content_id"] {
            let found = refusal(#"{"event":"like","\#(name)":\#(value)}"#)
            #expect(found?.details == [.init(field: name, reason: reason)])
        }
        let inData = refusal(
            #"{"event":"swipe","contentId":"c","data":{"fromContentId":\#(value),"watchTime":1}}"#)
        #expect(inData?.details == [.init(field: "data.fromContentId", reason: reason)])
    }

    @Test(
        "row 3: everything else is a contentId",
        arguments: [
            String(repeating: "ä", count: 128), " ", "0", "null", "a/b?c=d&e", "漢字", "\u{A0}",
            #"\""#,
        ])
    func goodContentId(_ value: String) {
        #expect(refusal(#"{"event":"like","contentId":"\#(value)"}"#) == nil)
    }

    @Test(
        "row 6: a time that is no RFC 3339 date-time is refused, and named",
        arguments: [
            #""2026-11-21T12:00:00""#, #""2026-11-21""#, #""""#, "1795262400", "true",
            #""2026-11-21T12:00:60Z""#, #""2026-11-21T12:00:00.1234567890Z""#,
        ])
    func badTime(_ value: String) {
        let found = refusal(#"{"event":"like","contentId":"c","timestamp":\#(value)}"#)
        #expect(found?.code == .validationError)
        #expect(found?.details.map(\.field) == ["timestamp"])
    }

    @Test("row 6: a leap second is the last microsecond of its minute, wherever its offset puts it")
    func leapSecond() throws {
        for time in ["2026-11-20T23:59:60Z", "2026-11-21T01:59:60.5+02:00"] {
            let row = try onlyRow(of: #"{"event":"like","contentId":"c","timestamp":"\#(time)"}"#)
            #expect(row.timestamp == noon - 12 * 3_600_000_000 - 1)
        }
    }

    @Test("row 7: an event may be as old as the limit says, to the microsecond, and not older")
    func maxAge() throws {
        var options = IngestOptions()
        options.maxAge = 24 * 3_600_000_000
        func code(_ age: Int64, archive: Bool = false) -> Refusal.Code? {
            options.archive = archive
            var parser = EventParser(
                producer: "p", peer: PeerCredentials(uid: 1, gid: 1, pid: 1), identityKey: 1,
                options: options)
            let line = Array(
                #"{"event":"like","contentId":"c","timestamp":"2026-11-21T12:00:00Z"}"#.utf8)
            return line.withUnsafeBytes { parser.parse($0, firstLine: 1, now: noon + age) }
                .refusals.first?.code
        }
        #expect(code(options.maxAge) == nil)
        #expect(code(options.maxAge + 1) == .gone)
        #expect(code(options.maxAge + 1, archive: true) == nil)
        #expect(code(.max - noon, archive: true) == nil)
    }

    @Test("row 9: a custom event needs nothing but its name, and keeps its payload")
    func custom() throws {
        let row = try onlyRow(of: #"{"event":"level up","data":{"level":7,"boss":{"name":"x"}}}"#)
        #expect(row.fields == ["event=level up", #"~boss=json {"name":"x"}"#, "~level=7.0"])
    }

    @Test("row 10: unknown fields are kept wherever they stand, as they came")
    func kept() throws {
        let row = try onlyRow(
            of:
                #"{"event":"like","contentId":"c","a":{"b" : [1,2.50]},"received_at":"x","n":1.0,"data":{"u":null,"v":"\u00e4","w":-0.0}}"#
        )
        #expect(
            row.fields == [
                #"+a={"b" : [1,2.50]}"#, "+n=1.0", #"+received_at="x""#, "action=like",
                "contentId=c", "event=like", "~u=json null", "~v='ä'", "~w=-0.0",
            ])
    }
}
