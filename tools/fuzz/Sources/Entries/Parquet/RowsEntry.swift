@testable import Columns
@testable import Parquet

/// Reads all rows of a file of nested rows.
enum RowsEntry {
    private static let fields: [NestedField] = [
        NestedField("id", .leaf(.string)),
        NestedField(
            "add",
            .group([
                NestedField("path", .leaf(.string)), NestedField("tags", .map(.leaf(.string))),
                NestedField("size", .leaf(.int64)), NestedField("changes", .leaf(.bool)),
                NestedField("parts", .list(.group([NestedField("n", .int32)]))),
            ])),
    ]

    static func run(_ bytes: [UInt8]) {
        guard let file = try? NestedParquetFile(source: ParquetBytes(bytes)),
            file.rowCount <= FuzzParquetTargets.rowCountMax
        else { return }
        try? file.forEachRow(fields) { values in
            precondition(values.count == fields.count, "a row of another shape")
        }
    }

    static func seeds() throws -> [[UInt8]] {
        let rows: [[NestedValue]] = [
            [.value(.string("a")), .null],
            [
                .null,
                .group([
                    .value(.string("2026/x.parquet")),
                    .map([
                        entry("k", "v"), entry("l", "w"),
                    ]), .value(.int64(1 << 40)), .value(.bool(true)),
                    .list([.group([.value(.int64(1))]), .group([.null]), .null]),
                ]),
            ],
            [
                .value(.string("b")),
                .group([.null, .map([]), .value(.int64(-1)), .value(.bool(false)), .list([])]),
            ],
        ]
        return try [1, 9].flatMap { times in
            var writer = NestedParquetWriter(fields: fields)
            for _ in 0..<times { for row in rows { try writer.append(row) } }
            let bytes = writer.finish(keyValues: [("key", "value")])
            return [bytes, UnsealedFile.bytes(bytes)]
        }
    }

    private static func entry(_ key: String, _ value: String) -> NestedEntry {
        NestedEntry(key: key, value: .value(.string(value)))
    }
}
