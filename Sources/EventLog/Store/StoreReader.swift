import Columns

/// A store seen from outside: read-only, without its lock and without a daemon.
///
/// It may be a copy, on a read-only mount, or in use by a daemon at this moment; nothing in it is
/// changed.
package struct StoreReader: Sendable {
    package let tables: StoreTables
    package let segments: [SegmentFile]
    package let report: RecoveryReport
    package let storeID: StoreID
    package let catalogVersion: Int64

    /// Attempts before giving up on a store that is being sealed each time it is looked at.
    private static let attemptCountMax = 5

    /// - Throws: `StoreError.notAStore` if the directory has no catalog and no segment of ours.
    package init(path: String, options: StoreOptions = StoreOptions()) throws(StoreError) {
        do {
            try self.init(path, PosixDisk(readingOnly: path), options)
        } catch {
            throw StoreError(error)
        }
    }

    /// The same on any disk.
    init(on disk: any Disk, options: StoreOptions = StoreOptions()) throws {
        try self.init("the directory", disk, options)
    }

    private init(_ path: String, _ disk: any Disk, _ options: StoreOptions) throws {
        let recovery = Recovery(disk: disk, options: options)
        for _ in 0..<Self.attemptCountMax {
            let isWithoutCatalog: Bool
            var opened: OpenedStore
            do {
                guard let loaded = try recovery.load() else {
                    throw StoreError.notAStore("\(path) has no catalog (events/_delta_log)")
                }
                (opened, isWithoutCatalog) = (loaded, false)
            } catch {
                guard let loaded = try Self.openWithoutCatalog(disk, recovery, after: error) else {
                    throw error
                }
                (opened, isWithoutCatalog) = (loaded, true)
            }
            // A seal in between moves events from the journal to a segment: look again, or they would
            // be missing here.
            if !isWithoutCatalog {
                let after = try opened.catalog.load()
                guard after?.version == opened.catalogState.version else { continue }
            }
            tables = StoreTables(
                events: EventsTable(
                    schema: opened.schema, segments: opened.segments,
                    tail: opened.tail.snapshot(opened.schema),
                    identityLog: opened.identityLog?.files ?? []
                ).hiding(opened.erasures.scopes),
                identity: opened.identity, books: opened.books, rollups: opened.rollups.set)
            segments = opened.segments
            opened.report.damage += opened.rollupDamage
            report = opened.report
            storeID = opened.storeID
            catalogVersion = opened.catalogState.version
            return
        }
        throw StoreError.io("the store changed at each of \(Self.attemptCountMax) looks")
    }

    /// - Parameter error: why there is no catalog.
    /// - Returns: `nil` if it is not for want of a catalog, or there is nothing to be taken instead.
    private static func openWithoutCatalog(
        _ disk: any Disk, _ recovery: Recovery, after error: any Error
    ) throws -> OpenedStore? {
        let reason: String
        switch error {
        case CatalogError.damaged, CatalogError.missing: reason = "\(error)"
        case StoreError.notAStore: reason = "there is none"
        default: return nil
        }
        guard let files = try CatalogOfFiles(on: disk, reason: reason) else { return nil }
        var opened = try recovery.load(recovery.catalog, files.state)
        opened.report.damage = files.damage + opened.report.damage
        return opened
    }
}
