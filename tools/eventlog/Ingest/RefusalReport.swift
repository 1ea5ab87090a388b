import Glibc

/// Tells which lines were refused: the first few on standard error, all in a file if one is wanted.
final class RefusalReport {
    /// Lines on standard error: enough to see a pattern, few enough to see the summary.
    static let printedCountMax = 20

    private(set) var count = 0
    private let file: Int32?

    /// - Parameter path: a file to be made; an existing one is never overwritten, nor a link followed.
    init(path: String?) throws(ToolFailure) {
        guard let path else {
            file = nil
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot make \(harmless(path)): \(errorText(errno))")
        }
        file = descriptor
    }

    deinit { if let file { close(file) } }

    /// - Parameter line: `FILE:LINE: CODE message`, harmless.
    func add(_ line: String) throws(ToolFailure) {
        count += 1
        if count <= Self.printedCountMax { Terminal.complain(line) }
        if let file { try Terminal.write(Array((line + "\n").utf8), to: file) }
    }

    /// Says how many were not printed.
    func finish() {
        let hidden = count - Self.printedCountMax
        guard hidden > 0 else { return }
        let hint = file == nil ? "; --errors FILE keeps all" : ""
        Terminal.complain("… and \(Quantities.grouped(hidden)) more refused\(hint)")
    }
}
