import Glibc
import Shell

/// Puts an answer before people: in colours if it is a chart, through a pager if it is taller than the
/// terminal; into a pipe or a file just as it is.
enum Presentation {
    static func show(_ document: [UInt8], _ format: OutputFormat) throws(ToolFailure) {
        guard Terminal.isTerminal(Terminal.output) else {
            return try Terminal.write(document, to: Terminal.output)
        }
        let text = onTerminal(document, format)
        // One row is for the prompt that follows. A terminal that hides its size gets no pager.
        if let size = Terminal.size(of: Terminal.output),
            document.count(where: { $0 == 0x0A }) >= size.rows, try Pager.show(text)
        {
            return
        }
        try Terminal.write(text, to: Terminal.output)
    }

    /// The document as a terminal may see it.
    static func onTerminal(_ document: [UInt8], _ format: OutputFormat) -> [UInt8] {
        var text = harmless(String(decoding: document, as: UTF8.self), keeping: ["\n", "\t"])
        if format == .chart, Terminal.hasColors { text = ChartColors.painted(text) }
        return Array(text.utf8)
    }

    /// `Time: 12.3 ms`
    static func time(_ elapsed: Duration) -> String {
        let milliseconds = elapsed / .milliseconds(1)
        return milliseconds < 10_000
            ? "Time: \(Quantities.decimal(milliseconds, 1)) ms"
            : "Time: \(Quantities.decimal(milliseconds / 1000, 1)) s"
    }
}

/// What the environment says of the terminal's character set.
enum LocaleCharset {
    /// By POSIX: the first of these that is set counts.
    static var isUTF8: Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let value = names.lazy.compactMap(environment).first ?? ""
        let plain = value.lowercased().filter { $0.isLetter || $0.isNumber }
        return plain.contains("utf8")
    }
}

/// A variable of the environment, if it is set and not empty.
func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
}
