-- Contents by views, with plays, completions and rates.
FROM events
|> WHERE timestamp >= @from AND timestamp < @to AND contentId IS NOT NULL
|> AGGREGATE
     count(*) FILTER (WHERE event = 'impression') AS views,
     count(*) FILTER (WHERE event = 'playStart') AS plays,
     count(*) FILTER (WHERE event = 'completion') AS completions
   GROUP BY contentId
|> EXTEND
     plays / nullif(views, 0) AS engagementRate,
     completions / nullif(plays, 0) AS completionRate
|> ORDER BY views DESC NULLS LAST, contentId NULLS LAST
