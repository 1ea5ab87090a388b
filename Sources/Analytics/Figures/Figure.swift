/// The figures that have a name (specification, section 6; docs/Analytics.md): one definition each, for
/// HTTP, for lists that are sorted by one, and for what they are compared with.
package enum Figure: String, CaseIterable, Sendable {
    case views, impressions, plays, uniqueViewers, viewings, completions, completedViews
    case totalWatchTime, avgWatchTime, avgWatchTimePerCompletion
    case completionRate, engagementRate
    case swipes, swipeVelocity
    case likes, shares, saves
    case rebuffers, rebufferRate, errors

    /// What reference B's answer about one content has, in its order (B36).
    static let ofContent: [Figure] = [
        .views, .uniqueViewers, .totalWatchTime, .avgWatchTime, .completionRate, .shares,
        .rebufferRate,
    ]
}

/// What figures are worked out from.
struct FigureSource {
    var totals: Totals
    var viewers: Int

    subscript(figure: Figure) -> AnalyticsDocument {
        let counts = totals.counts
        return switch figure {
        case .views, .impressions: .count(counts[.views])
        case .plays: .count(counts[.plays])
        case .uniqueViewers: .count(viewers)
        case .viewings: .count(totals.viewings)
        case .completions: .count(counts[.completions])
        case .completedViews: .count(totals.completedViews)
        case .totalWatchTime: .number(watched)
        case .avgWatchTime: .number(Self.ratio(watched, counts[.views]))
        case .avgWatchTimePerCompletion: .number(Self.ratio(watched, counts[.completions]))
        case .completionRate: .number(Self.ratio(counts[.completions], counts[.plays]))
        case .engagementRate: .number(Self.ratio(counts[.plays], counts[.views]))
        case .swipes: .count(counts[.swipes])
        case .swipeVelocity: .number(Self.ratio(counts[.fastSwipes], counts[.measuredSwipes]))
        case .likes: .count(counts[.likes])
        case .shares: .count(counts[.shares])
        case .saves: .count(counts[.saves])
        case .rebuffers: .count(counts[.rebuffers])
        case .rebufferRate: .number(Self.ratio(totals.stalledViews, totals.viewings))
        case .errors: .count(counts[.errors])
        }
    }

    /// As a number, for sorting and comparing; `nil` where there is none.
    func value(of figure: Figure) -> Double? {
        switch self[figure] {
        case .count(let count): Double(count)
        case .number(let number): number
        default: nil
        }
    }

    /// s
    var watched: Double { Double(totals.watched) / 1e6 }

    var members: [(String, AnalyticsDocument)] { members(Figure.allCases) }

    func members(_ figures: [Figure]) -> [(String, AnalyticsDocument)] {
        figures.map { ($0.rawValue, self[$0]) }
    }

    /// What changed since another time, relative to it; `null` where that was nothing.
    func change(since other: FigureSource) -> AnalyticsDocument {
        .object(
            Figure.allCases.map { figure in
                guard let now = value(of: figure), let then = other.value(of: figure), then != 0
                else { return (figure.rawValue, .null) }
                return (figure.rawValue, .number((now - then) / then))
            })
    }

    static func ratio(_ part: Int, _ whole: Int) -> Double? { ratio(Double(part), whole) }

    static func ratio(_ part: Double, _ whole: Int) -> Double? {
        whole == 0 ? nil : part / Double(whole)
    }
}
