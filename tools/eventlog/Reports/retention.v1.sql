-- Of the viewers first seen on a day (UTC): the share that was still seen 1, 7, 30 days later or after.
FROM events
|> WHERE timestamp < @to
|> EXTEND coalesce(concat('user ', userId), concat('device ', deviceId)) AS viewer
|> WHERE viewer IS NOT NULL
|> AGGREGATE
     date_trunc('day', min(timestamp)) AS cohort,
     date_trunc('day', max(timestamp)) AS lastDay
   GROUP BY viewer
|> WHERE cohort >= date_trunc('day', @from)
|> AGGREGATE
     count(*) AS viewers,
     count(*) FILTER (WHERE lastDay >= cohort + INTERVAL 1 DAY) AS after1,
     count(*) FILTER (WHERE lastDay >= cohort + INTERVAL 7 DAY) AS after7,
     count(*) FILTER (WHERE lastDay >= cohort + INTERVAL 30 DAY) AS after30
   GROUP BY cohort
|> EXTEND (SELECT max(timestamp) FROM events WHERE timestamp < @to) AS newest
|> SELECT
     cohort, viewers,
     CASE WHEN newest >= cohort + INTERVAL 1 DAY THEN after1 / viewers END AS day1,
     CASE WHEN newest >= cohort + INTERVAL 7 DAY THEN after7 / viewers END AS day7,
     CASE WHEN newest >= cohort + INTERVAL 30 DAY THEN after30 / viewers END AS day30
|> ORDER BY cohort NULLS LAST
