import Columns
import Testing

@testable import Parquet

@Suite("Encodings")
struct EncodingTests {
    @Test("runs and packed numbers of every width round-trip", arguments: 0...32)
    func hybrid(width: Int) throws {
        var random = SeededRandom(seed: UInt64(width))
        let mask = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(width)) - 1)
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 1_000] {
            for stickiness in [0, 3, 9] {
                var values: [UInt32] = []
                for _ in 0..<count {
                    let repeats = Int.random(in: 0..<10, using: &random) < stickiness
                    let fresh = UInt32(truncatingIfNeeded: random.next()) & mask
                    values.append(repeats ? values.last ?? fresh : fresh)
                }
                var bytes: [UInt8] = []
                values.withUnsafeBufferPointer {
                    RunLengthBitPacked.encode($0, width: width, into: &bytes)
                }
                #expect(try decodeHybrid(bytes, width: width, count: count) == values)
            }
        }
    }

    @Test("one-bit numbers decode to the same by their own way", arguments: UInt64(0)..<8)
    func hybridBits(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for stickiness in [0, 5, 9, 10] {
            let count = Int.random(in: 1..<2_000, using: &random)
            var values: [UInt32] = []
            for _ in 0..<count {
                let repeats = Int.random(in: 0..<10, using: &random) < stickiness
                let fresh = UInt32(truncatingIfNeeded: random.next()) & 1
                values.append(repeats ? values.last ?? fresh : fresh)
            }
            var bytes: [UInt8] = []
            values.withUnsafeBufferPointer {
                RunLengthBitPacked.encode($0, width: 1, into: &bytes)
            }
            #expect(try decodeBits(bytes, count: count) == values.map { UInt8($0) })
            // Cut off anywhere: an error or the same start, never bytes behind the end.
            let cut = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
            let result = try? decodeBits(cut, count: count)
            #expect(result == nil || result == values.map { UInt8($0) })
        }
        #expect(throws: ParquetError.self) { try decodeBits([0x04, 0x02], count: 2) }
    }

    @Test("the hybrid's bytes are those of the format's example")
    func hybridExample() throws {
        // Page "Encodings": 0…7 packed with width 3 are 88 C6 FA.
        var bytes: [UInt8] = []
        Array<UInt32>(0..<8).withUnsafeBufferPointer {
            RunLengthBitPacked.encode($0, width: 3, into: &bytes)
        }
        #expect(bytes == [0x03, 0x88, 0xC6, 0xFA])
        bytes = []
        Array(repeating: UInt32(4), count: 100).withUnsafeBufferPointer {
            RunLengthBitPacked.encode($0, width: 3, into: &bytes)
        }
        #expect(bytes == [0xC8, 0x01, 0x04])
    }

    @Test("differences round-trip whatever the numbers", arguments: UInt64(0)..<8)
    func delta(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for count in [0, 1, 2, 32, 33, 127, 128, 129, 130, 1_000] {
            let width = UInt64.random(in: 0..<64, using: &random)
            let values = (0..<count).map { _ in
                let value = Int64(bitPattern: random.next() >> width)
                return seed == 7 ? [Int64.min, .max, 0, -1][Int(value & 3)] : value
            }
            var bytes: [UInt8] = []
            values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
            #expect(try decodeDelta(bytes, count: count) == values)
        }
    }

    @Test("the format's example of differences is decoded")
    func deltaExample() throws {
        // Page "Encodings": 7, 5, 3, 1, 2, 3, 4, 5 have first value 7 and least difference -2.
        var bytes: [UInt8] = []
        [Int64(7), 5, 3, 1, 2, 3, 4, 5].withUnsafeBufferPointer {
            DeltaBinaryPacked.encode($0, into: &bytes)
        }
        #expect(Array(bytes.prefix(10)) == [0x80, 0x01, 0x04, 0x08, 0x0E, 0x03, 2, 0, 0, 0])
        #expect(Array(bytes[10...]) == [0xC0, 0x3F, 0, 0, 0, 0, 0, 0])
    }

    @Test("encodings cut off at any byte are refused")
    func truncation() throws {
        let values = (0..<300).map { Int64($0 * $0) }
        var bytes: [UInt8] = []
        values.withUnsafeBufferPointer { DeltaBinaryPacked.encode($0, into: &bytes) }
        for count in 0..<bytes.count - 40 {
            #expect(throws: ParquetError.self) {
                try decodeDelta(Array(bytes[..<count]), count: 300)
            }
        }
        var runs: [UInt8] = []
        values.map { UInt32($0) }.withUnsafeBufferPointer {
            RunLengthBitPacked.encode($0, width: 20, into: &runs)
        }
        for count in 0..<runs.count - 20 {
            #expect(throws: ParquetError.self) {
                try decodeHybrid(Array(runs[..<count]), width: 20, count: 300)
            }
        }
    }

    @Test("garbage in any encoding ends in values or an error", arguments: UInt64(0)..<6)
    func garbage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let strings = ParquetLeaf(path: ["a"], type: .string)
        let leaves = [strings] + ColumnType.allCases.map { ParquetLeaf(path: ["a"], type: $0) }
        let encodings = [
            Encoding.plain, .rle, .deltaBinaryPacked, .deltaLengthByteArray, .deltaByteArray,
            .rleDictionary, .byteStreamSplit,
        ]
        var (accepted, refused) = (0, 0)
        for _ in 0..<4_000 {
            guard let leaf = leaves.randomElement(using: &random),
                let encoding = encodings.randomElement(using: &random)
            else { return }
            // Small bytes are likelier to be plausible lengths and widths.
            let largest = UInt8.random(in: 1...255, using: &random)
            let body = (0..<Int.random(in: 0..<80, using: &random)).map { _ in
                UInt8.random(in: 0...largest, using: &random)
            }
            var header = PageHeader(
                type: .dataV2, rawSize: body.count, storedSize: body.count,
                valueCount: Int.random(in: 0..<20, using: &random), encoding: encoding)
            header.nullCount = 0
            header.definitionLevelSize = min(body.count, Int.random(in: 0..<2, using: &random))
            header.isCompressed = Bool.random(using: &random)
            if Bool.random(using: &random) { header.type = .data }
            let decoder = PageDecoder(
                leaf: leaf,
                stored: StoredLeaf(
                    physicalType: leaf.type.physicalType,
                    definitionLevelMax: header.definitionLevelSize, columnIndex: 0),
                codec: header.isCompressed ? .lz4Raw : .uncompressed, encodings: [],
                dictionary: ChunkDictionary(
                    entries: .strings(StringDictionary(["x", "y", "z"])), bytesRead: 0))
            var list = StringList()
            do {
                let page = try body.withUnsafeBytes {
                    try decoder.decode(header, $0, strings: &list)
                }
                #expect(page.valueCount <= header.valueCount)
                accepted += 1
            } catch {
                #expect(error is ParquetError)
                refused += 1
            }
        }
        // Both happen, or the test tests nothing.
        #expect(accepted > 50 && refused > 50)
    }

    @Test("a run of no length ends in an error and not in a loop")
    func emptyRuns() {
        #expect(throws: ParquetError.self) {
            try decodeHybrid([0, 0, 0, 0], width: 1, count: 9)
        }
        #expect(throws: ParquetError.self) { try decodeHybrid([2, 1], width: 33, count: 1) }
    }

    @Test("limits of strings are shortened between characters and stay limits")
    func shortening() throws {
        let long = Array(String(repeating: "é", count: 60).utf8)
        let bounds = ValueBounds.string(min: long, max: long)
        let short = bounds.shortened()
        #expect(!short.isMinExact && !short.isMaxExact)
        let (least, greatest) = short.bounds.encoded
        #expect(least.count <= 64 && greatest.count <= 64)
        #expect(String(validating: least, as: UTF8.self) != nil)
        #expect(String(validating: greatest, as: UTF8.self) != nil)
        #expect(least.precedesBytewise(long) && long.precedesBytewise(greatest))
        // Nothing comes after the last character, so the limit stays as long as it is.
        let last = Array(String(repeating: "\u{10FFFF}", count: 40).utf8)
        let kept = ValueBounds.string(min: last, max: last).shortened()
        #expect(kept.isMaxExact && !kept.isMinExact)
    }

    @Test("NaN is in no limit, and zero is widened to both signs")
    func doubles() throws {
        let written = try TestFile(
            leaves: [
                ParquetLeaf(path: ["some"], type: .double),
                ParquetLeaf(path: ["none"], type: .double),
            ],
            groups: [
                [
                    .init(doubles: [.nan, 0.0, 3, .nan]),
                    .init(doubles: [.nan, .nan, .nan, .nan]),
                ]
            ])
        let file = try written.open()
        let some = file.rowGroups[0].columns[0].statistics
        #expect(some.max == .double(3))
        guard case .double(let least)? = some.min else {
            Issue.record("no minimum")
            return
        }
        #expect(least == 0 && least.sign == .minus)
        #expect(file.rowGroups[0].columns[1].statistics.min == nil)
        #expect(file.rowGroups[0].columns[1].columnIndex == nil)
        #expect(file.rowGroups[0].columns[0].columnIndex != nil)
    }

    private func decodeBits(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        try output.withUnsafeMutableBufferPointer { output in
            try bytes.withUnsafeBytes { try RunLengthBitPacked.decode($0, into: output) }
        }
        return output
    }

    private func decodeHybrid(_ bytes: [UInt8], width: Int, count: Int) throws -> [UInt32] {
        var output = [UInt32](repeating: 0, count: count)
        try output.withUnsafeMutableBufferPointer { output in
            try bytes.withUnsafeBytes {
                try RunLengthBitPacked.decode($0, width: width, into: output)
            }
        }
        return output
    }

    private func decodeDelta(_ bytes: [UInt8], count: Int) throws -> [Int64] {
        var output = [Int64](repeating: 0, count: count)
        try output.withUnsafeMutableBufferPointer { output in
            _ = try bytes.withUnsafeBytes { try DeltaBinaryPacked.decode($0, into: output) }
        }
        return output
    }
}
