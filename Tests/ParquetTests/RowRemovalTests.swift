import Columns
import Parquet
import Testing

@Suite("Rows are taken out of a file page by page")
struct RowRemovalTests {
    private static let pageRowCount = 100
    private static let rowCounts = [700, 1_350]

    /// Rows that go, counted from the start of the file.
    enum Placement: String, CaseIterable, Sendable {
        case first, last, middle, aroundPageBoundaries, wholePage, firstPage, lastPage, wholeGroup
        case allButOne, scattered, nothing

        func rows(_ random: inout SeededRandom) -> [Int] {
            let (first, all) = (rowCounts[0], rowCounts[0] + rowCounts[1])
            return switch self {
            case .first: [0]
            case .last: [all - 1]
            case .middle: [first + 555]
            case .aroundPageBoundaries:
                [99, 100, first - 1, first, first + 99, first + 100, first + 101]
            case .wholePage: Array(200..<300)
            case .firstPage: Array(0..<100)
            case .lastPage: Array(all - 50..<all)
            case .wholeGroup: Array(0..<first)
            case .allButOne: Array(0..<all).filter { $0 != 777 }
            case .scattered:
                (0..<all).filter { _ in Int.random(in: 0..<60, using: &random) == 0 }
            case .nothing: []
            }
        }
    }

    private static func options() -> ParquetWriterOptions {
        var options = ParquetWriterOptions()
        options.pageRowCount = pageRowCount
        return options
    }

    private static func sample(_ seed: UInt64) throws -> TestFile {
        var random = SeededRandom(seed: seed)
        var leaves: [ParquetLeaf] = []
        var groups: [[Column]] = [[], []]
        for type in ColumnType.allCases {
            for shape in Shape.allCases {
                for nullQuarters in 0...4 {
                    leaves.append(
                        ParquetLeaf(
                            path: ["\(type)_\(shape)_\(nullQuarters)"], type: type,
                            isRequired: nullQuarters == 0, hasBloomFilter: type == .string))
                    for group in groups.indices {
                        groups[group].append(
                            randomColumn(
                                type, shape, rowCount: rowCounts[group],
                                nullQuarters: nullQuarters, &random))
                    }
                }
            }
        }
        return try TestFile(
            leaves: leaves, groups: groups, pageRowCount: pageRowCount,
            compression: seed == 2 ? .high(level: 4) : .fast)
    }

    @Test(
        "the others stay as they were, wherever rows go", arguments: Placement.allCases,
        [UInt64(1), 2])
    func rows(placement: Placement, seed: UInt64) throws {
        let before = try Self.sample(seed)
        var random = SeededRandom(seed: seed + 100)
        let gone = placement.rows(&random)
        let removal = try RowRemoval(of: before.bytes, without: gone, options: Self.options())
        let bytes = try removal.file(keyValues: [("key", "value")])
        let file = try ParquetFile(source: ParquetBytes(bytes))
        #expect(file.keyValues.map(\.key) == ["key"])
        let isGone = Set(gone)
        var start = 0
        var written = 0
        for group in before.groups.indices {
            let rows = start..<start + Self.rowCounts[group]
            start = rows.upperBound
            let stays = rows.filter { !isGone.contains($0) }.map { UInt32($0 - rows.lowerBound) }
            if stays.isEmpty { continue }
            for (leaf, column) in before.groups[group].enumerated() {
                let name = "\(before.leaves[leaf].name), \(placement), seed \(seed)"
                let read = try file.readColumn(rowGroup: written, leaf: leaf)
                let expected = column.gather(stays)
                #expect(read.damage.isEmpty && read.column.cells == expected.cells, "\(name)")
                let audit = try file.audit(rowGroup: written, leaf: leaf)
                #expect(audit.findings == [], "\(name)")
                try expectNoTrace(file, written, leaf, of: column, except: expected, name)
            }
            written += 1
        }
        #expect(file.rowGroups.count == written)
        #expect(removal.rowCount == file.rowCount)
    }

    /// No dictionary and no limit has a string that only rows had which went.
    private func expectNoTrace(
        _ file: ParquetFile, _ group: Int, _ leaf: Int, of all: Column, except kept: Column,
        _ name: String
    ) throws {
        guard all.type == .string, all.count > kept.count else { return }
        let gone = Set(all.cells).subtracting(kept.cells)
        guard let strings = try file.readDictionary(rowGroup: group, leaf: leaf)?.strings else {
            return
        }
        #expect(strings.isDistinct, "\(name)")
        let entries = Set((0..<strings.count).map { Value.string(strings[$0]) })
        #expect(entries.isDisjoint(with: gone), "\(name)")
        for page in try file.pageIndex(rowGroup: group, leaf: leaf).pages {
            for limit in [page.statistics.min, page.statistics.max].compactMap(\.self) {
                #expect(!gone.contains(limit), "\(name)")
            }
        }
        guard gone.count == 1, let filter = try file.bloomFilter(rowGroup: group, leaf: leaf)
        else { return }
        // It takes one of a hundred that it does not have for known; which ones, no seed decides.
        #expect(gone.count { filter.mightContain($0) } <= 1, "\(name)")
    }

    @Test("pages without such rows are copied, and keep their places")
    func copies() throws {
        let before = try Self.sample(1)
        let source = try before.open()
        let removal = try RowRemoval(
            of: before.bytes, without: [150, 160, Self.rowCounts[0] + 3], options: Self.options())
        let bytes = try removal.file(keyValues: [])
        let file = try ParquetFile(source: ParquetBytes(bytes))
        for group in file.rowGroups.indices {
            for leaf in file.leaves.indices {
                let old = try source.pageIndex(rowGroup: group, leaf: leaf).pages
                let new = try file.pageIndex(rowGroup: group, leaf: leaf).pages
                #expect(old.count == new.count)
                for page in old.indices where page != (group == 0 ? 1 : 0) {
                    #expect(
                        before.bytes[old[page].byteRange].elementsEqual(bytes[new[page].byteRange]))
                }
                #expect(new[group == 0 ? 1 : 0].rows.count == (group == 0 ? 98 : 99))
            }
        }
    }

    @Test("rows can be taken out again of what is left")
    func again() throws {
        let before = try Self.sample(1)
        var bytes = before.bytes
        var left = Array(0..<Self.rowCounts[0] + Self.rowCounts[1])
        var random = SeededRandom(seed: 3)
        for _ in 0..<4 {
            let gone = left.indices.filter { _ in Int.random(in: 0..<9, using: &random) == 0 }
            bytes = try RowRemoval(of: bytes, without: gone, options: Self.options())
                .file(keyValues: [])
            for place in gone.reversed() { left.remove(at: place) }
        }
        let file = try ParquetFile(source: ParquetBytes(bytes))
        let first = left.filter { $0 < Self.rowCounts[0] }.map(UInt32.init)
        for leaf in file.leaves.indices {
            let read = try file.readColumn(rowGroup: 0, leaf: leaf).column
            #expect(read.cells == before.groups[0][leaf].gather(first).cells)
            #expect(try file.audit(rowGroup: 1, leaf: leaf).findings == [])
        }
    }

    @Test("long strings keep limits that hold, and no limit is said to occur that does not")
    func longStrings() throws {
        let long = { (number: Int) in
            Value.string(String(repeating: "\(number % 10)", count: 200) + "\(number)")
        }
        let cells = (0..<400).map { long($0) }
        let before = try TestFile(
            leaves: [ParquetLeaf(path: ["s"], type: .string, hasBloomFilter: true)],
            groups: [[Column(type: .string, cells)]], pageRowCount: 100)
        for gone in [[0], [9], [150], Array(0..<100)] {
            let bytes = try RowRemoval(of: before.bytes, without: gone, options: Self.options())
                .file(keyValues: [])
            let file = try ParquetFile(source: ParquetBytes(bytes))
            #expect(try file.audit(rowGroup: 0, leaf: 0).findings == [])
            #expect(file.rowCount == 400 - gone.count)
        }
    }

    @Test("a damaged page is never copied")
    func damage() throws {
        let before = try Self.sample(1)
        let index = try before.open().pageIndex(rowGroup: 0, leaf: 1)
        var bytes = before.bytes
        bytes[index.pages[4].byteRange.upperBound - 1] ^= 1
        #expect(throws: ParquetError.self) {
            try RowRemoval(of: bytes, without: [3], options: Self.options())
        }
    }
}
