import Columns
import Parquet
import Testing

@Suite("What is written is read again")
struct RoundTripTests {
    @Test(
        "all types, shapes, nulls and sizes round-trip",
        arguments: [0, 1, 2, 99, 100, 101, 700], [UInt64(1), 2, 3])
    func everything(rowCount: Int, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var leaves: [ParquetLeaf] = []
        var groups: [[Column]] = [[], [], []]
        for type in ColumnType.allCases {
            for shape in Shape.allCases {
                for nullQuarters in 0...4 {
                    leaves.append(
                        ParquetLeaf(
                            path: ["\(type)_\(shape)_\(nullQuarters)"], type: type,
                            isRequired: nullQuarters == 0, hasBloomFilter: seed == 2))
                    for (group, scale) in [1, 2, 0].enumerated() {
                        groups[group].append(
                            randomColumn(
                                type, shape, rowCount: rowCount * scale,
                                nullQuarters: nullQuarters, &random))
                    }
                }
            }
        }
        let written = try TestFile(
            leaves: leaves, groups: groups, pageRowCount: 100,
            compression: seed == 3 ? .high(level: 4) : .fast)
        let file = try written.open()
        #expect(file.leaves.map(\.path) == leaves.map(\.path))
        #expect(file.rowCount == rowCount * 3)
        #expect(file.rowGroups.count == (rowCount == 0 ? 0 : 2))
        for group in file.rowGroups.indices {
            for leaf in leaves.indices {
                let read = try file.readColumn(rowGroup: group, leaf: leaf)
                let expected = groups[group][leaf].cells
                #expect(read.column.cells == expected, "\(leaves[leaf].name), seed \(seed)")
                #expect(read.unreadable.isEmpty && read.damage.isEmpty)
                try expectStatistics(file, group, leaf, expected)
            }
        }
    }

    /// Every value lies within the limits of its chunk and of its page, and null counts are right.
    private func expectStatistics(
        _ file: ParquetFile, _ group: Int, _ leaf: Int, _ cells: [Value]
    ) throws {
        let chunk = file.rowGroups[group].columns[leaf].statistics
        #expect(chunk.nullCount == cells.count { $0 == .null })
        expectWithin(chunk, cells)
        let index = try file.pageIndex(rowGroup: group, leaf: leaf)
        #expect(index.damage.isEmpty)
        #expect(
            index.pages.map(\.rows.lowerBound) == Array(stride(from: 0, to: cells.count, by: 100)))
        for page in index.pages {
            #expect(page.statistics.nullCount == cells[page.rows].count { $0 == .null })
            #expect(page.isAllNull == cells[page.rows].allSatisfy { $0 == .null })
            expectWithin(page.statistics, Array(cells[page.rows]))
        }
    }

    private func expectWithin(_ statistics: ColumnStatistics, _ cells: [Value]) {
        let values = cells.filter { $0 != .null }
        guard let least = values.min(by: precedes), let greatest = values.max(by: precedes) else {
            #expect(statistics.min == nil && statistics.max == nil)
            return
        }
        guard let low = statistics.min, let high = statistics.max else {
            Issue.record("limits are missing")
            return
        }
        #expect(!precedes(least, low) && !precedes(high, greatest))
        if statistics.isMinExact { #expect(low == least) }
        if statistics.isMaxExact { #expect(high == greatest) }
    }

    @Test("one page of a column can be read alone, with the dictionary of another")
    func pages() throws {
        var random = SeededRandom(seed: 5)
        let codes = (0..<1_000).map { _ in Int32.random(in: 0..<7, using: &random) }
        let dictionary = StringDictionary(
            ["a", "b", "c", "d", "e", "f", "g", "unused"], isDistinct: true)
        let written = try TestFile(
            leaves: [ParquetLeaf(path: ["data", "s"], type: .string)],
            groups: [[Column(codes: codes, dictionary: dictionary)]], pageRowCount: 64)
        let file = try written.open()
        let index = try file.pageIndex(rowGroup: 0, leaf: 0)
        let kept = try file.readDictionary(rowGroup: 0, leaf: 0)
        #expect(kept?.strings?.count == 7)
        #expect(kept?.strings?.isDistinct == true)
        for page in index.pages.indices {
            let read = try file.readColumn(
                rowGroup: 0, leaf: 0, pages: page..<page + 1, index: index, dictionary: kept)
            let expected = codes[index.pages[page].rows].map { Value.string(dictionary[Int($0)]) }
            #expect(read.column.cells == expected)
            guard case .string(_, let shared) = read.column.values else {
                Issue.record("not a string column")
                return
            }
            #expect(shared === kept?.strings)
            #expect(read.bytesRead == index.pages[page].byteRange.count)
        }
        #expect(index.pages(covering: 63..<65) == 0..<2)
        #expect(index.pages(covering: 64..<128) == 1..<2)
        #expect(index.pages(covering: 5..<5).isEmpty)
    }

    @Test("key values, sorting columns and the program's name survive")
    func footer() throws {
        let written = try TestFile(
            leaves: [
                ParquetLeaf(path: ["a"], type: .int64, isRequired: true),
                ParquetLeaf(path: ["data", "b"], type: .double),
                ParquetLeaf(path: ["data", "c"], type: .bool),
            ],
            groups: [
                [
                    Column(integers: [3, 4]), Column(doubles: [1, -0.0]),
                    Column(nulls: 2, type: .bool),
                ]
            ], keyValues: [("k", "v"), ("empty", "")],
            sortingColumns: [ParquetSortingColumn(leaf: 1, isDescending: true)])
        let file = try written.open()
        #expect(file.keyValues.map(\.key) == ["k", "empty"])
        #expect(file.keyValues.map(\.value) == ["v", ""])
        #expect(file.createdBy == "eventlog")
        #expect(file.hasMetadataChecksums)
        #expect(
            file.rowGroups[0].sortingColumns
                == [ParquetSortingColumn(leaf: 1, isDescending: true)])
        #expect(written.summary?.size == written.bytes.count)
        #expect(written.summary?.leaves[0].statistics.max == .int64(4))
        #expect(file.leaf(named: "data.c") == 2)
    }

    @Test("a null in a required leaf is refused")
    func required() throws {
        let leaf = ParquetLeaf(path: ["a"], type: .int64, isRequired: true)
        #expect(throws: ParquetError.self) {
            try TestFile(leaves: [leaf], groups: [[Column(type: .int64, [.int64(1), .null])]])
        }
        #expect(throws: ParquetError.self) {
            try TestFile(leaves: [leaf], groups: [[Column(nulls: 1, type: .int64)]])
        }
    }

    @Test("pages shrink, for all columns alike, where strings are long")
    func longStrings() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let strings = (0..<40).map { Value.string("\($0)" + long) }
        let written = try TestFile(
            leaves: [
                ParquetLeaf(path: ["s"], type: .string), ParquetLeaf(path: ["i"], type: .int64),
            ],
            groups: [[Column(type: .string, strings), Column(integers: Array(0..<40))]],
            pageRowCount: 64)
        let file = try written.open()
        let pages = try file.pageIndex(rowGroup: 0, leaf: 0).pages.map(\.rows)
        #expect(pages.count > 1)
        #expect(try file.pageIndex(rowGroup: 0, leaf: 1).pages.map(\.rows) == pages)
        #expect(try file.readColumn(rowGroup: 0, leaf: 0).column.cells == strings)
    }
}

/// The order of a column's type.
func precedes(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.bool(let a), .bool(let b)): !a && b
    case (.int64(let a), .int64(let b)), (.timestamp(let a), .timestamp(let b)): a < b
    case (.double(let a), .double(let b)): a < b
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    default: false
    }
}
