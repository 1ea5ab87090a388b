import Columns
import Query

extension AnalyticsReader {
    private static let window: Int64 = 60_000_000
    private static let minuteCount: Int64 = 60
    /// Contents are of the last five minutes.
    private static let contentWindow: Int64 = 300_000_000
    private static let contentCountMax = 10

    /// `GET /v1/analytics/realtime` (C11, C14): the last minute, hour and five minutes.
    func realtime() throws -> AnalyticsDocument {
        let minute = Self.window
        let first = (now / minute - Self.minuteCount + 1) * minute
        let last =
            try rows(
                """
                FROM events |> WHERE timestamp > @from AND timestamp <= @to
                |> AGGREGATE
                    count(DISTINCT personId) AS viewers, count(*) AS events,
                    count(*) FILTER (WHERE event = 'playStart') AS plays,
                    count(*) FILTER (WHERE event = 'completion') AS completions,
                    count(*) FILTER (WHERE event = 'error') AS failures
                """, ["from": .timestamp(now - minute), "to": .timestamp(now)]
            ).first ?? []
        let minutes = try rows(
            """
            FROM events |> WHERE timestamp >= @from AND timestamp <= @to
            |> AGGREGATE
                count(DISTINCT personId) AS viewers, count(*) AS events,
                count(*) FILTER (WHERE event = 'playStart') AS plays
              GROUP BY date_trunc('minute', timestamp) AS minute
            """, ["from": .timestamp(first), "to": .timestamp(now)])
        let contents = try rows(
            """
            FROM events
            |> WHERE timestamp > @from AND timestamp <= @to AND contentId IS NOT NULL
            |> AGGREGATE count(DISTINCT personId) AS viewers, count(*) AS events GROUP BY contentId
            |> ORDER BY viewers DESC, events DESC, contentId |> LIMIT \(Self.contentCountMax)
            """, ["from": .timestamp(now - Self.contentWindow), "to": .timestamp(now)])
        var byStart: [Int64: [Value]] = [:]
        for row in minutes { if let start = row[0].time { byStart[start] = row } }
        let series = (0..<Self.minuteCount).map { place -> AnalyticsDocument in
            let start = first + place * minute
            let row = byStart[start]
            return .object([
                ("start", .time(start)), ("activeViewers", .count(row?[1].count ?? 0)),
                ("events", .count(row?[2].count ?? 0)), ("plays", .count(row?[3].count ?? 0)),
            ])
        }
        let names = ["activeViewers", "events", "plays", "completions", "errors"]
        return .object(
            [("asOf", .time(now)), ("windowSeconds", .count(Int(minute / 1_000_000)))]
                + names.enumerated().map { place, name in
                    (name, .count(place < last.count ? last[place].count : 0))
                } + [
                    ("minutes", .list(series)),
                    (
                        "topContent",
                        .list(
                            contents.map {
                                .object([
                                    ("contentId", .text($0[0].text ?? "")),
                                    ("viewers", .count($0[1].count)),
                                    ("events", .count($0[2].count)),
                                ])
                            })
                    ),
                ])
    }
}
