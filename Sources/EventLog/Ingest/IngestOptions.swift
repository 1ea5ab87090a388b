/// How events are taken.
package struct IngestOptions: Sendable {
    /// What a full `percentComplete` is; never guessed from the values (specification, section 3, row 8).
    package enum PercentScale: String, Sendable, Hashable, CaseIterable {
        /// 0 to 100.
        case percent
        /// 0 to 1; stored as 0 to 100.
        case fraction
    }

    /// Imports and case files: no age limits (an old event is still flagged late).
    package var archive = false
    /// Events older than this are refused, in µs.
    package var maxAge: Int64 = 90 * 24 * 3600 * 1_000_000
    /// The scale of producers that are not in `percentScales`.
    package var percentScale = PercentScale.percent
    /// By producer, as the daemon names it: `uid:1000/app`.
    package var percentScales: [String: PercentScale] = [:]

    package init() {}

    func percentScale(of producer: String) -> PercentScale {
        percentScales[producer] ?? percentScale
    }
}

/// Which of the documented forms a sender's events have. The fields are the same words; some of them
/// mean something else (specification, section 3, rows 12 and 13).
package enum EventShape: Sendable, Hashable {
    /// Of the two references: watch times in seconds, and `contentId` of a swipe is what it goes to.
    case reference
    /// Of an SDK that forwards its events, `{sdk, events}`: watch times in milliseconds, and
    /// `contentId` of a swipe is what it leaves.
    case forwarding
}
