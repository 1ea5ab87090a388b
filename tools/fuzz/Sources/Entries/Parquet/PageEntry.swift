import FuzzHarness

@testable import Columns
@testable import Parquet

/// A data page without a file around it: the first bytes choose type, encoding, sizes and dictionary.
enum PageEntry {
    private static let types: [(ColumnType, PhysicalType)] = [
        (.string, .byteArray), (.int64, .int64), (.int64, .int32), (.double, .double),
        (.double, .float),
        (.bool, .boolean), (.timestamp, .int64),
    ]
    private static let encodings: [Encoding] = [
        .plain, .rleDictionary, .plainDictionary, .rle, .deltaBinaryPacked, .deltaLengthByteArray,
        .deltaByteArray, .byteStreamSplit,
    ]
    private static let units: [StoredLeaf.IntegerUnit] = [
        .one, .milliseconds, .microseconds, .nanoseconds,
    ]

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let (type, physical) = types[input.choice(types.count)]
        let encoding = encodings[input.choice(encodings.count)]
        let bits = input.byte()
        let leaf = ParquetLeaf(path: ["x"], type: type, isRequired: bits & 1 == 0)
        let isNested = bits & 2 != 0
        let stored = StoredLeaf(
            physicalType: physical,
            definitionLevelMax: isNested ? Int(bits >> 6) : bits & 1 == 0 ? 0 : 1,
            repetitionLevelMax: isNested ? Int(bits >> 5 & 1) : 0,
            unit: type == .timestamp ? units[Int(bits >> 3 & 3)] : .one, columnIndex: 0)
        let isVersion2 = bits & 4 != 0
        let count = input.number16()
        let nulls = min(input.number16(), count)
        let rawSize = input.number16()
        let levels = Int(input.byte())
        let repetition = isNested ? Int(input.byte()) : 0
        let entries = input.bytes(input.choice(64))
        let body = input.remaining
        var header = PageHeader(
            type: isVersion2 ? .dataV2 : .data, rawSize: rawSize, storedSize: body.count,
            valueCount: count,
            encoding: encoding)
        if isVersion2 {
            // What reading a header would have refused.
            guard levels + repetition <= min(rawSize, body.count) else { return }
            header.nullCount = nulls
            header.rowCount = isNested ? nulls : count
            header.definitionLevelSize = levels
            header.repetitionLevelSize = repetition
        }
        let dictionary = try? entries.withUnsafeBytes {
            try ChunkDictionary(
                page: $0, count: entries.count / max(physical.size, 1), leaf: leaf, stored: stored,
                bytesRead: 0)
        }
        let decoder = PageDecoder(
            leaf: leaf, stored: stored, codec: bits & 16 != 0 ? .lz4Raw : .uncompressed,
            encodings: [],
            dictionary: dictionary)
        if isNested {
            _ = try? decoder.decodeNested(header, body, at: 0)
        } else {
            read(decoder, header, body, count: count)
        }
    }

    private static func read(
        _ decoder: PageDecoder, _ header: PageHeader, _ body: [UInt8], count: Int
    ) {
        let rows = Array(stride(from: Int(body.first ?? 0) % 7, to: min(count, 2_000), by: 11))
        let some = column(decoder, header, body, rows: rows)
        guard let column = column(decoder, header, body, rows: nil) else { return }
        precondition(column.count == count, "a page of another length than its header says")
        for row in 0..<min(count, 256) { _ = column[row] }
        guard let some else {
            preconditionFailure("a page that is sound as a whole and not in part")
        }
        for (place, row) in rows.enumerated() {
            precondition(isSame(some[place], column[row]), "a row that is another on its own")
        }
    }

    private static func column(
        _ decoder: PageDecoder, _ header: PageHeader, _ body: [UInt8], rows: [Int]?
    ) -> Column? {
        let count = rows?.count ?? header.valueCount
        var assembler = ColumnAssembler(
            type: decoder.leaf.type, rowCount: count, dictionary: decoder.dictionary)
        guard
            let page = try? body.withUnsafeBytes({
                try decoder.decode(header, $0, rows: rows, strings: &assembler.strings)
            })
        else { return nil }
        assembler.add(page, at: 0..<count, stringStart: 0)
        return assembler.finish()
    }

    /// NaN is the same as itself here.
    private static func isSame(_ a: Value, _ b: Value) -> Bool {
        if case .double(let x) = a, case .double(let y) = b { return x.bitPattern == y.bitPattern }
        return a == b
    }

    /// The pages of the sample files, behind the bytes that choose.
    static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for bytes in try SampleFile.seeds().prefix(2) {
            let file = try ParquetFile(source: ParquetBytes(bytes))
            for (leaf, chunk) in file.rowGroups[0].columns.enumerated() {
                var walk = PageWalk(
                    bytes: Array(bytes[chunk.byteRange]), base: chunk.byteRange.lowerBound,
                    requiresChecksum: true)
                while let page = try walk.next() {
                    let header = page.header
                    guard header.type == .dataV2,
                        let type = types.firstIndex(where: { $0.0 == file.leaves[leaf].type }),
                        let encoding = encodings.firstIndex(of: header.encoding)
                    else { continue }
                    let isCompressed = header.isCompressed && chunk.codec == .lz4Raw
                    let bits: UInt8 =
                        (file.leaves[leaf].isRequired ? 0 : 1) | 4 | (isCompressed ? 16 : 0)
                    seeds.append(
                        [UInt8(type), UInt8(encoding), bits] + pair(header.valueCount)
                            + pair(header.nullCount ?? 0) + pair(header.rawSize)
                            + [UInt8(header.definitionLevelSize), 0]
                            + bytes[
                                page.byteRange.lowerBound
                                    + header.headerSize..<page.byteRange.upperBound])
                }
            }
        }
        return seeds
    }

    private static func pair(_ number: Int) -> [UInt8] {
        [UInt8(number & 255), UInt8(number >> 8 & 255)]
    }
}
