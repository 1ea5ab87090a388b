import Glibc

/// Asks the same again and again. On a terminal each answer takes the place of the last one.
struct Watch {
    let source: QuestionSource
    let questions: [Question]
    let seconds: Double

    /// Returns when Ctrl-C is pressed.
    /// - Throws: if the first round fails; later failures are shown, since they may pass.
    func run() throws {
        try Interruption.catching {
            var isFirst = true
            repeat {
                do {
                    try show(try questions.map { ($0, try source.answer($0)) })
                } catch let failure as ToolFailure {
                    if failure.isInterrupted { return }
                    if isFirst { throw failure }
                    Terminal.complain("eventlog: \(failure.message)")
                }
                isFirst = false
            } while Interruption.pause(seconds: seconds)
        }
    }

    private func show(_ answers: [(question: Question, answer: Answer)]) throws {
        guard let size = Terminal.size(of: Terminal.output) else {
            for pair in answers {
                try Presentation.show(pair.answer.document, pair.question.format)
            }
            return
        }
        var lines = ["every \(Quantities.decimal(seconds, seconds < 10 ? 1 : 0)) s, Ctrl-C ends"]
        for pair in answers {
            let text = Presentation.onTerminal(pair.answer.document, pair.question.format)
            lines += String(decoding: text, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if pair.answer.isPartial {
                lines.append("the answer is partial: damaged data was left out")
            }
        }
        // Each row is cleared behind its text, which flickers less than clearing the screen first.
        let shown = lines.prefix(max(2, size.rows - 1))
        let rows = shown.map { $0 + "\u{1B}[K\r\n" }.joined()
        try Terminal.write(Array("\u{1B}[H\(rows)\u{1B}[J".utf8), to: Terminal.output)
    }
}
