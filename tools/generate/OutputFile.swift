#if canImport(Glibc)
    import Glibc
#endif

/// Where the lines go. Every error is seen, also that of closing.
struct OutputFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ action: String, _ path: String?) {
            let reason = String(cString: strerror(errno))
            description = "\(action) \(path ?? "standard output"): \(reason)"
        }
    }

    private let path: String?
    private let descriptor: Int32

    init(path: String?) throws {
        self.path = path
        descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) } ?? 1
        guard descriptor >= 0 else { throw Failure("cannot create", path) }
    }

    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure("cannot write to", path) }
            done += count
        }
    }

    func close() throws {
        guard path == nil || Glibc.close(descriptor) == 0 else {
            throw Failure("cannot close", path)
        }
    }

    /// Says something on standard error.
    static func report(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
