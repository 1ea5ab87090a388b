import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("A store whose catalog cannot be read")
struct WithoutCatalogTests {
    private static var options: StoreOptions {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        return options
    }

    /// Two segments of two events each, and one event in the journal.
    private static func disk() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: options)
        var number = 0
        func append(_ count: Int) throws {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for _ in 0..<count {
                builder.add(
                    "like", id: "e\(number)", contentId: "c\(number)",
                    timestamp: 1_700_000_000_000_000 + Int64(number),
                    custom: [("mood", .string("m\(number)"))])
                number += 1
            }
            _ = try store.append([builder.batch], durability: .synced)
        }
        for _ in 0..<2 {
            try append(2)
            try store.seal()
        }
        try append(1)
        return disk.survivor(seed: 0)
    }

    private static func ids(_ reader: StoreReader) throws -> [String] {
        let events = reader.tables.events
        let request = ScanRequest(
            columns: [Int(EventColumn.eventId.rawValue)], bounds: [], observer: ScanObserver())
        return try events.scan(request).units.flatMap { unit in
            let block = try unit.read(request.columns)
            return (0..<block.rowCount).map { "\(block.columns[0][$0])" }
        }.sorted()
    }

    private static func damage(_ disk: SimulatedDisk, _ paths: [String]) throws {
        for path in paths {
            var text = try disk.readAll(path)
            // A bracket that becomes something else.
            text[text.count - 2] ^= 1
            try disk.unlink(path)
            try disk.writeFile(path, text, .creating)
        }
    }

    @Test("is read by its files, with a word about it, and opens for nobody who writes")
    func damaged() throws {
        let disk = try Self.disk()
        let whole = try StoreReader(on: disk, options: Self.options)
        let expected = try Self.ids(whole)
        #expect(expected.count == 5)
        #expect(whole.report.damage.isEmpty)
        let name = "00000000000000000001.json"
        try Self.damage(disk, ["events/_delta_log/\(name)", "catalog/\(name)"])
        let reader = try StoreReader(on: disk, options: Self.options)
        #expect(try Self.ids(reader) == expected)
        #expect(reader.storeID == whole.storeID)
        #expect(reader.tables.events.columns.map(\.name) == whole.tables.events.columns.map(\.name))
        let told = reader.report.damage.first
        #expect(told?.file == "events/_delta_log")
        #expect(told?.message.contains(name) == true)
        #expect(told?.message.contains("2 segments") == true)
        #expect(throws: StoreError.self) {
            try EventStore.open("s", on: disk, options: Self.options)
        }
    }

    @Test("is read by its files where there is no catalog at all; a file that is none is named")
    func gone() throws {
        let disk = try Self.disk()
        let expected = try Self.ids(StoreReader(on: disk, options: Self.options))
        for directory in ["events/_delta_log", "catalog"] {
            for name in try disk.list(directory) where name.hasSuffix(".json") {
                try disk.unlink(joinPath(directory, name))
            }
        }
        let segment = try #require(
            StoreReader(on: disk, options: Self.options).segments.first?.path)
        #expect(try Self.ids(StoreReader(on: disk, options: Self.options)) == expected)
        let whole = try disk.readAll(segment)
        try disk.unlink(segment)
        try disk.writeFile(segment, Array(whole.dropLast()), .creating)
        let reader = try StoreReader(on: disk, options: Self.options)
        #expect(try Self.ids(reader).count == 3)
        #expect(reader.report.damage.contains { $0.file == segment })
    }

    @Test("is no store if no file says whose it is")
    func nothing() throws {
        let disk = SimulatedDisk()
        #expect(throws: StoreError.self) { try StoreReader(on: disk, options: Self.options) }
        try disk.createDirectory("events")
        #expect(throws: StoreError.self) { try StoreReader(on: disk, options: Self.options) }
    }
}
