@testable import Columns
@testable import EventLog
@testable import TestSupport

/// A store that starts with a journal that nobody vouches for: it opens, answers and seals, or says why not.
enum RecoveryEntry {
    static var options: StoreOptions {
        var options = StoreOptions()
        options.now = { 1_800_000_000_000_000 }
        options.random = { 7 }
        options.pause = { _ in }
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 4608)
        options.columnCacheSize = 1 << 20
        options.dedupSetSize = 1 << 16
        return options
    }

    /// An empty store's files, and its id.
    static let template: (files: [String: [UInt8]], id: StoreID)? = {
        let disk = SimulatedDisk()
        guard let store = try? EventStore.open("s", on: disk, options: options),
            (try? store.close()) != nil
        else {
            return nil
        }
        var files: [String: [UInt8]] = [:]
        for directory in ["events/_delta_log", "catalog"] {
            for name in (try? disk.list(directory)) ?? [] {
                files[joinPath(directory, name)] = disk.content(of: joinPath(directory, name))
            }
        }
        return (files, store.storeID)
    }()

    static func run(_ input: [UInt8]) {
        guard let template else { preconditionFailure("a new store cannot be made") }
        let bytes = JournalEntry.image(input)
        guard var header = JournalEntry.header(bytes) else { return }
        header.storeID = template.id
        var own = bytes
        own.withUnsafeMutableBytes { bytes in
            header.write(to: bytes)
            header.write(
                to: UnsafeMutableRawBufferPointer(
                    rebasing: bytes[JournalFormat.fileHeaderCopyOffset...]))
        }
        let disk = SimulatedDisk()
        for (path, content) in template.files { disk.place(content, at: path) }
        disk.place(own, at: JournalDirectory.path(ofFile: header.firstSeq))
        guard let store = try? EventStore.open("s", on: disk, options: options) else { return }
        use(store)
        try? store.close()
    }

    private static func use(_ store: EventStore) {
        let columns = [EventColumn.seq, .eventId, .timestamp].map { Int($0.rawValue) }
        let request = ScanRequest(columns: columns, bounds: [], observer: ScanObserver())
        guard let scan = try? store.tables().events.scan(request) else { return }
        var count = 0
        for unit in scan.units {
            guard let block = try? unit.read(columns) else { continue }
            count += block.rowCount
        }
        _ = store.status()
        _ = try? store.seal()
        precondition(count >= 0)
    }
}
