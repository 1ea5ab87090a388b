import CZlib
import Columns
import Testing

@testable import Parquet

@Suite("Some rows of a chunk")
struct RowPickTests {
    @Test("are those of the whole column, for all types, shapes, nulls", arguments: UInt64(1)...6)
    func everything(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var leaves: [ParquetLeaf] = []
        var group: [Column] = []
        let rowCount = 730
        for type in ColumnType.allCases {
            for shape in Shape.allCases {
                for nullQuarters in 0...4 {
                    leaves.append(
                        ParquetLeaf(
                            path: ["\(type)_\(shape)_\(nullQuarters)"], type: type,
                            isRequired: nullQuarters == 0))
                    group.append(
                        randomColumn(
                            type, shape, rowCount: rowCount, nullQuarters: nullQuarters, &random))
                }
            }
        }
        let file = try TestFile(leaves: leaves, groups: [group], pageRowCount: 100).open()
        for share in [1, 3, 40, 1_000] {
            let rows = (0..<rowCount).filter { _ in Int.random(in: 0..<share, using: &random) == 0 }
            for leaf in leaves.indices {
                let index = try file.pageIndex(rowGroup: 0, leaf: leaf)
                let read = try file.readRows(rows, rowGroup: 0, leaf: leaf, index: index)
                let cells = group[leaf].cells
                #expect(read.column.cells == rows.map { cells[$0] }, "\(leaves[leaf].name)")
                #expect(read.unreadable.isEmpty && read.damage.isEmpty)
            }
        }
    }

    @Test("cost a damaged page's rows, and no others")
    func damage() throws {
        let column = Column(integers: (0..<1_000).map { $0 * $0 % 977 })
        let leaf = ParquetLeaf(path: ["n"], type: .int64, isRequired: true)
        var written = try TestFile(leaves: [leaf], groups: [[column]], pageRowCount: 100)
        let index = try written.open().pageIndex(rowGroup: 0, leaf: 0)
        written.bytes[index.pages[3].byteRange.upperBound - 1] ^= 1
        let file = try written.open()
        let rows = [5, 299, 300, 350, 399, 400, 999]
        let read = try file.readRows(rows, rowGroup: 0, leaf: 0, index: index)
        #expect(read.unreadable == [2..<5])
        #expect(read.damage.count == 1 && read.damage[0].byteRange == index.pages[3].byteRange)
        for (place, row) in rows.enumerated() where !(2..<5).contains(place) {
            #expect(read.column[place] == column[row])
        }
    }

    @Test("of runs and packed numbers are found without the others", arguments: [0, 1, 5, 17, 32])
    func hybrid(width: Int) throws {
        var random = SeededRandom(seed: UInt64(width))
        let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(width)) - 1)
        for count in [1, 9, 64, 1_000] {
            var values: [UInt32] = []
            for _ in 0..<count {
                let repeats = Int.random(in: 0..<10, using: &random) < 7
                let fresh = UInt32(truncatingIfNeeded: random.next()) & mask
                values.append(repeats ? values.last ?? fresh : fresh)
            }
            var bytes: [UInt8] = []
            values.withUnsafeBufferPointer {
                RunLengthBitPacked.encode($0, width: width, into: &bytes)
            }
            let places = (0..<count).filter { _ in Bool.random(using: &random) }
            try bytes.withUnsafeBytes { bytes in
                let picked = try RunLengthBitPacked.pick(
                    bytes, width: width, count: count, at: places)
                #expect(picked == places.map { values[$0] })
                guard width == 1 else { return }
                let (total, bits, ranks) = try RunLengthBitPacked.ranks(
                    bytes, count: count, at: places)
                #expect(total == values.reduce(0) { $0 + Int($1) })
                #expect(bits == places.map { UInt8(values[$0]) })
                #expect(ranks == places.map { values[..<$0].reduce(0) { $0 + Int($1) } })
            }
            // Cut off anywhere: an error or the same, never bytes behind the end.
            let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
            let result = cut.withUnsafeBytes {
                try? RunLengthBitPacked.pick($0, width: width, count: count, at: places)
            }
            #expect(result == nil || result == places.map { values[$0] })
        }
    }

    @Test("of strings that share long prefixes, with prefixes that lie, are found or refused")
    func prefixes() throws {
        let strings = (0..<500).map { String(repeating: "ab", count: $0 % 7) + "\($0 / 3)" }
        let dictionary = StringDictionary(strings)
        let codes = Array(Int32(0)..<500)
        var bytes: [UInt8] = []
        dictionary.bytes.withUnsafeBytes { text in
            dictionary.offsets.withUnsafeBufferPointer { offsets in
                codes.withUnsafeBufferPointer { codes in
                    let run = StringRun(bytes: text, offsets: offsets, codes: codes)
                    DeltaByteArray.encode(run, into: &bytes)
                }
            }
        }
        for places in [[0], [499], [1, 2, 3, 77, 400], Array(0..<500)] {
            var list = StringList()
            try bytes.withUnsafeBytes {
                try DeltaByteArray.pick($0, count: 500, at: places, into: &list)
            }
            let found = list.dictionary(isDistinct: false)
            #expect((0..<found.count).map { found[$0] } == places.map { strings[$0] })
        }
        var random = SeededRandom(seed: 9)
        for _ in 0..<3_000 {
            var forged = bytes
            let place = Int.random(in: 0..<forged.count, using: &random)
            forged[place] = UInt8(truncatingIfNeeded: random.next())
            var (whole, some) = (StringList(), StringList())
            forged.withUnsafeBytes { bytes in
                let isWhole = (try? DeltaByteArray.decode(bytes, count: 500, into: &whole)) != nil
                let picked: Void? = try? DeltaByteArray.pick(
                    bytes, count: 500, at: [3, 250, 498], into: &some)
                guard isWhole else { return }
                // What can be read as a whole can be read in part, and is the same.
                #expect(picked != nil)
                let (all, found) = (
                    whole.dictionary(isDistinct: false), some.dictionary(isDistinct: false)
                )
                #expect((0..<found.count).map { found[$0] } == [3, 250, 498].map { all[$0] })
            }
        }
    }

    @Test("checksums are zlib's, for every length and place")
    func checksums() {
        var random = SeededRandom(seed: 4)
        let bytes = (0..<5_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for count in Array(0...300) + [1_000, 4_096, 4_990] {
            for start in [0, 1, 7] {
                for crc in [UInt32(0), 1, .max, 0xDEAD_BEEF] {
                    let (own, expected) = bytes.withUnsafeBytes { all in
                        let part = UnsafeRawBufferPointer(rebasing: all[start..<start + count])
                        let base = part.baseAddress?.assumingMemoryBound(to: UInt8.self)
                        return (
                            CRC32.checksum(part, continuing: crc),
                            UInt32(truncatingIfNeeded: crc32_z(UInt(crc), base, count))
                        )
                    }
                    #expect(own == expected, "\(count) bytes from \(start), after \(crc)")
                }
            }
        }
    }
}
