import Analytics
import EventLog
import NIOCore
import NIOHTTP1

/// `/v1/analytics/…`, `/v1/metrics/…`, `/v1/signals/…`: figures by name (docs/Analytics.md). They are
/// queries, and count as such for all limits.
struct AnalyticsDesk: Sendable {
    let queries: QueryDesk
    let clock: ReceiveClock

    func answer(
        _ request: HTTPRequest, cancellation: CancellationSignal, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        do {
            return queries.answer(
                try question(request), request, cancellation: cancellation, on: eventLoop)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private func question(_ request: HTTPRequest) throws(HTTPFailure) -> AnalyticsQuestion {
        let target = request.target
        switch request.route {
        case .overview: return .overview(try target.figureRange())
        case .contentFigures:
            let id = String(target.path.dropFirst(Route.contentFiguresPrefix.count))
            return .content(id, try target.figureRange())
        case .contentList: return .contents(try target.figureRange(), try target.contentPage())
        case .engagement: return .engagement(try target.figureRange())
        case .quality: return .quality(try target.figureRange())
        case .retention: return .retention(try target.cohortRange(now: clock.now()))
        case .realtime: return .realtime
        case .contentSignals:
            return .contentSignals(
                String(target.path.dropFirst(Route.contentSignalsPrefix.count)))
        case .userSignals:
            return .userSignals(String(target.path.dropFirst(Route.userSignalsPrefix.count)))
        default: return try metric(request)
        }
    }

    private func metric(_ request: HTTPRequest) throws(HTTPFailure) -> AnalyticsQuestion {
        let target = request.target
        let isSeries = request.route == .metricSeries
        let path = target.path.dropFirst(Route.metricPrefix.count)
        let name = isSeries ? path.dropLast(Route.metricSeriesSuffix.count) : path
        guard let metric = Metric(rawValue: String(name)) else {
            let names = Metric.allCases.map(\.rawValue).joined(separator: ", ")
            throw HTTPFailure(
                .notFound, "NOT_FOUND", "There is no such metric; there are \(names).")
        }
        var measurement = metric.usualMeasurement
        if let text = target.query["measurement"] {
            guard let known = Metric.Measurement(rawValue: text) else {
                throw .wrong("measurement", "measurement is sum or avg.")
            }
            measurement = known
        }
        let range = try target.timeframe(now: clock.now())
        return isSeries
            ? .metricSeries(metric, measurement, range) : .metric(metric, measurement, range)
    }
}
