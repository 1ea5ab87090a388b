/// What was seen of one content in one go, as far as one quarter of an hour goes.
///
/// Nearly all viewings lie within one quarter; those that do not are several parts. So any range that
/// begins and ends with a quarter, such as the days of any time zone, has whole parts.
struct ViewingPart {
    /// µs
    static let quarterLength: Int64 = 900_000_000

    /// Quarters of an hour since 1970 UTC.
    var quarter: Int32
    /// The first and the last event, in µs since the quarter began.
    var first: Int32
    var last: Int32
    /// When `position` was so.
    var positionAt: Int32 = -1
    /// Who the viewing's actor was at the first event here; -1 is nobody. Others: `ViewingIndex.extras`.
    var person: Int32 = -1
    /// The largest final figure, in µs, or `EventSample.none`.
    var finalTime = EventSample.none
    /// The last position, in µs, or `EventSample.none`.
    var position = EventSample.none
    var counts = SmallCounts()
    var flags: Flags = []
    /// The next part; -1 if there is none.
    var next: Int32 = -1

    struct Flags: OptionSet {
        let rawValue: UInt8
        /// Something was on the screen.
        static let isViewing = Flags(rawValue: 1)
        static let isCompleted = Flags(rawValue: 2)
        static let hasStalled = Flags(rawValue: 4)
    }

    init(quarter: Int32, offset: Int32) {
        self.quarter = quarter
        first = offset
        last = offset
    }

    var firstTime: Int64 { Int64(quarter) * Self.quarterLength + Int64(first) }
    var lastTime: Int64 { Int64(quarter) * Self.quarterLength + Int64(last) }

    static func quarter(of time: Int64) -> Int32 {
        Int32(truncatingIfNeeded: time >= 0 ? time / quarterLength : ~(~time / quarterLength))
    }

    /// - Returns: `false`, and nothing has changed, if it takes another part.
    mutating func add(_ sample: EventSample, at offset: Int32) -> Bool {
        guard counts.add(SmallCounts(of: sample)) else { return false }
        first = min(first, offset)
        last = max(last, offset)
        finalTime = max(finalTime, sample.finalTime)
        if sample.position != EventSample.none,
            offset > positionAt || offset == positionAt && sample.position > position
        {
            positionAt = offset
            position = sample.position
        }
        if sample.kind.isViewing { flags.insert(.isViewing) }
        if sample.kind == .completion || sample.isCompleted { flags.insert(.isCompleted) }
        if sample.kind == .rebuffer || sample.hasStalled { flags.insert(.hasStalled) }
        return true
    }
}

/// What was seen of one content in one go (docs/Analytics.md, Terms).
struct Viewing {
    var content: Int32
    /// Of its first event, as sent; -1 is none.
    var user: Int32
    var device: Int32
    var visit: UInt64
    /// The time of its impression; `Int64.max`: it has none (yet).
    var start: Int64
    /// The next viewing of the same content, visit and actor; -1 is none.
    var nextLook: Int32 = -1
    /// The next one of the same user, without a user of the same device; -1 is none.
    var nextOfActor: Int32 = -1
    var part: ViewingPart
    var flags: Flags = []

    struct Flags: OptionSet {
        let rawValue: UInt8
        static let hasViewSession = Flags(rawValue: 1)
        static let hasExtras = Flags(rawValue: 2)
        /// Its events are read again: it counts no more.
        static let isGone = Flags(rawValue: 4)
        /// It has parts on several days of UTC.
        static let crossesDays = Flags(rawValue: 8)
    }

    /// Whether it has more than one part.
    var isSplit: Bool { part.next >= 0 }

    /// Whether its one part says it all.
    var isPlain: Bool { part.next < 0 && flags.isDisjoint(with: [.hasExtras, .isGone]) }

    /// Who did it, as part of what makes events one viewing.
    var actor: Int64 {
        flags.contains(.hasViewSession) ? -2 : Self.actor(user: user, device: device)
    }

    static func actor(user: Int32, device: Int32) -> Int64 {
        user >= 0 ? Int64(user) * 2 : device >= 0 ? Int64(device) * 2 + 1 : -1
    }
}
