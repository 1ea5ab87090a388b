package import Columns

/// `views`: one viewing of one content item by one actor (docs/QueryLanguage.md, Tables).
///
/// Events of a viewing are found by `viewSessionId`; without it, by session; without that, by user, and
/// without a user by device. A swipe belongs to what it leaves, since its watch time does.
package enum ViewsTable {
    /// The types of events that a viewing is made of. Others would only move its ends.
    static let eventTypes = [
        "impression", "playStart", "watchProgress", "completion", "swipe", "rebuffer",
        "qualityChange", "error", "like", "share", "save", "interaction", "viewEnd",
        "playbackFallback",
    ]

    /// What is watched when this event happens.
    static let viewedId = "CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END"

    /// Watched, in s: the larger of the final figures and the last position (specification, 6).
    static let watchTime = """
        greatest(max(data.totalWatchTime), max(data.watchTimeOnFrom), \
        max_by(data.currentTime, timestamp) FILTER (WHERE event = 'watchProgress'))
        """

    private static let text = """
        FROM events
        |> WHERE event IN (\(eventTypes.map { "'\($0)'" }.joined(separator: ", ")))
        |> EXTEND \(viewedId) AS viewed
        |> WHERE viewed IS NOT NULL
        |> AGGREGATE
            max(sessionId) AS ownSession,
            max_by(userId, timestamp) FILTER (WHERE userId IS NOT NULL) AS ownUser,
            max_by(deviceId, timestamp) FILTER (WHERE deviceId IS NOT NULL) AS ownDevice,
            min(timestamp) AS startedAt,
            max(timestamp) AS endedAt,
            count(*) FILTER (WHERE event = 'impression') AS impressions,
            count(*) FILTER (WHERE event = 'playStart') AS plays,
            min_by(data.startupTime, timestamp)
              FILTER (WHERE data.startupTime IS NOT NULL) AS startupTime,
            \(watchTime) AS watchTime,
            max(data.duration) AS contentDuration,
            count(*) FILTER (WHERE event = 'completion') AS completions,
            count(*) FILTER (WHERE event = 'completion' OR data.completed) > 0 AS completed,
            greatest(max(data.loopCount), count(*) FILTER (WHERE data.didLoop)) AS loops,
            greatest(max(data.rebufferCount), count(*) FILTER (WHERE event = 'rebuffer')) AS rebuffers,
            sum(data.rebufferDuration) AS rebufferTime,
            count(*) FILTER (WHERE event = 'error') AS errors,
            count(*) FILTER (WHERE action = 'like') AS likes,
            count(*) FILTER (WHERE action = 'share') AS shares,
            count(*) FILTER (WHERE action = 'save') AS saves,
            count(*) FILTER (WHERE event = 'swipe') > 0 AS swipedAway,
            max(data.watchTimeOnFrom) AS watchTimeOnFrom,
            min(data.country) AS country,
            min(data.deviceType) AS deviceType
          GROUP BY
            viewed,
            viewSessionId,
            CASE WHEN viewSessionId IS NULL THEN sessionId END AS bySession,
            CASE WHEN coalesce(viewSessionId, sessionId) IS NULL THEN userId END AS byUser,
            CASE WHEN coalesce(viewSessionId, sessionId, userId) IS NULL THEN deviceId END
              AS byDevice
        |> SELECT
            viewed AS contentId, viewSessionId, ownSession AS sessionId, ownUser AS userId,
            ownDevice AS deviceId, startedAt, endedAt, impressions, plays, startupTime, watchTime,
            contentDuration, completions, completed, loops, rebuffers, rebufferTime, errors, likes,
            shares, saves, swipedAway, watchTimeOnFrom, country, deviceType
        """

    package static let table = DerivedTable(
        name: "views", summary: "one viewing of one content item by one actor", text: text,
        columns: [
            .init("contentId", .string, summary: "what was viewed"),
            .init(
                "viewSessionId", .string, summary: "the client's id of the viewing, if it sends one"
            ),
            .init("sessionId", .string, summary: "the visit it was in"),
            .init("userId", .string, summary: "the signed-in person, as sent last"),
            .init("deviceId", .string, summary: "the device or anonymous id, as sent last"),
            .init("startedAt", .timestamp, unit: "µs UTC", summary: "its first event"),
            .init("endedAt", .timestamp, unit: "µs UTC", summary: "its last event"),
            .init("impressions", .int64, summary: "how often it came into view"),
            .init("plays", .int64, summary: "how often playback began"),
            .init("startupTime", .double, unit: "ms", summary: "time to the first frame, at first"),
            .init(
                "watchTime", .double, unit: "s",
                summary: "watched: the larger of the final figures and the last position"),
            .init("contentDuration", .double, unit: "s", summary: "length of the content"),
            .init("completions", .int64, summary: "how often the end was reached"),
            .init("completed", .bool, summary: "whether it was reached at all"),
            .init("loops", .int64, summary: "how often it played again"),
            .init("rebuffers", .int64, summary: "stalls"),
            .init("rebufferTime", .double, unit: "ms", summary: "their length together"),
            .init("errors", .int64, summary: "failures of playback"),
            .init("likes", .int64, summary: "actions like, however sent"),
            .init("shares", .int64, summary: "actions share, however sent"),
            .init("saves", .int64, summary: "actions save, however sent"),
            .init("swipedAway", .bool, summary: "whether a swipe ended it"),
            .init(
                "watchTimeOnFrom", .double, unit: "s", summary: "watched, as that swipe says"),
            .init("country", .string, summary: "country code as sent"),
            .init("deviceType", .string, summary: "ios, android, web"),
        ])
}
