import Columns
import EventLog
import Query

extension AnalyticsReader {
    /// `GET /v1/analytics/content/{id}` (B36), and more.
    func content(_ id: String, _ range: FigureRange) throws -> AnalyticsDocument {
        let item = store.contentItem(id)
        let found: AnalyticsDocument? = try withIndex(range, of: .content(id)) { index in
            guard let number = index.names.contentNumber(id) else { return nil }
            let source = FigureSource(index, content: number, range)
            var members =
                [("contentId", .text(id))] + Self.members(source) + Self.members(item)
            if range.granularity != nil {
                let times = range.bounded(by: index.span(ofContent: number))
                let buckets = try RangeBuckets(range, times)
                let series = index.series(ofContent: number, buckets.quarters)
                let points = buckets.starts.indices.map { place in
                    let own = FigureSource(
                        totals: series[place].totals, viewers: series[place].viewers)
                    return AnalyticsDocument.object(
                        [("start", .time(buckets.starts[place]))] + own.members)
                }
                members += [
                    Self.member(range, times, buckets.unit), ("timeseries", .list(points)),
                ]
            }
            return .object(
                members
                    + comparison(range, source) { FigureSource(index, content: number, $0) })
        }
        if let found { return found }
        // An index of a part of the events does not know all contents.
        guard try item != nil || isKnown(id) else { throw AnalyticsFailure.unknownContent(id) }
        return .object(
            [("contentId", .text(id))] + Self.members(.nothing) + Self.members(item)
                + comparison(range, .nothing) { _ in .nothing })
    }

    /// Whether there is any event of a content.
    private func isKnown(_ id: String) throws -> Bool {
        let known = try figures.withIndex(of: .content(id)) { index, _ in
            index.names.contentNumber(id) != nil
        }
        if let known { return known }
        return try !rows(
            """
            FROM events |> WHERE contentId = @id OR data.fromContentId = @id |> LIMIT 1
            |> SELECT seq
            """, ["id": .string(id)]
        ).isEmpty
    }

    /// The figures of reference B first, in its order.
    private static func members(_ source: FigureSource) -> [(String, AnalyticsDocument)] {
        source.members(Figure.ofContent)
            + source.members(Figure.allCases.filter { !Figure.ofContent.contains($0) })
    }

    /// What was put under the id, if anything.
    static func members(_ item: ContentItem?) -> [(String, AnalyticsDocument)] {
        guard let document = item?.document else { return [] }
        var members: [(String, AnalyticsDocument)] = []
        if let title = document.title { members.append(("title", .text(title))) }
        if let duration = document.duration { members.append(("duration", .number(duration))) }
        members.append(("topics", .list(document.topics.map { .text($0) })))
        return members
    }
}
