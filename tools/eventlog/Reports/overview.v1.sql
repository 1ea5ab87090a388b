-- What was seen, played and finished, by whom and for how long.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
|> EXTEND
     CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END AS content,
     coalesce(viewSessionId, sessionId) AS visit,
     coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> AGGREGATE
     count(*) FILTER (WHERE event = 'impression') AS impressions,
     count(*) FILTER (WHERE event = 'playStart') AS starts,
     count(*) FILTER (WHERE event = 'completion') AS ends,
     count(*) FILTER (WHERE action = 'share') AS shared,
     max(coalesce(data.totalWatchTime, data.watchTimeOnFrom)) AS finalTime,
     max_by(data.currentTime, timestamp) FILTER (WHERE event = 'watchProgress') AS lastTime
   GROUP BY content, visit, viewer
|> AGGREGATE
     sum(impressions) AS views,
     sum(starts) AS plays,
     sum(ends) AS completions,
     count(*) FILTER (WHERE ends > 0) AS completedViews,
     count(DISTINCT viewer) FILTER (WHERE impressions > 0 OR starts > 0) AS uniqueViewers,
     sum(greatest(finalTime, lastTime)) AS totalWatchTime,
     sum(shared) AS shares
|> SELECT
     coalesce(views, 0) AS views, uniqueViewers, coalesce(plays, 0) AS plays,
     coalesce(completions, 0) AS completions, completedViews,
     coalesce(totalWatchTime, 0.0) AS totalWatchTime,
     totalWatchTime / nullif(views, 0) AS avgWatchTime,
     totalWatchTime / nullif(completions, 0) AS avgWatchTimePerCompletion,
     completions / nullif(plays, 0) AS completionRate,
     plays / nullif(views, 0) AS engagementRate,
     coalesce(shares, 0) AS shares
