import Glibc

/// A key in a file of its own, as `eventlog key create --output` makes it.
enum KeyTextFile {
    /// Bytes: a key takes 60.
    private static let sizeMax = 256

    static func read(_ path: String) throws(ToolFailure) -> String {
        let name = harmless(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ToolFailure("cannot open \(name): \(errorText(errno))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ToolFailure("\(name) is not a file with a key")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ToolFailure("\(name) can be read by other users; chmod 600 it")
        }
        var buffer = [UInt8](repeating: 0, count: sizeMax + 1)
        let count = buffer.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw ToolFailure("cannot read \(name): \(errorText(errno))") }
        let bytes = buffer[..<count].filter { $0 != 0x0A && $0 != 0x0D }
        guard count <= sizeMax, !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ToolFailure("\(name) is not a file with a key")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Makes a new file that only this user can read; an existing one is never overwritten.
    static func create(_ path: String, _ key: String) throws(ToolFailure) {
        let descriptor = try reserve(path)
        defer { close(descriptor) }
        try Terminal.write(Array((key + "\n").utf8), to: descriptor)
        guard fsync(descriptor) == 0 else {
            throw ToolFailure("cannot write \(harmless(path)): \(errorText(errno))")
        }
    }

    private static func reserve(_ path: String) throws(ToolFailure) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot make \(harmless(path)): \(errorText(errno))")
        }
        return descriptor
    }
}
