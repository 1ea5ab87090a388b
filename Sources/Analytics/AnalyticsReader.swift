import Columns
package import EventLog
package import Query

/// Answers the questions of docs/Analytics.md over a store as it is at this moment.
package struct AnalyticsReader: Sendable {
    let figures: LiveFigures
    let store: EventStore
    let limits: QueryLimits
    let threadCount: Int
    let signals: SignalOptions
    /// µs since 1970 UTC.
    let now: Int64
    let cancellation: QueryCancellation?
    let observer = ScanObserver()

    /// - Parameter threadCount: threads that one query may use.
    package init(
        figures: LiveFigures, store: EventStore, limits: QueryLimits, threadCount: Int,
        signals: SignalOptions, now: Int64, cancellation: QueryCancellation? = nil
    ) {
        self.figures = figures
        self.store = store
        self.limits = limits
        self.threadCount = threadCount
        self.signals = signals
        self.now = now
        self.cancellation = cancellation
    }

    package func answer(_ question: AnalyticsQuestion) throws -> AnalyticsAnswer {
        let document =
            switch question {
            case .overview(let range): try overview(range)
            case .content(let id, let range): try content(id, range)
            case .contents(let range, let page): try contents(range, page)
            case .engagement(let range): try engagement(range)
            case .quality(let range): try quality(range)
            case .retention(let range): try retention(range)
            case .realtime: try realtime()
            case .metric(let metric, let measurement, let range):
                try self.metric(metric, measurement, range)
            case .metricSeries(let metric, let measurement, let range):
                try series(metric, measurement, range)
            case .contentSignals(let id): try contentSignals(id)
            case .userSignals(let id): try userSignals(id)
            }
        return AnalyticsAnswer(document: document.json, damage: observer.damage)
    }

    /// Works with an index that knows the range: the one of all events, or one made for this question.
    /// - Parameter needsSessions: whether the index must know sessions.
    func withIndex<Result: Sendable>(
        _ range: FigureRange, of scope: FigureScope = .all, needsSessions: Bool = false,
        _ body: (ViewingIndex) throws -> Result
    ) throws -> Result {
        if range.isAligned {
            let answer = try figures.withIndex(of: scope, needsSessions: needsSessions) {
                index, damage in
                for one in damage { observer.report(one) }
                return try body(index)
            }
            if let answer { return answer }
        }
        var times = range.times
        if let previous = range.compares ? range.previous : nil, let earlier = previous.times {
            times = earlier.lowerBound..<(times?.upperBound ?? .max)
        }
        let content: String? = if case .content(let id) = scope { id } else { nil }
        let part = try figures.part(
            content: content, times: times, needsSessions: needsSessions)
        for one in part.damage { observer.report(one) }
        return try body(part.index)
    }

    /// The rows of a query, by column.
    func rows(
        _ text: String, _ parameters: [String: Value] = [:]
    ) throws -> [[Value]] {
        let engine = QueryEngine(
            catalog: store.tables(), limits: limits, now: now, threadCount: threadCount)
        let result = try engine.run(text, parameters: parameters, cancellation: cancellation)
        for damage in result.damage { observer.report(damage) }
        return result.rows
    }

    /// `timestamp >= @from AND …`, and the parameters that it takes.
    static func condition(_ range: FigureRange) -> (text: String, parameters: [String: Value]) {
        var parts: [String] = []
        var parameters: [String: Value] = [:]
        if let from = range.from {
            parts.append("timestamp >= @from")
            parameters["from"] = .timestamp(from)
        }
        if let to = range.to {
            parts.append("timestamp < @to")
            parameters["to"] = .timestamp(to)
        }
        return (parts.isEmpty ? "TRUE" : parts.joined(separator: " AND "), parameters)
    }
}

extension Value {
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var count: Int { if case .int64(let number) = self { Int(number) } else { 0 } }
    var time: Int64? { if case .timestamp(let time) = self { time } else { nil } }
    var number: Double? {
        switch self {
        case .double(let number): number
        case .int64(let number): Double(number)
        default: nil
        }
    }
}
