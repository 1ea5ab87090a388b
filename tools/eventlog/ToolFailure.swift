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

    init(_ message: String, _ status: ExitStatus = .failed) {
        self.message = message
        self.status = status
    }
}
