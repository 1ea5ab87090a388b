package import Columns

/// What can be asked: an endpoint of docs/Analytics.md each.
package enum AnalyticsQuestion: Sendable, Hashable {
    case overview(FigureRange)
    /// One content; a series only if the range names a granularity.
    case content(String, FigureRange)
    case contents(FigureRange, ContentPage)
    case engagement(FigureRange)
    case quality(FigureRange)
    case retention(FigureRange)
    case realtime
    case metric(Metric, Metric.Measurement, FigureRange)
    case metricSeries(Metric, Metric.Measurement, FigureRange)
    case contentSignals(String)
    case userSignals(String)
}

/// Which contents of a list, in which order.
package struct ContentPage: Sendable, Hashable {
    /// `nil`: by id.
    package var sort: Figure?
    package var isDescending: Bool
    package var limit: Int
    /// The last one of the page before.
    package var after: Cursor?

    package struct Cursor: Sendable, Hashable {
        /// Of the figure that is sorted by; `nil`: it has none, and such come last.
        package var value: Double?
        package var content: String

        package init(value: Double?, content: String) {
            self.value = value
            self.content = content
        }
    }

    package init(sort: Figure?, isDescending: Bool, limit: Int, after: Cursor? = nil) {
        self.sort = sort
        self.isDescending = isDescending
        self.limit = limit
        self.after = after
    }
}

/// The metrics of `GET /v1/metrics/{metric}` (specification, 1.4).
package enum Metric: String, Sendable, CaseIterable {
    case views
    case uniqueViewers = "unique_viewers"
    case completions
    case watchTime = "watch_time"
    case playingTime = "playing_time"
    case videoStartupTime = "video_startup_time"

    package enum Measurement: String, Sendable, CaseIterable {
        case sum, avg
    }

    /// What is measured if nothing is said: a mean startup time, else the whole.
    package var usualMeasurement: Measurement { self == .videoStartupTime ? .avg : .sum }

    package var unit: String {
        switch self {
        case .views: "views"
        case .uniqueViewers: "persons"
        case .completions: "completions"
        case .watchTime, .playingTime: "s"
        case .videoStartupTime: "ms"
        }
    }
}

/// What is told about a question.
package struct AnalyticsAnswer: Sendable {
    /// One JSON value.
    package var document: [UInt8]
    /// What could not be read. Not empty: the answer is partial.
    package var damage: [Damage]
}
