/// A bar on a terminal's standard error for work that is done in steps; nothing in a pipe.
final class StepProgress {
    private let what: String
    private let total: Int
    private let start = ContinuousClock.now
    private let isShown = Terminal.isTerminal(Terminal.error)

    /// - Parameter total: bytes of all steps, as far as that is known.
    init(_ what: String, total: Int) {
        self.what = what
        self.total = total
        draw(bytes: 0)
    }

    func advance(to bytes: Int) { draw(bytes: bytes) }

    func finish() { write("") }

    private func draw(bytes: Int) {
        let known = max(total, bytes)
        let share = known > 0 ? Double(bytes) / Double(known) : 1
        let seconds = (ContinuousClock.now - start).inSeconds
        let speed = seconds > 0 ? Int(Double(bytes) / seconds) : 0
        write(
            Quantities.bar(share)
                + " \(what) · \(Quantities.bytes(bytes)) of \(Quantities.bytes(known)) · "
                + "\(Quantities.bytes(speed))/s")
    }

    private func write(_ text: String) {
        guard isShown else { return }
        let width = (Terminal.size(of: Terminal.error)?.columns ?? 80) - 1
        try? Terminal.write(Array("\r\(text.prefix(width))\u{1B}[K".utf8), to: Terminal.error)
    }
}
