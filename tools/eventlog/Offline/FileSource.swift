import Glibc
import Parquet

/// A file of the command line as the Parquet reader wants it.
final class FileSource: ParquetSource {
    let size: Int
    private let descriptor: Int32

    /// - Throws: also if it is no regular file: a pipe would make us wait for ever.
    init(path: String) throws(ToolFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot open \(harmless(path)): \(errorText(errno))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ToolFailure("\(harmless(path)) is not a file")
        }
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    func read(at offset: Int, count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
            throw ParquetError("read of \(count) bytes past the end", at: offset)
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let moved = bytes[done...].withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, off_t(offset + done))
            }
            if moved < 0, errno == EINTR { continue }
            guard moved > 0 else {
                let reason = moved == 0 ? "the file has become shorter" : errorText(errno)
                throw ParquetError("cannot read: \(reason)", at: offset + done)
            }
            done += moved
        }
        return bytes
    }
}
