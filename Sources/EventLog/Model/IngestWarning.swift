/// Something odd about an event that was taken all the same: worth a look by whoever runs its sender.
///
/// A fixed list, because each is a counter of the daemon's status and metrics.
package enum IngestWarning: UInt8, CaseIterable, Sendable {
    /// Two spellings of one field that say different things (section 3): the canonical one counts.
    case aliasConflict
    /// `percentComplete` on a scale that its producer is not known to use (section 3, row 8).
    case percentCompleteScale
    /// A completion without `looped`, nor a `loopCount` to tell it from (row 10).
    case missingLooped
    /// A `userId` that means nobody, like `anonymous` (section 4.3).
    case placeholderUserId
    /// A `userId` that looks like an e-mail address or a telephone number (B32): ids should be opaque.
    case personalUserId
    /// A `userId` that is the event's own `deviceId` (row 21).
    case deviceAsUserId
    /// An `entryPoint` that the references do not list for this event (row 20).
    case unknownEntryPoint

    /// As counters are labelled: snake case.
    package var label: String {
        switch self {
        case .aliasConflict: "alias_conflict"
        case .percentCompleteScale: "percent_complete_scale"
        case .missingLooped: "missing_looped"
        case .placeholderUserId: "placeholder_user_id"
        case .personalUserId: "personal_user_id"
        case .deviceAsUserId: "device_as_user_id"
        case .unknownEntryPoint: "unknown_entry_point"
        }
    }
}

/// How many events had each warning. Without warnings it holds no memory.
package struct IngestWarnings: Sendable, Hashable {
    /// By raw value; empty while all are zero.
    private var counts: [Int] = []

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }

    package subscript(warning: IngestWarning) -> Int {
        counts.isEmpty ? 0 : counts[Int(warning.rawValue)]
    }

    package mutating func add(_ warning: IngestWarning, count: Int = 1) {
        guard count > 0 else { return }
        if counts.isEmpty { counts = [Int](repeating: 0, count: IngestWarning.allCases.count) }
        counts[Int(warning.rawValue)] += count
    }

    package mutating func add(_ other: IngestWarnings) {
        for warning in IngestWarning.allCases { add(warning, count: other[warning]) }
    }
}
