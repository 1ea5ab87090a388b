import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("The table of segments")
struct SegmentsTableTests {
    @Test("a sealed segment has a row with its bounds, the tail has none")
    func bounds() throws {
        let disk = SimulatedDisk()
        var options = StoreOptions()
        options.now = { 1_700_000_000_000_000 }
        let store = try EventStore.open("s", on: disk, options: options)
        func append(_ ids: [String?]) throws {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for (number, id) in ids.enumerated() {
                builder.add(
                    id == nil ? "feedExit" : "like", id: nil, contentId: id,
                    timestamp: Int64(number) * 1_000)
            }
            _ = try store.append([builder.batch], durability: .synced)
        }
        try append(["b", nil, "a"])
        #expect(try store.tables().segments.rows(["file"]) == [])
        try store.seal()
        try append(["z"])
        let rows = try store.tables().segments.rows([
            "file", "rows", "generation", "sealedAt", "seqMin", "seqMax", "timestampMin",
            "timestampMax", "eventMin", "eventMax", "contentIdMin", "contentIdMax",
            "contentIdNulls",
        ])
        let file = "events/2023/11/14/000000000001-000000000003-0-0.parquet"
        #expect(
            rows == [
                [
                    .string(file), .int64(3), .int64(0), .timestamp(1_700_000_000_000_000),
                    .int64(1), .int64(3), .timestamp(0), .timestamp(2_000), .string("feedExit"),
                    .string("like"), .string("a"), .string("b"), .int64(1),
                ]
            ])
        let handle = try disk.openFile(file, .read)
        #expect(
            try store.tables().segments.rows(["bytes"])
                == [[.int64(Int64(try disk.size(of: handle)))]])
    }

    @Test(
        "a generation is read from a name that has one",
        arguments: [
            ("1-2-0-0.parquet", 0), ("1-2-13-4.parquet", 13), ("1-2.parquet", nil), ("x", nil),
            ("1-2-x-0.parquet", nil), ("1-2-0-0.tmp", nil),
        ] as [(String, Int64?)])
    func generation(name: String, generation: Int64?) {
        #expect(SegmentName.generation(ofFileNamed: name) == generation)
    }
}
