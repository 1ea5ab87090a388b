-- Playback quality, a row per day (UTC): startup in ms, stalls, errors by type.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
     AND event IN ('playStart', 'rebuffer', 'error')
|> AGGREGATE
     count(*) FILTER (WHERE event = 'playStart') AS plays,
     percentile_cont(0.5) WITHIN GROUP (ORDER BY data.startupTime) AS startupP50,
     percentile_cont(0.95) WITHIN GROUP (ORDER BY data.startupTime) AS startupP95,
     count(*) FILTER (WHERE event = 'rebuffer') AS rebuffers,
     avg(data.rebufferDuration) FILTER (WHERE event = 'rebuffer') AS avgRebuffer,
     count(*) FILTER (WHERE event = 'error') AS errors,
     count(*) FILTER (WHERE event = 'error' AND data.errorType = 'network') AS networkErrors,
     count(*) FILTER (WHERE event = 'error' AND data.errorType = 'decode') AS decodeErrors,
     count(*) FILTER (WHERE event = 'error' AND data.errorType = 'player') AS playerErrors
   GROUP BY date_trunc('day', timestamp) AS day
|> SELECT
     day, plays, startupP50, startupP95,
     rebuffers / nullif(plays, 0) AS rebuffersPerPlay, avgRebuffer,
     errors / nullif(plays, 0) AS errorsPerPlay, networkErrors, decodeErrors, playerErrors
|> ORDER BY day NULLS LAST
