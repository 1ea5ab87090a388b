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
        return try withIndex(window, content: id) { index in
            guard let content = index.names.contentNumber(id) else {
                guard store.contentItem(id) != nil else {
                    throw AnalyticsFailure.unknownContent(id)
                }
                return document(id, .nothing, Weighted())
            }
            let range = signalQuarters
            let source = FigureSource(
                totals: index.totals(ofContent: content, in: range),
                viewers: index.viewerCount(ofContent: content, in: range))
            var weighted = Weighted()
            for number in index.contents[Int(content)].viewings where index.isLive(number) {
                let outcome = index.outcome(of: number, in: range)
                guard outcome.isViewing else { continue }
                let decay = signals.decay(age: now - index.firstTime(of: number))
                weighted.viewings += decay
                weighted.watched += decay * Double(outcome.watched) / 1e6
                weighted.completed += outcome.isCompleted ? decay : 0
                weighted.engagement +=
                    decay
                    * EngagementWeights.engagement(
                        watched: Double(outcome.watched) / 1e6, duration: duration,
                        isCompleted: outcome.isCompleted,
                        hasAction: index.hasAction(number), isReturn: false)
            }
            return document(id, source, weighted)
        }
    }

    /// What a range must be for an index of the window alone.
    var signalRange: FigureRange {
        let quarters = signalQuarters
        return FigureRange(
            from: Int64(quarters.lowerBound) * ViewingPart.quarterLength,
            to: Int64(quarters.upperBound) * ViewingPart.quarterLength)
    }

    /// Sums over viewings, each times what is left of it.
    private struct Weighted {
        var viewings = 0.0
        var watched = 0.0
        var completed = 0.0
        var engagement = 0.0

        func mean(_ sum: Double) -> Double? { viewings > 0 ? sum / viewings : nil }
    }

    private func document(
        _ id: String, _ source: FigureSource, _ weighted: Weighted
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
