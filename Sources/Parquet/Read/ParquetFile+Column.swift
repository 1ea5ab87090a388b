package import Columns

/// A column as far as it could be read.
package struct ColumnRead: Sendable {
    package var column: Column
    /// Rows of `column` whose bytes are damaged: ascending, apart from each other, null in `column`.
    package var unreadable: [Range<Int>] = []
    package var damage: [ParquetDamage] = []
    /// Bytes read from the source for this call, without indexes.
    package var bytesRead = 0
    package var pagesRead = 0
    /// The chunk's dictionary, given or read; to be handed in when more of this chunk is read.
    package var dictionary: ChunkDictionary?
}

extension ParquetFile {
    /// Reads the rows of some pages of a column chunk.
    ///
    /// Damage is no error: it is reported in the result and costs the rows of its pages; a damaged
    /// dictionary costs all rows that need it.
    /// - Parameter pages: positions in `index`; `nil`: all rows of the row group.
    /// - Parameter index: from `pageIndex(rowGroup:leaf:)`; read here if it is needed and not given.
    /// - Parameter dictionary: from an earlier call for the same chunk, so that both columns have
    ///   one dictionary object.
    /// - Throws: `ParquetError` if the chunk needs what this reader does not know; what the source
    ///   throws.
    package func readColumn(
        rowGroup: Int, leaf: Int, pages: Range<Int>? = nil, index: PageIndex? = nil,
        dictionary: ChunkDictionary? = nil
    ) throws -> ColumnRead {
        let group = metadata.rowGroups[rowGroup]
        let chunk = group.columns[leaf]
        if let reason = chunk.unsupported {
            throw ParquetError("column \(leaves[leaf].name): \(reason)")
        }
        var reader = ColumnChunkReader(
            file: self, leaf: leaf, chunk: chunk, name: "row group \(rowGroup)",
            dictionary: dictionary)
        if index == nil && pages == nil && chunk.offsetIndex == nil {
            return try reader.walk(rowCount: group.rowCount)
        }
        do {
            let index = try index ?? pageIndex(rowGroup: rowGroup, leaf: leaf)
            return try reader.read(index, pages ?? index.pages.indices)
        } catch is ParquetError where index == nil && pages == nil {
            // No index helps: what can be had is had by walking.
            return try reader.walk(rowCount: group.rowCount)
        }
    }

    /// Reads some rows of a column chunk, of whose pages nothing else is made.
    ///
    /// Of a page that the index knows to be null nothing is read, so its damage is not found. Otherwise as
    /// `readColumn`, with the places in `rows` for rows.
    /// - Parameter rows: ascending, counted from the start of the row group.
    package func readRows(
        _ rows: [Int], rowGroup: Int, leaf: Int, index: PageIndex,
        dictionary: ChunkDictionary? = nil
    ) throws -> ColumnRead {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf]
        if let reason = chunk.unsupported {
            throw ParquetError("column \(leaves[leaf].name): \(reason)")
        }
        var reader = ColumnChunkReader(
            file: self, leaf: leaf, chunk: chunk, name: "row group \(rowGroup)",
            dictionary: dictionary)
        return try reader.read(index, rows: rows)
    }

    /// The dictionary of a chunk; `nil` if it has none.
    /// - Throws: `ParquetError` if it is damaged; what the source throws.
    package func readDictionary(rowGroup: Int, leaf: Int) throws -> ChunkDictionary? {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf]
        if let reason = chunk.unsupported {
            throw ParquetError("column \(leaves[leaf].name): \(reason)")
        }
        return try readDictionary(leaf: leaf, of: chunk)
    }

    func readDictionary(leaf: Int, of chunk: ColumnChunkMetadata) throws -> ChunkDictionary? {
        guard let offset = chunk.dictionaryPageOffset else { return nil }
        guard offset < chunk.dataPageOffset else {
            throw ParquetError("dictionary page lies behind the data", at: offset)
        }
        let range = offset..<chunk.dataPageOffset
        let bytes = try source.readExactly(at: range.lowerBound, count: range.count)
        do throws(ParquetError) {
            return try dictionary(bytes, at: offset, leaf: leaf, codec: chunk.codec)
        } catch {
            throw error.located(at: offset)
        }
    }

    private func dictionary(
        _ bytes: [UInt8], at offset: Int, leaf: Int, codec: Codec
    ) throws(ParquetError) -> ChunkDictionary {
        var walk = PageWalk(
            bytes: bytes, base: offset, requiresChecksum: metadata.hasChecksums)
        guard let page = try walk.next(), page.header.type == .dictionary,
            page.header.encoding == .plain || page.header.encoding == .plainDictionary
        else { throw ParquetError("dictionary page is missing") }
        let header = page.header
        let body = bytes[header.headerSize..<header.headerSize + header.storedSize]
        if let crc = header.crc, crc != body.withUnsafeBytes({ CRC32.checksum($0) }) {
            throw ParquetError("dictionary page: checksum mismatch")
        }
        var raw = Array(body)
        if codec == .lz4Raw {
            guard let output = body.withUnsafeBytes({ LZ4.decompress($0, size: header.rawSize) })
            else { throw ParquetError("dictionary page: LZ4 block is damaged") }
            raw = output
        }
        guard raw.count == header.rawSize else {
            throw ParquetError("dictionary page of a wrong length")
        }
        let (leaf, stored) = (leaves[leaf], metadata.schema.stored[leaf])
        return try raw.withUnsafeBytes { raw in
            Result { () throws(ParquetError) in
                try ChunkDictionary(
                    page: raw, count: header.valueCount, leaf: leaf, stored: stored,
                    bytesRead: bytes.count)
            }
        }.get()
    }
}
