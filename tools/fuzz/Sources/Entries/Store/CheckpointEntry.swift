@testable import Columns
@testable import EventLog
@testable import Parquet

/// A checkpoint's rows as actions. The file may lack checksums, which `DeltaCheckpoint.replay` would ask for
/// before it looks at anything else.
enum CheckpointEntry {
    static func run(_ bytes: [UInt8]) {
        _ = try? DeltaCheckpoint.replay(bytes, version: 0, file: "c")
        guard let parquet = try? NestedParquetFile(source: ParquetBytes(bytes)),
            parquet.rowCount <= 1 << 16
        else {
            return
        }
        var replay = DeltaReplay()
        try? parquet.forEachRow(DeltaCheckpoint.fields) { values in
            for (field, value) in zip(DeltaCheckpoint.fields, values) where value != .null {
                let action = CatalogJSON(value, field.shape)
                if let step = try DeltaStep(field.name, action, file: "c", line: 1) {
                    replay.apply(step)
                }
            }
        }
        _ = try? replay.state(version: 0, file: "c")
    }

    static func seeds() throws -> [[UInt8]] {
        try [0, 2, 9].flatMap { count -> [[UInt8]] in
            let bytes = try DeltaCheckpoint.bytes(of: CommitEntry.state(count), name: "events")
            return [bytes, UnsealedFile.bytes(bytes)]
        }
    }
}
