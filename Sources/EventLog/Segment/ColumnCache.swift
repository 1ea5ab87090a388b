package import Columns
package import Parquet
import Synchronization

/// Decoded parts of segments, kept under one memory budget for all queries.
package final class ColumnCache: Sendable {
    package struct Key: Hashable, Sendable {
        package enum Part: Hashable, Sendable {
            case pages(Range<Int>)
            /// Some rows of these pages, of some columns of the table.
            case rows(Range<Int>, [Int32], columns: [Int])
            case dictionary
            case pageIndex
            case bloomFilter
        }
        /// A segment's path: segments are immutable and a path is never used again for other bytes.
        let file: String
        let rowGroup: Int
        let leaf: Int
        let part: Part
    }

    package enum Entry: Sendable {
        case column(ColumnRead)
        case block(Block)
        case dictionary(ChunkDictionary)
        case pageIndex(PageIndex)
        case bloomFilter(BloomFilter)
    }

    private let entries: Mutex<GenerationCache<Key, Entry>>

    /// Open segments by path.
    private let files: Mutex<GenerationCache<String, SegmentFile.Opened>>

    /// The strings that dictionaries in the cache share.
    private let domain = Mutex(StringDomain(sizeMax: Limits.stringDomainSizeMax))

    /// - Parameters:
    ///   - budget: bytes.
    ///   - openFileCountMax: segments that are kept open.
    package init(budget: Int, openFileCountMax: Int = Limits.openSegmentCountMax) {
        entries = Mutex(GenerationCache(budget: budget))
        files = Mutex(GenerationCache(budget: openFileCountMax))
    }

    func openFile(_ path: String) -> SegmentFile.Opened? {
        files.withLock { $0.value(for: path) }
    }

    func keepOpen(_ opened: SegmentFile.Opened, _ path: String) {
        files.withLock { $0.insert(opened, for: path, cost: 1) }
    }

    /// The domain for a dictionary that is read now. One that is full goes with the last dictionary that
    /// is in it.
    func currentDomain() -> StringDomain {
        domain.withLock { domain in
            if domain.isFull { domain = StringDomain(sizeMax: Limits.stringDomainSizeMax) }
            return domain
        }
    }

    package var cost: Int { entries.withLock { $0.cost } }

    func value(for key: Key) -> Entry? {
        entries.withLock { $0.value(for: key) }
    }

    func insert(_ entry: Entry, for key: Key, cost: Int) {
        entries.withLock { $0.insert(entry, for: key, cost: cost) }
    }

    package func removeAll() {
        entries.withLock { $0.removeAll() }
        files.withLock { $0.removeAll() }
        domain.withLock { $0 = StringDomain(sizeMax: Limits.stringDomainSizeMax) }
    }
}

extension Column {
    /// Bytes of memory of the values, the shared dictionary not counted.
    var memorySize: Int {
        let mask = validity?.count ?? 0
        return switch values {
        case .allNull: 64
        case .bool: count + mask
        case .int64, .double: count * 8 + mask
        case .string: count * 4
        }
    }
}

extension Column {
    /// Bytes of memory of the dictionary.
    var stringsSize: Int {
        guard case .string(_, let dictionary) = values else { return 0 }
        return dictionary.bytes.count + dictionary.offsets.count * 4
    }
}

extension ColumnRead {
    /// Bytes of memory of strings that the pages brought themselves.
    var ownStringsSize: Int {
        guard case .string(_, let own) = column.values, own !== dictionary?.strings else {
            return 0
        }
        return column.stringsSize
    }
}

extension ChunkDictionary {
    /// Bytes of memory of the entries, their index and their numbers in the domain; of numbers, as many
    /// as were read for them is near enough.
    var memorySize: Int {
        strings.map { $0.bytes.count + $0.offsets.count * (4 + 8 + 4) } ?? bytesRead
    }
}
