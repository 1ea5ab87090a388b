import Columns
import EventLog

/// All viewings of the stored events, and what they add up to: the figures of docs/Analytics.md without a
/// look at the events.
///
/// ```
/// key (content, visit, sender) → viewing → viewing …    one between two impressions
///   viewing                    → part → part …          one a quarter of an hour, nearly always one
/// content                      → its viewings, their totals
/// quarter of an hour           → viewings with a part in it; totals of those that have no other
/// sender (user, or device)     → its viewings
/// ```
/// It is filled event by event; what an event changes in any total is the difference of what its viewing came
/// to before and after. What few viewings have is beside them, by their number. It is not safe to be used by
/// two threads at once: `LiveFigures` guards it.
final class ViewingIndex {
    /// Somebody else who had part in a viewing, or another person of the same device.
    struct Extra {
        var person: Int32
        /// As sent; -1 is none.
        var user: Int32
        var device: Int32
        var time: Int64

        var quarter: Int32 { ViewingPart.quarter(of: time) }
    }

    struct Content {
        var totals = PackedTotals()
        /// Whether `signals` has it.
        var hasSignals = false
        /// Whether `viewers` has it.
        var hasViewers = false
    }

    /// A second or later part.
    struct OtherPart {
        var part: ViewingPart
        /// -1 is none.
        var next: Int32
    }

    struct PlayingTime {
        /// µs
        var length: Int64
        var quarter: Int32
        /// -1 is none.
        var next: Int32
    }

    /// Lengths of time for which a part has no room.
    struct LongTime {
        var quarter: Int32
        /// µs since the quarter began, when the position was so; -1 if there is none.
        var positionAt: Int32 = -1
        /// µs, or `EventSample.none`
        var finalTime = EventSample.none
        var position = EventSample.none
    }

    /// An `error` event.
    struct Failure {
        var quarter: Int32
        /// -1 is none, here and below.
        var content: Int32
        /// Labels of `names`.
        var type: Int32
        var code: Int32
    }

    var viewings: [Viewing] = []
    var keys = KeyTable()
    var order = ContentOrder()
    var contents: [Content] = []
    var quarters = QuarterTable()
    var days = ViewingDays()
    var whole = Totals()

    var otherParts: [OtherPart] = []
    /// By viewing: the newest of its other parts.
    var partHeads: [Int32: Int32] = [:]
    /// Viewings of several parts; some are gone.
    var splits: [Int32] = []
    /// By viewing: when its impression was, if that is not its first event.
    var starts: [Int32: Int64] = [:]
    /// By viewing: the next one of the same key.
    var nextLooks: [Int32: Int32] = [:]
    var extras: [Int32: [Extra]] = [:]
    /// By device: viewings with an `Extra` that is the device's, without a user. Some are gone.
    var extraViewings: [Int32: [Int32]] = [:]
    var playingTimes: [PlayingTime] = []
    /// By viewing: the newest of its playing times.
    var playingHeads: [Int32: Int32] = [:]
    var longTimes: [Int32: [LongTime]] = [:]
    var failures: [Failure] = []

    var names: ViewingNames
    /// The first viewing of each key whose impressions came in an order that leaves open what belongs to
    /// which of them.
    var doubtful: Set<Int32> = []
    /// Persons of contents that were asked for; see `viewerCount`.
    var viewers: [Int32: [KnownViewers]] = [:]
    /// How many those are.
    var knownViewerCount = 0
    /// Signals of contents that were asked for; see `ViewingIndex+Signals.swift`.
    var signals: [Int32: KnownSignals] = [:]
    /// Sessions; `nil` until somebody asks about them.
    var sessions: SessionTable?
    /// Whether `sessions` may go when memory is short.
    var mayForgetSessions = true
    /// Events that were taken in, those without content too.
    var rowCount: Int64 = 0
    var stamps = PersonStamps()
    var dayStamps = PersonStamps()

    init(map: IdentityMap) { names = ViewingNames(map: map) }

    /// Bytes of memory, counted by what there is room for.
    var memorySize: Int {
        let rows =
            viewings.capacity * MemoryLayout<Viewing>.stride + keys.memorySize + order.memorySize
            + contents.capacity * MemoryLayout<Content>.stride
        let side =
            otherParts.capacity * MemoryLayout<OtherPart>.stride + partHeads.memorySize
            + splits.capacity * 4 + starts.memorySize + nextLooks.memorySize
            + playingTimes.capacity * MemoryLayout<PlayingTime>.stride + playingHeads.memorySize
            + (extras.count + extraViewings.count + longTimes.count) * 100
            + failures.capacity * MemoryLayout<Failure>.stride
        let kept =
            knownViewerCount * 8 + stamps.memorySize + dayStamps.memorySize
            + (sessions?.memorySize ?? 0)
        return rows + side + kept + names.memorySize + quarters.memorySize + days.memorySize
    }

    /// Gives up what was found out for questions and can be found out again.
    func forgetAnswers() {
        quarters.forgetPersons()
        days.forgetAnswers()
        forgetAllViewers()
        if mayForgetSessions { sessions = nil }
    }

    /// Takes in one event with a content; those with an impression come before others of the same batch.
    func apply(_ sample: EventSample) {
        let quarter = ViewingPart.quarter(of: sample.time)
        let small = SmallCounts(of: sample)
        if small.bits != 0 {
            whole.counts.add(small)
            days.count(small, in: quarter)
            contents[Int(sample.content)].totals.add(small)
            if contents[Int(sample.content)].hasSignals {
                signals[sample.content]?.count(small, in: quarter)
            }
            let place = quarters.place(of: quarter)
            quarters[place].totals.counts.add(small)
            if sample.kind == .playStart { quarters[place].startups.append(sample.startupTime) }
        }
        applyToViewing(sample)
    }

    /// What of `apply` is done again when viewings are divided anew.
    func applyToViewing(_ sample: EventSample) {
        let quarter = ViewingPart.quarter(of: sample.time)
        let offset = Int32(
            truncatingIfNeeded: sample.time - Int64(quarter) * ViewingPart.quarterLength)
        let viewing = viewing(for: sample, quarter, offset)
        add(sample, to: viewing, quarter, offset)
        attribute(sample, to: viewing, quarter)
    }

    /// Takes in what is counted by its name, of events with and without a content.
    func apply(_ detail: EventDetail) {
        let quarter = ViewingPart.quarter(of: detail.time)
        let place = quarters.place(of: quarter)
        if detail.action >= 0 { quarters[place].count(action: detail.action) }
        if detail.stall == detail.stall {
            quarters[place].stalls.sum += detail.stall
            quarters[place].stalls.count += 1
        }
        if let failure = detail.failure {
            failures.append(
                Failure(
                    quarter: quarter, content: failure.content, type: failure.type,
                    code: failure.code))
        }
    }

    func isLive(_ number: Int32) -> Bool { !viewings[Int(number)].flags.contains(.isGone) }
}
