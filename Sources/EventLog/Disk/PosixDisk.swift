import Glibc

/// The real file system below one directory. With `NewDirectory`, which makes such a directory, the only
/// file with system calls.
///
/// The root is opened once; everything else is found from there, one component at a time and without
/// following links, so that nobody who can write elsewhere can lead us astray. Only regular files are
/// opened; a FIFO does not make us wait (`O_NONBLOCK`).
package final class PosixDisk: Disk {
    private enum Access: Sendable { case readOnly, readWrite }

    private let root: Int32
    private let access: Access

    /// Opens `root` for writing. It must belong to this user and be writable by nobody else.
    package init(root path: String, createIfMissing: Bool) throws(DiskError) {
        if createIfMissing { try Self.createRoot(path) }
        access = .readWrite
        root = try Self.openRoot(path)
        var status = stat()
        guard fstat(root, &status) == 0 else {
            let code = errno
            _ = Glibc.close(root)
            throw DiskError(.openRoot, path, code: code)
        }
        guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            _ = Glibc.close(root)
            throw DiskError(.openRoot, path, .notPrivate)
        }
    }

    /// Opens `root` for looking only: whoever owns it, nothing in it is changed.
    package init(readingOnly path: String) throws(DiskError) {
        access = .readOnly
        root = try Self.openRoot(path)
    }

    deinit { _ = Glibc.close(root) }

    /// The directories above are made as `mkdir -p` makes them; only the last must be private.
    private static func createRoot(_ path: String) throws(DiskError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let (parent, _) = splitPath(path)
        guard errno == ENOENT, !parent.isEmpty else {
            throw DiskError(.openRoot, path, code: errno)
        }
        try createRoot(parent)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw DiskError(.openRoot, path, code: errno)
        }
    }

    private static func openRoot(_ path: String) throws(DiskError) -> Int32 {
        let descriptor = retrying { open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else { throw DiskError(.openRoot, path, code: errno) }
        return descriptor
    }
}

// MARK: - Files

extension PosixDisk {
    package func openFile(_ path: String, _ mode: FileMode) throws(DiskError) -> FileHandle {
        let flags: Int32
        switch mode {
        case .read: flags = O_RDONLY
        case .create: flags = O_RDWR | O_CREAT | O_EXCL
        case .readWrite: flags = O_RDWR
        }
        if mode != .read { try requireWriting(.open, path) }
        return try openRegular(path, flags, .open, mustBeSingle: mode == .readWrite)
    }

    package func close(_ file: FileHandle) throws(DiskError) {
        // Linux frees the descriptor even if it reports an interruption: never close twice.
        guard Glibc.close(file.descriptor) == 0 || errno == EINTR else {
            throw DiskError(.close, name(of: file), code: errno)
        }
    }

    package func read(
        _ file: FileHandle, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        var done = 0
        while done < buffer.count {
            let count = retrying {
                pread(file.descriptor, start + done, buffer.count - done, offset + done)
            }
            guard count >= 0 else { throw DiskError(.read, name(of: file), code: errno) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    package func write(
        _ file: FileHandle, at offset: Int, _ bytes: UnsafeRawBufferPointer
    ) throws(DiskError) {
        guard let start = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = retrying {
                pwrite(file.descriptor, start + done, bytes.count - done, offset + done)
            }
            guard count >= 0 else { throw DiskError(.write, name(of: file), code: errno) }
            // A regular file never takes nothing; if one did, waiting for it would be for ever.
            guard count > 0 else { throw DiskError(.write, name(of: file), code: EIO) }
            done += count
        }
    }

    package func synchronizeData(_ file: FileHandle) throws(DiskError) {
        guard retrying({ fdatasync(file.descriptor) }) == 0 else {
            throw DiskError(.synchronize, name(of: file), code: errno)
        }
    }

    package func synchronize(_ file: FileHandle) throws(DiskError) {
        guard retrying({ fsync(file.descriptor) }) == 0 else {
            throw DiskError(.synchronize, name(of: file), code: errno)
        }
    }

    package func size(of file: FileHandle) throws(DiskError) -> Int {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else {
            throw DiskError(.size, name(of: file), code: errno)
        }
        return Int(status.st_size)
    }

    package func truncate(_ file: FileHandle, to size: Int) throws(DiskError) {
        guard retrying({ ftruncate(file.descriptor, size) }) == 0 else {
            throw DiskError(.truncate, name(of: file), code: errno)
        }
    }

    package func lock(_ path: String) throws(DiskError) -> FileHandle {
        try requireWriting(.lock, path)
        let file = try openRegular(path, O_RDWR | O_CREAT, .lock, mustBeSingle: true)
        guard retrying({ flock(file.descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            let code = errno
            let holder = readProcessID(file)
            _ = Glibc.close(file.descriptor)
            throw code == EWOULDBLOCK
                ? DiskError(.lock, path, .locked(holder: holder))
                : DiskError(.lock, path, code: code)
        }
        // The lock is ours whether or not the note for others can be written (the disk may be full).
        let note = Array("\(getpid())\n".utf8)
        _ = note.withUnsafeBytes { pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
        _ = ftruncate(file.descriptor, note.count)
        return file
    }

    package func overwritesInPlace() -> Bool {
        var status = stat()
        guard fstat(root, &status) == 0, let mount = MountTable.mount(of: status.st_dev) else {
            return false
        }
        return mount.overwritesInPlace
    }

    package func availableSize() throws(DiskError) -> Int {
        var status = statvfs()
        guard retrying({ fstatvfs(root, &status) }) == 0 else {
            throw DiskError(.size, "", code: errno)
        }
        let (size, overflow) = Int(clamping: status.f_bavail)
            .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
        return overflow ? .max : size
    }

    private func readProcessID(_ file: FileHandle) -> Int32? {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer -> Int32? in
            let count = retrying { pread(file.descriptor, buffer.baseAddress, buffer.count, 0) }
            guard count > 0 else { return nil }
            let digits = buffer[..<count].prefix { $0 >= 0x30 && $0 <= 0x39 }
            return Int32(String(decoding: digits, as: UTF8.self))
        }
    }

    private func openRegular(
        _ path: String, _ flags: Int32, _ operation: DiskError.Operation, mustBeSingle: Bool
    ) throws(DiskError) -> FileHandle {
        try withParent(of: path, operation) { (parent, name) throws(DiskError) in
            let descriptor = retrying {
                openat(parent, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
            }
            guard descriptor >= 0 else { throw DiskError(operation, path, code: errno) }
            var status = stat()
            let reason: DiskError.Reason
            if fstat(descriptor, &status) != 0 {
                reason = .system(errno)
            } else if status.st_mode & S_IFMT != S_IFREG {
                reason = .notARegularFile
            } else if mustBeSingle && status.st_nlink != 1 {
                reason = .hasOtherNames
            } else {
                return FileHandle(descriptor: descriptor)
            }
            _ = Glibc.close(descriptor)
            throw DiskError(operation, path, reason)
        }
    }

    /// Whether a file is this user's, and no other may open it.
    package func isPrivate(_ path: String) throws(DiskError) -> Bool {
        let file = try openRegular(path, O_RDONLY, .open, mustBeSingle: true)
        defer { _ = Glibc.close(file.descriptor) }
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else {
            throw DiskError(.open, path, code: errno)
        }
        return status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }

    /// For error messages only: what the kernel calls the open file, without the way to the root.
    private func name(of file: FileHandle) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let start = buffer.baseAddress else { return "file \(file.descriptor)" }
            let count = readlink("/proc/self/fd/\(file.descriptor)", start, buffer.count)
            guard count > 0 else { return "file \(file.descriptor)" }
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count])
            let full = String(decoding: bytes, as: UTF8.self)
            return splitPath(full).name
        }
    }
}

// MARK: - Directories

extension PosixDisk {
    package func createDirectory(_ path: String) throws(DiskError) {
        try requireWriting(.createDirectory, path)
        var made = ""
        for component in try components(of: path, .createDirectory) {
            let parentPath = made
            made = joinPath(made, component)
            try withDirectory(parentPath, .createDirectory) { (parent) throws(DiskError) in
                guard mkdirat(parent, component, 0o700) == 0 || errno == EEXIST else {
                    throw DiskError(.createDirectory, made, code: errno)
                }
                // Also when it was there: an interrupted run may have made it and not come to this.
                guard retrying({ fsync(parent) }) == 0 else {
                    throw DiskError(.synchronize, parentPath, code: errno)
                }
            }
        }
        try withDirectory(path, .createDirectory) { (_) throws(DiskError) in }
    }

    package func list(_ path: String) throws(DiskError) -> [String] {
        do throws(DiskError) {
            return try withDirectory(path, .list) { (directory) throws(DiskError) in
                // A descriptor of its own: the stream closes it and moves its position.
                let own = retrying { openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
                guard own >= 0 else { throw DiskError(.list, path, code: errno) }
                guard let stream = fdopendir(own) else {
                    let code = errno
                    _ = Glibc.close(own)
                    throw DiskError(.list, path, code: code)
                }
                defer { closedir(stream) }
                return try names(in: stream, path)
            }
        } catch  where error.isNotFound {
            return []
        }
    }

    private func names(in stream: OpaquePointer, _ path: String) throws(DiskError) -> [String] {
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw DiskError(.list, path, code: errno) }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func exists(_ path: String) throws(DiskError) -> Bool {
        do throws(DiskError) {
            try withParent(of: path, .find) { (parent, name) throws(DiskError) in
                var status = stat()
                guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                    throw DiskError(.find, path, code: errno)
                }
            }
            return true
        } catch  where error.isNotFound {
            return false
        }
    }

    package func rename(_ from: String, to: String) throws(DiskError) {
        try requireWriting(.rename, from)
        try withParents(from, to, .rename) { (parent, name, newParent, newName) in
            renameat(parent, name, newParent, newName)
        }
    }

    package func link(_ from: String, to: String) throws(DiskError) {
        try requireWriting(.link, from)
        try withParents(from, to, .link) { (parent, name, newParent, newName) in
            linkat(parent, name, newParent, newName, 0)
        }
    }

    package func link(
        _ from: String, of other: any Disk, to: String
    ) throws(DiskError) {
        try requireWriting(.link, to)
        guard let other = other as? PosixDisk else { throw DiskError(.link, from, code: EXDEV) }
        try other.withParent(of: from, .link) { (parent, name) throws(DiskError) in
            try withParent(of: to, .link) { (newParent, newName) throws(DiskError) in
                guard linkat(parent, name, newParent, newName, 0) == 0 else {
                    throw DiskError(.link, from, code: errno)
                }
            }
        }
    }

    package func unlink(_ path: String) throws(DiskError) {
        try requireWriting(.unlink, path)
        try withParent(of: path, .unlink) { (parent, name) throws(DiskError) in
            guard unlinkat(parent, name, 0) == 0 else {
                throw DiskError(.unlink, path, code: errno)
            }
        }
    }

    /// Removes all below the root, as far as that can be; links go, and what they lead to stays.
    func removeAll(in directory: String = "") {
        for name in (try? list(directory)) ?? [] {
            let path = joinPath(directory, name)
            if (try? unlink(path)) != nil { continue }
            removeAll(in: path)
            try? withParent(of: path, .unlink) { (parent, name) throws(DiskError) in
                _ = unlinkat(parent, name, AT_REMOVEDIR)
            }
        }
    }

    package func synchronizeDirectory(_ path: String) throws(DiskError) {
        try requireWriting(.synchronize, path)
        try withDirectory(path, .synchronize) { (directory) throws(DiskError) in
            guard retrying({ fsync(directory) }) == 0 else {
                throw DiskError(.synchronize, path, code: errno)
            }
        }
    }
}

// MARK: - Finding the way

extension PosixDisk {
    private func requireWriting(
        _ operation: DiskError.Operation, _ path: String
    ) throws(DiskError) {
        guard access == .readWrite else { throw DiskError(operation, path, code: EROFS) }
    }

    private func components(
        of path: String, _ operation: DiskError.Operation
    ) throws(DiskError) -> [String] {
        if path.isEmpty { return [] }
        let components = path.split(separator: "/", omittingEmptySubsequences: false).map(
            String.init)
        for component in components
        where component.isEmpty || component == "." || component == ".."
            || component.utf8.contains(0)
        {
            throw DiskError(operation, path, .badPath)
        }
        return components
    }

    /// Opens one directory after the other, each without following a link, and closes them again.
    private func withDirectory<Result>(
        _ path: String, _ operation: DiskError.Operation,
        _ body: (Int32) throws(DiskError) -> Result
    ) throws(DiskError) -> Result {
        var current = root
        defer { if current != root { _ = Glibc.close(current) } }
        for component in try components(of: path, operation) {
            let next = retrying {
                openat(current, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            guard next >= 0 else { throw DiskError(operation, path, code: errno) }
            if current != root { _ = Glibc.close(current) }
            current = next
        }
        return try body(current)
    }

    private func withParent<Result>(
        of path: String, _ operation: DiskError.Operation,
        _ body: (Int32, String) throws(DiskError) -> Result
    ) throws(DiskError) -> Result {
        let (directory, name) = splitPath(path)
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0) else {
            throw DiskError(operation, path, .badPath)
        }
        return try withDirectory(directory, operation) { (parent) throws(DiskError) in
            try body(parent, name)
        }
    }

    private func withParents(
        _ from: String, _ to: String, _ operation: DiskError.Operation,
        _ call: (Int32, String, Int32, String) -> Int32
    ) throws(DiskError) {
        try withParent(of: from, operation) { (parent, name) throws(DiskError) in
            try withParent(of: to, operation) { (newParent, newName) throws(DiskError) in
                guard call(parent, name, newParent, newName) == 0 else {
                    throw DiskError(operation, "\(from) to \(to)", code: errno)
                }
            }
        }
    }
}

/// Repeats a system call that a signal interrupted.
@inline(__always)
private func retrying<Result: BinaryInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
