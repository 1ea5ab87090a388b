/// A table of a store that has a Delta log of its own, seen from outside.
package struct CatalogTable: Sendable {
    package enum Name: String, Sendable, CaseIterable {
        case events, identity
    }

    package let name: Name
    let disk: any Disk
    let log: CatalogLog

    /// - Throws: `StoreError.notAStore` if there is no such table.
    package init(_ name: Name, ofStore path: String) throws(StoreError) {
        do {
            try self.init(name, on: PosixDisk(readingOnly: path))
        } catch let error as StoreError {
            throw .notAStore("\(path): \(error)")
        } catch {
            throw StoreError(error)
        }
    }

    /// On any disk.
    init(_ name: Name, on disk: any Disk) throws {
        self.name = name
        self.disk = disk
        log = CatalogLog(
            on: disk, directory: name.rawValue,
            copyDirectory: name == .events ? CatalogLog.copyDirectory : nil)
        guard try log.listing().newest != nil else {
            throw StoreError.notAStore("there is no \(name.rawValue)/_delta_log")
        }
    }

    /// What the table was at a version; `nil`: the newest.
    /// - Returns: `nil` if there is no such version.
    /// - Throws: `CatalogError` where what it needs is damaged or gone.
    package func state(at version: Int64?) throws -> CatalogState? {
        guard let version else { return try log.load() }
        return try log.load(at: version)
    }
}
