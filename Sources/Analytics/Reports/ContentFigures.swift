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
    private static func members(_ item: ContentItem?) -> [(String, AnalyticsDocument)] {
        guard let document = item?.document else { return [] }
        var members: [(String, AnalyticsDocument)] = []
        if let title = document.title { members.append(("title", .text(title))) }
        if let duration = document.duration { members.append(("duration", .number(duration))) }
        members.append(("topics", .list(document.topics.map { .text($0) })))
        return members
    }

    /// `GET /v1/analytics/content`: a page of contents, in an order that is the same for every page.
    func contents(_ range: FigureRange, _ page: ContentPage) throws -> AnalyticsDocument {
        try withIndex(range) { index in
            struct Entry {
                var content: Int32
                var id: String
                var source: FigureSource
                var value: Double?
            }
            let needsViewers = page.sort == .uniqueViewers
            var entries: [Entry] = index.totalsByContent(in: range.quarters).compactMap { own in
                guard !own.totals.isEmpty else { return nil }
                var source = FigureSource(totals: own.totals, viewers: 0)
                if needsViewers {
                    source.viewers = index.viewerCount(
                        ofContent: own.content, in: range.quarters)
                }
                return Entry(
                    content: own.content, id: index.names.contents[Int(own.content)],
                    source: source, value: page.sort.flatMap { source.value(of: $0) })
            }
            let total = entries.count
            func precedes(_ a: (Double?, String), _ b: (Double?, String)) -> Bool {
                if page.sort != nil, a.0 != b.0 {
                    guard let left = a.0 else { return false }
                    guard let right = b.0 else { return true }
                    return page.isDescending ? left > right : left < right
                }
                let isLess = a.1.utf8.lexicographicallyPrecedes(b.1.utf8)
                if page.sort == nil, page.isDescending { return !isLess && a.1 != b.1 }
                return isLess
            }
            if let after = page.after {
                entries.removeAll { !precedes((after.value, after.content), ($0.value, $0.id)) }
            }
            entries.sort { precedes(($0.value, $0.id), ($1.value, $1.id)) }
            let hasMore = entries.count > page.limit
            let shown = entries.prefix(page.limit)
            let rows = shown.map { entry in
                var source = entry.source
                if !needsViewers {
                    source.viewers = index.viewerCount(
                        ofContent: entry.content, in: range.quarters)
                }
                return AnalyticsDocument.object(
                    [("contentId", .text(entry.id))] + source.members
                        + Self.members(store.contentItem(entry.id)))
            }
            let next = hasMore ? shown.last : nil
            return .object([
                Self.member(range, range.bounded(by: index.span), nil),
                ("content", .list(rows)), ("total", .count(total)),
                (
                    "nextCursor",
                    next.map {
                        .text(ContentPage.Cursor(value: $0.value, content: $0.id).text(page))
                    } ?? .null
                ),
            ])
        }
    }
}
