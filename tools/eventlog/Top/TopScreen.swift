import Glibc
import Shell

/// The screen of `eventlog top`: drawn anew at each look, each key and each change of its size. The
/// terminal is as it was before when `run` ends, however it ends.
struct TopScreen {
    /// Seconds between two looks.
    static let intervals = 0.2...3_600.0

    private let source: TopSource
    private var interval: Double
    private var screen = TerminalScreen()
    private var history = TopHistory()
    private var order = TopPage.Order.count
    private var isPaused = false
    private var trouble: String?

    init(source: TopSource, interval: Double) {
        self.source = source
        self.interval = interval
    }

    /// Returns when `q` or Ctrl-C is pressed.
    /// - Throws: if the first look fails, or a signal ends the program.
    mutating func run() throws(ToolFailure) {
        history.add(try source.sample())
        TerminalScreen.prepareSignals()
        try screen.enter()
        defer { leave() }
        // The other screen, without a cursor; what was there before comes back with it.
        try screen.write("\u{1B}[?1049h\u{1B}[?25l")
        var next = ContinuousClock.now + .seconds(interval)
        while true {
            try draw()
            let left = isPaused ? 60_000 : (next - .now) / .milliseconds(1)
            guard let keys = screen.read(milliseconds: Int32(min(max(left, 0), 60_000))) else {
                if Interruption.isRequested { return }
                throw ToolFailure("")
            }
            if Interruption.isRequested { return }
            for key in keys where !obey(key, &next) { return }
            guard !isPaused, next <= .now else { continue }
            look()
            next = .now + .seconds(interval)
        }
    }

    private func leave() {
        try? screen.write("\u{1B}[?2004l\u{1B}[?25h\u{1B}[?1049l")
        var screen = screen
        screen.leave()
    }

    private mutating func look() {
        do throws(ToolFailure) {
            history.add(try source.sample())
            trouble = nil
        } catch {
            // The daemon may come again.
            trouble = String(error.message.prefix { $0 != "\n" })
        }
    }

    /// - Returns: `false` if this was the last key.
    private mutating func obey(_ key: Key, _ next: inout ContinuousClock.Instant) -> Bool {
        switch key {
        case .control("c"), .control("d"), .text("q"), .text("Q"): return false
        case .text("p"), .text(" "):
            isPaused.toggle()
            if !isPaused { next = .now }
        case .text("c"): order = .count
        case .text("n"): order = .name
        case .text("+"): changeInterval(by: 2, &next)
        case .text("-"): changeInterval(by: 0.5, &next)
        default: break
        }
        return true
    }

    private mutating func changeInterval(by factor: Double, _ next: inout ContinuousClock.Instant) {
        interval = min(
            max(interval * factor, Self.intervals.lowerBound), Self.intervals.upperBound)
        next = .now + .seconds(interval)
    }

    private func draw() throws(ToolFailure) {
        let size = screen.size
        var page = TopPage(history: history, minutes: source.minutes)
        page.order = order
        page.isPaused = isPaused
        page.interval = interval
        page.trouble = trouble
        let room = max(size.rows - 1, 1)
        var lines = page.lines(columns: size.columns, rows: room)
        lines += Array(repeating: "", count: room - lines.count)
        lines.append("q quit · p pause · c n sort by count, name · + - interval")
        // Each row is cleared behind its text, which flickers less than clearing the screen first.
        let text = lines.prefix(size.rows).enumerated().map { row, line in
            let cut = row == lines.count - 1 ? String(line.prefix(size.columns)) : line
            return "\u{1B}[\(row + 1);1H\(Self.painted(cut))\u{1B}[K"
        }
        try screen.write(text.joined())
    }

    /// Headings stand out.
    private static func painted(_ line: String) -> String {
        guard Terminal.hasColors else { return line }
        let isHeading = ["eventlogd ", "CONTENT,", "QUERIES ", "SLOWEST "].contains {
            line.hasPrefix($0)
        }
        return isHeading ? "\u{1B}[1m\(line)\u{1B}[0m" : line
    }
}
