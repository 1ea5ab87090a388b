import Glibc

/// The files of the command line, one after the other, as chunks of whole lines.
final class InputReader {
    /// Bytes asked of the system at once: large enough that its calls do not matter.
    static let readSize = 256 << 10

    enum Reading {
        case chunk(LineChunk)
        /// The beginning of a line, or the end of one file of several.
        case nothing
        case end
    }

    /// As given; `-` is standard input.
    let names: [String]
    /// Bytes of all inputs; `nil` if one of them is no regular file.
    let totalSize: Int?
    private(set) var bytesRead = 0
    /// The file that is being read; `nil` at the end. Fit for `poll`.
    private(set) var descriptor: Int32?
    private var chunker = LineChunker(input: 0)

    /// Opens the first file and looks at all, so that a wrong name is told before anything is sent.
    init(_ names: [String]) throws(ToolFailure) {
        precondition(!names.isEmpty)
        self.names = names
        var total: Int? = 0
        for name in names {
            let size = try Self.size(of: name)
            total = total.flatMap { known in size.map { known + $0 } }
        }
        totalSize = total
        descriptor = try Self.open(names[0])
    }

    deinit { if let descriptor, descriptor != Terminal.input { close(descriptor) } }

    func displayName(of input: Int) -> String {
        names[input] == "-" ? "stdin" : harmless(names[input])
    }

    func takeOverlongLines() -> (input: Int, lines: [UInt64]) {
        (chunker.input, chunker.takeOverlongLines())
    }

    /// Reads once. Waits if nothing is there.
    func read() throws(ToolFailure) -> Reading {
        guard let descriptor else { return .end }
        let carry = chunker.carry
        var failure: Int32 = 0
        var count = 0
        let buffer = [UInt8](unsafeUninitializedCapacity: carry.count + Self.readSize) {
            // The capacity is carry and read size together, so both parts stay within it.
            if let base = UnsafeMutableRawPointer($0.baseAddress) {
                carry.withUnsafeBytes {
                    if let source = $0.baseAddress {
                        base.copyMemory(from: source, byteCount: $0.count)
                    }
                }
                repeat {
                    count = Glibc.read(descriptor, base + carry.count, Self.readSize)
                } while count < 0 && errno == EINTR
                if count < 0 { failure = errno }
            }
            $1 = carry.count + max(count, 0)
        }
        if count < 0 {
            throw ToolFailure(
                "cannot read \(displayName(of: chunker.input)): \(errorText(failure))")
        }
        bytesRead += count
        if count > 0 { return chunker.take(buffer).map { .chunk($0) } ?? .nothing }
        let last = chunker.finish()
        try advance()
        return last.map { .chunk($0) } ?? (self.descriptor == nil ? .end : .nothing)
    }

    private func advance() throws(ToolFailure) {
        if let descriptor, descriptor != Terminal.input { close(descriptor) }
        descriptor = nil
        let next = chunker.input + 1
        guard next < names.count else { return }
        descriptor = try Self.open(names[next])
        chunker = LineChunker(input: next)
    }

    private static func open(_ name: String) throws(ToolFailure) -> Int32 {
        if name == "-" { return Terminal.input }
        let descriptor = Glibc.open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot open \(harmless(name)): \(errorText(errno))")
        }
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        return descriptor
    }

    private static func size(of name: String) throws(ToolFailure) -> Int? {
        var status = stat()
        let result = name == "-" ? fstat(Terminal.input, &status) : stat(name, &status)
        guard result == 0 else {
            throw ToolFailure("cannot open \(harmless(name)): \(errorText(errno))")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw ToolFailure("\(harmless(name)) is a directory, not a file of events")
        }
        return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
}
