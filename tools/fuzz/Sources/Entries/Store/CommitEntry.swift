@testable import Columns
@testable import EventLog
@testable import TestSupport

/// The text of a commit: parsed by itself, and as the newest commit of a store that is looked at offline.
enum CommitEntry {
    static func run(_ input: [UInt8]) {
        readJSON(input)
        let text = sealed(input)
        guard let steps = try? DeltaStep.steps(in: text, file: "c") else { return }
        var replay = DeltaReplay()
        replay.apply(steps)
        guard let state = try? replay.state(version: 0, file: "c") else { return }
        // A state that can be read can be written.
        if state.segments.count <= 64,
            let bytes = try? DeltaCheckpoint.bytes(of: state, name: "events")
        {
            _ = try? DeltaCheckpoint.replay(bytes, version: 0, file: "c")
        }
        look(at: text)
    }

    /// What is read and written comes back the same.
    private static func readJSON(_ input: [UInt8]) {
        guard let value = try? CatalogJSON.read(input) else { return }
        var bytes: [UInt8] = []
        value.write(to: &bytes)
        precondition((try? CatalogJSON.read(bytes)) == value, "a value is written as another")
    }

    private static func look(at text: [UInt8]) {
        let disk = SimulatedDisk()
        disk.place(text, at: "events/_delta_log/00000000000000000000.json")
        guard let reader = try? StoreReader(on: disk, options: RecoveryEntry.options) else {
            return
        }
        let tables = reader.tables
        _ = try? tables.segments.rows(tables.segments.columns.map(\.name))
        let events = tables.events
        for bounds in [
            [], [(EventColumn.timestamp, ColumnBound.Condition.oneOf([.timestamp(5)]))],
            [(.contentId, .oneOf([.string("c")]))], [(.seq, .oneOf([.int64(7)]))],
        ] {
            let columns = [EventColumn.seq, .timestamp, .contentId].map { Int($0.rawValue) }
            let request = ScanRequest(
                columns: columns,
                bounds: bounds.map { ColumnBound(column: Int($0.0.rawValue), $0.1) },
                observer: ScanObserver())
            for unit in (try? events.scan(request))?.units ?? [] { _ = try? unit.read(columns) }
        }
    }

    /// With the checksum that the lines after the first have, if the first one says one.
    private static func sealed(_ input: [UInt8]) -> [UInt8] {
        let mark = Array("\"crc32c\":".utf8)
        guard let end = input.firstIndex(of: 0x0A), end >= mark.count,
            let place = (0...end - mark.count).first(where: {
                input[$0..<$0 + mark.count].elementsEqual(mark)
            })
        else { return input }
        let start = place + mark.count
        let digits = input[start..<end].prefix { (0x30...0x39).contains($0) }
        let sum = input[(end + 1)...].withUnsafeBytes { JournalFormat.checksum($0) }
        return Array(input[..<start]) + "\(sum)".utf8 + input[digits.endIndex...]
    }

    static func state(_ count: Int) -> CatalogState {
        let leaves = [
            CatalogLeaf(path: ["seq"], type: .int64, isNullable: false),
            CatalogLeaf(path: ["timestamp"], type: .timestamp, isNullable: false),
            CatalogLeaf(path: ["data", "position"], type: .int64, isNullable: true),
        ]
        return CatalogState(
            version: 0, tableID: JournalEntry.storeID.description, leaves: leaves,
            segments: (0..<count).map(entry),
            removed: [RemovedSegment(path: "2026/01/01/x.parquet", size: 5, deletionTimestamp: 9)],
            journalPosition: Int64(count * 10), properties: ["a": "b"])
    }

    private static func entry(_ number: Int) -> SegmentEntry {
        let first = Int64(number * 10 + 1)
        return SegmentEntry(
            path: "2026/01/02/\(first)-\(first + 9)-0-0.parquet", size: 1000,
            modificationTime: 1_780_000_000_000,
            rowCount: 10, seq: first...first + 9,
            timestamp: 1_780_000_000_000_000...1_780_000_000_000_999,
            event: "heartbeat"..."like", contentId: "c"..."d", contentIdNullCount: 2)
    }

    static func seeds() -> [[UInt8]] {
        let empty = state(0)
        var create = CatalogChange(.create, leaves: empty.leaves, journalPosition: 0)
        var seeds = [text(of: create, to: empty)]
        create.added = state(2).segments
        seeds.append(text(of: create, to: empty))
        create.removed = ["2026/01/02/1-10-0-0.parquet"]
        seeds.append(text(of: create, to: state(2)))
        return seeds
    }

    private static func text(of change: CatalogChange, to state: CatalogState) -> [UInt8] {
        let body = DeltaCommit.body(of: change, to: state, name: "events", now: 1)
        return DeltaCommit.text(body: body, change.operation, now: 1, version: 1, link: nil)
    }
}
