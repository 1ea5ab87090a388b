import Columns
import Parquet
import Synchronization
import TestSupport
import Testing

@testable import EventLog

@Suite("Compaction of a store")
struct StoreCompactionTests {
    private static let day = TimePartition.Unit.day.length
    private static let noon: Int64 = 1_700_049_600_000_000

    /// Events of all shapes, sealed many times; what is said of each is kept beside.
    private struct Workload {
        let disk = SimulatedDisk()
        let clock = Atomic64(StoreCompactionTests.noon)
        let store: EventStore
        var random: SplitMix64
        var count = 0

        init(seed: UInt64, _ change: (inout StoreOptions) -> Void = { _ in }) throws {
            random = SplitMix64(seed: seed)
            var options = StoreOptions()
            let clock = clock
            options.now = { clock.value }
            // Steps of a real disk's size cost a simulated one seconds.
            options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
            change(&options)
            store = try EventStore.open("s", on: disk, options: options)
        }

        mutating func append(_ events: Int) throws {
            var builder = BatchBuilder(
                identityKey: store.identityKey, receivedAt: clock.value)
            for _ in 0..<events {
                let number = count
                count += 1
                let late = Int.random(in: 0..<50, using: &random) == 0
                var fields: [EventColumn: String] = [.sessionId: "s\(number / 7)"]
                if number % 3 > 0 { fields[.deviceId] = "d\(number % 11)" }
                if number % 5 == 0 { fields[.userId] = "ü\(number % 4)" }
                let kind = ["like", "playStart", "swipe"][Int.random(in: 0..<3, using: &random)]
                builder.add(
                    kind, id: number % 13 == 0 ? nil : "e\(number)",
                    contentId: number % 4 == 0
                        ? nil : "c\(Int.random(in: 0..<9, using: &random))",
                    timestamp: clock.value
                        - Int64.random(in: 0..<3_600_000_000, using: &random)
                        - (late ? StoreCompactionTests.day * 2 : 0),
                    fields: fields,
                    numbers: kind == "playStart"
                        ? [.startupTime: Double(number) / 8, .position: Double(number % 9)] : [:],
                    custom: number % 6 == 0
                        ? [("mood", .string("m\(number % 5)")), ("depth", .double(Double(number)))]
                        : [],
                    extra: number % 17 == 0 ? [("app", "\"v\(number)\"")] : [])
            }
            _ = try store.append([builder.batch], durability: .synced)
        }

        mutating func fill(seals: Int = 6, events: Int = 40) throws {
            for _ in 0..<seals {
                try append(events)
                try store.seal()
                clock.value += 600_000_000
            }
        }
    }

    /// All rows with all columns, in an order of their own.
    private static func rows(_ store: EventStore) throws -> [[String]] {
        let events = store.tables().events
        return try events.rows(events.columns.map(\.name))
            .map { $0.map { "\($0)" } }.sorted { $0[0] < $1[0] }
    }

    @Test("every event stays what it was", arguments: [1, 2, 3])
    func sameRows(seed: UInt64) throws {
        var workload = try Workload(seed: seed)
        try workload.fill()
        try workload.append(7)
        let before = try Self.rows(workload.store)
        var steps = 0
        while let step = try workload.store.compact(isForced: true) {
            steps += 1
            #expect(step.inputs > 0 && step.outputs > 0)
            #expect(try Self.rows(workload.store) == before)
        }
        #expect(steps > 0)
        // A file for each of the two days.
        #expect(workload.store.status().segments == 2)
        let again = try EventStore.open(
            "s", on: workload.disk.survivor(seed: seed), options: StoreOptions())
        #expect(try Self.rows(again) == before)
        #expect(again.status().damage == [])
    }

    @Test("repeats are known after a compaction, and after a start")
    func repeats() throws {
        var workload = try Workload(seed: 4)
        try workload.fill()
        while try workload.store.compact(isForced: true) != nil {}
        func offered(_ store: EventStore) throws -> Int {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for number in 0..<workload.count where number % 13 != 0 {
                builder.add("like", id: "e\(number)", timestamp: 1)
            }
            return try store.append([builder.batch], durability: .synced)[0].stored
        }
        #expect(try offered(workload.store) == 0)
        let again = try EventStore.open(
            "s", on: workload.disk.survivor(seed: 1), options: StoreOptions())
        #expect(try offered(again) == 0)
        while try again.compact(isForced: true) != nil {}
        #expect(try offered(again) == 0)
        while again.indexNextSegment() {}
        #expect(try offered(again) == 0)
    }

    @Test("what is made lies in one day each, in order, in row groups of bounded size")
    func form() throws {
        var workload = try Workload(seed: 5)
        try workload.fill()
        while try workload.store.compact(isForced: true) != nil {}
        for segment in workload.store.tables().events.segments {
            let entry = segment.entry
            #expect(
                TimePartition(.day, containing: entry.timestampMin...entry.timestampMax) != nil)
            let file = try segment.open().file
            var keys: [[String]] = []
            for group in file.rowGroups.indices {
                let columns = try ["event", "contentId", "timestamp"].map {
                    try file.readColumn(rowGroup: group, leaf: try #require(file.leaf(named: $0)))
                        .column
                }
                for row in 0..<columns[0].count {
                    keys.append(
                        columns.map { column in
                            switch column[row] {
                            case .null: "~"
                            case .string(let text): text
                            case .timestamp(let time): String(time)
                            default: "?"
                            }
                        })
                }
            }
            #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test("large inputs become several row groups, and pages have the same rows in each column")
    func rowGroups() throws {
        var workload = try Workload(seed: 6)
        try workload.fill(seals: 3, events: 60)
        let before = try Self.rows(workload.store)
        let segments = workload.store.tables().events.segments
        var merge = workload.store.merge(segments, nil)
        merge.rowGroupRowCountMax = 50
        merge.options.pageRowCount = 16
        let outputs = try merge.run(keyValues: { _ in [] }) {
            RowDivision(keeping: [Bool](repeating: true, count: $0.count))
        }
        #expect(outputs.count == 1 && outputs[0].rowCount == 180)
        _ = try workload.store.rewriting.withLock { _ in
            try workload.store.replace(segments, by: outputs)
        }
        #expect(workload.store.status().segments == 1)
        #expect(try Self.rows(workload.store) == before)
    }

    @Test("pages of long texts get fewer rows, in all columns alike")
    func longTexts() throws {
        var workload = try Workload(seed: 12)
        try workload.fill(seals: 1, events: 3)
        for number in 0..<35 {
            var builder = BatchBuilder(identityKey: workload.store.identityKey)
            let text = String(repeating: "abcdefgh\(number)", count: 100_000)
            builder.add(
                "like", id: "long\(number)", timestamp: Self.noon, fields: [.errorMessage: text])
            _ = try workload.store.append([builder.batch], durability: .synced)
            // Each half fits one page.
            if number == 17 { try workload.store.seal() }
        }
        try workload.store.seal()
        func texts() throws -> [String: String] {
            var texts: [String: String] = [:]
            for row in try workload.store.tables().events.rows(["eventId", "data.errorMessage"]) {
                if case .string(let id) = row[0], case .string(let text) = row[1] {
                    texts[id] = text
                }
            }
            return texts
        }
        let before = try texts()
        #expect(before.count == 35)
        #expect(try workload.store.compact(isForced: true) != nil)
        let segments = workload.store.tables().events.segments
        #expect(segments.map(\.entry.rowCount).max() ?? 0 >= 35)
        let largest = try #require(segments.max { $0.entry.rowCount < $1.entry.rowCount })
        #expect(try largest.pageStarts(largest.open(), rowGroup: 0).count > 2)
        #expect(try texts() == before)
    }

    @Test("a damaged segment is set aside, and the rest goes on")
    func damaged() throws {
        var workload = try Workload(seed: 8)
        try workload.fill()
        let victim = try #require(workload.store.tables().events.segments.dropFirst(2).first)
        let path = victim.path
        var bytes = try #require(workload.disk.content(of: path))
        bytes[bytes.count / 3] ^= 0x55
        let again = workload.disk.survivor(seed: 2)
        again.place(bytes, at: path)
        let store = try EventStore.open("s", on: again, options: StoreOptions())
        let before = try Self.rows(store)
        while try store.compact(isForced: true) != nil {}
        #expect(store.compactionPlan(isForced: true).damaged == 1)
        let paths = store.tables().events.segments.map(\.path)
        #expect(paths.contains(path))
        #expect(paths.count == 3)
        #expect(try Self.rows(store) == before)
        #expect(again.content(of: path) == bytes)
    }

    @Test("a step that is cancelled, or has no room, changes nothing")
    func cancelled() throws {
        var workload = try Workload(seed: 9)
        try workload.fill(seals: 2)
        let before = workload.store.tables().events.segments.map(\.path)
        #expect(try workload.store.compact(isForced: true, isCancelled: { true }) == nil)
        #expect(workload.store.tables().events.segments.map(\.path) == before)
        workload.disk.setAvailableSize(Limits.compactRoomMin)
        #expect(throws: StoreError.self) { try workload.store.compact(isForced: true) }
        #expect(workload.store.tables().events.segments.map(\.path) == before)
        workload.disk.setAvailableSize(Limits.compactRoomMin + 10 << 20)
        #expect(try workload.store.compact(isForced: true) != nil)
    }

    @Test("a replaced file stays for readers outside, and goes when they have had their time")
    func replacedFiles() throws {
        var workload = try Workload(seed: 10)
        try workload.fill(seals: 2)
        let old = workload.store.tables().events.segments.map(\.path)
        #expect(try workload.store.compact(isForced: true) != nil)
        workload.store.releaseReplaced()
        for path in old { #expect(workload.disk.content(of: path) != nil) }
        workload.clock.value += Limits.replacedFileAge - 1
        workload.store.releaseReplaced()
        for path in old { #expect(workload.disk.content(of: path) != nil) }
        workload.clock.value += 1
        workload.store.releaseReplaced()
        for path in old { #expect(workload.disk.content(of: path) == nil) }
    }

    @Test("squashed segments stay squashed")
    func squashed() throws {
        var workload = try Workload(seed: 11)
        try workload.fill(seals: 3)
        let before = try workload.store.tables().persons.rows(["seq", "personId"])
            .map { "\($0)" }.sorted()
        #expect(try workload.store.squash().squashed == 3)
        while try workload.store.compact(isForced: true) != nil {}
        for segment in workload.store.tables().events.segments {
            #expect(try segment.open().squash != nil)
        }
        let report = try workload.store.squash()
        #expect(report.squashed == 0)
        let after = try workload.store.tables().persons.rows(["seq", "personId"])
            .map { "\($0)" }.sorted()
        #expect(after == before)
    }
}

/// A number that a closure and a test share.
final class Atomic64: Sendable {
    private let number: Mutex<Int64>
    init(_ number: Int64) { self.number = Mutex(number) }
    var value: Int64 {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }
}
