/// The file of an export while it is written: hidden until `finish`.
package final class ExportFile {
    /// How much is written between two looks at what the disk has left.
    private static let reserveCheckSize = 8 << 20

    package enum Failure: Error {
        /// The file would be larger than is allowed, in bytes.
        case tooLarge(Int)
        /// What others need would not be left of the disk.
        case noRoom
    }

    private let disk: any Disk
    private let limits: ExportLimits
    private let path: String
    private let temporary: String
    private let file: FileHandle
    private var isOpen = true
    /// Bytes written.
    private var size = 0
    private var unsynchronized = 0
    private var uncheckedSize = ExportFile.reserveCheckSize

    init(_ path: String, on disk: any Disk, limits: ExportLimits) throws(DiskError) {
        self.disk = disk
        self.limits = limits
        self.path = path
        temporary = disk.temporaryPath(for: path)
        file = try disk.createTemporary(temporary)
    }

    deinit { if isOpen { abandon() } }

    package func write(_ bytes: [UInt8]) throws {
        guard size + bytes.count <= limits.fileSizeMax else {
            throw Failure.tooLarge(limits.fileSizeMax)
        }
        uncheckedSize += bytes.count
        if uncheckedSize >= Self.reserveCheckSize {
            uncheckedSize = 0
            guard try disk.availableSize() >= limits.diskReserve else { throw Failure.noRoom }
        }
        try disk.write(file, at: size, bytes)
        size += bytes.count
        unsynchronized += bytes.count
        if unsynchronized >= Limits.exportSyncSize {
            unsynchronized = 0
            try disk.synchronizeData(file)
        }
    }

    /// Gives the file its name; durable on return.
    /// - Returns: its size in bytes.
    package func finish() throws(DiskError) -> Int {
        do throws(DiskError) {
            try disk.synchronize(file)
        } catch {
            abandon()
            throw error
        }
        isOpen = false
        try disk.close(file)
        try disk.place(temporary, at: path, .replacing)
        return size
    }

    /// Leaves nothing of it. What cannot be removed now, the next start sweeps away.
    package func abandon() {
        guard isOpen else { return }
        isOpen = false
        try? disk.close(file)
        try? disk.unlink(temporary)
    }
}
