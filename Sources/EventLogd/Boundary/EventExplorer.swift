package import Columns

/// Finds single events, newest first; in the product a `StoreEventExplorer`.
package protocol EventExplorer: Sendable {
    var storeTag: UInt64 { get }

    /// Finds one page of events on the calling thread, as of now.
    func explore(
        _ question: ExploreQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> ExplorePage
}

/// Which events `GET /v1/events/explore` shows.
package struct ExploreQuestion: Sendable, Hashable {
    /// A place in the order: everything up to here has been shown.
    package struct Place: Sendable, Hashable {
        /// µs since 1970 UTC.
        package var timestamp: Int64
        package var seq: Int64
    }

    package var eventType: String?
    /// A swipe is found by both of its ids.
    package var contentId: String?
    /// A user, a device or a person.
    package var viewerId: String?
    /// From the first to before the last, µs since 1970 UTC.
    package var times: Range<Int64>?
    package var limit = 20
    package var offset = 0
    package var after: Place?

    package init() {}
}

package struct ExplorePage: Sendable {
    /// Each a JSON object.
    package var events: [[UInt8]]
    /// The last of them, if there are more behind it.
    package var next: ExploreQuestion.Place?
    package var damage: [Damage]
}
