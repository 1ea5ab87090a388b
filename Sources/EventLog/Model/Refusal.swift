/// Why one event was not taken: what the sender is told.
package struct Refusal: Sendable, Hashable, Error {
    /// The documented error codes that a sender can meet (specification, C16).
    package enum Code: String, Sendable {
        case invalidRequest = "INVALID_REQUEST"
        case validationError = "VALIDATION_ERROR"
        case gone = "GONE"
        case unauthorized = "UNAUTHORIZED"
        case keyRevoked = "KEY_REVOKED"
        case keyExpired = "KEY_EXPIRED"
        case environmentMismatch = "ENVIRONMENT_MISMATCH"
        case forbidden = "FORBIDDEN"
        case serviceUnavailable = "SERVICE_UNAVAILABLE"
    }

    package struct Detail: Sendable, Hashable {
        package var field: String
        package var reason: String

        package init(field: String, reason: String) {
            self.field = field
            self.reason = reason
        }
    }

    /// Physical line in the stream, from 1, blank lines included; 0 where there are no lines.
    package var line: UInt64
    /// Offset in the line, from 0, where the bytes stop making sense; `nil` for errors of meaning.
    package var byteOffset: Int?
    package var code: Code
    /// One sentence: what is wrong, and what would be right.
    package var message: String
    /// Every field that is wrong.
    package var details: [Detail]

    package init(
        line: UInt64, byteOffset: Int? = nil, code: Code, message: String, details: [Detail] = []
    ) {
        self.line = line
        self.byteOffset = byteOffset
        self.code = code
        self.message = message
        self.details = details
    }
}
