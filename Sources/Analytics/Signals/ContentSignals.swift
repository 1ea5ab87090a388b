import EventLog
import Query

extension AnalyticsReader {
    /// The quarters of the window, up to now and a little beyond: clocks of senders differ.
    var signalQuarters: Range<Int32> {
        ViewingPart.quarter(of: now - signals.window)..<ViewingPart.quarter(of: now) + 2
    }

    /// `GET /v1/signals/content/{id}`
    func contentSignals(_ id: String) throws -> AnalyticsDocument {
        let duration = store.contentItem(id)?.document.duration
        let window = signalRange
        return try withIndex(window, of: .content(id)) { index in
            guard let content = index.names.contentNumber(id) else {
                guard store.contentItem(id) != nil else {
                    throw AnalyticsFailure.unknownContent(id)
                }
                return document(id, .nothing, SignalSums())
            }
            let found = index.signals(
                ofContent: content, in: signalQuarters, halfLife: signals.halfLife,
                duration: duration, now: now)
            let source = FigureSource(totals: found.totals, viewers: found.viewerCount)
            return document(id, source, found.sums)
        }
    }

    /// What a range must be for an index of the window alone.
    var signalRange: FigureRange {
        let quarters = signalQuarters
        return FigureRange(
            from: Int64(quarters.lowerBound) * ViewingPart.quarterLength,
            to: Int64(quarters.upperBound) * ViewingPart.quarterLength)
    }

    private func document(
        _ id: String, _ source: FigureSource, _ weighted: SignalSums
    ) -> AnalyticsDocument {
        let weights = signals.weights
        let count = Double(source.totals.viewings)
        let parts: [(name: String, weight: Double, value: Double)] = [
            ("recency", weights.recency, count > 0 ? weighted.viewings / count : 0),
            ("engagement", weights.engagement, weighted.mean(weighted.engagement) ?? 0),
            ("completionRate", weights.completionRate, weighted.mean(weighted.completed) ?? 0),
        ]
        return .object(
            [("contentId", .text(id)), ("asOf", .time(now))] + Self.members(signals)
                + source.members([
                    .views, .plays, .uniqueViewers, .avgWatchTime, .completionRate,
                    .engagementRate, .swipeVelocity, .likes, .shares, .saves,
                ]) + [
                    (
                        "recencyWeighted",
                        .object([
                            ("viewings", .number(weighted.viewings)),
                            ("avgWatchTime", .number(weighted.mean(weighted.watched))),
                            ("completionShare", .number(weighted.mean(weighted.completed))),
                            ("engagement", .number(weighted.mean(weighted.engagement))),
                        ])
                    ),
                    (
                        "components",
                        .object(parts.map { ($0.name, .number($0.value)) })
                    ),
                    (
                        "weights",
                        .object(
                            ScoreWeights.parts.map {
                                ($0.name, .number(weights[keyPath: $0.path]))
                            })
                    ),
                    ("score", .number(parts.reduce(0) { $0 + $1.weight * $1.value })),
                ])
    }

    static func members(_ signals: SignalOptions) -> [(String, AnalyticsDocument)] {
        [
            ("windowSeconds", .count(Int(signals.window / 1_000_000))),
            ("halfLifeSeconds", .count(Int(signals.halfLife / 1_000_000))),
        ]
    }
}

extension SignalSums {
    fileprivate func mean(_ sum: Double) -> Double? { viewings > 0 ? sum / viewings : nil }
}

extension ViewingIndex {
    /// Whether somebody liked, shared or saved in it.
    func hasAction(_ number: Int32) -> Bool {
        func has(_ counts: SmallCounts) -> Bool {
            counts[.likes] + counts[.shares] + counts[.saves] > 0
        }
        if has(viewings[Int(number)].part.counts) { return true }
        var found = false
        forEachOtherPart(of: number) { if has($0.counts) { found = true } }
        return found
    }
}
