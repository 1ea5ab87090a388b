import Glibc

/// One line on a terminal's standard error, rewritten in place; nothing in a pipe.
struct ProgressLine {
    /// How often it is rewritten.
    static let interval = Duration.milliseconds(100)

    let isShown: Bool
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now
    private var isDrawn = false

    /// - Parameter isWanted: whether it is shown if there is a terminal.
    init(isWanted: Bool) { isShown = isWanted && Terminal.isTerminal(Terminal.error) }

    /// - Parameter total: bytes of all inputs, if known.
    mutating func update(bytes: Int, total: Int?, lines: UInt64) {
        update { Self.text(bytes: bytes, total: total, lines: lines, seconds: $0) }
    }

    /// Shows another text, if it is time for one.
    /// - Parameter text: makes it from the seconds since the line began.
    mutating func update(_ text: (Double) -> String) {
        let now = ContinuousClock.now
        guard isShown, now - last >= Self.interval else { return }
        last = now
        let text = text((now - start).inSeconds)
        draw(String(text.prefix((Terminal.size(of: Terminal.error)?.columns ?? 80) - 1)))
    }

    /// Removes the line, so that other text can be printed.
    mutating func clear() {
        if isDrawn { draw("") }
        isDrawn = false
    }

    static func text(bytes: Int, total: Int?, lines: UInt64, seconds: Double) -> String {
        let rate = seconds > 0 ? Double(lines) / seconds : 0
        let speed = "\(Quantities.grouped(lines)) lines · \(Quantities.rate(rate))/s"
        guard let total, total > 0, bytes <= total else {
            return "\(Quantities.bytes(bytes)) · \(speed)"
        }
        let share = Double(bytes) / Double(total)
        let left = share > 0 ? " · \(Quantities.duration(seconds / share - seconds)) left" : ""
        return "\(bar(share)) · \(Quantities.bytes(bytes)) of "
            + "\(Quantities.bytes(total)) · \(speed)\(left)"
    }

    /// `██████░░░░░░░░░░░░░░ 30 %`
    static func bar(_ share: Double) -> String {
        let filled = Int(share * 20)
        return String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
            + " \(Int(share * 100)) %"
    }

    private mutating func draw(_ text: String) {
        // Carriage return, the text, erase to the end of the line.
        try? Terminal.write(Array("\r\(text)\u{1B}[K".utf8), to: Terminal.error)
        isDrawn = true
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
