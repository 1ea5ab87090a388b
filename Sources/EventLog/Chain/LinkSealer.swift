import Synchronization

/// Seals links with a key that moves on with each commit.
package final class LinkSealer: Sendable {
    private let file: Mutex<SealKeyFile>
    /// Held as long as it is there.
    private let lock: SealKeyLock?

    /// - Parameter path: of the key file, in a directory of this user's that nobody else may write to.
    /// - Throws: `SealKeyError`.
    package convenience init(path: String) throws(SealKeyError) {
        do {
            let (directory, name) = splitPath(path)
            let root = directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory
            let disk = try PosixDisk(root: root, createIfMissing: false)
            guard try disk.isPrivate(name) else { throw SealKeyError.notPrivate }
            let lock = try SealKeyLock(disk, name)
            self.init(try SealKeyFile(on: disk, path: name), lock)
        } catch let error as SealKeyError {
            throw error
        } catch let error as DiskError {
            throw .file(error)
        } catch {
            throw .notAKey
        }
    }

    package init(_ file: SealKeyFile, _ lock: SealKeyLock? = nil) {
        self.file = Mutex(file)
        self.lock = lock
    }

    /// What the next commit is sealed with.
    package var key: ChainLink.Key { file.withLock { $0.key.reference } }

    /// Whether a store may be sealed with this key.
    /// - Parameter head: of the store's chain.
    /// - Throws: `SealKeyError`.
    func check(_ head: ChainHead?) throws(SealKeyError) {
        let key = key
        guard let newest = head?.key, newest.id == key.id else {
            // A key that has sealed something has sealed it elsewhere, or in a catalog that is gone.
            guard key.number > 0 else { return }
            if let other = head?.key { throw .replaced(key: key, by: other) }
            throw .ahead(key: key, store: nil)
        }
        guard key.number <= newest.number + 1 else { throw .ahead(key: key, store: newest) }
    }

    /// Moves the key on to the first that has not sealed any commit: a crash, or a disk that failed, came
    /// between the newest commit and that.
    func align(with head: ChainHead?) throws {
        guard let newest = head?.key else { return }
        try file.withLock { file in
            guard file.key.id == newest.id else { return }
            guard newest.number - file.key.number < Limits.sealKeyStepCountMax else {
                throw SealKeyError.notAKey
            }
            while file.key.number <= newest.number { try file.advance() }
        }
    }

    /// Seals the link of the commit after `head`.
    func seal(_ link: ChainLink, after head: ChainHead?) throws -> SealedLink {
        try align(with: head)
        return file.withLock { file in
            var link = link
            link.key = file.key.reference
            return SealedLink(link: link, seal: file.key.seal(link.canonical))
        }
    }
}

/// Two stores must not seal with one key: of both chains half would be missing.
package final class SealKeyLock: Sendable {
    private let disk: any Disk
    private let file: FileHandle

    init(_ disk: any Disk, _ name: String) throws {
        self.disk = disk
        do throws(DiskError) {
            file = try disk.lock("." + name + ".lock")
        } catch {
            throw error.isLocked ? SealKeyError.inUse : SealKeyError.file(error)
        }
    }

    deinit { try? disk.close(file) }
}
