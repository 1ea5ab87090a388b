import NIOCore
import NIOHTTP1

extension HTTPFailure {
    /// Why a question has no answer.
    /// - Parameters:
    ///   - reason: why it was cancelled, if it was.
    ///   - allowed: how long it could have taken.
    init(
        _ failure: QueryFailure, _ reason: CancellationSignal.Reason? = nil,
        allowed: TimeAmount = .zero
    ) {
        switch (failure.kind, reason) {
        case (.cancelled, .deadline):
            let milliseconds = allowed.nanoseconds / 1_000_000
            let time = milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
            self.init(
                .serviceUnavailable, "SERVICE_UNAVAILABLE",
                "The query took longer than \(time) and was stopped.", reason: "deadline")
        case (.cancelled, _):
            self.init(
                .serviceUnavailable, "SERVICE_UNAVAILABLE", "The query was cancelled.",
                reason: "cancelled")
        case (.invalid, _):
            self = .invalid(failure.message)
        case (.unknown, _):
            self.init(.notFound, "NOT_FOUND", failure.message)
        case (.limit, _):
            self.init(
                .unprocessableEntity, "INVALID_REQUEST", failure.message, reason: "limit")
        case (.io, _):
            self.init(
                .serviceUnavailable, "SERVICE_UNAVAILABLE", failure.message, reason: "io")
        }
        if let line = failure.line, let column = failure.column {
            place = (line: line, column: column)
        }
        caret = failure.caret
    }
}
