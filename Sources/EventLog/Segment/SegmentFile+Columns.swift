package import Columns
package import Parquet

/// Values of a segment, through the cache.
extension SegmentFile {
    /// The rows of these pages of one column.
    package func column(
        _ opened: Opened, rowGroup: Int, leaf: Int, pages: Range<Int>, observer: ScanObserver?
    ) throws -> ColumnRead {
        let key = ColumnCache.Key(
            file: path, rowGroup: rowGroup, leaf: leaf, part: .pages(pages))
        if case .column(let read)? = cache.value(for: key) {
            observer?.count { $0.cacheHits += 1 }
            return read
        }
        let read = try withDictionary(rowGroup, leaf, observer) { dictionary in
            try opened.file.readColumn(
                rowGroup: rowGroup, leaf: leaf, pages: pages,
                index: try pageIndex(opened, rowGroup: rowGroup, leaf: leaf),
                dictionary: dictionary)
        }
        if read.unreadable.isEmpty {
            cache.insert(
                .column(read), for: key, cost: read.column.memorySize + read.ownStringsSize)
        }
        return read
    }

    /// Some rows of these pages, of one column. Only what whole pages are kept of is kept.
    /// - Parameters:
    ///   - rows: ascending, counted from the start of `pages`.
    ///   - places: the same counted from the start of the row group.
    func rows(
        _ rows: [Int32], places: [Int], _ opened: Opened, rowGroup: Int, leaf: Int,
        pages: Range<Int>, observer: ScanObserver?
    ) throws -> ColumnRead {
        let key = ColumnCache.Key(
            file: path, rowGroup: rowGroup, leaf: leaf, part: .pages(pages))
        if case .column(let read)? = cache.value(for: key) {
            observer?.count { $0.cacheHits += 1 }
            var picked = read
            picked.column = read.column.gather(rows.map { UInt32(truncatingIfNeeded: $0) })
            return picked
        }
        let index = try pageIndex(opened, rowGroup: rowGroup, leaf: leaf)
        return try withDictionary(rowGroup, leaf, observer) { dictionary in
            try opened.file.readRows(
                places, rowGroup: rowGroup, leaf: leaf, index: index, dictionary: dictionary)
        }
    }

    /// Hands in the chunk's dictionary if it is kept, and keeps what comes back.
    private func withDictionary(
        _ rowGroup: Int, _ leaf: Int, _ observer: ScanObserver?,
        _ read: (ChunkDictionary?) throws -> ColumnRead
    ) throws -> ColumnRead {
        let key = ColumnCache.Key(file: path, rowGroup: rowGroup, leaf: leaf, part: .dictionary)
        var dictionary: ChunkDictionary?
        if case .dictionary(let known)? = cache.value(for: key) { dictionary = known }
        let read = try read(dictionary)
        observer?.count { $0.bytesRead += read.bytesRead }
        if dictionary == nil, let own = read.dictionary {
            own.strings?.join(cache.currentDomain())
            cache.insert(.dictionary(own), for: key, cost: own.memorySize)
        }
        return read
    }

    // MARK: - Rows of many columns

    /// What `keep` was given, if it is still there.
    func rows(
        _ rows: [Int32], of columns: [Int], rowGroup: Int, pages: Range<Int>
    ) -> Block? {
        let key = ColumnCache.Key(
            file: path, rowGroup: rowGroup, leaf: -1, part: .rows(pages, rows, columns: columns))
        guard case .block(let block)? = cache.value(for: key) else { return nil }
        return block
    }

    /// Keeps some rows: a person's or a content's events are asked for again, and to take them out of pages
    /// of thousands is a lot of work.
    /// - Parameter columns: positions in the table `events`, which never change.
    func keep(
        _ block: Block, _ rows: [Int32], of columns: [Int], rowGroup: Int, pages: Range<Int>
    ) {
        guard block.unreadable.isEmpty else { return }
        let key = ColumnCache.Key(
            file: path, rowGroup: rowGroup, leaf: -1, part: .rows(pages, rows, columns: columns))
        let values = block.columns.reduce(0) { $0 + $1.memorySize + $1.stringsSize }
        cache.insert(.block(block), for: key, cost: values + 8 * (rows.count + columns.count))
    }
}
