import Columns

/// Takes pages of one column chunk apart, and puts what is left of them together again; see `RowRemoval`.
struct PageContents {
    let file: ParquetFile
    /// Of the file.
    let bytes: [UInt8]
    let leaf: Int
    let chunk: ColumnChunkMetadata
    let dictionary: ChunkDictionary?

    /// A page before compression.
    struct Encoded {
        var levels: [UInt8] = []
        var values: [UInt8] = []
        var encoding: Encoding
        var valueCount = 0
        var bounds: ValueBounds?
        /// What a reader must find in it.
        var expected = PageDecoder.Page(values: .none, valueCount: 0)
        var strings = StringList()
    }

    /// The page with only these of its rows, encoded as it was.
    /// - Parameter usage: is told which entries of the dictionary stay in use and which may not.
    func page(
        _ page: PageIndex.Page, keeping rows: [UInt32], usage: inout DictionaryUsage?
    ) throws(ParquetError) -> Encoded {
        var all = StringList()
        let (header, decoded) = try decode(page, &all)
        var encoded = Encoded(encoding: header.encoding)
        let selection = Selection(rows, of: page.rows.count, decoded.validity)
        encoded.valueCount = selection.values.count
        let values: ChunkValues.Values
        var kept = PageDecoder.Values.none
        var indices: [UInt32]?
        switch decoded.values {
        case .none: values = emptyValues
        case .bools(let all):
            let own = selection.pick(all)
            (values, kept) = (.bool(own), .bools(own))
        case .integers(let all):
            let own = selection.pick(all)
            (values, kept) = (.int64(own), .integers(own))
        case .doubles(let all):
            let own = selection.pick(all)
            (values, kept) = (.double(own), .doubles(own))
        case .strings:
            encoded.strings = try selection.pick(all)
            kept = .strings
            values = .string(
                StringValues(
                    codes: (0..<selection.values.count).map { Int32(truncatingIfNeeded: $0) },
                    dictionary: encoded.strings.dictionary(isDistinct: false)))
        case .indices(let all):
            let own = selection.pick(all)
            usage?.drop(all)
            usage?.keep(own)
            (indices, kept) = (own, .indices(own))
            values = self.values(of: own)
        }
        encoded.expected = PageDecoder.Page(
            values: kept, validity: selection.validity, valueCount: encoded.valueCount)
        if decoded.valueCount == 0, header.encoding == .rleDictionary { indices = [] }
        let left = ChunkValues.Page(rows: 0..<rows.count, values: 0..<encoded.valueCount)
        let chunk = ChunkValues(values: values, pages: [left], validity: selection.validity)
        if !file.leaves[leaf].isRequired { encoded.levels = PageWriter.levels(chunk, left) }
        encoded.bounds = chunk.bounds(of: left.values)
        if let indices {
            encode(indices, into: &encoded.values)
        } else {
            ChunkEncoder(chunk).encode(left.values, as: header.encoding, into: &encoded.values)
        }
        return encoded
    }

    /// Reads back a page that was made of `encoded`: what replaces other bytes must not have trusted an encoder.
    /// - Parameter written: has it from `offset` on.
    func verify(
        _ written: [UInt8], at offset: Int, holds encoded: Encoded, rowCount: Int
    ) throws(ParquetError) {
        let header = try PageHeader.read(written, at: offset, base: 0, requiresChecksum: true)
        let body = offset + header.headerSize..<offset + header.headerSize + header.storedSize
        guard body.upperBound == written.count, header.valueCount == rowCount else {
            throw ParquetError("a page was written with other sizes")
        }
        var strings = StringList()
        let found = try decode(header, written, body, &strings)
        guard found.valueCount == encoded.valueCount,
            found.validity == encoded.expected.validity,
            found.valueCount == 0 || found.values.isEqual(encoded.expected.values),
            strings.bytes == encoded.strings.bytes, strings.offsets == encoded.strings.offsets
        else { throw ParquetError("a page was written with other values") }
    }

    /// Places in the dictionary, one for each value of the page.
    func indices(_ page: PageIndex.Page) throws(ParquetError) -> [UInt32] {
        var strings = StringList()
        let (_, decoded) = try decode(page, &strings)
        switch decoded.values {
        case .indices(let indices): return indices
        case .none: return []
        default: throw ParquetError("a page without its chunk's dictionary")
        }
    }

    /// - Parameter rows: as in `RowRemoval.KeptPage`.
    func forEachString(
        _ page: PageIndex.Page, _ rows: [UInt32]?, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(ParquetError) {
        var strings = StringList()
        let (_, decoded) = try decode(page, &strings)
        let wanted = rows.map { Selection($0, of: page.rows.count, decoded.validity).values }
        strings.bytes.withUnsafeBytes { bytes in
            func visit(_ place: Int) {
                // In bounds: offsets never decrease and end with the bytes.
                let range = Int(strings.offsets[place])..<Int(strings.offsets[place + 1])
                body(UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
            if let wanted {
                for place in wanted { visit(Int(place)) }
            } else {
                for place in 0..<strings.count { visit(place) }
            }
        }
    }

    /// The header of a page whose bytes are those that were written.
    func intactHeader(_ page: PageIndex.Page) throws(ParquetError) -> PageHeader {
        let (header, body) = try header(page)
        guard header.crc == bytes.withUnsafeBytes({ CRC32.checksum(.init(rebasing: $0[body])) })
        else { throw ParquetError("checksum mismatch", at: page.byteRange.lowerBound) }
        return header
    }

    private func header(
        _ page: PageIndex.Page
    ) throws(ParquetError) -> (header: PageHeader, body: Range<Int>) {
        let start = page.byteRange.lowerBound
        let header = try PageHeader.read(bytes, at: start, base: 0, requiresChecksum: true)
        let body = start + header.headerSize..<page.byteRange.upperBound
        guard header.type == .dataV2, body.count == header.storedSize,
            header.valueCount == page.rows.count, header.crc != nil
        else { throw ParquetError("header and index disagree", at: start) }
        return (header, body)
    }

    private func decode(
        _ page: PageIndex.Page, _ strings: inout StringList
    ) throws(ParquetError) -> (PageHeader, PageDecoder.Page) {
        let (header, body) = try header(page)
        return (header, try decode(header, bytes, body, &strings))
    }

    private func decode(
        _ header: PageHeader, _ bytes: [UInt8], _ body: Range<Int>, _ strings: inout StringList
    ) throws(ParquetError) -> PageDecoder.Page {
        let decoder = PageDecoder(
            leaf: file.leaves[leaf], stored: file.metadata.schema.stored[leaf], codec: chunk.codec,
            encodings: chunk.dataEncodings, dictionary: dictionary)
        return try bytes.withUnsafeBytes { bytes in
            Result { () throws(ParquetError) in
                try decoder.decode(
                    header, UnsafeRawBufferPointer(rebasing: bytes[body]), strings: &strings)
            }
        }.get()
    }

    private var emptyValues: ChunkValues.Values {
        switch file.leaves[leaf].type {
        case .bool: .bool([])
        case .int64, .timestamp: .int64([])
        case .double: .double([])
        case .string: .string(StringValues(codes: [], dictionary: .empty))
        }
    }

    private func values(of indices: [UInt32]) -> ChunkValues.Values {
        switch dictionary?.entries {
        case .strings(let strings):
            .string(
                StringValues(
                    codes: indices.map { Int32(bitPattern: $0) }, dictionary: strings))
        case .integers(let entries): .int64(indices.map { entries[Int($0)] })
        case .doubles(let entries): .double(indices.map { entries[Int($0)] })
        case nil: emptyValues
        }
    }

    /// Page "Encodings", "Dictionary Encoding": the bit width in a byte, then the hybrid. The dictionary keeps its
    /// length, so the width stays.
    private func encode(_ indices: [UInt32], into output: inout [UInt8]) {
        let width = BitPacking.width(of: UInt64(max(1, dictionary?.count ?? 0) - 1))
        output.append(UInt8(width))
        indices.withUnsafeBufferPointer {
            RunLengthBitPacked.encode($0, width: width, into: &output)
        }
    }
}

/// Some rows of a page, and where among its values theirs are.
private struct Selection {
    /// Positions among the values that are not null.
    var values: [UInt32]
    /// By row that stays, 1 = there is a value; `nil`: no row is null.
    var validity: [UInt8]?

    init(_ rows: [UInt32], of rowCount: Int, _ validity: [UInt8]?) {
        guard let validity else {
            values = rows
            return
        }
        var places = [UInt32](repeating: 0, count: rowCount)
        var next: UInt32 = 0
        for row in 0..<rowCount {
            places[row] = next
            next &+= UInt32(validity[row])
        }
        values = rows.filter { validity[Int($0)] != 0 }.map { places[Int($0)] }
        self.validity = values.count == rows.count ? nil : rows.map { validity[Int($0)] }
    }

    func pick<Element>(_ all: [Element]) -> [Element] { values.map { all[Int($0)] } }

    func pick(_ all: StringList) throws(ParquetError) -> StringList {
        var own = StringList()
        own.reserve(values.count, byteCount: all.bytes.count)
        let result = all.bytes.withUnsafeBytes { bytes in
            Result { () throws(ParquetError) in
                for place in values {
                    // In bounds: offsets never decrease and end with the bytes.
                    let range = Int(all.offsets[Int(place)])..<Int(all.offsets[Int(place) + 1])
                    try own.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
            }
        }
        try result.get()
        return own
    }
}

extension PageDecoder.Values {
    /// Strings are compared by who has them.
    fileprivate func isEqual(_ other: PageDecoder.Values) -> Bool {
        switch (self, other) {
        case (.none, .none), (.strings, .strings): true
        case (.bools(let a), .bools(let b)): a == b
        case (.integers(let a), .integers(let b)): a == b
        case (.doubles(let a), .doubles(let b)):
            a.elementsEqual(b) { $0.bitPattern == $1.bitPattern }
        case (.indices(let a), .indices(let b)): a == b
        default: false
        }
    }
}
