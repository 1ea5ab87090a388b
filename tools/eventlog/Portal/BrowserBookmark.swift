import Glibc

/// A file that leads a browser to an address.
///
/// The arguments of a program can be read by every user of the machine, so the address with its token is
/// not one of them: the browser is given a file that only its owner can read.
struct BrowserBookmark {
    private let path: String

    /// - Returns: `nil` where there is no display to open a browser on.
    init?(_ address: String) throws(ToolFailure) {
        guard environment("DISPLAY") != nil || environment("WAYLAND_DISPLAY") != nil else {
            return nil
        }
        let directory = environment("XDG_RUNTIME_DIR") ?? environment("TMPDIR") ?? "/tmp"
        path = "\(directory)/eventlog-portal-\(getpid())-\(UInt32.random(in: 0 ... .max)).html"
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot write \(harmless(path)): \(errorText(errno))")
        }
        defer { close(descriptor) }
        let text = """
            <!doctype html><meta charset="utf-8"><title>EventLog</title>
            <meta http-equiv="refresh" content="0;url=\(address)">
            <a href="\(address)">EventLog</a>\n
            """
        try Terminal.write(Array(text.utf8), to: descriptor)
    }

    /// Where there is no xdg-open nothing happens: the address is printed as well.
    func open() {
        let quoted = path.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: #"'\''"#)
        _ = system("xdg-open '\(quoted)' >/dev/null 2>&1 </dev/null &")
    }

    func remove() { unlink(path) }
}
