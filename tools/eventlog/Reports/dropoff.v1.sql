-- Views of one content by how much of it was watched: 20 is 20 % to under 30 %, 100 all of it.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
     AND (contentId = @content OR data.fromContentId = @content)
|> EXTEND
     CASE WHEN event = 'swipe' THEN data.fromContentId ELSE contentId END AS content,
     coalesce(viewSessionId, sessionId) AS visit,
     coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> WHERE content = @content
|> AGGREGATE
     count(*) FILTER (WHERE event = 'playStart') AS plays,
     count(*) FILTER (WHERE event = 'completion') AS ends,
     max(data.percentComplete) FILTER (WHERE event = 'watchProgress') AS reached
   GROUP BY visit, viewer
|> WHERE plays > 0
|> AGGREGATE count(*) AS views
   GROUP BY
     CASE WHEN ends > 0 THEN 100
          ELSE CAST(floor(least(coalesce(reached, 0.0), 100.0) / 10) AS BIGINT) * 10 END AS percent
|> ORDER BY percent NULLS LAST
