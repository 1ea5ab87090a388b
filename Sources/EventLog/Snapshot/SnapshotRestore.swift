package import Columns
import Parquet

/// Makes a store of a snapshot, which stays as it is (docs/Snapshot.md).
package struct SnapshotRestore: Sendable {
    /// Segments and their events, as the catalog lists them.
    package private(set) var segments = 0
    package private(set) var events = 0
    /// Bytes copied.
    package private(set) var bytes = 0
    /// What of the store is not as the catalog says.
    package private(set) var damage: [Damage] = []

    /// Copies everything, looks whether it is what the catalog says, and only then gives it its name:
    /// with damage, too, since the rest is as good.
    /// - Parameters:
    ///   - path: absolute; nothing is there, or an empty directory.
    ///   - progress: told the bytes copied so far, and about how many there are in all.
    package init(
        of snapshot: String, to path: String, progress: @escaping (Int, Int) -> Void
    ) throws(SnapshotError) {
        do {
            let source = try PosixDisk(readingOnly: snapshot)
            guard let state = try CatalogLog(on: source, directory: "events").load() else {
                throw SnapshotError.place("\(snapshot) has no catalog (events/_delta_log).")
            }
            guard try source.list(JournalDirectory.path).isEmpty else {
                throw SnapshotError.place(
                    "\(snapshot) has a journal, with events that are in no segment yet: make a "
                        + "snapshot of it (eventlog snapshot) and restore that.")
            }
            let place = try NewDirectory(path, outside: snapshot)
            do {
                var copy = StoreCopy(from: source, to: place.disk)
                let all = state.segments.reduce(0) { $0 + $1.size }
                var done = 0
                copy.progress = {
                    done += $0
                    progress(done, max(done, all))
                }
                try Self.copy(state, &copy)
                bytes = copy.copiedSize
                try check(StoreReader(path: place.temporaryPath), on: place.disk)
                try place.finish()
            } catch {
                place.abandon()
                throw error
            }
        } catch {
            throw SnapshotError(error)
        }
    }

    private static func copy(_ state: CatalogState, _ copy: inout StoreCopy) throws {
        try copy.copyLog(upTo: state.version, isFinal: true)
        try copy.copyIdentity(linking: false)
        try copy.copyIdentityLog(
            try? IdentityLog(disk: copy.source).catalog.load(), linking: false)
        for directory in [
            LedgerFile.directory, QuarantineFile.directory, ContentFile.directory,
            ErasureDirectory.path, ErasureDirectory.receiptPath,
        ] {
            try copy.copyFiles(in: directory)
        }
        // One that is missing is found by the check, like one that is damaged.
        for segment in state.segments { _ = try copy.copy(joinPath("events", segment.path)) }
        _ = try copy.copyRollups(linking: false)
        try copy.finish()
    }

    private mutating func check(_ store: StoreReader, on disk: any Disk) throws {
        damage = store.report.damage
        for segment in store.segments {
            segments += 1
            events += segment.entry.rowCount
            do {
                let size = try FileReader(segment.path, on: disk).size
                let rowCount = try segment.open().file.rowCount
                let entry = segment.entry
                guard size != entry.size || rowCount != entry.rowCount else { continue }
                damage.append(
                    Damage(
                        file: segment.path, rowCount: entry.rowCount,
                        message: "it has \(rowCount) events in \(size) bytes, and the catalog says "
                            + "\(entry.rowCount) in \(entry.size)"))
            } catch {
                damage.append(
                    Damage(
                        file: segment.path, rowCount: segment.entry.rowCount,
                        message: "\(error)"))
            }
        }
    }
}
