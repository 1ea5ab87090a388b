package import Columns
package import Parquet
import Synchronization

/// One live segment: its entry in the catalog and, while somebody needs it, its open file.
///
/// Of all segments only so many are open at a time (`ColumnCache`): there is one for each five minutes
/// of events, for years.
package final class SegmentFile: Sendable {
    package let entry: SegmentEntry
    /// Relative to the store's directory.
    package let path: String
    private let disk: any Disk
    let cache: ColumnCache
    private let isObsolete = Atomic<Bool>(false)
    let tallies = SegmentTallies()
    /// Of which this is another view: it lives as long, so that its file does.
    private let original: SegmentFile?

    /// Keeps the file open as long as it lives.
    package struct Opened: Sendable {
        package let file: ParquetFile
        /// Leaf number by column name.
        let leaves: [String: Int]
        /// What the file says about the persons in it.
        let squash: PersonSquash?
    }

    package init(entry: SegmentEntry, path: String, disk: any Disk, cache: ColumnCache) {
        self.entry = entry
        self.path = path
        self.disk = disk
        self.cache = cache
        original = nil
    }

    private init(_ original: SegmentFile, cache: ColumnCache) {
        entry = original.entry
        path = original.path
        disk = original.disk
        self.cache = cache
        self.original = original
    }

    /// The same segment, what is decoded of it kept elsewhere.
    func reading(through cache: ColumnCache) -> SegmentFile { SegmentFile(self, cache: cache) }

    deinit {
        // What cannot be removed today only takes room; the next start tries again.
        if isObsolete.load(ordering: .acquiring) { try? disk.unlink(path) }
    }

    /// Another has taken its place: nobody who looks from now on will need it.
    func markObsolete() { isObsolete.store(true, ordering: .releasing) }

    /// The file, its footer read and checked.
    package func open() throws -> Opened {
        if let opened = cache.openFile(path) { return opened }
        let file = try ParquetFile(source: DiskSource(opening: path, on: disk))
        // Each file vouches for itself; which of them stands here, only the catalog can say. 0: it does not.
        guard entry.size == 0 || file.source.size == entry.size else {
            throw ParquetError(
                "a file of \(file.source.size) bytes; the catalog names one of \(entry.size)")
        }
        var leaves: [String: Int] = [:]
        for (number, leaf) in file.leaves.enumerated() {
            leaves[leaf.path.joined(separator: ".")] = number
        }
        let opened = Opened(
            file: file, leaves: leaves, squash: PersonSquash(file.keyValues))
        cache.keepOpen(opened, path)
        return opened
    }

    /// The leaf with this column's name and type, or `nil` if the segment is older than the column.
    package func leaf(_ definition: ColumnDefinition, in opened: Opened) -> Int? {
        guard let leaf = opened.leaves[definition.name],
            opened.file.leaves[leaf].type == definition.type
        else { return nil }
        return leaf
    }

    package func pageIndex(_ opened: Opened, rowGroup: Int, leaf: Int) throws -> PageIndex {
        let key = ColumnCache.Key(file: path, rowGroup: rowGroup, leaf: leaf, part: .pageIndex)
        if case .pageIndex(let index)? = cache.value(for: key) { return index }
        let index = try opened.file.pageIndex(rowGroup: rowGroup, leaf: leaf)
        cache.insert(.pageIndex(index), for: key, cost: 64 + index.pages.count * 96)
        return index
    }

    package func bloomFilter(_ opened: Opened, rowGroup: Int, leaf: Int) throws -> BloomFilter? {
        let key = ColumnCache.Key(file: path, rowGroup: rowGroup, leaf: leaf, part: .bloomFilter)
        if case .bloomFilter(let filter)? = cache.value(for: key) { return filter }
        guard let filter = try opened.file.bloomFilter(rowGroup: rowGroup, leaf: leaf) else {
            return nil
        }
        cache.insert(.bloomFilter(filter), for: key, cost: filter.memorySize)
        return filter
    }

    private final class DiskSource: ParquetSource {
        private let disk: any Disk
        private let handle: FileHandle
        let size: Int

        init(opening path: String, on disk: any Disk) throws {
            self.disk = disk
            handle = try disk.openFile(path, .read)
            do {
                size = try disk.size(of: handle)
            } catch {
                try? disk.close(handle)
                throw error
            }
        }

        deinit { try? disk.close(handle) }

        func read(at offset: Int, count: Int) throws -> [UInt8] {
            let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                initialized = try disk.read(
                    handle, at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard bytes.count == count else {
                throw ParquetError("the file ends \(count - bytes.count) bytes early", at: offset)
            }
            return bytes
        }
    }
}

extension SegmentFile {
    /// The first row of each page of a row group, and the number of its rows at the end.
    ///
    /// All columns' pages start at the same rows, so any column can tell.
    package func pageStarts(_ opened: Opened, rowGroup: Int) throws -> [Int] {
        let index = try pageIndex(opened, rowGroup: rowGroup, leaf: 0)
        return index.pages.map(\.rows.lowerBound) + [opened.file.rowGroups[rowGroup].rowCount]
    }
}
