-- Plays by hour and weekday (UTC; 1 is Sunday). With --format chart a heat map.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to AND event = 'playStart'
|> AGGREGATE count(*) AS plays
   GROUP BY extract(hour FROM timestamp) AS hour, extract(dayofweek FROM timestamp) AS weekday
|> ORDER BY hour NULLS LAST, weekday NULLS LAST
