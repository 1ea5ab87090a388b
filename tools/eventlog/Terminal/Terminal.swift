import Glibc

/// Standard output and standard error of this process.
enum Terminal {
    static let input: Int32 = 0
    static let output: Int32 = 1
    static let error: Int32 = 2

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Rows and columns of the terminal at `descriptor`; `nil` if there is none or it does not say.
    static func size(of descriptor: Int32) -> (rows: Int, columns: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return nil }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    /// Whether standard output is a terminal that shows colours, and nobody objects (no-color.org).
    static var hasColors: Bool {
        isTerminal(output) && environment("NO_COLOR") == nil
            && environment("TERM").map { $0 != "dumb" } ?? false
    }

    /// Prints one line for people on standard error. Foreign text in it has passed `harmless`.
    static func complain(_ line: String) {
        // Where even standard error is gone there is nobody left to tell.
        try? write(Array((line + "\n").utf8), to: error)
    }

    static func print(_ line: String) throws(ToolFailure) {
        try write(Array((line + "\n").utf8), to: output)
    }

    /// Prints a document from the daemon or a store: as it is into a pipe or a file, harmless on a
    /// terminal.
    static func printDocument(_ bytes: [UInt8]) throws(ToolFailure) {
        guard isTerminal(output) else { return try write(bytes, to: output) }
        let text = harmless(String(decoding: bytes, as: UTF8.self), keeping: ["\n", "\t"])
        try write(Array(text.utf8), to: output)
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws(ToolFailure) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                // Whoever read has enough. Where SIGPIPE is ignored, as below some supervisors, or blocked,
                // as in threads of a pool, it ends this program all the same, and as quietly.
                if errno == EPIPE, descriptor == output {
                    signal(SIGPIPE, SIG_DFL)
                    kill(getpid(), SIGPIPE)
                    _exit(128 + SIGPIPE)
                }
                throw ToolFailure("cannot write the output: \(errorText(errno))")
            }
            done += count
        }
    }
}

/// The system's words for an error number.
func errorText(_ number: Int32) -> String {
    String(cString: strerror(number))
}
