/// An event that was offered and not taken: why, and what was sent.
///
/// Control lines and blank lines are no events, so they never become one of these.
package struct RefusedEvent: Sendable {
    /// Where a refused event comes from.
    package enum Origin: Sendable, Hashable {
        /// A client sent it.
        case sent
        /// The quarantine offered it again. It stays there under its number, with the new reason or,
        /// where that is the old one, untouched.
        case replayed(id: Int64, receivedAt: Int64, hasNewReason: Bool)
    }

    package var refusal: Refusal
    /// As sent, cut at `Limits.quarantineLineSizeMax`.
    package let bytes: [UInt8]
    /// There was more than `bytes`, so that replaying it makes no sense.
    package let isTruncated: Bool
    package var origin = Origin.sent

    /// - Parameter bytes: the whole event as sent.
    package init(_ refusal: Refusal, bytes: UnsafeRawBufferPointer) {
        self.init(
            refusal, start: Self.cut(bytes),
            isTruncated: bytes.count > Limits.quarantineLineSizeMax)
    }

    package init(_ refusal: Refusal, bytes: [UInt8]) {
        self.init(
            refusal, start: Array(bytes.prefix(Limits.quarantineLineSizeMax)),
            isTruncated: bytes.count > Limits.quarantineLineSizeMax)
    }

    /// One of which nothing is known but that it began.
    package init(unseen refusal: Refusal) {
        self.init(refusal, start: [], isTruncated: true)
    }

    /// One of which only the start is known, because it was too long to be held.
    package init(_ refusal: Refusal, start: UnsafeRawBufferPointer) {
        self.init(refusal, start: Self.cut(start), isTruncated: true)
    }

    private init(_ refusal: Refusal, start: [UInt8], isTruncated: Bool) {
        self.refusal = refusal
        bytes = start
        self.isTruncated = isTruncated
    }

    private static func cut(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        Array(UnsafeRawBufferPointer(rebasing: bytes.prefix(Limits.quarantineLineSizeMax)))
    }
}
