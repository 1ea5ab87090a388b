-- The last minute: events, people, plays, errors.
FROM events
|> WHERE timestamp >= now() - INTERVAL 1 MINUTE AND timestamp <= now()
|> EXTEND coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> AGGREGATE
     count(*) AS events,
     count(DISTINCT viewer) AS activeViewers,
     count(*) FILTER (WHERE event = 'playStart') AS plays,
     count(*) FILTER (WHERE event = 'completion') AS completions,
     count(*) FILTER (WHERE event = 'error') AS errors
