/// What becomes of a file that already has the name.
package enum FilePlacement: Sendable, Hashable {
    case replacing
    /// The name must be free; otherwise the write fails with `EEXIST` and changes nothing.
    case creating
}

extension Disk {
    /// The whole content of a file.
    /// - Parameter sizeMax: refuse anything larger with `.tooLarge`, before any memory is taken.
    package func readAll(
        _ path: String, sizeMax: Int = Limits.wholeFileSizeMax
    ) throws(DiskError) -> [UInt8] {
        let file = try openFile(path, .read)
        let bytes: [UInt8]
        do throws(DiskError) {
            let size = try self.size(of: file)
            guard size <= sizeMax else { throw DiskError(.read, path, .tooLarge) }
            bytes = try readAll(file, size: size)
        } catch {
            // Nothing was written, so the first error is the one that tells.
            try? close(file)
            throw error
        }
        try close(file)
        return bytes
    }

    private func readAll(_ file: FileHandle, size: Int) throws(DiskError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        let count = try bytes.withUnsafeMutableBytes { buffer in
            // Only `Result` carries a typed error through the standard library's closures.
            Result { () throws(DiskError) in try self.read(file, at: 0, into: buffer) }
        }.get()
        bytes.removeLast(size - count)
        return bytes
    }

    /// Writes the first `count` of `bytes`, or all.
    package func write(
        _ file: FileHandle, at offset: Int, _ bytes: [UInt8], count: Int? = nil
    ) throws(DiskError) {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(DiskError) in
                let used = UnsafeRawBufferPointer(rebasing: buffer[..<(count ?? bytes.count)])
                try self.write(file, at: offset, used)
            }
        }.get()
    }

    /// Writes a file so that, whatever happens, its name leads to the old content, to nothing, or to
    /// the whole of the new one. Durable when it returns.
    ///
    /// Temporary name, write, synchronize, rename (or link), synchronize the directory. A temporary
    /// file left by an interrupted attempt is overwritten by the next one; its name begins with a dot
    /// so that readers of the directory pass over it.
    package func writeFile(
        _ path: String, _ bytes: UnsafeRawBufferPointer, _ placement: FilePlacement
    ) throws(DiskError) {
        let temporary = temporaryPath(for: path)
        let file = try createTemporary(temporary)
        do throws(DiskError) {
            try write(file, at: 0, bytes)
            try synchronize(file)
        } catch {
            try? close(file)
            try? unlink(temporary)
            throw error
        }
        try close(file)
        try place(temporary, at: path, placement)
    }

    package func writeFile(
        _ path: String, _ bytes: [UInt8], _ placement: FilePlacement
    ) throws(DiskError) {
        try bytes.withUnsafeBytes { buffer in
            Result { () throws(DiskError) in try self.writeFile(path, buffer, placement) }
        }.get()
    }

    /// Gives a synchronized temporary file its real name, durably.
    package func place(
        _ temporary: String, at path: String, _ placement: FilePlacement
    ) throws(DiskError) {
        let (directory, _) = splitPath(path)
        switch placement {
        case .replacing:
            try rename(temporary, to: path)
            try synchronizeDirectory(directory)
        case .creating:
            do throws(DiskError) {
                try link(temporary, to: path)
            } catch {
                try? unlink(temporary)
                throw error
            }
            try synchronizeDirectory(directory)
            // The file is in place and durable; a leftover second name is cleaned by the next write.
            try? unlink(temporary)
        }
    }

    /// Creates a file under a temporary name, in place of one that an interrupted attempt left.
    package func createTemporary(_ path: String) throws(DiskError) -> FileHandle {
        do throws(DiskError) {
            return try openFile(path, .create)
        } catch  where error.isAlreadyExisting {
            try unlink(path)
            return try openFile(path, .create)
        }
    }

    /// Where `path` is written before it has its content: beside it, hidden.
    package func temporaryPath(for path: String) -> String {
        let (directory, name) = splitPath(path)
        return joinPath(directory, "." + name + ".tmp")
    }
}

/// Whether a name is one that `temporaryPath(for:)` makes.
package func isTemporaryName(_ name: String) -> Bool {
    name.utf8.first == UInt8(ascii: ".") && name.hasSuffix(".tmp")
}

/// The directory (empty for the root) and the last component.
package func splitPath(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
    return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
}

package func joinPath(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : directory + "/" + name
}
