package import Columns

/// Events in the order of their numbers, as a tail reads them; in the product a `StoreEventFeed`.
///
/// All calls but `durableSeq` and `newestSeq` may read files and take as long as a query.
package protocol EventFeed: Sendable {
    /// Tells cursors of this store from those of others.
    var storeTag: UInt64 { get }
    /// The number up to which everything would survive a power failure; from any thread, at any time.
    var durableSeq: Int64 { get }
    /// The newest number that was given, durable or not.
    var newestSeq: Int64 { get }

    /// Looks whether the condition can be used, and finds the number behind which to begin.
    /// - Parameter last: how many of the events that are there already to begin with.
    func begin(_ question: FeedQuestion, last: Int) throws(QueryFailure) -> Int64

    /// The next events behind a number, none of them newer than what is durable.
    func read(_ question: FeedQuestion, _ extent: FeedExtent) throws(QueryFailure) -> FeedWindow
}

/// Which events somebody follows, and how they are written.
package struct FeedQuestion: Sendable {
    /// What would stand behind WHERE; `nil` for all events.
    package var condition: String?
    package var form: TailForm

    package init(condition: String? = nil, form: TailForm) {
        self.condition = condition
        self.form = form
    }
}

/// How much of a feed to read.
package struct FeedExtent: Sendable {
    /// Everything up to this number was looked at before.
    package var position: Int64
    /// The last number that is wanted at all.
    package var end: Int64
    /// Bytes of lines; one line more than that may come.
    package var sizeMax: Int
    package var countMax: Int
    /// Asked now and then; `true` ends the reading early.
    package var isCancelled: @Sendable () -> Bool

    package init(
        after position: Int64, through end: Int64 = .max, sizeMax: Int, countMax: Int = .max,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.position = position
        self.end = end
        self.sizeMax = sizeMax
        self.countMax = countMax
        self.isCancelled = isCancelled
    }
}

/// Some events of a feed, written down.
package struct FeedWindow: Sendable {
    /// Whole lines.
    package struct Piece: Sendable {
        package var bytes: [UInt8]
        package var count: Int
        /// Everything up to this number is in this piece and those before it.
        package var position: Int64
    }

    package var pieces: [Piece] = []
    /// Everything up to this number was looked at.
    package var position: Int64
    /// Numbers that were asked for and have expired.
    package var missed: ClosedRange<Int64>?
    /// What could not be read, and is left out.
    package var damage: [Damage] = []

    package init(position: Int64) { self.position = position }
}
