package import Columns

/// Journal files as they lie there: those of a store, of a directory, or one alone. Nothing is changed, and
/// no catalog is needed.
package struct JournalFiles: Sendable {
    package struct File: Sendable, Hashable {
        /// As people may type it.
        package let path: String
        /// On the disk.
        let name: String
        /// By its name; `nil` if it is called otherwise.
        let firstSeq: Int64?
    }

    let disk: any Disk
    /// In order of their numbers.
    package let files: [File]
    /// Whether newer files take the place of older ones, as in a store's journal.
    let isSequence: Bool
    /// All events up to this number are in segments, as the catalog says; `nil` if there is none.
    package let position: Int64?
    /// What is wrong with the catalog.
    package let catalogDamage: [Damage]

    /// - Parameter path: a store, its `journal`, or any directory with journal files.
    /// - Throws: `StoreError.notAStore` if there is no journal.
    package init(directory path: String) throws(StoreError) {
        do {
            let disk = try PosixDisk(readingOnly: path)
            let isStore = try disk.exists("events/_delta_log")
            let directory = isStore ? JournalDirectory.path : ""
            // The catalog first: what it says is sealed later is still in a file that was listed before.
            var catalog: any Disk = disk
            let name = splitPath(path.hasSuffix("/") ? String(path.dropLast()) : path).name
            if !isStore, name == JournalDirectory.path {
                catalog = try PosixDisk(readingOnly: path + "/..")
            }
            var position: Int64?
            var damage: [Damage] = []
            do {
                let state = try CatalogLog(on: catalog, directory: "events").load()
                position = state?.journalPosition
                damage = state?.damage ?? []
            } catch {
                damage = [Damage(file: "events/_delta_log", message: "\(error)")]
            }
            var files: [File] = []
            for name in try disk.list(directory) {
                let inner = joinPath(directory, name)
                // In `journal/damaged` a second file of one name has a number behind it.
                let plain = name.utf8.count > 28 ? String(name.prefix(28)) : name
                guard let firstSeq = JournalFormat.firstSeq(ofFileNamed: plain) else { continue }
                files.append(File(path: joinPath(path, inner), name: inner, firstSeq: firstSeq))
            }
            guard isStore || !files.isEmpty || name == JournalDirectory.path else {
                throw StoreError.notAStore("no journal in \(path)")
            }
            // A seal meanwhile takes files away: then the catalog says so now.
            if let known = position, let first = files.compactMap(\.firstSeq).min(),
                known < first - 1
            {
                position =
                    (try? CatalogLog(on: catalog, directory: "events").load())?.journalPosition
                    ?? known
            }
            files.sort { ($0.firstSeq ?? 0, $0.name) < ($1.firstSeq ?? 0, $1.name) }
            self.disk = disk
            self.files = files
            self.position = position
            catalogDamage = damage
            isSequence = isStore || name == JournalDirectory.path
        } catch {
            throw StoreError(error)
        }
    }

    /// One file by itself.
    package init(file path: String) throws(StoreError) {
        do {
            let (directory, name) = splitPath(path)
            let root = path.hasPrefix("/") ? "/" + directory : directory
            self.init(
                on: try PosixDisk(readingOnly: root.isEmpty ? "." : root),
                [File(path: path, name: name, firstSeq: JournalFormat.firstSeq(ofFileNamed: name))],
                isSequence: false, position: nil)
        } catch {
            throw StoreError(error)
        }
    }

    /// Those of any disk.
    init(on disk: any Disk, _ files: [File], isSequence: Bool, position: Int64?) {
        self.disk = disk
        self.files = files
        self.isSequence = isSequence
        self.position = position
        catalogDamage = []
    }

    /// The number from which on the next file takes the place of this one.
    func successor(of index: Int) -> Int64? {
        guard isSequence, index + 1 < files.count else { return nil }
        return files[index + 1].firstSeq
    }
}
