import Columns
import EventLog
import EventLogd
import Query
import TestSupport
import Testing

/// The texts of the tables that are queries, run as such over events as clients send them.
@Suite("The tables views and sessions")
struct DerivedTablesTests {
    /// A row by column name.
    private typealias Row = [String: Value]

    private func rows(of table: DerivedTable, over events: String...) throws -> [Row] {
        var storeOptions = StoreOptions()
        storeOptions.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        let store = try EventStore.open("s", on: SimulatedDisk(), options: storeOptions)
        var options = IngestOptions()
        options.archive = true
        let decoder = EventLineDecoderFactory(identityKey: store.identityKey, options: options)
            .makeDocumentDecoder(
                producer: "uid:0", peer: PeerCredentials(uid: 0, gid: 0, pid: 1),
                mayAdminister: false)
        let body = Array("[\(events.joined(separator: ","))]".utf8)
        let document = body.withUnsafeBytes { decoder.decode($0, now: 1_800_000_000_000_000) }
        #expect(document.refusals.isEmpty)
        _ = try store.append([document.batch], durability: .synced)
        let result = try QueryEngine(
            catalog: store.tables(), limits: QueryLimits(), now: 0, threadCount: 1
        ).run(table.text)
        #expect(result.columns.map(\.name) == table.columns.map(\.name))
        #expect(result.columns.map(\.type) == table.columns.map(\.type))
        return result.blocks.flatMap { block in
            (0..<block.rowCount).map { row in
                Row(
                    uniqueKeysWithValues: zip(result.columns, block.columns).map {
                        ($0.name, $1[row])
                    })
            }
        }
    }

    /// An event of one second of 2026-01-01, in session s unless told otherwise.
    private func event(
        _ type: String, _ second: Int, _ content: String? = "c", _ data: String = "",
        _ who: String = #""sessionId":"s","deviceId":"d""#
    ) -> String {
        let time = "2026-01-01T00:00:\(second < 10 ? "0" : "")\(second)Z"
        let content = content.map { #","contentId":"\#($0)""# } ?? ""
        let data = data.isEmpty ? "" : ",\"data\":{\(data)}"
        return #"{"event":"\#(type)","timestamp":"\#(time)",\#(who)\#(content)\#(data)}"#
    }

    @Test("columns are those that the definition promises, each with a summary, no event needed")
    func definitions() throws {
        for table in [ViewsTable.table, SessionsTable.table] {
            #expect(try rows(of: table).isEmpty)
            #expect(!table.summary.isEmpty && table.columns.allSatisfy { !$0.summary.isEmpty })
        }
    }

    @Test("a viewing tells of all that happened in it")
    func oneView() throws {
        let views = try rows(
            of: ViewsTable.table,
            over: event("impression", 1, "c", #""position":0"#),
            event("playStart", 2, "c", #""startupTime":300"#),
            event("watchProgress", 4, "c", #""currentTime":2,"duration":30"#),
            event("rebuffer", 5, "c", #""rebufferDuration":250,"currentTime":3"#),
            event("rebuffer", 6, "c", #""duration":50,"currentTime":3"#),
            event("like", 7), event("interaction", 8, "c", #""interactionType":"share""#),
            event("error", 8, "c", #""errorCode":"E","errorMessage":"m""#),
            event("completion", 9, "c", #""totalWatchTime":30,"looped":true"#),
            event("completion", 39, "c", #""totalWatchTime":60,"looped":true"#),
            event("watchProgress", 41, "c", #""currentTime":1.5,"duration":30"#),
            event("party", 59))
        #expect(views.count == 1)
        let view = try #require(views.first)
        let expected: Row = [
            "contentId": .string("c"), "sessionId": .string("s"), "deviceId": .string("d"),
            "viewSessionId": .null, "userId": .null, "impressions": .int64(1), "plays": .int64(1),
            "startedAt": .timestamp(1_767_225_601_000_000),
            "endedAt": .timestamp(1_767_225_641_000_000), "startupTime": .double(300),
            "watchTime": .double(60), "contentDuration": .double(30), "completions": .int64(2),
            "completed": .bool(true), "loops": .int64(2), "rebuffers": .int64(2),
            "rebufferTime": .double(300), "errors": .int64(1), "likes": .int64(1),
            "shares": .int64(1), "saves": .int64(0), "swipedAway": .bool(false),
            "watchTimeOnFrom": .null, "country": .null, "deviceType": .null,
        ]
        #expect(view == expected)
    }

    @Test("watch time is the larger of the final figures and the last position, in order of time")
    func watchTime() throws {
        func watched(_ events: String...) throws -> Value? {
            let event = events.joined(separator: ",")
            return try rows(of: ViewsTable.table, over: event).first?["watchTime"]
        }
        func progress(_ second: Int, _ position: Double) -> String {
            event("watchProgress", second, "c", #""currentTime":\#(position),"duration":30"#)
        }
        // Arrived in the wrong order, and wound back in the end.
        #expect(try watched(progress(3, 5), progress(1, 2), progress(2, 20)) == .double(5))
        #expect(
            try watched(
                progress(1, 8), event("completion", 2, "c", #""totalWatchTime":6,"looped":false"#))
                == .double(8))
        #expect(
            try watched(progress(1, 8), event("viewEnd", 2, "c", #""totalWatchTime":9"#))
                == .double(9))
        #expect(
            try watched(
                progress(1, 8), event("swipe", 2, "d", #""fromContentId":"c","watchTimeOnFrom":10"#)
            )
                == .double(10))
        #expect(try watched(event("impression", 1, "c", #""position":0"#)) == .null)
    }

    @Test("a swipe belongs to the viewing that it leaves")
    func swipe() throws {
        let views = try rows(
            of: ViewsTable.table,
            over: event("playStart", 1, "a", #""startupTime":1"#),
            event("swipe", 5, "b", #""fromContentId":"a","watchTimeOnFrom":4,"direction":"next""#),
            event("playStart", 6, "b", #""startupTime":1"#))
        #expect(views.map { $0["contentId"] } == [.string("a"), .string("b")])
        #expect(views.map { $0["swipedAway"] } == [.bool(true), .bool(false)])
        #expect(views.map { $0["watchTimeOnFrom"] } == [.double(4), .null])
    }

    @Test(
        "a viewing is told by viewSessionId, else session, else user, else device, else by content")
    func identification() throws {
        func view(_ who: String) -> String {
            event("impression", 1, "c", #""position":0"#, who)
        }
        let views = try rows(
            of: ViewsTable.table,
            over: view(#""viewSessionId":"v1","sessionId":"s""#),
            view(#""viewSessionId":"v2","sessionId":"s""#),
            view(#""viewSessionId":"v1","sessionId":"t""#),
            view(#""sessionId":"s","userId":"x""#), view(#""sessionId":"s","deviceId":"x""#),
            view(#""userId":"x","deviceId":"y""#), view(#""userId":"x""#),
            view(#""deviceId":"x""#), view(#""country":"de""#), view(#""country":"fr""#))
        let counts = views.map { ($0["impressions"] ?? .null) }
        // v1, v2, the session, user x, device x, nobody.
        #expect(views.count == 6)
        #expect(counts.filter { $0 == .int64(2) }.count == 4)
        // Every impression is in one view.
        let sum = counts.reduce(Int64(0)) { sum, value in
            if case .int64(let count) = value { sum + count } else { sum }
        }
        #expect(sum == 10)
    }

    @Test("a session sums up its viewings, each with its own watch time")
    func session() throws {
        let sessions = try rows(
            of: SessionsTable.table,
            over: event("feedEntry", 0, nil, #""entryPoint":"tab""#),
            event("impression", 1, "a", #""position":0"#),
            event("playStart", 1, "a", #""startupTime":1"#),
            event("watchProgress", 3, "a", #""currentTime":2,"duration":9"#),
            event("watchProgress", 4, "a", #""currentTime":3,"duration":9"#),
            event("swipe", 5, "b", #""fromContentId":"a","watchTimeOnFrom":4"#),
            event("playStart", 6, "b", #""startupTime":1"#, #""sessionId":"s","userId":"u""#),
            event("completion", 9, "b", #""totalWatchTime":3,"looped":false"#),
            event("adCompletion", 10, nil, #""adId":"x","adWatchTime":100"#),
            event("party", 12),
            event("impression", 1, "a", #""position":0"#, #""sessionId":"t""#),
            event("impression", 1, "a", #""position":0"#, #""deviceId":"d""#))
        #expect(sessions.count == 2)
        let expected: Row = [
            "sessionId": .string("s"), "actor": .string("u"), "userId": .string("u"),
            "deviceId": .string("d"), "startedAt": .timestamp(1_767_225_600_000_000),
            "endedAt": .timestamp(1_767_225_612_000_000), "duration": .double(12),
            "events": .int64(10), "contents": .int64(2), "impressions": .int64(1),
            "plays": .int64(2), "completions": .int64(1), "watchTime": .double(7),
            "entryPoint": .string("tab"), "exitMethod": .null, "adsWatched": .int64(1),
        ]
        #expect(sessions.first == expected)
        #expect(sessions.last?["duration"] == .double(0) && sessions.last?["watchTime"] == .null)
    }

    @Test("what feedExit says of a session goes before what can be counted")
    func feedExit() throws {
        let sessions = try rows(
            of: SessionsTable.table,
            over: event("feedEntry", 0, nil, #""entryPoint":"widget""#),
            event(
                "feedExit", 9, nil,
                #""totalSessionTime":8.5,"videosWatched":3,"adsWatched":2,"exitMethod":"background""#
            ))
        #expect(sessions.first?["duration"] == .double(8.5))
        #expect(sessions.first?["adsWatched"] == .int64(2))
        #expect(sessions.first?["exitMethod"] == .string("background"))
    }
}
