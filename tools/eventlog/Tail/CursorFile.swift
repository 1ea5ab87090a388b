import Glibc

/// A cursor in a file, from one run to the next. It is replaced as a whole: whoever reads it, or dies in
/// between, finds the old one or the new one.
struct CursorFile {
    let path: String
    /// Bytes: a cursor takes 40.
    private static let sizeMax = 128

    /// - Returns: `nil` if there is no such file yet.
    func read() throws(ToolFailure) -> String? {
        guard access(path, F_OK) == 0 else { return nil }
        let text = try TextFile.read(path == "-" ? "./-" : path)
        let cursor = text.filter { !$0.isWhitespace }
        guard cursor.utf8.count <= Self.sizeMax else {
            throw ToolFailure("\(harmless(path)) is not a file with a cursor", .usage)
        }
        return cursor.isEmpty ? nil : cursor
    }

    func write(_ cursor: String) throws(ToolFailure) {
        let new = "\(path).new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        try Terminal.write(Array((cursor + "\n").utf8), to: descriptor)
        guard rename(new, path) == 0 else { throw failure() }
    }

    private func failure() -> ToolFailure {
        ToolFailure("cannot write \(harmless(path)): \(errorText(errno))")
    }
}
