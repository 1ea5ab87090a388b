-- One content: the figures of GET /v1/analytics/content/{id}.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
     AND CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END = @content
|> EXTEND
     CASE WHEN viewSessionId IS NULL THEN sessionId END AS visit,
     CASE WHEN viewSessionId IS NULL
       THEN coalesce(concat('user ', userId), concat('device ', deviceId)) END AS actor,
     CASE WHEN event = 'impression' AND viewSessionId IS NULL THEN 1 ELSE 0 END AS seen
|> EXTEND
     greatest(1, sum(seen) OVER (
       PARTITION BY viewSessionId, visit, actor ORDER BY timestamp)) AS look
|> AGGREGATE
     count(*) FILTER (WHERE event = 'impression') AS impressions,
     count(*) FILTER (WHERE event = 'playStart') AS starts,
     count(*) FILTER (WHERE event = 'completion') AS ends,
     count(*) FILTER (WHERE action = 'share') AS shared,
     count(*) FILTER (WHERE event = 'rebuffer' OR data.rebufferCount > 0) AS stalls,
     count(*) FILTER (WHERE event IN
       ('impression', 'playStart', 'watchProgress', 'completion', 'rebuffer', 'viewEnd')) AS shown,
     greatest(
       max(data.totalWatchTime), max(data.watchTimeOnFrom),
       max_by(data.currentTime, timestamp) FILTER (WHERE event = 'watchProgress')) AS watched
   GROUP BY viewSessionId, visit, actor, look
|> AGGREGATE
     sum(impressions) AS views, sum(starts) AS plays, sum(ends) AS completions,
     sum(watched) AS totalWatchTime, sum(shared) AS shares,
     count(*) FILTER (WHERE stalls > 0) AS stalledViews,
     count(*) FILTER (WHERE shown > 0) AS viewings
|> SELECT
     @content AS contentId, coalesce(views, 0) AS views,
     (SELECT count(DISTINCT personId) FROM events
      WHERE timestamp >= @from AND timestamp < @to
        AND CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END = @content)
       AS uniqueViewers,
     coalesce(totalWatchTime, 0.0) AS totalWatchTime,
     totalWatchTime / nullif(views, 0) AS avgWatchTime,
     completions / nullif(plays, 0) AS completionRate,
     coalesce(shares, 0) AS shares,
     stalledViews / nullif(viewings, 0) AS rebufferRate
