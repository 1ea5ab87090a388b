-- Of the viewers first seen on a day (UTC): the share that was still seen 1, 7, 30 days later or after.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to
|> EXTEND coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> WHERE viewer IS NOT NULL
|> AGGREGATE
     date_trunc('day', min(timestamp)) AS cohort,
     date_trunc('day', max(timestamp)) AS lastDay
   GROUP BY viewer
|> AGGREGATE
     count(*) AS viewers,
     count(*) FILTER (WHERE lastDay >= cohort + INTERVAL 1 DAY) AS after1,
     count(*) FILTER (WHERE lastDay >= cohort + INTERVAL 7 DAY) AS after7,
     count(*) FILTER (WHERE lastDay >= cohort + INTERVAL 30 DAY) AS after30
   GROUP BY cohort
|> SELECT
     cohort, viewers, after1 / viewers AS day1, after7 / viewers AS day7,
     after30 / viewers AS day30
|> ORDER BY cohort NULLS LAST
