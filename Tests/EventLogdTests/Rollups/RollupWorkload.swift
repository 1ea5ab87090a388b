import Columns
import Query
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// A store whose devices change hands, over some days, with rollups of what is sealed.
struct RollupWorkload {
    static let hour: Int64 = 3_600_000_000
    /// A midnight of UTC: 2023-11-15.
    static let start: Int64 = 1_700_006_400_000_000

    let disk: SimulatedDisk
    let store: EventStore
    var random: SplitMix64
    private(set) var count = 0

    static var options: StoreOptions {
        var options = StoreOptions()
        options.now = { start + 72 * hour }
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        options.rollupRowCountMin = 1
        options.rollupShareMax = 1
        options.rollupRest = 0
        return options
    }

    init(seed: UInt64, disk: SimulatedDisk = SimulatedDisk()) throws {
        self.disk = disk
        random = SplitMix64(seed: seed)
        store = try EventStore.open("s", on: disk, options: Self.options)
    }

    /// Events of random minutes, many of them alike.
    mutating func append(_ events: Int, hours: Range<Int64> = 0..<48) throws {
        var builder = BatchBuilder(identityKey: store.identityKey)
        for _ in 0..<events {
            count += 1
            let hour = Int64.random(in: hours, using: &random)
            let time =
                Self.start + hour * Self.hour
                + [
                    0, 1, Self.hour / 2, Self.hour - 1,
                    Int64.random(in: 0..<Self.hour, using: &random),
                ]
                .randomElement(using: &random)!
            let device = ["d1", "d2", "d3", "d4", nil].randomElement(using: &random)!
            var fields: [EventColumn: String] = [:]
            fields[.deviceId] = device
            switch Int.random(in: 0..<16, using: &random) {
            case 0: fields[.userId] = ["u1", "u2", "guest"].randomElement(using: &random)
            case 1 where device != nil:
                let kind = ["identify", "clear"].randomElement(using: &random)!
                if kind == "identify" {
                    fields[.userId] = ["u1", "u2", "u3"].randomElement(using: &random)
                }
                builder.add(kind, id: "e\(count)", timestamp: time, fields: fields)
                continue
            case 2:
                let users = ["u1", "u2", "u3"].shuffled(using: &random)
                builder.add(
                    "alias", id: "e\(count)", timestamp: time,
                    extra: [("fromUser", "\"\(users[0])\""), ("toUser", "\"\(users[1])\"")],
                    flags: .administrative)
                continue
            default: break
            }
            builder.add(
                ["like", "swipe", "playStart"].randomElement(using: &random)!, id: "e\(count)",
                contentId: ["c1", "c2", nil].randomElement(using: &random)!, timestamp: time,
                fields: fields)
        }
        _ = try store.append([builder.batch], durability: .synced)
    }

    mutating func sealed(_ events: Int, hours: Range<Int64> = 0..<48) throws {
        try append(events, hours: hours)
        try store.seal()
    }

    func buildAll() throws {
        while try store.buildRollup() != nil {}
    }

    func compactAll() throws {
        while try store.compact(isForced: true) != nil {}
    }

    /// Takes the events before a time out of the store, as an expiry does.
    func expire(before cutoff: Int64) throws {
        try store.rewriting.withLock { _ in
            for segment in store.tables().events.segments
            where segment.entry.timestampMin < cutoff {
                #expect(try store.prepareForExpiry([segment], rowsBefore: cutoff).isEmpty)
                let outputs = try store.merge([segment], nil).run(
                    keyValues: store.footer(nil)
                ) { times in RowDivision(keeping: times.map { $0 >= cutoff }) }
                _ = try store.replace([segment], by: outputs, .delete, isExpiry: true)
            }
        }
    }
}

/// Asks the same question of events and of what is counted ahead.
struct RollupAsker {
    let tables: StoreTables

    init(_ tables: StoreTables) { self.tables = tables }

    func run(_ text: String) throws -> QueryResult {
        try QueryEngine(
            catalog: tables, limits: QueryLimits(), now: RollupWorkload.start, threadCount: 2
        ).run(text)
    }

    /// - Parameter text: names the table `events`, without options.
    func rows(_ text: String, rollups: Bool = true) throws -> [[Value]] {
        let text =
            rollups ? text : text.replacing("FROM events", with: "FROM events(rollups => false)")
        return try run(text).blocks.flatMap { block in
            (0..<block.rowCount).map { row in block.columns.map { $0[row] } }
        }
    }

    /// What EXPLAIN says of rollups; empty if nothing.
    func explanation(_ text: String, of what: String = "rollups: ") throws -> String {
        try rows("EXPLAIN " + text).compactMap { row in
            if case .string(let line) = row[0], line.hasPrefix(what) {
                String(line.dropFirst(what.count))
            } else {
                nil
            }
        }.joined()
    }

    /// - Returns: whether a rollup was read.
    @discardableResult
    func check(_ text: String, _ note: String = "") throws -> Bool {
        let plain = try rows(text, rollups: false)
        // The second time, counts that the first one has left are used.
        #expect(try rows(text) == plain, "\(note): \(text)")
        #expect(try rows(text) == plain, "\(note), again: \(text)")
        return try explanation(text).hasPrefix("0 of") == false && explanation(text) != ""
    }
}
