import Columns

/// Takes one data page apart: checksum, levels, decompression, values.
struct PageDecoder {
    let leaf: ParquetLeaf
    let stored: StoredLeaf
    let codec: Codec
    /// What data pages of this chunk may be encoded in; empty if the file does not say.
    let encodings: [Encoding]
    let dictionary: ChunkDictionary?

    /// The non-null values of a page.
    enum Values {
        case none
        case bools([UInt8])
        case integers([Int64])
        case doubles([Double])
        /// Places in the dictionary.
        case indices([UInt32])
        case strings
    }

    struct Page {
        var values: Values
        /// By row, 1 = a value; `nil`: all rows have one.
        var validity: [UInt8]?
        var valueCount: Int
        /// Where only some rows are wanted: `validity` and `values` are of those, and this says at which of
        /// the page's values theirs stand.
        var picks: Picks?
    }

    struct Picks {
        /// Values of the whole page.
        var storedCount: Int
        /// Ascending, below `storedCount`.
        var places: [Int]
    }

    /// - Parameter body: the bytes behind the header.
    /// - Parameter rows: the rows that are wanted, ascending, counted from the first of the page; `nil` for all.
    /// - Parameter strings: gets the values of a page of strings that has them itself.
    func decode(
        _ header: PageHeader, _ body: UnsafeRawBufferPointer, rows: [Int]? = nil,
        strings: inout StringList
    ) throws(ParquetError) -> Page {
        if let crc = header.crc, crc != CRC32.checksum(body) {
            throw ParquetError("checksum mismatch")
        }
        guard encodings.isEmpty || encodings.contains(header.encoding) else {
            throw ParquetError("encoding \(header.encoding) is not among those of the chunk")
        }
        if header.type == .dataV2 {
            let split = header.definitionLevelSize
            let levels = UnsafeRawBufferPointer(rebasing: body[..<split])
            let values = UnsafeRawBufferPointer(rebasing: body[split...])
            let page = try page(levels, rowCount: header.valueCount, rows)
            guard header.nullCount == header.valueCount - page.storedCount else {
                throw ParquetError("levels and header disagree about nulls")
            }
            let codec = header.isCompressed ? codec : .uncompressed
            return try decompressed(values, size: header.rawSize - split, codec) {
                (values) throws(ParquetError) in
                try self.decode(values, header.encoding, page, &strings)
            }
        }
        return try decompressed(body, size: header.rawSize, codec) { (body) throws(ParquetError) in
            var rest = body
            var page = Page(rowCount: header.valueCount, rows)
            if stored.definitionLevelMax > 0 {
                // Version 1: four bytes of length before the levels (page "Encodings", "RLE").
                guard body.count >= 4 else { throw ParquetError("levels are missing") }
                let size = Int(body.loadUnaligned(as: UInt32.self).littleEndian)
                guard size <= body.count - 4 else { throw ParquetError("levels are cut off") }
                page = try self.page(
                    UnsafeRawBufferPointer(rebasing: body[4..<4 + size]),
                    rowCount: header.valueCount, rows)
                rest = UnsafeRawBufferPointer(rebasing: body[(4 + size)...])
            }
            return try self.decode(rest, header.encoding, page, &strings)
        }
    }

    /// A page without its values yet: which rows have one.
    private func page(
        _ levels: UnsafeRawBufferPointer, rowCount: Int, _ rows: [Int]?
    ) throws(ParquetError) -> Page {
        let levelMax = stored.definitionLevelMax
        if levelMax == 0 { return Page(rowCount: rowCount, rows) }
        if levelMax == 1 {
            if let rows {
                let (total, bits, ranks) = try RunLengthBitPacked.ranks(
                    levels, count: rowCount, at: rows)
                return Page(bits, ranks: ranks, storedCount: total)
            }
            let validity = try Self.filled(0, rowCount) { (bits) throws(ParquetError) in
                try RunLengthBitPacked.decode(levels, into: bits)
            }
            return Page(validity)
        }
        let decoded = try Self.hybrid(
            levels, width: BitPacking.width(of: UInt64(levelMax)), count: rowCount)
        var largest: UInt32 = 0
        for level in decoded { largest = max(largest, level) }
        guard largest <= levelMax else { throw ParquetError("level \(largest)") }
        let validity: [UInt8] = decoded.map { $0 == levelMax ? 1 : 0 }
        return rows.map { Page(validity, rows: $0) } ?? Page(validity)
    }

    func decompressed<Result>(
        _ stored: UnsafeRawBufferPointer, size: Int, _ codec: Codec,
        _ body: (UnsafeRawBufferPointer) throws(ParquetError) -> Result
    ) throws(ParquetError) -> Result {
        switch codec {
        case .uncompressed:
            guard stored.count == size else { throw ParquetError("page of a wrong length") }
            return try body(stored)
        case .lz4Raw:
            // Some writers store nothing where there is nothing.
            if stored.isEmpty && size == 0 { return try body(stored) }
            guard let raw = LZ4.decompress(stored, size: size) else {
                throw ParquetError("LZ4 block is damaged")
            }
            return try raw.withUnsafeBytes { bytes in
                Swift.Result { () throws(ParquetError) in try body(bytes) }
            }.get()
        }
    }

    func decode(
        _ input: UnsafeRawBufferPointer, _ encoding: Encoding, _ page: Page,
        _ strings: inout StringList
    ) throws(ParquetError) -> Page {
        var page = page
        let count = page.valueCount
        if count == 0 { return page }
        if let picks = page.picks {
            page.values = try pick(input, encoding, picks, &strings)
            return page
        }
        switch (encoding, leaf.type) {
        case (.rleDictionary, _), (.plainDictionary, _):
            page.values = .indices(try indices(input, count: count))
        case (.plain, .bool):
            page.values = .bools(
                try Self.filled(0, count) { (buffer) throws(ParquetError) in
                    try PlainEncoding.decode(bools: input, into: buffer)
                })
        case (.rle, .bool):
            guard input.count >= 4 else { throw ParquetError("runs are missing") }
            let size = Int(input.loadUnaligned(as: UInt32.self).littleEndian)
            guard size <= input.count - 4 else { throw ParquetError("runs are cut off") }
            let runs = UnsafeRawBufferPointer(rebasing: input[4..<4 + size])
            page.values = .bools(
                try Self.hybrid(runs, width: 1, count: count).map { UInt8($0 & 1) })
        case (.plain, .int64), (.plain, .timestamp):
            var values = [Int64](repeating: 0, count: count)
            try NumberDecoder.integers(input, stored, into: &values)
            page.values = .integers(values)
        case (.deltaBinaryPacked, .int64), (.deltaBinaryPacked, .timestamp):
            var values = try Self.filled(0, count) { (buffer) throws(ParquetError) in
                try DeltaBinaryPacked.decode(input, into: buffer)
            }
            try NumberDecoder.finish(&values, stored)
            page.values = .integers(values)
        case (.byteStreamSplit, .int64), (.byteStreamSplit, .timestamp),
            (.byteStreamSplit, .double):
            let joined = try ByteStreamSplit.joined(
                input, width: stored.physicalType.size, count: count)
            page = try joined.withUnsafeBytes { joined in
                Swift.Result { () throws(ParquetError) in
                    try self.decode(joined, .plain, page, &strings)
                }
            }.get()
        case (.plain, .double):
            var values = [Double](repeating: 0, count: count)
            try NumberDecoder.doubles(input, stored, into: &values)
            page.values = .doubles(values)
        case (.plain, .string):
            try PlainEncoding.decode(strings: input, count: count, into: &strings)
            page.values = .strings
        case (.deltaLengthByteArray, .string):
            try DeltaLengthByteArray.decode(input, count: count, into: &strings)
            page.values = .strings
        case (.deltaByteArray, .string):
            try DeltaByteArray.decode(input, count: count, into: &strings)
            page.values = .strings
        default: throw ParquetError("values of \(leaf.type) encoded as \(encoding)")
        }
        return page
    }

    private func indices(
        _ input: UnsafeRawBufferPointer, count: Int
    ) throws(ParquetError) -> [UInt32] {
        guard let dictionary else { throw ParquetError("dictionary is missing or damaged") }
        guard let width = input.first else { throw ParquetError("bit width is missing") }
        let indices = try Self.hybrid(
            UnsafeRawBufferPointer(rebasing: input[1...]), width: Int(width), count: count)
        return try within(dictionary, indices)
    }

    func within(
        _ dictionary: ChunkDictionary, _ indices: [UInt32]
    ) throws(ParquetError) -> [UInt32] {
        var largest: UInt32 = 0
        for index in indices { largest = max(largest, index) }
        guard largest < dictionary.count else {
            throw ParquetError("index \(largest) of \(dictionary.count) entries")
        }
        return indices
    }

    static func hybrid(
        _ input: UnsafeRawBufferPointer, width: Int, count: Int
    ) throws(ParquetError) -> [UInt32] {
        try filled(0, count) { (buffer) throws(ParquetError) in
            try RunLengthBitPacked.decode(input, width: width, into: buffer)
        }
    }

    static func filled<Element>(
        _ zero: Element, _ count: Int,
        _ body: (UnsafeMutableBufferPointer<Element>) throws(ParquetError) -> Void
    ) throws(ParquetError) -> [Element] {
        var values = [Element](repeating: zero, count: count)
        let result = values.withUnsafeMutableBufferPointer { buffer in
            Result { () throws(ParquetError) in try body(buffer) }
        }
        try result.get()
        return values
    }
}
