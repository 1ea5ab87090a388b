import Columns

/// Reads pages of one column chunk into one column.
struct ColumnChunkReader {
    let file: ParquetFile
    let leaf: Int
    let chunk: ColumnChunkMetadata
    /// For messages: which row group.
    let name: String
    var dictionary: ChunkDictionary?
    private var result: ColumnRead

    init(
        file: ParquetFile, leaf: Int, chunk: ColumnChunkMetadata, name: String,
        dictionary: ChunkDictionary?
    ) {
        self.file = file
        self.leaf = leaf
        self.chunk = chunk
        self.name = name
        self.dictionary = dictionary
        result = ColumnRead(column: Column(nulls: 0, type: file.leaves[leaf].type))
    }

    /// The rows of `pages`, which stand in `index`.
    mutating func read(_ index: PageIndex, _ pages: Range<Int>) throws -> ColumnRead {
        let wanted = index.pages[pages]
        guard let first = wanted.first, let last = wanted.last else { return result }
        let firstRow = first.rows.lowerBound
        let rowCount = last.rows.upperBound - firstRow
        result.damage += index.damage
        // Neighbouring pages stand behind each other, so one read fetches them.
        let bytes = try readRange(of: wanted)
        try loadDictionary()
        let decoder = decoder()
        var assembler = ColumnAssembler(
            type: file.leaves[leaf].type, rowCount: rowCount, dictionary: dictionary)
        for (number, page) in zip(pages, wanted) {
            let rows = page.rows.lowerBound - firstRow..<page.rows.upperBound - firstRow
            let start = page.byteRange.lowerBound - bytes.base
            do throws(ParquetError) {
                let header = try header(bytes.bytes, at: start, base: bytes.base, of: page)
                try decode(
                    header, bytes.bytes, start + header.headerSize, decoder, rows, &assembler)
            } catch {
                lose(
                    rows, of: page.rows, page.byteRange, "page \(number)", error, &assembler)
            }
        }
        return finish(assembler)
    }

    /// Some rows, of pages that are read on their own.
    /// - Parameter rows: ascending, counted from the start of the row group, within the pages of `index`.
    mutating func read(_ index: PageIndex, rows: [Int]) throws -> ColumnRead {
        result.damage += index.damage
        try loadDictionary()
        let decoder = decoder()
        var assembler = ColumnAssembler(
            type: file.leaves[leaf].type, rowCount: rows.count, dictionary: dictionary)
        var start = 0
        for number in index.pages(covering: (rows.first ?? 0)..<(rows.last ?? -1) + 1) {
            let page = index.pages[number]
            var end = start
            while end < rows.count, rows[end] < page.rows.upperBound { end += 1 }
            let picked = start..<end
            start = end
            if picked.isEmpty { continue }
            if page.isAllNull {
                assembler.addNulls(picked)
                continue
            }
            do {
                let bytes = try file.source.readExactly(
                    at: page.byteRange.lowerBound, count: page.byteRange.count)
                result.bytesRead += bytes.count
                let header = try header(bytes, at: 0, base: page.byteRange.lowerBound, of: page)
                try decode(
                    header, bytes, header.headerSize, decoder, picked, &assembler,
                    rows: rows[picked].map { $0 - page.rows.lowerBound })
            } catch let error as ParquetError {
                lose(
                    picked, of: page.rows, page.byteRange, "page \(number)", error, &assembler)
            }
        }
        return finish(assembler)
    }

    private func header(
        _ bytes: [UInt8], at start: Int, base: Int, of page: PageIndex.Page
    ) throws(ParquetError) -> PageHeader {
        let header = try PageHeader.read(
            bytes, at: start, base: base, requiresChecksum: file.metadata.hasChecksums)
        guard header.headerSize + header.storedSize == page.byteRange.count,
            header.type == .data || header.type == .dataV2,
            header.valueCount == page.rows.count
        else { throw ParquetError("header and index disagree") }
        return header
    }

    /// All rows of the chunk, without an index. The first header that makes no sense costs the rows
    /// from there on.
    mutating func walk(rowCount: Int) throws -> ColumnRead {
        let range = chunk.byteRange
        let bytes = try file.source.readExactly(at: range.lowerBound, count: range.count)
        result.bytesRead += range.count
        try loadDictionary()
        let decoder = decoder()
        var assembler = ColumnAssembler(
            type: file.leaves[leaf].type, rowCount: rowCount, dictionary: dictionary)
        var walk = PageWalk(
            bytes: bytes, base: range.lowerBound, requiresChecksum: file.metadata.hasChecksums)
        var row = 0
        var number = 0
        while row < rowCount {
            let page: PageWalk.Page
            do throws(ParquetError) {
                guard let next = try walk.next() else {
                    throw ParquetError("pages hold \(row) rows of \(rowCount)")
                }
                page = next
            } catch {
                lose(row..<rowCount, of: row..<rowCount, range, "page \(number)", error, &assembler)
                break
            }
            let header = page.header
            guard header.type == .data || header.type == .dataV2 else { continue }
            let rows = row..<min(row + header.valueCount, rowCount)
            do throws(ParquetError) {
                guard rows.count == header.valueCount else {
                    throw ParquetError("pages hold too many rows")
                }
                let start = page.byteRange.lowerBound - range.lowerBound + header.headerSize
                try decode(header, bytes, start, decoder, rows, &assembler)
            } catch {
                lose(rows, of: rows, page.byteRange, "page \(number)", error, &assembler)
            }
            row = rows.upperBound
            number += 1
        }
        return finish(assembler)
    }

    private func decoder() -> PageDecoder {
        PageDecoder(
            leaf: file.leaves[leaf], stored: file.metadata.schema.stored[leaf], codec: chunk.codec,
            encodings: chunk.dataEncodings, dictionary: dictionary)
    }

    private mutating func readRange(
        of pages: ArraySlice<PageIndex.Page>
    ) throws -> (bytes: [UInt8], base: Int) {
        let start = pages.reduce(Int.max) { min($0, $1.byteRange.lowerBound) }
        let end = pages.reduce(0) { max($0, $1.byteRange.upperBound) }
        result.bytesRead += end - start
        return (try file.source.readExactly(at: start, count: end - start), start)
    }

    private mutating func loadDictionary() throws {
        if dictionary != nil || chunk.dictionaryPageOffset == nil { return }
        do {
            dictionary = try file.readDictionary(
                leaf: leaf, of: chunk)
            result.bytesRead += dictionary?.bytesRead ?? 0
        } catch let error as ParquetError {
            // The pages that need it will say which rows that costs.
            let start = chunk.dictionaryPageOffset ?? 0
            result.damage.append(
                ParquetDamage(
                    byteRange: start..<max(start, chunk.dataPageOffset),
                    message: "\(name), column \(file.leaves[leaf].name): \(error.message)"))
        }
    }

    /// - Parameters:
    ///   - places: where the values go.
    ///   - rows: of the page, as many as `places`; `nil` for all.
    private mutating func decode(
        _ header: PageHeader, _ bytes: [UInt8], _ start: Int, _ decoder: PageDecoder,
        _ places: Range<Int>, _ assembler: inout ColumnAssembler, rows: [Int]? = nil
    ) throws(ParquetError) {
        let stringStart = assembler.strings.count
        let page: PageDecoder.Page
        do throws(ParquetError) {
            page = try bytes.withUnsafeBytes { bytes in
                let body = UnsafeRawBufferPointer(
                    rebasing: bytes[start..<start + header.storedSize])
                return Result { () throws(ParquetError) in
                    try decoder.decode(header, body, rows: rows, strings: &assembler.strings)
                }
            }.get()
        } catch {
            assembler.strings.truncate(to: stringStart)
            throw error
        }
        result.pagesRead += 1
        assembler.add(page, at: places, stringStart: stringStart)
    }

    private mutating func lose(
        _ rows: Range<Int>, of groupRows: Range<Int>, _ bytes: Range<Int>, _ page: String,
        _ error: ParquetError, _ assembler: inout ColumnAssembler
    ) {
        assembler.addNulls(rows)
        if let last = result.unreadable.last, last.upperBound == rows.lowerBound {
            result.unreadable[result.unreadable.count - 1] = last.lowerBound..<rows.upperBound
        } else {
            result.unreadable.append(rows)
        }
        result.damage.append(
            ParquetDamage(
                byteRange: bytes, rows: groupRows,
                message:
                    "\(name), column \(file.leaves[leaf].name), \(page): \(error.message)"))
    }

    private func finish(_ assembler: ColumnAssembler) -> ColumnRead {
        var result = result
        result.column = assembler.finish()
        result.dictionary = dictionary
        return result
    }
}
