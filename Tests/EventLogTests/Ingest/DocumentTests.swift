import Testing

@testable import EventLog

@Suite("Bodies of requests")
struct DocumentTests {
    private func document(_ text: String) -> ParsedBlock {
        var parser = makeParser()
        return Array(text.utf8).withUnsafeBytes { parser.parseDocument($0, now: noon) }
    }

    private static let swipe =
        #"{"eventId":"e1","type":"swipe","contentId":"from","data":{"toContentId":"to","watchTimeOnPrevious":2500,"direction":"forward"}}"#

    @Test(
        "a forwarded batch is known by its sdk, wherever that stands",
        arguments: [
            #"{"sdk":{"name":"web","version":"3.1"},"events":[\#(swipe)]}"#,
            #"{"events":[\#(swipe)],"sdk":{"name":"web","version":"3.1"}}"#,
        ])
    func forwarded(_ text: String) throws {
        let block = document(text)
        #expect(block.refusals.isEmpty)
        let row = try #require(try rows(of: block.batch).first)
        #expect(row["contentId"] == "from")
        #expect(row["fromContentId"] == "from")
        #expect(row["toContentId"] == "to")
        #expect(row["watchTimeOnFrom"] == "2.5")
        #expect(row["direction"] == "next")
        #expect(row["+batch"] == #"{"sdk":{"name":"web","version":"3.1"}}"#)
    }

    @Test(
        "the same swipe in an ordinary batch is one of the reference: seconds, and to its content")
    func notForwarded() throws {
        let block = document(
            #"{"events":[{"event":"swipe","contentId":"to","data":{"fromContentId":"from","watchTimeOnPrevious":2.5}}]}"#
        )
        let row = try #require(try rows(of: block.batch).first)
        #expect(row["toContentId"] == "to")
        #expect(row["watchTimeOnFrom"] == "2.5")
        #expect(row["+batch"] == nil)
    }

    @Test("the shape lasts for one body, and may also be set for all")
    func shapes() throws {
        var parser = makeParser()
        func watched(_ text: String) throws -> String? {
            let block = Array(text.utf8).withUnsafeBytes { parser.parseDocument($0, now: noon) }
            return try rows(of: block.batch).first?["totalWatchTime"]
        }
        let event = #"{"type":"viewEnd","data":{"watchTime":1500}}"#
        #expect(try watched(#"{"sdk":"web","events":[\#(event)]}"#) == "1.5")
        #expect(try watched("[\(event)]") == "1500.0")
        parser.shape = .forwarding
        #expect(try watched("[\(event)]") == "1.5")
        #expect(try watched(#"{"type":"viewEnd","data":{"watchTimeMs":1500}}"#) == "1.5")
    }

    @Test("every event of a forwarding SDK is taken as documented, the whole of it kept")
    func collector() throws {
        let block = document(
            #"""
            {
              "sdk": {"name": "ios", "version": "2.0"},
              "events": [
                {"eventId": "a", "type": "viewEnd", "contentId": "c", "playbackId": "p",
                 "userId": "u1", "sessionId": "s", "viewSessionId": "v",
                 "timestamp": "2026-11-21T11:59:00Z",
                 "data": {"watchTimeMs": 1500, "playingTimeMs": 1400, "exitBeforeStart": false,
                   "completed": true, "loopCount": 1, "startupTimeMs": 210, "rebufferCount": 2,
                   "seekCount": 0, "device": {"os": "ios"}, "plan": "pro"}},
                {"eventId": "b", "type": "swipe", "contentId": "c",
                 "data": {"toContentId": "d", "watchTimeOnPrevious": 1500}},
                {"eventId": "f", "type": "playbackFallback", "contentId": "c",
                 "data": {"reason": "codec"}}
              ]
            }
            """#)
        #expect(block.refusals.isEmpty)
        let rows = try rows(of: block.batch)
        #expect(rows.map { $0["event"] } == ["viewEnd", "swipe", "playbackFallback"])
        let view = rows[0].fields
        for field in [
            "totalWatchTime=1.5", "playingTime=1.4", "exitBeforeStart=false", "completed=true",
            "loopCount=1", "startupTime=210.0", "rebufferCount=2", "seekCount=0", "playbackId=p",
            "~plan='pro'", #"~device=json {"os": "ios"}"#,
        ] {
            #expect(view.contains(field), "\(view)")
        }
        #expect(rows[2]["reason"] == "codec")
    }

    @Test("a bad event costs the others nothing, whatever is wrong with it")
    func isolation() {
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        let name = String(repeating: "n", count: 500)
        let fields = (0..<300).map { #""f\#($0)":1"# }.joined(separator: ",")
        let good = #"{"event":"like","contentId":"c"}"#
        let bad = [
            #"{"event":"like"}"#, "7", #"{"event":"like","contentId":"c","data":{"x":\#(deep)}}"#,
            #"{"event":"like","contentId":"c","\#(name)":1}"#, #"{"event":"like",\#(fields)}"#,
            #"{"event":"like","contentId":"c","x":1e999}"#, #"{"event":"like","event":"like"}"#,
            #"{"event":"like","contentId":"c","data":{"x":"\#(String(repeating: "x", count: 1 << 20))"}}"#,
        ]
        for form in [#"{"events":[%]}"#, "[%]"] {
            let list = (bad.flatMap { [$0, good] }).joined(separator: " ,\n")
            let block = document(form.replacing("%", with: list))
            #expect(block.batch.count == bad.count)
            #expect(block.refusals.map(\.line) == bad.indices.map { UInt64(2 * $0) })
            #expect(block.decided == 2 * bad.count)
        }
    }

    @Test("an event may have a field called events", arguments: ["[1]", "{}", "null", "3"])
    func eventWithEvents(_ value: String) throws {
        let block = document(#"{"events":\#(value),"event":"like","contentId":"c","sdk":"x"}"#)
        #expect(try rows(of: block.batch).first?["+events"] == value)
    }

    @Test(
        "a body that is not JSON to its end is one refusal",
        arguments: [
            "", " ", "7", "[", #"{"events":[}"#, #"{"events":[]} x"#, #"{"events":[],"events":[]}"#,
            #"[{"event":"like","contentId":"c"}"#, #"[{"event":"like","contentId":"c"},]"#,
            #"{"events":[{"event":"like","contentId":"c"}],"x":}"#, "\u{FEFF}{}",
        ])
    func broken(_ text: String) {
        let block = document(text)
        #expect(block.batch.count == 0)
        #expect(block.refusals.map(\.code) == [.invalidRequest])
        #expect(block.decided == 1)
    }

    @Test(
        "what stands beside the events is bounded, since each event keeps it",
        arguments: [(0, true), (1, false)])
    func companion(_ beyond: Int, _ isTaken: Bool) {
        let count = 64
        let frame = #"{"sdk":""}"#.utf8.count - 1
        let size = Limits.batchFieldCopiesSizeMax / count - frame + beyond
        let events = [String](repeating: #"{"event":"like","contentId":"c"}"#, count: count)
        let text =
            #"{"sdk":"\#(String(repeating: "x", count: size))","events":[\#(events.joined(separator: ","))]}"#
        let block = document(text)
        #expect(block.batch.count == (isTaken ? count : 0))
        #expect(block.refusals.map(\.code) == (isTaken ? [] : [.invalidRequest]))
    }

    @Test("a field of the event wins over what its batch says beside it")
    func ownBatch() throws {
        let block = document(
            #"{"sdk":1,"events":[{"event":"like","contentId":"c","batch":"mine"}]}"#)
        #expect(try rows(of: block.batch).first?["+batch"] == #""mine""#)
    }
}
