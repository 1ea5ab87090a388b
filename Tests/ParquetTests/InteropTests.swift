import Columns
import Parquet
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The Swift half of the tests against other readers and writers; `Tests/Interop/parquet_readers.py`
/// runs it and is the other half.
@Suite("Other programs")
struct InteropTests {
    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    @Test(
        "files are written for other readers, with what they must find",
        .enabled(if: environment("PARQUET_INTEROP_WRITE") != nil))
    func write() throws {
        let directory = try #require(Self.environment("PARQUET_INTEROP_WRITE"))
        for (name, rowCounts, effort) in [
            ("one", [3_000], LZ4.Effort.fast), ("groups", [1_500, 2_100, 1], .high(level: 9)),
            ("tiny", [1], .fast), ("empty", [], .fast),
        ] {
            let file = try Self.sample(rowCounts, effort)
            try Self.write(file.bytes, to: "\(directory)/\(name).parquet")
            try Self.write(Array(Self.json(file).utf8), to: "\(directory)/\(name).json")
        }
    }

    @Test(
        "files of other writers are read",
        .enabled(if: environment("PARQUET_INTEROP_READ") != nil))
    func read() throws {
        let directory = try #require(Self.environment("PARQUET_INTEROP_READ"))
        let names = try String(decoding: Self.read("\(directory)/names.txt"), as: UTF8.self)
        for name in names.split(separator: "\n") {
            let file = try ParquetFile(
                source: ParquetBytes(try Self.read("\(directory)/\(name).parquet")))
            var lines = ""
            for group in file.rowGroups.indices {
                for leaf in file.leaves.indices {
                    let read = try file.readColumn(rowGroup: group, leaf: leaf)
                    #expect(read.damage.isEmpty, "\(name)")
                    let index = try file.pageIndex(rowGroup: group, leaf: leaf)
                    #expect(index.damage.isEmpty, "\(name)")
                    // Page by page is the same as at once.
                    let pieces = try index.pages.indices.flatMap {
                        try file.readColumn(
                            rowGroup: group, leaf: leaf, pages: $0..<$0 + 1, index: index,
                            dictionary: read.dictionary
                        ).column.cells
                    }
                    #expect(pieces == read.column.cells, "\(name)")
                    try Self.expectInFilter(file, group, leaf, pieces)
                    lines += "[\(Self.quoted(file.leaves[leaf].name)),"
                    lines += "[\(read.column.cells.map(Self.json).joined(separator: ","))]]\n"
                }
            }
            try Self.write(Array(lines.utf8), to: "\(directory)/\(name).read")
        }
    }

    // MARK: Nested rows

    private static let nestedFields =
        NestedTests.sampleFields + [
            NestedField(
                "o",
                .list(
                    .group([
                        NestedField("k", .leaf(.string), isRequired: true),
                        NestedField("d", .leaf(.double)),
                    ]))), NestedField("t", .map(.list(.leaf(.string))), isRequired: true),
        ]

    @Test(
        "nested rows are written for other readers",
        .enabled(if: environment("PARQUET_INTEROP_WRITE") != nil))
    func writeNested() throws {
        let directory = try #require(Self.environment("PARQUET_INTEROP_WRITE"))
        var random = SeededRandom(seed: 12)
        let rows = (0..<500).map { _ in Self.nestedFields.map { $0.randomValue(&random) } }
        let bytes = try NestedTests.write(Self.nestedFields, rows, pageRowCount: 64)
        try Self.write(bytes, to: "\(directory)/nested.rows")
        try Self.write(Array(Self.json(rows).utf8), to: "\(directory)/nested.json")
    }

    @Test(
        "nested rows of other writers are read",
        .enabled(if: environment("PARQUET_INTEROP_READ") != nil))
    func readNested() throws {
        let directory = try #require(Self.environment("PARQUET_INTEROP_READ"))
        for name in ["nested-1", "nested-2"] {
            let bytes = try Self.read("\(directory)/\(name).rows")
            let rows = try NestedTests.read(bytes, Self.nestedFields)
            try Self.write(Array(Self.json(rows).utf8), to: "\(directory)/\(name).read")
        }
    }

    private static func json(_ rows: [[NestedValue]]) -> String {
        let lines = rows.map { json(.group($0), .group(nestedFields)) }
        return "[\(lines.joined(separator: ",\n"))]\n"
    }

    /// Maps are objects, and doubles are numbers here: those of the sample are short.
    private static func json(_ value: NestedValue, _ shape: NestedField.Shape) -> String {
        switch (shape, value) {
        case (.group(let fields), .group(let values)):
            let members = zip(fields, values).map {
                "\(quoted($0.name)):\(json($1, $0.shape))"
            }
            return "{\(members.joined(separator: ","))}"
        case (.list(let element), .list(let values)):
            return "[\(values.map { json($0, element) }.joined(separator: ","))]"
        case (.map(let shape), .map(let entries)):
            let members = entries.map { "\(quoted($0.key)):\(json($0.value, shape))" }
            return "{\(members.joined(separator: ","))}"
        case (_, .value(.double(let value))): return "\(value)"
        case (_, .value(let value)): return json(value)
        default: return "null"
        }
    }

    private static func expectInFilter(
        _ file: ParquetFile, _ group: Int, _ leaf: Int, _ cells: [Value]
    ) throws {
        guard let filter = try file.bloomFilter(rowGroup: group, leaf: leaf) else { return }
        #expect(cells.allSatisfy { $0 == .null || filter.mightContain($0) })
    }

    /// All types in all shapes, nulls and structs.
    private static func sample(_ rowCounts: [Int], _ effort: LZ4.Effort) throws -> TestFile {
        var random = SeededRandom(seed: 11)
        var leaves: [ParquetLeaf] = []
        var columns = rowCounts.map { _ in [Column]() }
        for parent in [nil, "data"] {
            for type in ColumnType.allCases {
                for shape in Shape.allCases {
                    for nullQuarters in [0, 1, 4] {
                        let name = "\(type)_\(shape)_\(nullQuarters)"
                        leaves.append(
                            ParquetLeaf(
                                path: (parent.map { [$0] } ?? []) + [name], type: type,
                                isRequired: nullQuarters == 0 && parent == nil,
                                hasBloomFilter: shape == .few || shape == .unique))
                        for (group, count) in rowCounts.enumerated() {
                            columns[group].append(
                                randomColumn(
                                    type, shape, rowCount: count, nullQuarters: nullQuarters,
                                    &random))
                        }
                    }
                }
            }
        }
        return try TestFile(
            leaves: leaves, groups: columns, pageRowCount: 512, compression: effort,
            keyValues: [("key", "value")],
            sortingColumns: [ParquetSortingColumn(leaf: 9)])
    }

    private static func json(_ file: TestFile) -> String {
        let columns = file.leaves.indices.map { leaf in
            let cells = file.groups.flatMap { $0[leaf].cells.map(json) }
            return "\(quoted(file.leaves[leaf].name)):[\(cells.joined(separator: ","))]"
        }
        return "{\(columns.joined(separator: ",\n"))}\n"
    }

    /// Doubles as their bits, so that nothing is lost on the way.
    private static func json(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int64(let value), .timestamp(let value): "\(value)"
        case .double(let value): "\(value.bitPattern)"
        case .string(let value): quoted(value)
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try #require(fopen(path, "wb"))
        defer { fclose(file) }
        try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "rb"), "\(path)")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
