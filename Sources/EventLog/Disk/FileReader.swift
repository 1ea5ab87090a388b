/// An open file that is read in pieces; it stays readable to its end, also after its name is gone.
package final class FileReader: Sendable {
    private let disk: any Disk
    private let file: FileHandle
    /// Bytes, when it was opened.
    package let size: Int

    init(_ path: String, on disk: any Disk) throws(DiskError) {
        self.disk = disk
        file = try disk.openFile(path, .read)
        do throws(DiskError) {
            size = try disk.size(of: file)
        } catch {
            try? disk.close(file)
            throw error
        }
    }

    deinit { try? disk.close(file) }

    /// - Returns: the next bytes from `offset` on, fewer than `count` only at the end.
    package func read(at offset: Int, count: Int) throws(DiskError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(count, max(0, size - offset)))
        let read = try bytes.withUnsafeMutableBytes { buffer in
            // Only `Result` carries a typed error through the standard library's closures.
            Result { () throws(DiskError) in
                try self.disk.read(self.file, at: offset, into: buffer)
            }
        }.get()
        bytes.removeLast(bytes.count - read)
        return bytes
    }
}
