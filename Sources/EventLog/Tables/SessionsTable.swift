package import Columns

/// `sessions`: one visit, which is all that has the same `sessionId` (docs/QueryLanguage.md, Tables).
///
/// First the viewings in a visit, each with its own watch time, as in `views`; then the visit.
package enum SessionsTable {
    private static let text = """
        FROM events
        |> WHERE sessionId IS NOT NULL
        |> EXTEND
            \(ViewsTable.viewedId) AS viewed,
            event IN (\(ViewsTable.eventTypes.map { "'\($0)'" }.joined(separator: ", "))) AS isView
        |> AGGREGATE
            max(userId) AS userId,
            max(deviceId) AS deviceId,
            min(timestamp) AS startedAt,
            max(timestamp) AS endedAt,
            max(data.totalSessionTime) AS statedDuration,
            count(*) AS events,
            count(*) FILTER (WHERE event = 'impression') AS impressions,
            count(*) FILTER (WHERE event = 'playStart') AS plays,
            count(*) FILTER (WHERE event = 'completion') AS completions,
            \(ViewsTable.watchTime) AS watchTime,
            min(data.entryPoint) FILTER (WHERE event = 'feedEntry') AS entryPoint,
            max(data.exitMethod) AS exitMethod,
            count(*) FILTER (WHERE action = 'adCompletion') AS adsSeen,
            max(data.adsWatched) AS statedAds
          GROUP BY
            sessionId, viewSessionId, CASE WHEN isView THEN viewed END AS viewed
        |> AGGREGATE
            max(userId) AS userId,
            max(deviceId) AS deviceId,
            min(startedAt) AS startedAt,
            max(endedAt) AS endedAt,
            coalesce(
              max(statedDuration),
              (unix_micros(max(endedAt)) - unix_micros(min(startedAt))) / 1000000) AS duration,
            sum(events) AS events,
            count(DISTINCT viewed) AS contents,
            sum(impressions) AS impressions,
            sum(plays) AS plays,
            sum(completions) AS completions,
            sum(watchTime) AS watchTime,
            min(entryPoint) AS entryPoint,
            max(exitMethod) AS exitMethod,
            greatest(max(statedAds), sum(adsSeen)) AS adsWatched
          GROUP BY sessionId
        |> EXTEND coalesce(userId, deviceId) AS actor
        |> SELECT
            sessionId, actor, userId, deviceId, startedAt, endedAt, duration, events, contents,
            impressions, plays, completions, watchTime, entryPoint, exitMethod, adsWatched
        """

    package static let table = DerivedTable(
        name: "sessions", summary: "one visit: all events with the same sessionId", text: text,
        columns: [
            .init("sessionId", .string, summary: "the visit"),
            .init("actor", .string, summary: "userId, or deviceId where nobody is signed in"),
            .init(
                "userId", .string,
                summary: "the signed-in person, of several the one that sorts last"),
            .init("deviceId", .string, summary: "the device, of several the one that sorts last"),
            .init("startedAt", .timestamp, unit: "µs UTC", summary: "its first event"),
            .init("endedAt", .timestamp, unit: "µs UTC", summary: "its last event"),
            .init(
                "duration", .double, unit: "s",
                summary: "as feedExit says, else from the first event to the last"),
            .init("events", .int64, summary: "events of any kind"),
            .init("contents", .int64, summary: "different content items viewed"),
            .init("impressions", .int64, summary: "how often something came into view"),
            .init("plays", .int64, summary: "how often playback began"),
            .init("completions", .int64, summary: "how often an end was reached"),
            .init("watchTime", .double, unit: "s", summary: "watched in its views together"),
            .init("entryPoint", .string, summary: "tab, widget, deepLink"),
            .init("exitMethod", .string, summary: "tabSwitch, background, navigation"),
            .init("adsWatched", .int64, summary: "advertisements that ended or were skipped"),
        ])
}
