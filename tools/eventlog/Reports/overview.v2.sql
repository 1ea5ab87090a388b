-- What was seen, played and finished, by whom and for how long.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
|> EXTEND
     CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END AS content,
     CASE WHEN viewSessionId IS NULL THEN sessionId END AS visit,
     CASE WHEN viewSessionId IS NULL
       THEN coalesce(concat('user ', userId), concat('device ', deviceId)) END AS actor,
     CASE WHEN event = 'impression' AND viewSessionId IS NULL THEN timestamp END AS seenAt
|> WHERE content IS NOT NULL
|> EXTEND
     greatest(1, sum(CASE WHEN seenAt IS NULL THEN 0 ELSE 1 END) OVER (
       PARTITION BY content, viewSessionId, visit, actor ORDER BY timestamp)) AS look
|> AGGREGATE
     count(*) FILTER (WHERE event = 'impression') AS impressions,
     count(*) FILTER (WHERE event = 'playStart') AS starts,
     count(*) FILTER (WHERE event = 'completion') AS ends,
     count(*) FILTER (WHERE action = 'share') AS shared,
     count(*) FILTER (WHERE event = 'completion' OR data.completed) AS finished,
     greatest(
       max(data.totalWatchTime), max(data.watchTimeOnFrom),
       max_by(data.currentTime, timestamp) FILTER (WHERE event = 'watchProgress')) AS watched
   GROUP BY content, viewSessionId, visit, actor, look
|> AGGREGATE
     sum(impressions) AS views, sum(starts) AS plays, sum(ends) AS completions,
     count(*) FILTER (WHERE finished > 0) AS completedViews, sum(watched) AS totalWatchTime,
     sum(shared) AS shares
|> SELECT
     coalesce(views, 0) AS views,
     (SELECT count(DISTINCT personId) FROM events
      WHERE timestamp >= @from AND timestamp < @to
        AND CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END IS NOT NULL)
       AS uniqueViewers,
     coalesce(plays, 0) AS plays, coalesce(completions, 0) AS completions, completedViews,
     coalesce(totalWatchTime, 0.0) AS totalWatchTime,
     totalWatchTime / nullif(views, 0) AS avgWatchTime,
     totalWatchTime / nullif(completions, 0) AS avgWatchTimePerCompletion,
     completions / nullif(plays, 0) AS completionRate,
     plays / nullif(views, 0) AS engagementRate,
     coalesce(shares, 0) AS shares
