import Glibc

/// Where an export goes: standard output, or a file that has its name only once it is whole.
final class ExportOutput {
    private let name: String
    private let descriptor: Int32
    /// Under which it is written; `nil` where there is nothing to rename.
    private let temporary: String?
    private var isOpen = true
    /// Bytes written.
    private(set) var size = 0

    /// - Parameter name: a path; `-` is standard output.
    init(_ name: String) throws(ToolFailure) {
        self.name = name
        if name == "-" {
            (descriptor, temporary) = (Terminal.output, nil)
            return
        }
        var status = stat()
        let exists = stat(name, &status) == 0
        guard !exists || status.st_mode & S_IFMT != S_IFDIR else {
            throw ToolFailure("\(harmless(name)) is a directory", .usage)
        }
        // A device or a pipe is written as it is; a file is replaced in one step.
        let isPlain = !exists || status.st_mode & S_IFMT == S_IFREG
        temporary = isPlain ? name + ".part" : nil
        // It holds what people did: nobody else is to read it before its owner says so.
        descriptor = open(
            temporary ?? name, O_WRONLY | O_CLOEXEC | (isPlain ? O_CREAT | O_TRUNC : 0), 0o600)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot write \(harmless(name)): \(errorText(errno))")
        }
    }

    deinit { abandon() }

    var isTerminal: Bool { Terminal.isTerminal(descriptor) }

    func write(_ bytes: [UInt8]) throws(ToolFailure) {
        try Terminal.write(bytes, to: descriptor)
        size += bytes.count
    }

    /// Ends it; a file is durable under its name on return.
    func finish() throws(ToolFailure) {
        guard name != "-", isOpen else { return }
        isOpen = false
        let synchronized = temporary == nil || fsync(descriptor) == 0
        let reason = errno
        guard close(descriptor) == 0, synchronized else {
            throw ToolFailure("cannot write \(harmless(name)): \(errorText(reason))")
        }
        guard let temporary else { return }
        guard rename(temporary, name) == 0 else {
            throw ToolFailure("cannot write \(harmless(name)): \(errorText(errno))")
        }
    }

    /// Leaves nothing of a file that is not whole.
    func abandon() {
        guard name != "-", isOpen else { return }
        isOpen = false
        close(descriptor)
        if let temporary { unlink(temporary) }
    }
}
