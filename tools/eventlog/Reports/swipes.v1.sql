-- Contents that were swiped away, most often first: seconds watched before, share within 3 s.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to AND event = 'swipe'
     AND data.fromContentId IS NOT NULL
|> AGGREGATE
     count(*) AS swipes,
     avg(data.watchTimeOnFrom) AS avgWatched,
     percentile_cont(0.5) WITHIN GROUP (ORDER BY data.watchTimeOnFrom) AS medianWatched,
     count(*) FILTER (WHERE data.watchTimeOnFrom < 3) AS fast,
     count(data.watchTimeOnFrom) AS measured
   GROUP BY data.fromContentId AS contentId
|> SELECT contentId, swipes, avgWatched, medianWatched, fast / nullif(measured, 0) AS swipeVelocity
|> ORDER BY swipes DESC NULLS LAST, contentId NULLS LAST
