import Glibc
package import Logging

/// Writes one line for each record to standard error: time, level, message, `key=value`.
///
/// What is foreign in a record is escaped, so that nobody can forge a second line or drive a terminal
/// (A19). Under systemd the time is left out and the level stands in front as the journal reads it
/// (sd-daemon(3)). The level can be changed while the daemon runs.
package struct LineLog: LogHandler {
    package enum Form: Sendable { case withTime, forJournal }

    private let level: LiveValue<Logger.Level>
    private let form: Form
    private let write: @Sendable (String) -> Void
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    package init(
        level: LiveValue<Logger.Level>, form: Form,
        write: @escaping @Sendable (String) -> Void = LineLog.writeToStandardError
    ) {
        self.level = level
        self.form = form
        self.write = write
    }

    /// Shared by all copies: the new level of one is that of all.
    package var logLevel: Logger.Level {
        get { level.current }
        set { level.current = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let own = metadata.merging(event.metadata ?? [:]) { $1 }
        var line =
            switch form {
            case .withTime: "\(Self.time()) \(event.level.rawValue) "
            case .forJournal: "<\(event.level.priority)>"
            }
        line += Self.escaped("\(event.message)", quoteBlanks: false)
        if let error = event.error {
            line += " error=\(Self.escaped("\(error)", quoteBlanks: true))"
        }
        for (key, value) in own.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(Self.escaped("\(value)", quoteBlanks: true))"
        }
        write(line + "\n")
    }

    /// One call of `write`, so that lines of threads do not mix.
    package static func writeToStandardError(_ line: String) {
        let bytes = Array(line.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func time() -> String {
        var now = time_t()
        Glibc.time(&now)
        var parts = tm()
        gmtime_r(&now, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func escaped(_ text: String, quoteBlanks: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        let needsQuotes = quoteBlanks && escaped.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        guard needsQuotes else { return escaped }
        return "\""
            + escaped.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\\\"") + "\""
    }
}

extension Logger.Level {
    /// As syslog(3) counts.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
