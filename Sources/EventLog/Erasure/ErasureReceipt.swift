import FoundationEssentials

/// What became of an erasure, without saying whose it was: kept for ever, in `receipts/`.
package struct ErasureReceipt: Sendable, Hashable, Codable {
    package enum Status: String, Sendable, Codable {
        /// Nothing shows the person's events any more; they are being removed.
        case accepted
        /// No file has anything of the person.
        case erased
    }

    /// A file that held events of the person.
    package struct Segment: Sendable, Hashable, Codable {
        /// Below `events/`, and SHA-256 of its bytes.
        package var file: String
        package var sha256: String
        /// Events of the person in it.
        package var events: Int
        /// What took its place; `nil` if it held nothing else.
        package var newFile: String?
        package var newSha256: String?
    }

    /// What was done to bytes that are not needed any more.
    package enum Level: String, Sendable, Codable {
        /// They were overwritten in their place.
        case overwritten
        /// The file system writes elsewhere what is overwritten, so that old blocks stay until they are used.
        case unlinked
    }

    package var id: String
    package var status = Status.accepted
    /// Keyed hashes of the ids, under a key that only this store has.
    package var users: [String]
    /// µs since 1970 UTC.
    package var requestedAt: Int64
    package var erasedAt: Int64?
    /// By when it is to be done.
    package var deadline: Int64
    /// Events up to this number were concerned.
    package var lastSeq: Int64
    package var events = 0
    package var segments: [Segment] = []
    /// Refused events in the quarantine, exports, and links between devices and persons that went.
    package var quarantined = 0
    package var exports: [String] = []
    package var devices = 0
    /// Rows of rollups, of events that had expired.
    package var rollupRows = 0
    /// Files that had been set aside because of damage, and may have held something of the person.
    package var damagedFiles: [String] = []
    /// Snapshots made before: they still hold the data.
    package var snapshots: [String] = []
    package var level: Level?
    /// Why it is not done yet, if it was tried.
    package var error: String?

    package static func isID(_ text: String) -> Bool {
        text.hasPrefix("ers_") && text.utf8.count == 20
            && text.utf8.dropFirst(4).allSatisfy {
                0x30...0x39 ~= $0 || 0x61...0x66 ~= $0
            }
    }
}
