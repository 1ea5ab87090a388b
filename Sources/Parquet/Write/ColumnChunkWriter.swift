import Columns

/// Writes one column of one row group to memory.
struct ColumnChunkWriter {
    /// A written chunk; positions count from the start of `bytes`.
    struct Output {
        var bytes: [UInt8] = []
        var pages: [WrittenPage] = []
        var rawSize = 0
        var encoding = Encoding.plain
        var codec = Codec.uncompressed
        var hasDictionary = false
        var dataPageOffset = 0
        var nullCount = 0
        var bounds: ValueBounds?
        /// Whether the limits occur, and were not shortened by who wrote them first.
        var isMinExact = true
        var isMaxExact = true
        var bloomFilter: BloomFilter?
    }

    let leaf: ParquetLeaf
    let pageRowCount: Int
    let compression: LZ4.Effort

    func write(_ column: Column) throws(ParquetError) -> Output {
        guard let chunk = ChunkValues(column, pageRowCount: pageRowCount) else {
            if leaf.isRequired && column.count > 0 {
                throw ParquetError("column \(leaf.name): null where a value is required")
            }
            return writeNulls(column.count)
        }
        if leaf.isRequired && chunk.validity != nil {
            throw ParquetError("column \(leaf.name): null where a value is required")
        }
        return write(chunk)
    }

    /// A column that nobody filled costs a header of fifty bytes a page.
    private func writeNulls(_ rowCount: Int) -> Output {
        var output = Output()
        output.nullCount = rowCount
        for start in stride(from: 0, to: rowCount, by: pageRowCount) {
            let count = min(pageRowCount, rowCount - start)
            var levels: [UInt8] = []
            RunLengthBitPacked.appendRun(of: 0, count, width: 1, into: &levels)
            let offset = output.bytes.count
            output.rawSize +=
                PageWriter.appendData(
                    levels: levels, values: [], encoding: .plain, rowCount: count,
                    nullCount: count, compression: nil, to: &output.bytes
                ).rawSize
            output.pages.append(
                WrittenPage(
                    offset: offset, size: output.bytes.count - offset, firstRow: start,
                    rowCount: count, nullCount: count))
        }
        if leaf.hasBloomFilter {
            output.bloomFilter = BloomFilter(distinctCount: 0, type: leaf.type)
        }
        return output
    }

    private func write(_ chunk: ChunkValues) -> Output {
        let choice = EncodingChoice.choose(chunk, compression)
        var output = Output()
        output.encoding = choice.encoding
        output.hasDictionary = choice.encoding == .rleDictionary
        output.nullCount = chunk.rowCount - chunk.valueCount
        var body: [UInt8] = []
        var isCompressed = false
        var values: [UInt8] = []
        for page in chunk.pages {
            values.removeAll(keepingCapacity: true)
            choice.encoder.encode(page.values, as: choice.encoding, into: &values)
            let offset = body.count
            let written = PageWriter.appendData(
                levels: leaf.isRequired ? [] : PageWriter.levels(chunk, page), values: values,
                encoding: choice.encoding, rowCount: page.rows.count,
                nullCount: page.rows.count - page.values.count,
                compression: choice.compresses ? compression : nil, to: &body)
            output.rawSize += written.rawSize
            isCompressed = isCompressed || written.isCompressed
            let bounds = leaf.hasStatistics ? chunk.bounds(of: page.values) : nil
            output.bounds = ValueBounds.union(output.bounds, bounds)
            output.pages.append(
                WrittenPage(
                    offset: offset, size: body.count - offset, firstRow: page.rows.lowerBound,
                    rowCount: page.rows.count, nullCount: page.rows.count - page.values.count,
                    bounds: bounds))
        }
        output.codec = isCompressed ? .lz4Raw : .uncompressed
        if output.hasDictionary { addDictionary(choice.encoder, to: &output) }
        output.dataPageOffset = output.bytes.count
        for page in output.pages.indices { output.pages[page].offset += output.dataPageOffset }
        output.bytes.append(contentsOf: body)
        if leaf.hasBloomFilter && leaf.type != .bool { addBloomFilter(chunk, to: &output) }
        return output
    }

    private func addDictionary(_ encoder: ChunkEncoder, to output: inout Output) {
        var entries: [UInt8] = []
        encoder.encodeDictionary(0..<encoder.dictionaryCount, into: &entries)
        // Pages that are compressed have decided it: then it is not compressed twice.
        if output.codec != .lz4Raw, PageWriter.compress(entries, compression) != nil {
            output.codec = .lz4Raw
        }
        output.rawSize += PageWriter.appendDictionary(
            entries, count: encoder.dictionaryCount, codec: output.codec, effort: compression,
            to: &output.bytes)
    }

    private func addBloomFilter(_ chunk: ChunkValues, to output: inout Output) {
        var count = chunk.valueCount
        if case .string(let strings) = chunk.values { count = strings.entries.count }
        var filter = BloomFilter(distinctCount: count, type: leaf.type)
        chunk.forEachHash { filter.insert(hash: $0) }
        output.bloomFilter = filter
    }
}
