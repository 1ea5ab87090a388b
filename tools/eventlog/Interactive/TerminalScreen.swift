import Glibc
import Shell
import Synchronization

/// The terminal of a conversation. While somebody writes, every key comes at once, nothing is echoed,
/// and what is pasted is told from what is typed. The way it was comes back with `leave`.
struct TerminalScreen {
    /// How it was; `nil` while it is so.
    private var before: termios?
    private var decoder = KeyDecoder()

    /// Whether there is a terminal at both ends that understands cursor movement.
    static var isPossible: Bool {
        Terminal.isTerminal(Terminal.input) && Terminal.isTerminal(Terminal.output)
            && environment("TERM").map { $0 != "dumb" } ?? false
    }

    /// SIGTERM or SIGHUP came: the terminal is put in order before the program ends.
    private static let isEnding = Atomic<Bool>(false)

    static func prepareSignals() {
        isEnding.store(false, ordering: .relaxed)
        for number in [SIGTERM, SIGHUP] {
            signal(number) { _ in TerminalScreen.isEnding.store(true, ordering: .relaxed) }
        }
        // Its only work is to end the wait for a key, so that the text is drawn for the new size.
        signal(SIGWINCH) { _ in }
    }

    /// Somebody writes.
    mutating func enter() throws(ToolFailure) {
        try apply { cfmakeraw(&$0) }
        try write("\u{1B}[?2004h")
    }

    /// A query runs: Ctrl-C is a signal again. What is typed meanwhile is kept for the next text, and is
    /// not echoed into the answer.
    mutating func pause() throws(ToolFailure) {
        try write("\u{1B}[?2004l")
        try apply {
            cfmakeraw(&$0)
            $0.c_lflag |= tcflag_t(ISIG)
        }
    }

    mutating func leave() {
        guard var before else { return }
        self.before = nil
        tcsetattr(Terminal.input, TCSADRAIN, &before)
    }

    private mutating func apply(_ change: (inout termios) -> Void) throws(ToolFailure) {
        var settings = before ?? termios()
        if before == nil {
            guard tcgetattr(Terminal.input, &settings) == 0 else {
                throw ToolFailure("the terminal does not tell its settings: \(errorText(errno))")
            }
            before = settings
        }
        let outputFlags = settings.c_oflag
        change(&settings)
        // Line feeds keep their carriage return.
        settings.c_oflag = outputFlags
        guard tcsetattr(Terminal.input, TCSADRAIN, &settings) == 0 else {
            throw ToolFailure("the terminal cannot be set up: \(errorText(errno))")
        }
    }

    func write(_ text: String) throws(ToolFailure) {
        try Terminal.write(Array(text.utf8), to: Terminal.output)
    }

    var size: (rows: Int, columns: Int) {
        Terminal.size(of: Terminal.output) ?? (rows: 24, columns: 80)
    }

    /// What a lone ESC waits for, in case it begins a sequence.
    private static let sequenceWait: Int32 = 50

    /// Waits for keys. Empty: the terminal changed its size, or the time is over. `nil`: it is gone, or the
    /// program ends.
    /// - Parameter milliseconds: how long; negative: for ever.
    mutating func read(milliseconds: Int32 = -1) -> [Key]? {
        var events = [pollfd(fd: Terminal.input, events: Int16(POLLIN), revents: 0)]
        let wait = decoder.isWaiting ? Self.sequenceWait : milliseconds
        let count = poll(&events, 1, wait)
        if Self.isEnding.load(ordering: .relaxed) { return nil }
        if count < 0 { return errno == EINTR ? [] : nil }
        if count == 0 { return decoder.isWaiting ? decoder.flush() : [] }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let size = Glibc.read(Terminal.input, &buffer, buffer.count)
        if size < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard size > 0 else { return nil }
        return decoder.decode(buffer[..<size])
    }
}
