/// What the daemon noticed about an event when it came in (the column `flags`).
package struct EventFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// More than 24 h old on arrival.
    package static let late = EventFlags(rawValue: 1)
    /// Stamped too far ahead: `timestamp` is the receive time, `clientTimestamp` the client's.
    package static let adjusted = EventFlags(rawValue: 2)
    /// Sent without a timestamp: `timestamp` is the receive time.
    package static let defaulted = EventFlags(rawValue: 4)
    /// Sent without an eventId: the store made one, and repeats cannot be recognised.
    package static let generatedID = EventFlags(rawValue: 8)
    /// A record of an administrator about persons, as `alias`: taken from nobody else, so that an event that
    /// is only called so means nothing.
    package static let administrative = EventFlags(rawValue: 16)
}
