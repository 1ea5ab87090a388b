/// What figures count of events (docs/Analytics.md, Figures).
enum Measure: Int, CaseIterable {
    case views, plays, completions, swipes, fastSwipes, measuredSwipes
    case likes, shares, saves, rebuffers, errors
}

/// The event types that figures tell apart.
enum EventKind: UInt8 {
    case other, impression, playStart, watchProgress, completion, swipe, rebuffer, error, viewEnd

    init(named name: String) {
        switch name {
        case "impression": self = .impression
        case "playStart": self = .playStart
        case "watchProgress": self = .watchProgress
        case "completion": self = .completion
        case "swipe": self = .swipe
        case "rebuffer": self = .rebuffer
        case "error": self = .error
        case "viewEnd": self = .viewEnd
        default: self = .other
        }
    }

    /// Whether something was on the screen.
    var isViewing: Bool {
        switch self {
        case .impression, .playStart, .watchProgress, .completion, .rebuffer, .viewEnd: true
        case .other, .swipe, .error: false
        }
    }

    var measure: Measure? {
        switch self {
        case .impression: .views
        case .playStart: .plays
        case .completion: .completions
        case .swipe: .swipes
        case .rebuffer: .rebuffers
        case .error: .errors
        case .other, .watchProgress, .viewEnd: nil
        }
    }
}

/// What a person did, however it was sent: the column `action`.
enum EventAction: UInt8 {
    case none, like, share, save

    init(named name: String) {
        switch name {
        case "like": self = .like
        case "share": self = .share
        case "save": self = .save
        default: self = .none
        }
    }

    var measure: Measure? {
        switch self {
        case .like: .likes
        case .share: .shares
        case .save: .saves
        case .none: nil
        }
    }
}

/// One event as far as figures go. Names are numbers of `ViewingIndex`; -1 is none.
struct EventSample {
    /// No such length of time.
    static let none = Int64.min
    /// Seconds before which a swipe away is fast (docs/Analytics.md), in µs.
    static let fastSwipe: Int64 = 3_000_000

    /// µs since 1970 UTC.
    var time: Int64
    var content: Int32
    var user: Int32
    var device: Int32
    /// Stands for the `viewSessionId`, else the `sessionId`, else 0.
    var visit: UInt64
    var hasViewSession: Bool
    var kind: EventKind
    var action: EventAction
    /// `totalWatchTime`, `watchTimeOnFrom`: the larger one, in µs, or `none`.
    var finalTime = none
    /// `currentTime` of a `watchProgress`, in µs, or `none`.
    var position = none
    /// `watchTimeOnFrom` of a swipe, in µs, or `none`.
    var swipeTime = none
    /// `playingTime` of a `viewEnd`, in µs, or `none`.
    var playingTime = none
    /// `startupTime` of a `playStart`, in ms; not a number if it has none.
    var startupTime = Double.nan
    /// What a `viewEnd` says of the whole view.
    var isCompleted = false
    var hasStalled = false

    /// Seconds in µs: figures are sums of whole numbers, whatever the order.
    ///
    /// More than 31 years of one view are a mistake of the sender and count as that.
    static func microseconds(_ seconds: Double) -> Int64 {
        guard seconds == seconds else { return none }
        return Int64((min(max(seconds, -1e9), 1e9) * 1e6).rounded())
    }
}

/// What is counted of an event by its name or for itself, whether it has a content or not.
struct EventDetail {
    /// µs since 1970 UTC.
    var time: Int64
    /// A label of `ViewingNames`; -1 is none.
    var action: Int32
    /// Length of a `rebuffer` in ms; not a number if it says none.
    var stall: Double
    /// Of an `error`: content, and labels; -1 is none.
    var failure: (content: Int32, type: Int32, code: Int32)?
}
