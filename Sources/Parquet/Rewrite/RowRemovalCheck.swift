import Columns

#if canImport(Glibc)
    import Glibc
#endif

/// Reads back what `RowRemoval` made, by what the new file's own footer and indexes say: each page must stand where they
/// say, copied ones as in the source and others as they were read back when they were made.
struct RowRemovalCheck {
    let removal: RowRemoval
    let written: [UInt8]

    func run() throws {
        let file = try ParquetFile(source: ParquetBytes(written))
        guard file.rowGroups.map(\.rowCount) == removal.groups.map(\.rowCount),
            file.leaves == removal.source.leaves
        else { throw ParquetError("what was made of it has other rows") }
        for (number, group) in removal.groups.enumerated() {
            for leaf in file.leaves.indices {
                do {
                    try check(file, number, group, leaf)
                } catch let error as ParquetError {
                    throw ParquetError("\(file.leaves[leaf].name): \(error.message)")
                }
            }
        }
    }

    private func check(
        _ file: ParquetFile, _ number: Int, _ group: RowRemoval.Group, _ leaf: Int
    ) throws {
        let source = removal.source
        let before = try source.pageIndex(rowGroup: group.number, leaf: leaf)
        let after = try file.pageIndex(rowGroup: number, leaf: leaf)
        let counts = group.pages.map(\.rowCount)
        guard after.damage.isEmpty, after.pages.map(\.rows.count) == counts else {
            throw ParquetError("other pages")
        }
        let output = group.chunks[leaf].output
        for (place, kept) in group.pages.enumerated() {
            let page = output.pages[place]
            let new = after.pages[place].byteRange
            let isRight =
                kept.rows == nil
                ? areEqual(removal.bytes, before.pages[kept.number].byteRange, new)
                : areEqual(output.bytes, page.offset..<page.offset + page.size, new)
            guard isRight else { throw ParquetError("a page is not the one that was made") }
        }
        try checkDictionary(file, number, group, leaf)
        let filter = try file.bloomFilter(rowGroup: number, leaf: leaf)
        guard
            (filter == nil)
                == (source.rowGroups[group.number].columns[leaf].bloomFilterOffset == nil)
        else { throw ParquetError("its Bloom filter is missing") }
    }

    private func areEqual(_ source: [UInt8], _ old: Range<Int>, _ new: Range<Int>) -> Bool {
        guard old.count == new.count, old.upperBound <= source.count,
            new.upperBound <= written.count
        else { return false }
        return source.withUnsafeBytes { source in
            written.withUnsafeBytes { target in
                // Both ranges were compared with the bytes that are there.
                guard let a = source.baseAddress, let b = target.baseAddress else { return false }
                return memcmp(a + old.lowerBound, b + new.lowerBound, old.count) == 0
            }
        }
    }

    /// The codes of pages mean what they did: entries that differ must be those that no page uses.
    private func checkDictionary(
        _ file: ParquetFile, _ number: Int, _ group: RowRemoval.Group, _ leaf: Int
    ) throws {
        let chunk = removal.source.rowGroups[group.number].columns[leaf]
        let new = file.rowGroups[number].columns[leaf]
        guard let old = chunk.dictionaryPageOffset, let start = new.dictionaryPageOffset else {
            guard chunk.dictionaryPageOffset == nil, new.dictionaryPageOffset == nil else {
                throw ParquetError("its dictionary is missing")
            }
            return
        }
        if areEqual(removal.bytes, old..<chunk.dataPageOffset, start..<new.dataPageOffset) {
            return
        }
        let had = try removal.source.readDictionary(rowGroup: group.number, leaf: leaf)
        let has = try file.readDictionary(rowGroup: number, leaf: leaf)
        guard let had, let has, had.count == has.count else {
            throw ParquetError("another dictionary")
        }
        var isDifferent = [Bool](repeating: false, count: had.count)
        for entry in had.entriesDiffering(from: has) { isDifferent[entry] = true }
        let read = try file.pageIndex(rowGroup: number, leaf: leaf)
        let contents = PageContents(
            file: file, bytes: written, leaf: leaf, chunk: new, dictionary: has)
        for page in read.pages {
            for index in try contents.indices(page) where isDifferent[Int(index)] {
                throw ParquetError("an entry that is used was overwritten")
            }
        }
    }
}

extension ChunkDictionary {
    /// - Precondition: both have as many entries.
    fileprivate func entriesDiffering(from other: ChunkDictionary) -> [Int] {
        switch (entries, other.entries) {
        case (.strings(let a), .strings(let b)):
            (0..<a.count).filter { entry in
                let (left, right) = (a.range(at: entry), b.range(at: entry))
                return left.count != right.count
                    || !a.bytes[left].elementsEqual(b.bytes[right])
            }
        case (.integers(let a), .integers(let b)): a.indices.filter { a[$0] != b[$0] }
        case (.doubles(let a), .doubles(let b)):
            a.indices.filter { a[$0].bitPattern != b[$0].bitPattern }
        default: Array(0..<count)
        }
    }
}
