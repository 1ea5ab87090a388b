import Glibc

/// A directory that gets its name in one step, once all in it is durable. Until then it is beside that
/// place, with a hidden name.
///
/// A crash leaves nothing under the name. What it leaves beside it, the next attempt removes.
struct NewDirectory {
    /// Absolute and without links, the last component apart.
    let path: String
    /// Where it is until `finish`.
    let temporaryPath: String
    let disk: PosixDisk
    private let parent: String

    /// - Parameters:
    ///   - path: absolute; nothing is there, or an empty directory, in a directory that is.
    ///   - store: a directory that it must not be in.
    /// - Throws: `SnapshotError.place`.
    init(_ path: String, outside store: String) throws(SnapshotError) {
        guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else {
            throw .place("\(path) is not an absolute path.")
        }
        var trimmed = path
        while trimmed.utf8.last == UInt8(ascii: "/") { trimmed.removeLast() }
        let (above, name) = splitPath(trimmed)
        guard !name.isEmpty, name != ".", name != ".." else {
            throw .place("\(path) does not end with a name for a directory.")
        }
        guard let parent = Self.resolved(above.isEmpty ? "/" : above) else {
            throw .place("\(above) must be there before \(name) can be made in it: \(Self.reason).")
        }
        self.parent = parent
        let start = parent == "/" ? "/" : parent + "/"
        self.path = start + name
        temporaryPath = start + "." + name + ".part"
        let store = Self.resolved(store) ?? store
        guard !(self.path + "/").hasPrefix(store + "/") else {
            throw .place("\(self.path) is inside of \(store): name a place outside.")
        }
        guard Self.isFree(self.path) else {
            throw .place("\(self.path) exists already: name a new directory, or an empty one.")
        }
        Self.remove(temporaryPath)
        do {
            disk = try PosixDisk(root: temporaryPath, createIfMissing: true)
        } catch {
            throw .place("\(self.path) cannot be made: \(error.reason).")
        }
    }

    /// Gives it its name, durably. Everything in it is durable.
    func finish() throws(SnapshotError) {
        guard rename(temporaryPath, path) == 0 else {
            throw .place("\(path) cannot be made: \(Self.reason).")
        }
        let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .place("\(parent) cannot be opened: \(Self.reason).") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw .failed(.io("\(parent) cannot be synchronized: \(Self.reason)"))
        }
    }

    /// Leaves nothing.
    func abandon() { Self.remove(temporaryPath) }

    private static var reason: DiskError.Reason { .system(errno) }

    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    private static func isFree(_ path: String) -> Bool {
        var status = stat()
        // Whoever cannot look there learns from the attempt why.
        guard lstat(path, &status) == 0 else { return true }
        return status.st_mode & S_IFMT == S_IFDIR
            && (try? PosixDisk(readingOnly: path).list("")) == []
    }

    /// Removes what an attempt has left. What is not this user's, or cannot be removed, stays.
    private static func remove(_ path: String) {
        guard let disk = try? PosixDisk(root: path, createIfMissing: false) else { return }
        disk.removeAll()
        rmdir(path)
    }
}
