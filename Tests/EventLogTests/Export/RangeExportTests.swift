import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Exported rows")
struct RangeExportTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func store(_ add: (inout BatchBuilder) -> Void) throws -> EventStore {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey)
        add(&builder)
        _ = try store.append([builder.batch], durability: .synced)
        return store
    }

    private func export(
        _ store: EventStore, _ format: ExportRequest.Format,
        extraColumnCountMax: Int = Limits.exportExtraColumnCountMax,
        _ change: (inout ExportRequest.Range) -> Void = { _ in }
    ) throws -> String {
        var range = ExportRequest.Range(days: ExportDate(day: 0)...ExportDate(day: 0))
        change(&range)
        let export = RangeExport(
            store.tables(), range, .init(.range(range), format: format, compression: .none),
            observer: ScanObserver(), extraColumnCountMax: extraColumnCountMax)
        var bytes: [UInt8] = []
        _ = try export.run({ bytes += $0 }, { _ in })
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a row has all fields of the envelope, then what there is besides")
    func json() throws {
        let store = try store { builder in
            builder.add(
                "like", id: "e1", contentId: "c", timestamp: 5,
                fields: [.userId: "u\"", .country: "DE"], numbers: [.position: 3],
                custom: [("mood", .string("=1")), ("deep", .json(#"{"a":[1]}"#))],
                extra: [("app", "[2]")])
        }
        #expect(
            try export(store, .jsonl) == """
                {"event":"like","contentId":"c","userId":"u\\"","deviceId":null,"sessionId":null,\
                "timestamp":"1970-01-01T00:00:00.000005Z","deviceType":null,"country":"DE",\
                "data":{"position":3,"mood":"=1","deep":{"a":[1]}},"eventId":"e1","personId":"u\\"",\
                "receivedAt":"1970-01-01T00:00:01Z","extra":{"app":[2]}}

                """)
        try store.close()
    }

    private static let head =
        "event,contentId,userId,deviceId,sessionId,timestamp,deviceType,country,eventId,personId,"
        + "viewSessionId,receivedAt,clientTimestamp"

    @Test("CSV has a column for each field of data, and one of another type in it as well")
    func csv() throws {
        let store = try store { builder in
            builder.add(
                "x", id: "e1", timestamp: 0,
                custom: [("mood", .double(-2)), ("b", .json(#"[1,"q"]"#))])
            builder.add("x", id: "e2", timestamp: 0, custom: [("mood", .string("-2-1"))])
            builder.add(
                "x", id: "e3", timestamp: 0, custom: [("n", .json("null"))],
                extra: [("app", "\"v\"")])
        }
        let row = { (id: String, rest: String) in
            "x,,,,,1970-01-01T00:00:00Z,,,\(id),,,1970-01-01T00:00:01Z,,\(rest)\r\n"
        }
        #expect(
            try export(store, .csv) == Self.head + ",data.mood,data.b,data.n,extra\r\n"
                + row("e1", #"-2,"[1,""q""]",,"#) + row("e2", "'-2-1,,,")
                + row("e3", #",,,"{""app"":""v""}""#))
        // Sealed, it is the same.
        _ = try store.seal()
        #expect(try export(store, .csv).split(separator: "\r\n").count == 4)
        try store.close()
    }

    @Test("fields beyond the columns that they may have stand in extra", arguments: [1, 2])
    func extraColumns(countMax: Int) throws {
        let store = try store { builder in
            builder.add(
                "x", id: "e", timestamp: 0, custom: [("a", .json("[]")), ("b", .json("[]"))])
        }
        let header = try export(store, .csv, extraColumnCountMax: countMax)
            .prefix { $0 != "\r\n" }.dropFirst(Self.head.count)
        #expect(header == (countMax == 1 ? ",data.a,extra" : ",data.a,data.b"))
        try store.close()
    }

    @Test(
        "kinds of event types",
        arguments: [
            ([.events], ["like", "mine"]), ([.quality], ["error"]), ([.ads], ["adSkip"]),
            ([.events, .quality], ["like", "error", "mine"]),
            ([.quality, .ads], ["error", "adSkip"]),
            ([.events, .quality, .ads], ["like", "error", "adSkip", "mine"]),
        ] as [(Set<ExportRequest.DataType>, [String])])
    func dataTypes(_ types: Set<ExportRequest.DataType>, _ expected: [String]) throws {
        let store = try store { builder in
            for name in ["like", "error", "adSkip", "mine"] {
                builder.add(name, id: name, timestamp: 0)
            }
        }
        let rows = try export(store, .jsonl) { $0.dataTypes = types }
        let events = rows.split(separator: "\n").map { String($0.split(separator: "\"")[3]) }
        #expect(events == expected)
        try store.close()
    }

    @Test("the first and the last µs of the days are in, those beside are out, sealed or not")
    func edges() throws {
        let store = try store { builder in
            for (number, time) in [-1, 0, 86_399_999_999, 86_400_000_000].enumerated() {
                builder.add("x", id: "e\(number)", timestamp: Int64(time))
            }
        }
        for _ in 0..<2 {
            let rows = try export(store, .jsonl)
            #expect(rows.contains("\"e1\"") && rows.contains("\"e2\""))
            #expect(rows.split(separator: "\n").count == 2)
            _ = try store.seal()
        }
        try store.close()
    }

    @Test("filters compare whole texts, and all of them hold")
    func filters() throws {
        let store = try store { builder in
            for (number, user) in ["u", "u", "u2", nil].enumerated() {
                builder.add(
                    number == 1 ? "y" : "x", id: "e\(number)", contentId: "c\(number % 2)",
                    timestamp: 0, fields: user.map { [.userId: $0] } ?? [.deviceId: "d"])
            }
        }
        func count(_ change: (inout ExportRequest.Filters) -> Void) throws -> Int {
            try export(store, .jsonl) { change(&$0.filters) }.split(separator: "\n").count
        }
        for _ in 0..<2 {
            #expect(try count { $0.userIds = ["u"] } == 2)
            #expect(try count { $0.userIds = ["u", "u2"] } == 3)
            #expect(
                try count {
                    $0.userIds = ["u"]
                    $0.eventTypes = ["x"]
                } == 1)
            #expect(try count { $0.contentIds = ["c1"] } == 2)
            #expect(try count { $0.contentIds = ["c"] } == 0)
            _ = try store.seal()
        }
        try store.close()
    }

    @Test("nothing is a header in CSV, an empty file otherwise")
    func nothing() throws {
        let store = try store { $0.add("x", id: "e", timestamp: 86_400_000_000) }
        #expect(try export(store, .csv) == Self.head + "\r\n")
        #expect(try export(store, .jsonl) == "")
        #expect(try export(store, .parquet).utf8.prefix(4).elementsEqual("PAR1".utf8))
        try store.close()
    }
}
