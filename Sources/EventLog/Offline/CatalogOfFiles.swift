import Columns
import Parquet

/// What the files below `events/` say by themselves where the catalog cannot be read: an analyst gets the events
/// all the same. Never for a daemon, which must not guess which files are the table.
///
/// Files that compaction replaced stay for some minutes, so events of those may stand twice; nobody but the
/// catalog, or the chain, knows which files are live.
struct CatalogOfFiles {
    private(set) var state: CatalogState
    /// The catalog, and files that are no sound segments.
    private(set) var damage: [Damage]

    /// - Parameter reason: what is wrong with the catalog.
    /// - Returns: `nil` if no file says which store it is of.
    init?(on disk: any Disk, reason: String) throws(DiskError) {
        let cache = ColumnCache(budget: 1 << 20)
        let nothing = CatalogState(
            version: 0, tableID: "", leaves: [], segments: [], removed: [], journalPosition: 0,
            properties: [:])
        var schema = EventSchema()
        var storeID: String?
        var entries: [SegmentEntry] = []
        var damage: [Damage] = []
        let sweep = SegmentSweep(disk: disk, directory: "events", state: nothing)
        for path in try sweep.files().sorted() where path.hasSuffix(".parquet") {
            let inner = String(path.dropFirst("events/".count))
            let unknown = SegmentEntry(
                path: inner, size: 0, modificationTime: 0, rowCount: 0, seq: 0...0,
                timestamp: 0...0)
            let segment = SegmentFile(entry: unknown, path: path, disk: disk, cache: cache)
            do {
                let file = try segment.open().file
                schema.restore(leavesOf: file)
                entries.append(SegmentEntry(footerOf: file, path: inner))
                storeID = storeID ?? file.keyValues.first { $0.key == "eventlog.store" }?.value
            } catch let error as DiskError where error.isShortage {
                throw error
            } catch {
                damage.append(Damage(file: path, message: "the segment cannot be read: \(error)"))
            }
        }
        guard let storeID else { return nil }
        entries.sort { ($0.seqMin, $0.path) < ($1.seqMin, $1.path) }
        state = CatalogState(
            version: 0, tableID: storeID, leaves: schema.catalogLeaves, segments: entries,
            removed: [],
            journalPosition: entries.reduce(0) { max($0, min($1.seqMax, Limits.seqMax)) },
            properties: [:])
        let message = """
            the catalog cannot be read (\(reason)): the \(entries.count) segments below events/ are taken as \
            they are, and events of files that were replaced may stand twice
            """
        self.damage = [Damage(file: "events/_delta_log", message: message)] + damage
    }
}
