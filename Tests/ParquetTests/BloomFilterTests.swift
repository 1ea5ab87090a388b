import Columns
import Testing

@testable import Parquet

@Suite("Bloom filters")
struct BloomFilterTests {
    @Test(
        "XXH64 gives the published values",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ] as [(String, UInt64)])
    func vectors(text: String, hash: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } == hash)
    }

    @Test("known values are always found, unknown ones rarely", arguments: [1, 100, 20_000])
    func rates(count: Int) {
        var filter = BloomFilter(distinctCount: count, type: .string)
        func hash(_ text: String) -> UInt64 {
            Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) }
        }
        for number in 0..<count { filter.insert(hash: hash("known \(number)")) }
        for number in 0..<count { #expect(filter.mightContain(.string("known \(number)"))) }
        let found = (0..<20_000).count { filter.mightContain(.string("unknown \($0)")) }
        #expect(found <= 300)
        #expect(filter.mightContain(.null))
        #expect(filter.mightContain(.int64(1)))
    }

    @Test("a filter in a file has the values of its chunk", arguments: ColumnType.allCases)
    func inFile(type: ColumnType) throws {
        var random = SeededRandom(seed: 3)
        let column = randomColumn(type, .unique, rowCount: 3_000, nullQuarters: 1, &random)
        let written = try TestFile(
            leaves: [ParquetLeaf(path: ["a"], type: type, hasBloomFilter: true)],
            groups: [[column]])
        let filter = try written.open().bloomFilter(rowGroup: 0, leaf: 0)
        if type == .bool {
            #expect(filter == nil)
            return
        }
        let found = try #require(filter)
        #expect(column.cells.allSatisfy { found.mightContain($0) })
        let unknown: Value =
            switch type {
            case .string: .string("never")
            case .double: .double(0.123)
            case .timestamp: .timestamp(-77)
            case .bool, .int64: .int64(-77)
            }
        #expect(!found.mightContain(unknown))
    }

    @Test("zero is found whatever its sign")
    func zero() throws {
        let written = try TestFile(
            leaves: [ParquetLeaf(path: ["a"], type: .double, hasBloomFilter: true)],
            groups: [[Column(doubles: [-0.0])]])
        let filter = try #require(try written.open().bloomFilter(rowGroup: 0, leaf: 0))
        #expect(filter.mightContain(.double(0)))
    }
}
