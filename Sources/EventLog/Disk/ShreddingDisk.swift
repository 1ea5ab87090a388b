import Synchronization

/// Another disk; while somebody is being erased, every file that goes is overwritten first.
///
/// A file whose name is removed, or given to another file, keeps its bytes on the medium until the system
/// needs the room. So it gets a name in `directory` before, is zeroed, synchronized, and then removed; what a
/// crash leaves there, `sweep` does the same with (reliability, D11). What has other names, in a snapshot for
/// one, is not touched.
package final class ShreddingDisk: Disk {
    static let directory = "erasure/shred"
    private static let chunkSize = 1 << 20

    package let base: any Disk
    private let isOn = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    package init(_ base: any Disk) { self.base = base }

    /// From now on files are overwritten, or just removed.
    package func shred(_ on: Bool) { isOn.store(on, ordering: .releasing) }

    package func unlink(_ path: String) throws(DiskError) {
        guard isOn.load(ordering: .acquiring), let file = try open(path) else {
            return try base.unlink(path)
        }
        defer { try? base.close(file) }
        let place = try newPlace()
        try base.rename(path, to: place)
        // Before it is known to be gone from where it was, it must not lose its content.
        try base.synchronizeDirectory(splitPath(path).directory)
        try base.synchronizeDirectory(Self.directory)
        try overwrite(file)
        try base.unlink(place)
    }

    package func rename(_ from: String, to: String) throws(DiskError) {
        guard isOn.load(ordering: .acquiring), let file = try open(to) else {
            return try base.rename(from, to: to)
        }
        defer { try? base.close(file) }
        let place = try newPlace()
        try base.link(to, to: place)
        try base.synchronizeDirectory(Self.directory)
        try base.rename(from, to: to)
        try base.synchronizeDirectory(splitPath(to).directory)
        try overwrite(file)
        try base.unlink(place)
    }

    /// Goes on with what a crash interrupted.
    /// - Parameter leftOver: files elsewhere that nothing needs and that say who somebody is.
    func sweep(_ leftOver: [String] = []) throws(DiskError) {
        let moved = try base.list(Self.directory).map { joinPath(Self.directory, $0) }
        for path in moved + leftOver {
            // One that still has its old name was not to go yet.
            if let file = try open(path) {
                defer { try? base.close(file) }
                try overwrite(file)
            }
            try base.unlink(path)
        }
    }

    private func newPlace() throws(DiskError) -> String {
        try base.createDirectory(Self.directory)
        return joinPath(Self.directory, "\(count.add(1, ordering: .relaxed).newValue)")
    }

    /// - Returns: `nil` if somebody else has the content under another name, or there is no such file.
    private func open(_ path: String) throws(DiskError) -> FileHandle? {
        do throws(DiskError) {
            return try base.openFile(path, .readWrite)
        } catch {
            if error.isNotFound || error.reason == .hasOtherNames { return nil }
            throw error
        }
    }

    private func overwrite(_ file: FileHandle) throws(DiskError) {
        let size = try base.size(of: file)
        let zeros = [UInt8](repeating: 0, count: min(size, Self.chunkSize))
        var offset = 0
        while offset < size {
            let count = min(size - offset, Self.chunkSize)
            try base.write(file, at: offset, zeros, count: count)
            offset += count
        }
        if size > 0 { try base.synchronize(file) }
    }
}

// MARK: - As it is

extension ShreddingDisk {
    package func openFile(_ path: String, _ mode: FileMode) throws(DiskError) -> FileHandle {
        try base.openFile(path, mode)
    }
    package func close(_ file: FileHandle) throws(DiskError) { try base.close(file) }
    package func read(
        _ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        try base.read(file, at: offset, into: buffer)
    }
    package func write(
        _ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer
    ) throws(DiskError) {
        try base.write(file, at: offset, bytes)
    }
    package func synchronizeData(_ file: FileHandle) throws(DiskError) {
        try base.synchronizeData(file)
    }
    package func synchronize(_ file: FileHandle) throws(DiskError) { try base.synchronize(file) }
    package func size(of file: FileHandle) throws(DiskError) -> Int { try base.size(of: file) }
    package func truncate(_ file: FileHandle, to size: Int) throws(DiskError) {
        try base.truncate(file, to: size)
    }
    package func createDirectory(_ path: String) throws(DiskError) {
        try base.createDirectory(path)
    }
    package func list(_ path: String) throws(DiskError) -> [String] { try base.list(path) }
    package func exists(_ path: String) throws(DiskError) -> Bool { try base.exists(path) }
    package func link(_ from: String, to: String) throws(DiskError) {
        try base.link(from, to: to)
    }
    package func link(_ from: String, of other: any Disk, to: String) throws(DiskError) {
        try base.link(from, of: other, to: to)
    }
    package func synchronizeDirectory(_ path: String) throws(DiskError) {
        try base.synchronizeDirectory(path)
    }
    package func overwritesInPlace() -> Bool { base.overwritesInPlace() }
    package func availableSize() throws(DiskError) -> Int { try base.availableSize() }
    package func lock(_ path: String) throws(DiskError) -> FileHandle { try base.lock(path) }
}
