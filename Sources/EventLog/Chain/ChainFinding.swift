/// What is not as the chain says, or not as the seals say.
package struct ChainFinding: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// A file with another content than was written.
        case rewritten
        /// A segment that should be there and is not.
        case dropped
        /// A segment that nobody committed.
        case inserted
        /// A commit that is not the one that was made, or stands elsewhere.
        case replaced
        /// Commits are missing in between.
        case gap
        /// A seal that the key did not make, or none where there should be one.
        case seal
        /// The catalog is an older one than there has been.
        case older
        /// What cannot be read.
        case damaged
    }

    package var kind: Kind
    /// From the store on.
    package var file: String?
    /// Of the catalog.
    package var version: Int64?
    package var message: String
    /// Whether it is a file that is no part of the table: who reads it by the catalog never sees it.
    package var isStray = false
}

/// A commit that took segments out of the table, and why.
package struct ChainStep: Sendable, Hashable {
    package var version: Int64
    /// ms since 1970.
    package var time: Int64
    package var operation: String
    package var reason: String?
    package var receipt: String?
    package var filesBefore = 0
    package var filesAfter = 0
    /// Events in them; `nil` if the chain does not say.
    package var eventsBefore: Int?
    package var eventsAfter = 0
}

/// What an audit came to.
package struct ChainSummary: Sendable, Hashable {
    /// The version that the chain begins with, and its time in ms since 1970; `nil`: there is no chain.
    package var firstVersion: Int64?
    package var firstTime: Int64?
    package var lastVersion: Int64?
    package var lastTime: Int64?
    /// Of the newest link: who keeps it elsewhere can tell later whether history was changed before it.
    package var digest: Digest256?
    package var commits = 0
    /// Live segments whose content was compared, and their bytes.
    package var segments = 0
    package var bytes = 0
    /// Live segments from before the chain: nobody knows their digest.
    package var uncovered = 0
    /// Links with a seal, and of these those that a given key has made.
    package var sealed = 0
    package var proven = 0
    /// Of the newest seal.
    package var key: ChainLink.Key?
    package var findings = 0
}
