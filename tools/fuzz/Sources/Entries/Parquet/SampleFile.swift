@testable import Columns
@testable import Parquet

/// Small files with every kind of structure: dictionaries, all encodings that the writer chooses, nulls, indexes, filters.
enum SampleFile {
    static func seeds() throws -> [[UInt8]] {
        let files = try [
            bytes(rows: [5, 2], pageRowCount: 3), bytes(rows: [40], pageRowCount: 16),
        ]
        return files + files.map(UnsealedFile.bytes)
    }

    private static func bytes(rows: [Int], pageRowCount: Int) throws -> [UInt8] {
        let leaves = [
            ParquetLeaf(path: ["few"], type: .string, isRequired: false, hasBloomFilter: true),
            ParquetLeaf(path: ["unique"], type: .string, isRequired: true),
            ParquetLeaf(path: ["data", "growing"], type: .int64, isRequired: true),
            ParquetLeaf(path: ["data", "double"], type: .double, isRequired: false),
            ParquetLeaf(path: ["data", "bool"], type: .bool, isRequired: false),
            ParquetLeaf(path: ["data", "time"], type: .timestamp, isRequired: false),
            ParquetLeaf(path: ["data", "null"], type: .int64, isRequired: false),
        ]
        var options = ParquetWriterOptions()
        options.pageRowCount = pageRowCount
        final class Sink { var bytes: [UInt8] = [] }
        let sink = Sink()
        var writer = ParquetWriter(leaves: leaves, options: options, sortingColumns: []) {
            sink.bytes.append(contentsOf: $0)
        }
        for count in rows {
            func column(_ type: ColumnType, _ value: (Int) -> Value) -> Column {
                Column(type: type, (0..<count).map(value))
            }
            try writer.append([
                column(.string) { $0 % 3 == 0 ? .null : .string(["play", "", "Grüße"][$0 % 3]) },
                column(.string) { .string("evt_\($0 * 7919)") },
                column(.int64) { .int64(1_700_000_000 + Int64($0 * $0)) },
                column(.double) { $0 % 4 == 1 ? .null : .double(Double($0) / 8) },
                column(.bool) { $0 % 5 == 0 ? .null : .bool($0 % 2 == 0) },
                column(.timestamp) { $0 % 2 == 0 ? .null : .timestamp(Int64($0) * 1_000_003) },
                Column(nulls: count, type: .int64),
            ])
        }
        _ = try writer.finish(keyValues: [("key", "value")])
        return sink.bytes
    }
}
