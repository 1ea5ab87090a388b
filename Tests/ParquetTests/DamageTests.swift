import Columns
import Parquet
import Testing

@Suite("Damaged files")
struct DamageTests {
    /// Small, but with every kind of structure: dictionary, null and plain pages, two row groups,
    /// indexes, Bloom filters, a struct, key values.
    private static func sample() throws -> TestFile {
        var random = SeededRandom(seed: 21)
        var leaves: [ParquetLeaf] = []
        var groups: [[Column]] = [[], []]
        let shapes: [(ColumnType, Shape, Int)] = [
            (.string, .few, 1), (.string, .unique, 0), (.int64, .growing, 0), (.double, .few, 1),
            (.bool, .wild, 1), (.timestamp, .unique, 2), (.int64, .few, 4),
        ]
        for (number, (type, shape, nullQuarters)) in shapes.enumerated() {
            leaves.append(
                ParquetLeaf(
                    path: number < 2 ? ["c\(number)"] : ["data", "c\(number)"], type: type,
                    isRequired: nullQuarters == 0, hasBloomFilter: number == 0))
            for (group, rowCount) in [40, 9].enumerated() {
                groups[group].append(
                    randomColumn(
                        type, shape, rowCount: rowCount, nullQuarters: nullQuarters, &random))
            }
        }
        return try TestFile(
            leaves: leaves, groups: groups, pageRowCount: 16, keyValues: [("key", "value")])
    }

    /// Everything that the intact file says, for comparison.
    private struct Truth {
        let file: TestFile
        let cells: [[[Value]]]
        let pages: [[[PageIndex.Page]]]
        let statistics: [[ColumnStatistics]]

        init() throws {
            file = try DamageTests.sample()
            let open = try file.open()
            cells = file.groups.map { $0.map(\.cells) }
            pages = try open.rowGroups.indices.map { group in
                try open.leaves.indices.map {
                    try open.pageIndex(rowGroup: group, leaf: $0).pages
                }
            }
            statistics = open.rowGroups.map { $0.columns.map(\.statistics) }
        }

        /// Reads everything that can be read of `bytes` and looks for a lie.
        /// - Returns: what is wrong; `nil` if the damage did no harm or was noticed.
        func lie(in bytes: [UInt8]) -> String? {
            guard let open = try? ParquetFile(source: ParquetBytes(bytes)) else { return nil }
            if open.leaves.map(\.path) != file.leaves.map(\.path) { return "schema" }
            if open.rowGroups.map({ $0.columns.map(\.statistics) }) != statistics {
                return "statistics"
            }
            if open.keyValues.map(\.value) != ["value"] { return "key values" }
            for group in cells.indices {
                for leaf in cells[group].indices {
                    if let lie = lie(open, group, leaf) { return "\(lie) \(group) \(leaf)" }
                }
            }
            return nil
        }

        private func lie(_ open: ParquetFile, _ group: Int, _ leaf: Int) -> String? {
            let truth = cells[group][leaf]
            guard let read = try? open.readColumn(rowGroup: group, leaf: leaf) else { return nil }
            if read.column.count != truth.count { return "row count" }
            let lost = Set(read.unreadable.flatMap(\.self))
            if !lost.isEmpty && read.damage.isEmpty { return "loss without a word" }
            for row in truth.indices {
                if lost.contains(row) {
                    if read.column[row] != .null { return "value in an unreadable row" }
                } else if read.column[row] != truth[row] {
                    return "value"
                }
            }
            if let index = try? open.pageIndex(rowGroup: group, leaf: leaf) {
                let intact = pages[group][leaf]
                if index.pages.map(\.rows) != intact.map(\.rows) { return "pages" }
                for (page, truth) in zip(index.pages, intact) {
                    let limits = page.statistics
                    if limits.min != nil && limits.min != truth.statistics.min { return "minimum" }
                    if limits.max != nil && limits.max != truth.statistics.max { return "maximum" }
                    if page.isAllNull && !truth.isAllNull { return "null page" }
                }
            }
            if let filter = try? open.bloomFilter(rowGroup: group, leaf: leaf),
                !truth.allSatisfy({ $0 == .null || filter.mightContain($0) })
            {
                return "Bloom filter"
            }
            return nil
        }
    }

    @Test("every flipped byte is noticed or harmless", arguments: [UInt8(0x01), 0x80, 0xFF, 0x12])
    func flips(mask: UInt8) throws {
        let truth = try Truth()
        try #require(truth.lie(in: truth.file.bytes) == nil)
        for position in truth.file.bytes.indices {
            var bytes = truth.file.bytes
            bytes[position] ^= mask
            let lie = truth.lie(in: bytes)
            #expect(lie == nil, "byte \(position)")
        }
    }

    @Test("every truncated file is refused")
    func truncations() throws {
        let bytes = try Self.sample().bytes
        for count in bytes.indices {
            #expect(throws: ParquetError.self, "\(count) bytes") {
                try ParquetFile(source: ParquetBytes(Array(bytes[..<count])))
            }
        }
    }

    @Test("bytes changed at random never stop the reader", arguments: UInt64(1)...4)
    func noise(seed: UInt64) throws {
        let bytes = try Self.sample().bytes
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var noisy = bytes
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                noisy[Int.random(in: 0..<noisy.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            guard let file = try? ParquetFile(source: ParquetBytes(noisy)) else { continue }
            for group in file.rowGroups.indices {
                for leaf in file.leaves.indices {
                    _ = try? file.pageIndex(rowGroup: group, leaf: leaf)
                    _ = try? file.bloomFilter(rowGroup: group, leaf: leaf)
                    let read = try? file.readColumn(rowGroup: group, leaf: leaf)
                    #expect(read == nil || read?.column.count == file.rowGroups[group].rowCount)
                }
            }
        }
    }

    @Test("a damaged page costs its own rows, with place and reason")
    func onePage() throws {
        let truth = try Truth()
        var bytes = truth.file.bytes
        let page = truth.pages[0][2][1]
        bytes[page.byteRange.upperBound - 1] ^= 1
        let read = try ParquetFile(source: ParquetBytes(bytes)).readColumn(rowGroup: 0, leaf: 2)
        #expect(read.unreadable == [16..<32])
        try #require(read.damage.count == 1)
        #expect(read.damage[0].byteRange == page.byteRange)
        #expect(read.damage[0].rows == 16..<32)
        #expect(
            read.damage[0].message == "row group 0, column data.c2, page 1: checksum mismatch")
    }

    @Test("a damaged dictionary costs the column in its row group")
    func dictionary() throws {
        let truth = try Truth()
        let file = try truth.file.open()
        let chunk = file.rowGroups[0].columns[0]
        try #require(chunk.dictionaryPageOffset != nil)
        var bytes = truth.file.bytes
        bytes[chunk.dataPageOffset - 1] ^= 1
        let broken = try ParquetFile(source: ParquetBytes(bytes))
        let read = try broken.readColumn(rowGroup: 0, leaf: 0)
        #expect(read.unreadable == [0..<40])
        #expect(read.damage.contains { $0.message.contains("dictionary page: checksum mismatch") })
        #expect(try broken.readColumn(rowGroup: 1, leaf: 0).damage.isEmpty)
    }

    @Test("pages can be walked without a footer")
    func walking() throws {
        let truth = try Truth()
        let chunk = try truth.file.open().rowGroups[0].columns[0]
        var walk = PageWalk(
            bytes: Array(truth.file.bytes[chunk.byteRange]), base: chunk.byteRange.lowerBound,
            requiresChecksum: true)
        var pages: [PageWalk.Page] = []
        while let page = try walk.next() { pages.append(page) }
        #expect(pages.map(\.header.type) == [.dictionary, .dataV2, .dataV2, .dataV2])
        #expect(pages.dropFirst().map(\.byteRange) == truth.pages[0][0].map(\.byteRange))
    }
}
