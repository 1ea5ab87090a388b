import Columns
import Query
import Synchronization
import TestSupport
import Testing

@testable import EventLog

@Suite("Questions that rollups answer")
struct RollupQueryTests {
    private static let aggregates = [
        "count(*)", "count(userId)", "count(contentId)", "count(personId)",
        "count(DISTINCT personId)", "count(DISTINCT deviceId)",
        "count(DISTINCT contentId, personId)",
        "count_if(event = 'like')", "count(*) FILTER (WHERE userId IS NULL)",
        "approx_count_distinct(userId)", "min(contentId)", "max(personId)",
        "count(DISTINCT personId) FILTER (WHERE NOT isAnonymous)",
    ]
    private static let keys = [
        "contentId", "event", "personId", "isAnonymous", "deviceId", "userId",
        "date_trunc('hour', timestamp) AS t", "date_trunc('day', timestamp) AS d",
        "time_bucket(INTERVAL 6 HOUR, timestamp) AS b",
        "time_bucket(INTERVAL 1 WEEK, timestamp) AS w",
        "extract(hour FROM timestamp) AS h", "date(timestamp) AS day", "month(timestamp) AS m",
        "date_trunc('day', timestamp, 'Europe/Berlin') AS local",
        "hour(timestamp AT TIME ZONE 'America/New_York') AS there",
        "date_trunc('day', timestamp, 'Asia/Kolkata') AS india",
        "date_trunc('day', timestamp, '+05:30') AS half",
        "date_trunc('minute', timestamp) AS minute", "upper(contentId) AS c",
    ]
    private static let filters = [
        "contentId = 'c1'", "event IN ('like', 'swipe')", "personId = 'u1'", "userId IS NOT NULL",
        "deviceId = 'd2' OR contentId IS NULL", "NOT isAnonymous",
        "timestamp >= TIMESTAMP '2023-11-15 06:00:00'",
        "timestamp < TIMESTAMP '2023-11-16 00:00:00'",
        "timestamp > TIMESTAMP '2023-11-15 06:00:00'",
        "TIMESTAMP '2023-11-15 09:00:00' <= timestamp",
        "timestamp >= TIMESTAMP '2023-11-15 06:30:00'",
        "timestamp BETWEEN TIMESTAMP '2023-11-15 05:00:00' AND TIMESTAMP '2023-11-16 05:00:00'",
        "timestamp <> TIMESTAMP '2023-11-15 05:30:00'",
        "timestamp = TIMESTAMP '2023-11-15 05:30:00'",
        "hour(timestamp) = 7", "date_trunc('day', timestamp) = TIMESTAMP '2023-11-15 00:00:00'",
        "timestamp < TIMESTAMP '2023-11-14 00:00:00'", "timestamp IS NOT NULL",
    ]

    private static func question(_ random: inout SplitMix64, table: String) -> String {
        var text = "FROM \(table)"
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            text += " |> WHERE " + filters.randomElement(using: &random)!
        }
        let groups = keys.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
        let counts = aggregates.shuffled(using: &random)
            .prefix(Int.random(in: 1...3, using: &random))
            .enumerated().map { "\($1) AS a\($0)" }
        text += " |> AGGREGATE " + counts.joined(separator: ", ")
        if !groups.isEmpty { text += " GROUP BY " + groups.joined(separator: ", ") }
        return text
    }

    @Test(
        "counts of types and hours are kept when all rows were read, and only used where hours are enough"
    )
    func tallies() throws {
        var workload = try RollupWorkload(seed: 5, disk: SimulatedDisk())
        try workload.sealed(120)
        try workload.sealed(80)
        try workload.append(30)
        func said(_ text: String) throws -> String {
            try RollupAsker(workload.store.tables()).explanation(text, of: "counted before: ")
        }
        let byType = "FROM events |> AGGREGATE count(*) AS n GROUP BY event |> ORDER BY event"
        let byHour = """
            FROM events |> AGGREGATE count(*) AS n, count(event) AS named, count(DISTINCT event) AS types
              GROUP BY date_trunc('hour', timestamp) AS hour |> ORDER BY hour
            """
        for text in [byType, byHour] {
            #expect(try said(text) == "")
            try RollupAsker(workload.store.tables()).check(text)
            #expect(try said(text) == "2 segments (in memory)", "\(text)")
        }
        // What looks at less than an hour, or at anything else, reads events.
        let others = [
            byHour.replacing("'hour'", with: "'minute'"),
            byType.replacing("FROM events", with: "FROM events |> WHERE contentId = 'c1'"),
            byType.replacing(
                "FROM events",
                with: "FROM events |> WHERE timestamp >= TIMESTAMP '2023-11-15 06:30:00'"),
            "FROM events |> AGGREGATE min(timestamp) AS first GROUP BY event |> ORDER BY event",
        ]
        for text in others {
            #expect(try said(text) == "", "\(text)")
            try RollupAsker(workload.store.tables()).check(text)
            #expect(try said(text) == "", "\(text)")
        }
        // Part of the types is told by the counts, too; and so is a day elsewhere.
        let uses = [
            byType.replacing("FROM events", with: "FROM events |> WHERE event <> 'like'"),
            byHour.replacing("'hour', timestamp", with: "'day', timestamp, 'Europe/Berlin'"),
        ]
        for text in uses {
            try RollupAsker(workload.store.tables()).check(text)
            #expect(try said(text) == "2 segments (in memory)", "\(text)")
        }
        // What becomes of the segments has counts of its own.
        try workload.store.seal()
        try workload.compactAll()
        for text in [byType, byHour] { try RollupAsker(workload.store.tables()).check(text) }
    }

    @Test("have the answers that the events give, whatever came later", arguments: 1...6)
    func equal(seed: UInt64) throws {
        var workload = try RollupWorkload(seed: seed)
        for _ in 0..<3 { try workload.sealed(150) }
        try workload.compactAll()
        try workload.buildAll()
        var used = 0
        func ask(_ workload: inout RollupWorkload, _ note: String) throws {
            let asker = RollupAsker(workload.store.tables())
            for _ in 0..<60 {
                let text = Self.question(&workload.random, table: "events")
                if try asker.check(text, "seed \(seed), \(note)") { used += 1 }
            }
        }
        try ask(&workload, "all compacted")
        // Late events, logins and logouts of the same hours: in the tail, then in a segment without a rollup.
        try workload.append(60)
        try ask(&workload, "a tail")
        try workload.store.seal()
        try ask(&workload, "a segment without")
        try workload.buildAll()
        try ask(&workload, "all have one")
        try workload.compactAll()
        try ask(&workload, "other segments")
        try workload.buildAll()
        try ask(&workload, "all built again")
        #expect(used > 40, "\(used)")
    }

    @Test("see another mode of identity, and what are tables of their own", arguments: 1...3)
    func modes(seed: UInt64) throws {
        var workload = try RollupWorkload(seed: seed)
        try workload.sealed(200)
        try workload.buildAll()
        try workload.append(40)
        let asker = RollupAsker(workload.store.tables())
        for mode in ["raw", "resolved", "as_of, at => TIMESTAMP '2030-01-01 00:00:00'"] {
            for keys in ["personId", "date(timestamp) AS d, isAnonymous"] {
                let rest =
                    "|> AGGREGATE count(*) AS n, count(DISTINCT personId) AS p GROUP BY \(keys)"
                let plain = try asker.rows(
                    "FROM events(identity => \(mode), rollups => false) \(rest)")
                #expect(try asker.rows("FROM events(identity => \(mode)) \(rest)") == plain)
            }
        }
        for text in [
            "FROM events |> AGGREGATE count(*) AS n GROUP BY ROLLUP (event, contentId)",
            "FROM events |> EXTEND date(timestamp) AS d |> WHERE d IS NOT NULL"
                + " |> AGGREGATE count(*) AS n GROUP BY d",
            "FROM events |> SELECT contentId, personId"
                + " |> AGGREGATE count(DISTINCT personId) AS n GROUP BY contentId",
            "SELECT DISTINCT contentId FROM events ORDER BY contentId",
            "FROM events |> AGGREGATE count(*) AS n GROUP BY contentId"
                + " |> ORDER BY n DESC, contentId |> LIMIT 1",
            "SELECT event, (SELECT count(*) FROM events) AS n FROM events GROUP BY event ORDER BY event",
            "FROM events |> AGGREGATE count(*) AS n, min(timestamp) AS first",
            "FROM events |> AGGREGATE count(*) AS n, max(seq) AS s",
        ] { try asker.check(text) }
    }

    @Test("are named by EXPLAIN, with what is read and what is not")
    func explanation() throws {
        var workload = try RollupWorkload(seed: 9)
        try workload.sealed(50, hours: 0..<23)
        try workload.sealed(50, hours: 24..<48)
        try workload.buildAll()
        try workload.sealed(50, hours: 0..<48)
        let asker = RollupAsker(workload.store.tables())
        func said(_ text: String) throws -> String { try asker.explanation(text) }
        let count = "|> AGGREGATE count(*) AS n, count(contentId) AS c"
        #expect(try said("FROM events \(count) GROUP BY event") == "2 of 3 segments (hourly)")
        #expect(try said("FROM events(rollups => false) \(count) GROUP BY event") == "")
        // A file knows how many events it has.
        #expect(try said("FROM events |> AGGREGATE count(*) AS n") == "0 of 3 segments")
        #expect(try said("FROM events |> AGGREGATE max(seq) AS s") == "")
        #expect(try said("FROM events \(count) GROUP BY date_trunc('minute', timestamp)") == "")
        #expect(
            try said("FROM events \(count) GROUP BY date_trunc('day', timestamp, 'Asia/Kolkata')")
                == "")
        #expect(
            try said("FROM events \(count) GROUP BY date_trunc('day', timestamp, 'Europe/Berlin')")
                == "2 of 3 segments (hourly)")
        // Its summer is half an hour, and these clocks are three quarters of one ahead.
        for zone in ["Australia/Lord_Howe", "Asia/Kathmandu", "+02:30"] {
            #expect(
                try said("FROM events \(count) GROUP BY date_trunc('day', timestamp, '\(zone)')")
                    == "", "\(zone)")
        }
        // A moment within an hour: the day that it is in is read as it is.
        #expect(
            try said("FROM events |> WHERE timestamp >= TIMESTAMP '2023-11-15 06:30:00' \(count)")
                == "1 of 3 segments (hourly)")
        #expect(
            try said("FROM events |> WHERE timestamp >= TIMESTAMP '2023-11-15 06:00:00' \(count)")
                == "2 of 3 segments (hourly)")
        #expect(
            try said("FROM events |> WHERE timestamp >= TIMESTAMP '2023-11-16 00:00:00' \(count)")
                == "1 of 2 segments (hourly)")
    }

    @Test(
        "a device that turns out to have changed hands within an hour is looked at event by event")
    func splits() throws {
        let workload = try RollupWorkload(seed: 1)
        let store = workload.store
        func add(_ event: String, _ minute: Int64, _ user: String? = nil) throws {
            var builder = BatchBuilder(identityKey: store.identityKey)
            var fields: [EventColumn: String] = [.deviceId: "d"]
            fields[.userId] = user
            builder.add(
                event, id: "\(event)\(minute)", contentId: event == "like" ? "c" : nil,
                timestamp: RollupWorkload.start + minute * 60_000_000, fields: fields)
            _ = try store.append([builder.batch], durability: .synced)
        }
        for minute: Int64 in [1, 10, 50] { try add("like", minute) }
        try store.seal()
        try workload.buildAll()
        let question =
            "FROM events |> WHERE contentId = 'c' |> AGGREGATE count(*) AS n GROUP BY personId"
        #expect(try RollupAsker(store.tables()).explanation(question) == "1 of 1 segments (hourly)")
        #expect(try RollupAsker(store.tables()).rows(question).count == 1)
        try add("clear", 30)
        try add("identify", 40, "u")
        let asker = RollupAsker(store.tables())
        #expect(try asker.explanation(question) == "0 of 1 segments")
        try asker.check(question)
        #expect(try asker.rows(question).count == 2)
        // Who did not ask for persons need not care.
        let plain = "FROM events |> AGGREGATE count(*) AS n GROUP BY deviceId"
        #expect(try asker.explanation(plain) == "1 of 1 segments (hourly)")
        try asker.check(plain)
        // Made anew with what is known now, the row is two.
        try store.seal()
        #expect(store.isRollupDue())
        try workload.buildAll()
        let later = RollupAsker(store.tables())
        #expect(try later.explanation(question) == "2 of 2 segments (hourly)")
        try later.check(question)
    }

    @Test("one that saves no rows is not read")
    func share() throws {
        let workload = try RollupWorkload(seed: 2)
        var builder = BatchBuilder(identityKey: workload.store.identityKey)
        for number in 0..<8 {
            // Four rows of two events each.
            builder.add(
                "like", id: "e\(number)", contentId: "c\(number % 4)",
                timestamp: RollupWorkload.start + Int64(number), fields: [.deviceId: "d"])
        }
        _ = try workload.store.append([builder.batch], durability: .synced)
        try workload.store.seal()
        try workload.buildAll()
        let question = "FROM events |> AGGREGATE count(*) AS n GROUP BY contentId"
        for (share, said) in [(0.5, "1 of 1 segments (hourly)"), (0.49, "0 of 1 segments")] {
            var options = RollupWorkload.options
            options.rollupShareMax = share
            let again = try EventStore.open(
                "s", on: workload.disk.survivor(seed: 1), options: options)
            #expect(try RollupAsker(again.tables()).explanation(question) == said)
            try RollupAsker(again.tables()).check(question)
        }
    }

    @Test("damage in one costs nothing but one answer, which says so; then it is made anew")
    func damage() throws {
        var workload = try RollupWorkload(seed: 4)
        try workload.sealed(300)
        try workload.buildAll()
        let path = try #require(workload.store.view.withLock { $0.rollupFiles.first?.file.path })
        let whole = try workload.disk.readAll(path)
        let question = "FROM events |> AGGREGATE count(*) AS n GROUP BY userId, deviceId"
        let right = try RollupAsker(workload.store.tables()).rows(question)
        for place in stride(from: 6, to: whole.count, by: whole.count / 12) {
            let disk = workload.disk.survivor(seed: 1)
            var bytes = whole
            bytes[place] ^= 0x40
            try disk.writeFile(path, bytes, .replacing)
            let store = try EventStore.open("s", on: disk, options: RollupWorkload.options)
            let first = try RollupAsker(store.tables()).run(question)
            let isRight = try RollupAsker(store.tables()).rows(question) == right
            #expect(isRight, "byte \(place)")
            guard !first.damage.isEmpty else { continue }
            #expect(first.damage.allSatisfy { $0.file == path }, "byte \(place)")
            #expect(store.isRollupDue())
            #expect(try store.buildRollup() != nil)
            #expect(try RollupAsker(store.tables()).rows(question) == right)
        }
    }

    @Test("the store seen from outside gives the same")
    func restart() throws {
        var workload = try RollupWorkload(seed: 5)
        try workload.sealed(120)
        try workload.buildAll()
        try workload.append(20)
        let again = try EventStore.open(
            "s", on: workload.disk.survivor(seed: 1), options: RollupWorkload.options)
        let question =
            "FROM events"
            + " |> AGGREGATE count(*) AS n, count(DISTINCT personId) AS p GROUP BY contentId"
        let asker = RollupAsker(again.tables())
        #expect(try asker.explanation(question) == "1 of 1 segments (hourly)")
        #expect(try asker.rows(question) == RollupAsker(workload.store.tables()).rows(question))
        #expect(try again.buildRollup() == nil)
        #expect(again.status().rollups.segments == 1)
    }
}
