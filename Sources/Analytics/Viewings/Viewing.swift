/// What was seen of one content in one go, as far as one quarter of an hour goes, in 36 bytes.
///
/// Nearly all viewings lie within one quarter; those that do not are several parts. So any range that
/// begins and ends with a quarter, such as the days of any time zone, has whole parts.
struct ViewingPart {
    /// µs
    static let quarterLength: Int64 = 900_000_000
    private static let noLength = UInt32.max

    /// Counts, and above them flags.
    private var bits: UInt64 = 0
    /// Quarters of an hour since 1970 UTC.
    var quarter: Int32
    /// The first and the last event, in µs since the quarter began.
    private(set) var first: Int32
    private(set) var last: Int32
    /// When `position` was so; -1: there is none.
    private(set) var positionAt: Int32 = -1
    /// Who the viewing's actor was at the first event here; -1 is nobody. Others: `ViewingIndex.extras`.
    var person: Int32 = -1
    private var shortFinalTime = noLength
    private var shortPosition = noLength

    /// Those of the first part are of the whole viewing, except for the first three.
    struct Flags: OptionSet {
        let rawValue: UInt32
        /// Something was on the screen.
        static let isViewing = Flags(rawValue: 1 << 0)
        static let isCompleted = Flags(rawValue: 1 << 1)
        static let hasStalled = Flags(rawValue: 1 << 2)
        static let hasViewSession = Flags(rawValue: 1 << 3)
        /// `ViewingIndex.extras` has something of it; and so for the others that begin with "has".
        static let hasExtras = Flags(rawValue: 1 << 4)
        static let hasOtherParts = Flags(rawValue: 1 << 5)
        static let hasNextLook = Flags(rawValue: 1 << 6)
        static let hasLongTimes = Flags(rawValue: 1 << 7)
        static let hasPlayingTimes = Flags(rawValue: 1 << 8)
        /// It has an impression: where `ViewingIndex.starts` has no other time, its first event here.
        static let isStarted = Flags(rawValue: 1 << 9)
        static let hasOwnStart = Flags(rawValue: 1 << 10)
        /// Its events are read again: it counts no more.
        static let isGone = Flags(rawValue: 1 << 11)
        /// It has parts on several days of UTC.
        static let crossesDays = Flags(rawValue: 1 << 12)
    }

    init(quarter: Int32, offset: Int32) {
        self.quarter = quarter
        first = offset
        last = offset
    }

    var counts: SmallCounts { SmallCounts(bits: bits & SmallCounts.mask) }

    var flags: Flags {
        get { Flags(rawValue: UInt32(truncatingIfNeeded: bits >> 44)) }
        set { bits = bits & SmallCounts.mask | UInt64(newValue.rawValue) << 44 }
    }

    /// The largest final figure, in µs, or `EventSample.none`.
    var finalTime: Int64 {
        shortFinalTime == Self.noLength ? EventSample.none : Int64(shortFinalTime)
    }

    /// The last position, in µs, or `EventSample.none`.
    var position: Int64 {
        shortPosition == Self.noLength ? EventSample.none : Int64(shortPosition)
    }

    var firstTime: Int64 { Int64(quarter) * Self.quarterLength + Int64(first) }
    var lastTime: Int64 { Int64(quarter) * Self.quarterLength + Int64(last) }

    static func quarter(of time: Int64) -> Int32 {
        Int32(truncatingIfNeeded: time >= 0 ? time / quarterLength : ~(~time / quarterLength))
    }

    /// Whether a part has room for a length of time: up to 71 minutes.
    static func hasRoom(for length: Int64) -> Bool {
        length == EventSample.none || 0 <= length && length < Int64(noLength)
    }

    /// - Precondition: there is room for its lengths.
    /// - Returns: `false`, and nothing has changed, if it takes another part.
    mutating func add(_ sample: EventSample, at offset: Int32) -> Bool {
        var counts = counts
        guard counts.add(SmallCounts(of: sample)) else { return false }
        bits = bits & ~SmallCounts.mask | counts.bits
        first = min(first, offset)
        last = max(last, offset)
        if sample.finalTime > finalTime { shortFinalTime = UInt32(sample.finalTime) }
        if sample.position != EventSample.none,
            offset > positionAt || offset == positionAt && sample.position > position
        {
            positionAt = offset
            shortPosition = UInt32(sample.position)
        }
        var new: Flags = []
        if sample.kind.isViewing { new.insert(.isViewing) }
        if sample.kind == .completion || sample.isCompleted { new.insert(.isCompleted) }
        if sample.kind == .rebuffer || sample.hasStalled { new.insert(.hasStalled) }
        bits |= UInt64(new.rawValue) << 44
        return true
    }
}

/// What was seen of one content in one go (docs/Analytics.md, Terms), in 56 bytes.
struct Viewing {
    /// Stands for the `viewSessionId`, else the `sessionId`, else 0.
    let visit: UInt64
    var part: ViewingPart
    let content: Int32
    /// Who sent its first event: user × 2, device × 2 + 1, or -1.
    let sender: Int32
    /// The next viewing of the same sender; -1 is none.
    let nextOfSender: Int32

    init(_ sample: EventSample, _ part: ViewingPart, nextOfSender: Int32) {
        visit = sample.visit
        content = sample.content
        sender = sample.sender
        self.nextOfSender = nextOfSender
        self.part = part
        if sample.hasViewSession { self.part.flags.insert(.hasViewSession) }
        if sample.kind == .impression { self.part.flags.insert(.isStarted) }
    }

    var flags: ViewingPart.Flags {
        get { part.flags }
        set { part.flags = newValue }
    }

    /// As sent; -1 is none.
    var user: Int32 { sender >= 0 && sender & 1 == 0 ? sender >> 1 : -1 }
    /// Where there is no user; -1 is none.
    var device: Int32 { sender >= 0 && sender & 1 == 1 ? sender >> 1 : -1 }

    /// Whether it has more than one part.
    var isSplit: Bool { flags.contains(.hasOtherParts) }

    /// Whether its one part says who had part in it.
    var isPlain: Bool { flags.isDisjoint(with: [.hasOtherParts, .hasExtras, .isGone]) }

    var key: ViewingKey {
        ViewingKey(
            content: content, visit: visit,
            sender: flags.contains(.hasViewSession) ? ViewingKey.anySender : sender)
    }
}
