import ArgumentParser
import Glibc

/// Where the daemon is: the options that all subcommands with a daemon share.
struct SocketOptions: ParsableArguments {
    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp("The daemon's Unix socket.", valueName: "path"))
    var explicitPath: String?

    @Option(
        name: .customLong("key-file"),
        help: ArgumentHelp(
            "A file with a key, where the daemon asks for one. Default: that of EVENTLOG_KEY_FILE.",
            valueName: "path"))
    var keyPath: String?

    func client() throws(ToolFailure) -> DaemonClient {
        DaemonClient(socketPath: try path(), key: try key())
    }

    /// The key to show; `nil` if none is named. It is never an argument or a variable itself: other
    /// users can read those.
    func key() throws(ToolFailure) -> String? {
        guard let path = keyPath ?? environment("EVENTLOG_KEY_FILE") else { return nil }
        return try KeyTextFile.read(path)
    }

    /// `--socket`, else `EVENTLOG_SOCKET`, else the default of the specification, section 1.3.
    func path() throws(ToolFailure) -> String {
        if let explicitPath { return explicitPath }
        if let named = environment("EVENTLOG_SOCKET") { return named }
        if geteuid() == 0 { return "/run/eventlog/eventlog.sock" }
        if let directory = environment("XDG_RUNTIME_DIR"), directory.hasPrefix("/") {
            return "\(directory)/eventlog/eventlog.sock"
        }
        throw ToolFailure(
            "which socket? XDG_RUNTIME_DIR is not set; name it with --socket or EVENTLOG_SOCKET",
            .usage)
    }
}
