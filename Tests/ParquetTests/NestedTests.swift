import Columns
import Parquet
import Testing

@Suite("Nested rows")
struct NestedTests {
    static func write(
        _ fields: [NestedField], _ rows: [[NestedValue]], pageRowCount: Int = 16_384
    ) throws -> [UInt8] {
        var options = ParquetWriterOptions()
        options.pageRowCount = pageRowCount
        var writer = NestedParquetWriter(fields: fields, options: options)
        for row in rows { try writer.append(row) }
        return writer.finish(keyValues: [("key", "value")])
    }

    static func read(_ bytes: [UInt8], _ fields: [NestedField]) throws -> [[NestedValue]] {
        let file = try NestedParquetFile(source: ParquetBytes(bytes))
        var rows: [[NestedValue]] = []
        try file.forEachRow(fields) { rows.append($0) }
        #expect(file.rowCount == rows.count)
        return rows
    }

    @Test("random rows of random shapes round-trip", arguments: UInt64(1)...40)
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fields = (0..<Int.random(in: 1...4, using: &random)).map {
            NestedField.random("f\($0)", depth: 3, &random)
        }
        let rows = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            fields.map { $0.randomValue(&random) }
        }
        for pageRowCount in [1, 7, 1000] {
            let bytes = try Self.write(fields, rows, pageRowCount: pageRowCount)
            #expect(try Self.read(bytes, fields) == rows, "seed \(seed), pages of \(pageRowCount)")
        }
    }

    @Test("pages end by size as well as by rows")
    func longStrings() throws {
        let fields = [NestedField("a", .list(.leaf(.string)))]
        let text = NestedValue.value(.string(String(repeating: "abcdefghij", count: 40_000)))
        let rows = (0..<9).map { [NestedValue.list([text, .null, .value(.string("\($0)"))])] }
        #expect(try Self.read(try Self.write(fields, rows), fields) == rows)
    }

    @Test("nulls where there must be none and numbers that do not fit are refused")
    func refusals() throws {
        let fields = [
            NestedField("a", .leaf(.int64), isRequired: true), NestedField("b", .int32),
        ]
        func write(_ a: NestedValue, _ b: NestedValue) throws {
            _ = try Self.write(fields, [[a, b]])
        }
        try write(.value(.int64(.max)), .value(.int64(Int64(Int32.min))))
        #expect(throws: ParquetError.self) { try write(.null, .null) }
        #expect(throws: ParquetError.self) {
            try write(.value(.int64(0)), .value(.int64(Int64(Int32.max) + 1)))
        }
    }

    @Test("columns may be passed over, but not missing or of another shape")
    func schemas() throws {
        let (a, b) = (NestedField("a", .leaf(.int64)), NestedField("b", .list(.leaf(.string))))
        let bytes = try Self.write([a, b], [[.value(.int64(1)), .list([])]])
        #expect(try Self.read(bytes, [b]) == [[.list([])]])
        for wrong: NestedField in [
            NestedField("c", .leaf(.int64)), NestedField("a", .int32),
            NestedField("a", .leaf(.int64), isRequired: true), NestedField("a", .leaf(.string)),
            NestedField("b", .leaf(.string)), NestedField("b", .map(.leaf(.string))),
            NestedField("b", .list(.leaf(.string)), isRequired: true),
        ] {
            #expect(throws: ParquetError.self, "\(wrong)") { try Self.read(bytes, [wrong]) }
        }
        // Whoever reads flat columns sees those that are flat.
        let flat = try ParquetFile(source: ParquetBytes(bytes))
        #expect(flat.leaves.map(\.name) == ["a"])
        #expect(try flat.readColumn(rowGroup: 0, leaf: 0).column.cells == [.int64(1)])
        #expect(flat.unsupportedLeaves.map(\.name) == ["b.list.element"])
    }

    static let sampleFields = [
        NestedField(
            "g",
            .group([
                NestedField("s", .leaf(.string)), NestedField("m", .map(.leaf(.int64))),
                NestedField("l", .list(.list(.leaf(.bool)))),
            ])), NestedField("i", .int32, isRequired: true),
    ]

    static func sample() -> [[NestedValue]] {
        var random = SeededRandom(seed: 5)
        return (0..<12).map { _ in sampleFields.map { $0.randomValue(&random) } }
    }

    @Test("every flipped byte is noticed or harmless", arguments: [UInt8(0x01), 0x80, 0xFF])
    func flips(mask: UInt8) throws {
        let rows = Self.sample()
        let bytes = try Self.write(Self.sampleFields, rows, pageRowCount: 5)
        for position in bytes.indices {
            var damaged = bytes
            damaged[position] ^= mask
            let found = try? Self.read(damaged, Self.sampleFields)
            #expect(found == nil || found == rows, "byte \(position)")
        }
    }

    @Test("every truncated file is refused")
    func truncations() throws {
        let bytes = try Self.write(Self.sampleFields, Self.sample())
        for count in bytes.indices {
            #expect(throws: ParquetError.self, "\(count) bytes") {
                try Self.read(Array(bytes[..<count]), Self.sampleFields)
            }
        }
    }

    @Test("bytes changed at random never stop the reader", arguments: UInt64(1)...4)
    func noise(seed: UInt64) throws {
        let bytes = try Self.write(Self.sampleFields, Self.sample(), pageRowCount: 5)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var noisy = bytes
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                noisy[Int.random(in: 0..<noisy.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            _ = try? Self.read(noisy, Self.sampleFields)
        }
    }
}

extension NestedField {
    static func random(_ name: String, depth: Int, _ random: inout SeededRandom) -> NestedField {
        NestedField(
            name, randomShape(depth: depth, &random),
            isRequired: Int.random(in: 0..<4, using: &random) == 0)
    }

    private static func randomShape(depth: Int, _ random: inout SeededRandom) -> Shape {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 2), using: &random) {
        case 0: return .int32
        case 1:
            let types = ColumnType.allCases
            return .leaf(types[Int.random(in: 0..<types.count, using: &random)])
        case 2: return .list(randomShape(depth: depth - 1, &random))
        case 3: return .map(randomShape(depth: depth - 1, &random))
        default:
            return .group(
                (0..<Int.random(in: 1...3, using: &random)).map {
                    .random("f\($0)", depth: depth - 1, &random)
                })
        }
    }

    func randomValue(_ random: inout SeededRandom) -> NestedValue {
        if !isRequired, Int.random(in: 0..<4, using: &random) == 0 { return .null }
        return Self.randomValue(shape, &random)
    }

    private static func randomValue(
        _ shape: Shape, _ random: inout SeededRandom
    ) -> NestedValue {
        func items(_ shape: Shape) -> [NestedValue] {
            let element = NestedField("", shape)
            return (0..<Int.random(in: 0...3, using: &random)).map { _ in
                element.randomValue(&random)
            }
        }
        let number = Int64.random(in: -1000...1000, using: &random)
        switch shape {
        case .int32, .leaf(.int64): return .value(.int64(number))
        case .leaf(.bool): return .value(.bool(number > 0))
        case .leaf(.double): return .value(.double(Double(number) / 8))
        case .leaf(.string): return .value(.string("é\(number)"))
        case .leaf(.timestamp): return .value(.timestamp(number))
        case .group(let fields): return .group(fields.map { $0.randomValue(&random) })
        case .list(let element): return .list(items(element))
        case .map(let value):
            return .map(
                items(value).enumerated().map { NestedEntry(key: "k\($0)", value: $1) })
        }
    }
}
