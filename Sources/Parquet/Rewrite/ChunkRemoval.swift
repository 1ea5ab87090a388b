import Columns

/// One column chunk without some of its rows; see `RowRemoval`.
struct ChunkRemoval {
    let file: ParquetFile
    /// Of the file.
    let bytes: [UInt8]
    let rowGroup: Int
    let leaf: Int
    let index: PageIndex
    let pages: [RowRemoval.KeptPage]
    let compression: LZ4.Effort

    private var chunk: ColumnChunkMetadata { file.metadata.rowGroups[rowGroup].columns[leaf] }
    private var type: ColumnType { file.leaves[leaf].type }

    /// The chunk as it is.
    func copied() throws -> ColumnChunkWriter.Output {
        var output = emptyOutput()
        output.bytes = Array(bytes[chunk.byteRange])
        output.rawSize = chunk.rawSize
        output.dataPageOffset = chunk.dataPageOffset - chunk.byteRange.lowerBound
        for page in index.pages {
            let header = try PageHeader.read(
                bytes, at: page.byteRange.lowerBound, base: 0, requiresChecksum: true)
            var written = written(page, header)
            written.offset = page.byteRange.lowerBound - chunk.byteRange.lowerBound
            written.firstRow = page.rows.lowerBound
            add(written, to: &output)
        }
        output.bloomFilter = try file.bloomFilter(rowGroup: rowGroup, leaf: leaf)
        settleBounds(&output)
        return output
    }

    /// The chunk with the rows that stay.
    func removed() throws -> ColumnChunkWriter.Output {
        let dictionary = try file.readDictionary(rowGroup: rowGroup, leaf: leaf)
        let pageReader = PageContents(
            file: file, bytes: bytes, leaf: leaf, chunk: chunk, dictionary: dictionary)
        var output = emptyOutput()
        var body: [UInt8] = []
        body.reserveCapacity(chunk.byteRange.count)
        var usage = dictionary.map { DictionaryUsage(entryCount: $0.count) }
        var firstRow = 0
        for kept in pages {
            let page = index.pages[kept.number]
            var written: WrittenPage
            let offset = body.count
            if let rows = kept.rows {
                let encoded = try pageReader.page(page, keeping: rows, usage: &usage)
                written = WrittenPage(
                    offset: offset, size: 0, firstRow: firstRow, rowCount: rows.count,
                    nullCount: rows.count - encoded.valueCount, bounds: encoded.bounds)
                output.rawSize +=
                    PageWriter.appendData(
                        levels: encoded.levels, values: encoded.values, encoding: encoded.encoding,
                        rowCount: rows.count, nullCount: rows.count - encoded.valueCount,
                        compression: chunk.codec == .lz4Raw ? compression : nil, to: &body
                    ).rawSize
                try pageReader.verify(body, at: offset, holds: encoded, rowCount: rows.count)
                written.size = body.count - offset
            } else {
                let header = try pageReader.intactHeader(page)
                written = self.written(page, header)
                (written.offset, written.firstRow) = (offset, firstRow)
                output.rawSize += header.headerSize + header.rawSize
                body.append(contentsOf: bytes[page.byteRange])
            }
            add(written, to: &output)
            firstRow += kept.rowCount
        }
        if let dictionary, var usage {
            try noteDropped(&usage, pageReader)
            try findOthers(&usage, pageReader)
            let erased = usage.erased
            output.rawSize += try appendDictionary(dictionary, without: erased, to: &output.bytes)
            if chunk.bloomFilterOffset != nil {
                output.bloomFilter = try filter(dictionary, without: erased)
            }
        } else if chunk.bloomFilterOffset != nil {
            output.bloomFilter = try filter(pageReader, valueCount: firstRow - output.nullCount)
        }
        output.dataPageOffset = output.bytes.count
        for page in output.pages.indices { output.pages[page].offset += output.dataPageOffset }
        output.bytes.append(contentsOf: body)
        settleBounds(&output)
        return output
    }

    // MARK: - Pages

    private func emptyOutput() -> ColumnChunkWriter.Output {
        var output = ColumnChunkWriter.Output()
        output.encoding = chunk.dataEncodings.first ?? .plain
        output.codec = chunk.codec
        output.hasDictionary = chunk.dictionaryPageOffset != nil
        return output
    }

    /// A page that is copied, by what its header and the indexes say of it.
    private func written(_ page: PageIndex.Page, _ header: PageHeader) -> WrittenPage {
        let nullCount = header.nullCount ?? 0
        return WrittenPage(
            offset: 0, size: page.byteRange.count, firstRow: 0, rowCount: page.rows.count,
            nullCount: nullCount,
            bounds: nullCount == page.rows.count ? nil : ValueBounds(page.statistics))
    }

    private func add(_ page: WrittenPage, to output: inout ColumnChunkWriter.Output) {
        output.pages.append(page)
        output.nullCount += page.nullCount
        output.bounds = ValueBounds.union(output.bounds, page.bounds)
    }

    /// Nothing is said of a chunk of which a page with values does not say its limits.
    private func settleBounds(_ output: inout ColumnChunkWriter.Output) {
        if output.pages.contains(where: { $0.bounds == nil && $0.nullCount < $0.rowCount }) {
            output.bounds = nil
        }
        settleExactness(&output)
    }

    /// A long string stands shortened in the index: whether a limit that came from there occurs, the chunk's own
    /// statistics say, if they have the same.
    private func settleExactness(_ output: inout ColumnChunkWriter.Output) {
        guard case .string(let least, let greatest)? = output.bounds else { return }
        let before = chunk.statistics
        func isKnown(_ limit: [UInt8], _ said: Value?, _ isExact: Bool) -> Bool {
            isExact && said == .string(String(decoding: limit, as: UTF8.self))
        }
        func isDecoded(_ isOne: (ValueBounds) -> Bool) -> Bool {
            zip(pages, output.pages).contains { kept, page in
                kept.rows != nil && page.bounds.map(isOne) ?? false
            }
        }
        output.isMinExact =
            isKnown(least, before.min, before.isMinExact)
            || isDecoded { if case .string(least, _) = $0 { true } else { false } }
        output.isMaxExact =
            isKnown(greatest, before.max, before.isMaxExact)
            || isDecoded { if case .string(_, greatest) = $0 { true } else { false } }
    }

    // MARK: - Dictionary

    /// Entries that pages used of which no row is left.
    private func noteDropped(
        _ usage: inout DictionaryUsage, _ reader: PageContents
    ) throws(ParquetError) {
        let left = Set(pages.map(\.number))
        for number in index.pages.indices where !left.contains(number) {
            usage.drop(try reader.indices(index.pages[number]))
        }
    }

    /// Of the entries that rows used which go, those that pages use which are copied. Mostly the first says it.
    private func findOthers(
        _ usage: inout DictionaryUsage, _ reader: PageContents
    ) throws(ParquetError) {
        for kept in pages where kept.rows == nil {
            if !usage.hasOpenEntries { return }
            usage.keep(try reader.indices(index.pages[kept.number]))
        }
    }

    /// - Parameter erased: entries that nobody uses any more: others stand in their places, so that no page need
    ///   be written for them.
    /// - Returns: bytes before compression, header included.
    private func appendDictionary(
        _ dictionary: ChunkDictionary, without erased: [Int], to output: inout [UInt8]
    ) throws -> Int {
        guard !erased.isEmpty else {
            let range = chunk.byteRange.lowerBound..<chunk.dataPageOffset
            let header = try PageHeader.read(
                bytes, at: range.lowerBound, base: 0, requiresChecksum: true)
            output.append(contentsOf: bytes[range])
            return header.headerSize + header.rawSize
        }
        return PageWriter.appendDictionary(
            dictionary.encoded(replacing: erased), count: dictionary.count, codec: chunk.codec,
            effort: compression, to: &output)
    }

    // MARK: - Bloom filter

    private func filter(
        _ dictionary: ChunkDictionary, without erased: [Int]
    ) throws(ParquetError) -> BloomFilter {
        guard let strings = dictionary.strings else {
            throw ParquetError("Bloom filter of numbers")
        }
        var isErased = [Bool](repeating: false, count: strings.count)
        for entry in erased { isErased[entry] = true }
        var filter = BloomFilter(distinctCount: strings.count, type: type)
        strings.bytes.withUnsafeBytes { bytes in
            for entry in isErased.indices where !isErased[entry] {
                let range = strings.range(at: entry)
                filter.insert(
                    hash: XXHash64.hash(UnsafeRawBufferPointer(rebasing: bytes[range])))
            }
        }
        return filter
    }

    /// Of strings that pages bring themselves.
    private func filter(
        _ reader: PageContents, valueCount: Int
    ) throws(ParquetError) -> BloomFilter {
        guard type == .string else { throw ParquetError("Bloom filter of numbers") }
        var filter = BloomFilter(distinctCount: valueCount, type: type)
        for kept in pages {
            try reader.forEachString(index.pages[kept.number], kept.rows) {
                filter.insert(hash: XXHash64.hash($0))
            }
        }
        return filter
    }
}

extension ValueBounds {
    /// What a file says of a page or chunk; `nil` if it does not say both limits.
    fileprivate init?(_ statistics: ColumnStatistics) {
        switch (statistics.min, statistics.max) {
        case (.bool(let least), .bool(let greatest)): self = .bool(min: least, max: greatest)
        case (.int64(let least), .int64(let greatest)),
            (.timestamp(let least), .timestamp(let greatest)):
            self = .int64(min: least, max: greatest)
        case (.double(let least), .double(let greatest)):
            self = .double(min: least, max: greatest)
        case (.string(let least), .string(let greatest)):
            self = .string(min: Array(least.utf8), max: Array(greatest.utf8))
        default: return nil
        }
    }
}
