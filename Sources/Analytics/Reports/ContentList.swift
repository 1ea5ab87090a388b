import EventLog
import Query

extension AnalyticsReader {
    /// `GET /v1/analytics/content`: a page of contents, in an order that is the same for every page.
    func contents(_ range: FigureRange, _ page: ContentPage) throws -> AnalyticsDocument {
        try withIndex(range) { index in
            var total = 0
            var first = FirstEntries(countMax: page.limit + 1) {
                Self.precedes($0, $1, page, index)
            }
            for own in index.totalsByContent(in: range.quarters) {
                let totals = Totals(own.totals)
                guard !totals.isEmpty else { continue }
                total += 1
                var source = FigureSource(totals: totals, viewers: 0)
                if page.sort == .uniqueViewers {
                    source.viewers = index.viewerCount(
                        ofContent: own.content, in: range.quarters)
                }
                let entry = ContentEntry(
                    content: own.content, value: page.sort.flatMap { source.value(of: $0) },
                    totals: own.totals)
                if let after = page.after, !Self.precedes(after, entry, page, index) { continue }
                first.insert(entry)
            }
            let shown = first.entries.prefix(page.limit)
            let rows = shown.map { entry in
                let id = index.names.contents[Int(entry.content)]
                let source = FigureSource(
                    totals: Totals(entry.totals),
                    viewers: index.viewerCount(ofContent: entry.content, in: range.quarters))
                return AnalyticsDocument.object(
                    [("contentId", .text(id))] + source.members
                        + Self.members(store.contentItem(id)))
            }
            let next = first.entries.count > page.limit ? shown.last : nil
            return .object([
                Self.member(range, range.bounded(by: index.span), nil),
                ("content", .list(rows)), ("total", .count(total)),
                (
                    "nextCursor",
                    next.map {
                        let id = index.names.contents[Int($0.content)]
                        return .text(
                            ContentPage.Cursor(value: $0.value, content: id).text(page))
                    } ?? .null
                ),
            ])
        }
    }

    private static func precedes(
        _ a: ContentEntry, _ b: ContentEntry, _ page: ContentPage, _ index: ViewingIndex
    ) -> Bool {
        if let order = order(a.value, b.value, page) { return order }
        let (left, right) =
            page.sort == nil && page.isDescending
            ? (b.content, a.content) : (a.content, b.content)
        return index.names.contents.precedes(Int(left), Int(right))
    }

    private static func precedes(
        _ cursor: ContentPage.Cursor, _ entry: ContentEntry, _ page: ContentPage,
        _ index: ViewingIndex
    ) -> Bool {
        if let order = order(cursor.value, entry.value, page) { return order }
        let id = index.names.contents[Int(entry.content)]
        return page.sort == nil && page.isDescending
            ? id.utf8.lexicographicallyPrecedes(cursor.content.utf8)
            : cursor.content.utf8.lexicographicallyPrecedes(id.utf8)
    }

    /// Which of two values comes first, what has none last; `nil`: the ids say it.
    private static func order(_ a: Double?, _ b: Double?, _ page: ContentPage) -> Bool? {
        guard page.sort != nil, a != b else { return nil }
        guard let a else { return false }
        guard let b else { return true }
        return page.isDescending ? a > b : a < b
    }
}

private struct ContentEntry {
    var content: Int32
    /// Of the figure that is sorted by; `nil`: it has none.
    var value: Double?
    var totals: PackedTotals
}

/// The first few of many, in order.
private struct FirstEntries {
    let countMax: Int
    let precedes: (ContentEntry, ContentEntry) -> Bool
    private(set) var entries: [ContentEntry] = []

    init(countMax: Int, precedes: @escaping (ContentEntry, ContentEntry) -> Bool) {
        self.countMax = countMax
        self.precedes = precedes
    }

    mutating func insert(_ entry: ContentEntry) {
        if entries.count == countMax {
            guard let last = entries.last, precedes(entry, last) else { return }
            entries.removeLast()
        }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(entry, entries[middle]) { high = middle } else { low = middle + 1 }
        }
        entries.insert(entry, at: low)
    }
}
