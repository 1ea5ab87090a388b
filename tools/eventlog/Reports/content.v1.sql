-- One content: the figures of GET /v1/analytics/content/{id}.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
     AND (contentId = @content OR data.fromContentId = @content)
|> EXTEND
     CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END AS content,
     coalesce(viewSessionId, sessionId) AS visit,
     coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> WHERE content = @content
|> AGGREGATE
     count(*) FILTER (WHERE event = 'impression') AS impressions,
     count(*) FILTER (WHERE event = 'playStart') AS starts,
     count(*) FILTER (WHERE event = 'completion') AS ends,
     count(*) FILTER (WHERE event = 'rebuffer') AS stalls,
     count(*) FILTER (WHERE action = 'share') AS shared,
     max(coalesce(data.totalWatchTime, data.watchTimeOnFrom)) AS finalTime,
     max_by(data.currentTime, timestamp) FILTER (WHERE event = 'watchProgress') AS lastTime
   GROUP BY visit, viewer
|> AGGREGATE
     sum(impressions) AS views,
     sum(starts) AS plays,
     sum(ends) AS completions,
     count(DISTINCT viewer) FILTER (WHERE impressions > 0 OR starts > 0) AS uniqueViewers,
     sum(greatest(finalTime, lastTime)) AS totalWatchTime,
     sum(shared) AS shares,
     count(*) FILTER (WHERE stalls > 0) AS stalledViews,
     count(*) FILTER (WHERE impressions > 0 OR starts > 0) AS seenViews
|> SELECT
     @content AS contentId, coalesce(views, 0) AS views, uniqueViewers,
     coalesce(totalWatchTime, 0.0) AS totalWatchTime,
     totalWatchTime / nullif(views, 0) AS avgWatchTime,
     completions / nullif(plays, 0) AS completionRate,
     coalesce(shares, 0) AS shares,
     stalledViews / nullif(seenViews, 0) AS rebufferRate
