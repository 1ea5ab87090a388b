/// Reads the rows of a Parquet file of nested rows, whole row groups at a time.
///
/// For small files of which every row matters: damage anywhere is an error.
package struct NestedParquetFile {
    private let file: ParquetFile

    /// Reads the footer.
    /// - Throws: `ParquetError` if this is no Parquet file or its footer is damaged; what the source
    ///   throws.
    package init(source: any ParquetSource) throws {
        file = try ParquetFile(source: source, rows: .nested)
    }

    package var rowCount: Int { file.rowCount }
    package var keyValues: [(key: String, value: String)] { file.keyValues }
    /// Whether every byte that matters is under a checksum, as in files of this writer.
    package var hasMetadataChecksums: Bool { file.hasMetadataChecksums }

    /// Calls `body` with every row, by field.
    /// - Parameter fields: those that are wanted; the file may have others.
    /// - Throws: `ParquetError` if the file has no such columns, and at the first damage; what the
    ///   source and `body` throw.
    package func forEachRow(
        _ fields: [NestedField], _ body: ([NestedValue]) throws -> Void
    ) throws {
        let leaves = try NestedField.leaves(of: fields).map { try leaf($0) }
        for (number, group) in file.rowGroups.enumerated() {
            var assembler = NestedAssembler(
                try leaves.map { try readColumn(rowGroup: number, leaf: $0) })
            for _ in 0..<group.rowCount { try body(try assembler.nextRow(fields)) }
            try assembler.finish()
        }
    }

    private func leaf(_ wanted: NestedLeaf) throws(ParquetError) -> Int {
        guard let leaf = file.leaves.firstIndex(where: { $0.path == wanted.path }) else {
            throw ParquetError("no column \(wanted.path.joined(separator: "."))")
        }
        let stored = file.metadata.schema.stored[leaf]
        guard file.leaves[leaf].type == wanted.type, stored.physicalType == wanted.physicalType,
            stored.definitionLevelMax == wanted.definitionLevelMax,
            stored.repetitionLevelMax == wanted.repetitionLevelMax
        else { throw ParquetError("column \(file.leaves[leaf].name) of another shape") }
        return leaf
    }

    private func readColumn(rowGroup: Int, leaf: Int) throws -> NestedColumn {
        let chunk = file.rowGroups[rowGroup].columns[leaf]
        let name = file.leaves[leaf].name
        if let reason = chunk.unsupported { throw ParquetError("column \(name): \(reason)") }
        let decoder = PageDecoder(
            leaf: file.leaves[leaf], stored: file.metadata.schema.stored[leaf],
            codec: chunk.codec, encodings: chunk.dataEncodings,
            dictionary: try file.readDictionary(leaf: leaf, of: chunk))
        let range = chunk.byteRange
        let bytes = try file.source.readExactly(at: range.lowerBound, count: range.count)
        var walk = PageWalk(
            bytes: bytes, base: range.lowerBound, requiresChecksum: file.metadata.hasChecksums,
            rows: .nested)
        var column = NestedColumn(name: name)
        while let page = try walk.next() {
            let header = page.header
            guard header.type == .data || header.type == .dataV2 else { continue }
            do throws(ParquetError) {
                guard header.valueCount <= chunk.valueCount - column.levelCount else {
                    throw ParquetError("pages hold too many values")
                }
                column.append(
                    try decoder.decodeNested(
                        header, bytes,
                        at: page.byteRange.lowerBound - range.lowerBound + header.headerSize))
            } catch {
                throw ParquetError("column \(name): \(error.message)")
                    .located(at: error.offset ?? page.byteRange.lowerBound)
            }
        }
        guard column.levelCount == chunk.valueCount else {
            throw ParquetError(
                "column \(name): \(column.levelCount) values of \(chunk.valueCount)",
                at: range.lowerBound)
        }
        return column
    }
}
