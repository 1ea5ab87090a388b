import Glibc

/// Hands text to the program that people page with.
enum Pager {
    /// - Returns: `false` if there is none, and nothing has been shown.
    static func show(_ text: [UInt8]) throws(ToolFailure) -> Bool {
        let command = environment("EVENTLOG_PAGER") ?? environment("PAGER") ?? "less -SFRX"
        guard command != "cat", let pipe = popen(command, "w") else { return false }
        // Ctrl-C is the pager's while it runs; when it leaves early, the rest is not wanted.
        let interrupt = signal(SIGINT, SIG_IGN)
        let broken = signal(SIGPIPE, SIG_IGN)
        defer {
            signal(SIGINT, interrupt)
            signal(SIGPIPE, broken)
        }
        try? Terminal.write(text, to: fileno(pipe))
        let status = pclose(pipe)
        // The shell's number for a command that it cannot find.
        return status >> 8 & 0xFF != 127
    }
}
