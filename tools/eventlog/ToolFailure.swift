/// What the shell is told; the same numbers for every subcommand.
enum ExitStatus: Int32 {
    case failed = 1
    case usage = 2
    /// Damage was met, or the answer is partial because of it.
    case damage = 3
}

/// Why a subcommand ends early: one message for people, one number for scripts.
struct ToolFailure: Error {
    /// Empty if all has been said already. Foreign text in it has passed `harmless`.
    var message: String
    var status: ExitStatus
    /// Whether it only says that nobody listens at the socket, which may pass.
    var isNoDaemon = false
    /// Whether the same may succeed a moment later: the daemon is away, or busy.
    var mayPass = false
    /// Whether it only says that Ctrl-C was pressed.
    var isInterrupted = false

    init(_ message: String, _ status: ExitStatus = .failed) {
        self.message = message
        self.status = status
    }

    static var interrupted: ToolFailure {
        var failure = ToolFailure("cancelled")
        failure.isInterrupted = true
        return failure
    }
}
