import Glibc
import Shell

/// Where the history is kept: `$XDG_STATE_HOME/eventlog/history`, for its owner's eyes only.
///
/// A history that cannot be read or written is no reason not to answer questions, so nothing here fails.
struct HistoryFile {
    private let path: String?

    init() {
        let state =
            environment("XDG_STATE_HOME") ?? environment("HOME").map { "\($0)/.local/state" }
        path = state.flatMap { $0.hasPrefix("/") ? "\($0)/eventlog/history" : nil }
    }

    func load() -> History {
        guard let path, access(path, R_OK) == 0, let text = try? TextFile.read(path) else {
            return History()
        }
        let history = History(reading: text)
        // The file grows by an entry at a time; once it is twice too long it is written anew.
        if text.utf8.count(where: { $0 == 0x0A }) > 2 * History.countMax { replace(history) }
        return history
    }

    /// Adds `entry` with one write, so that several clients can share the file.
    func append(_ entry: String) {
        guard let path else { return }
        makeDirectories(path)
        write(History.line(entry), to: path, O_APPEND)
    }

    private func replace(_ history: History) {
        guard let path else { return }
        let temporary = "\(path).\(getpid())"
        write(history.text, to: temporary, O_TRUNC)
        if rename(temporary, path) != 0 { unlink(temporary) }
    }

    private func write(_ text: String, to path: String, _ mode: Int32) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        try? Terminal.write(Array(text.utf8), to: descriptor)
    }

    private func makeDirectories(_ path: String) {
        var end = path.startIndex
        while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
            mkdir(String(path[..<slash]), 0o700)
            end = slash
        }
    }
}
