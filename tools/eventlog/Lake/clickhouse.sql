-- Events with their persons, for ClickHouse 26: clickhouse-local or chdb, begun in the store or above it.
CREATE OR REPLACE VIEW events AS
SELECT *, startsWith(personId, 'anon:') AS isAnonymous
FROM (
  SELECT e.*, CASE
    WHEN e.userId IS NULL OR match(e.userId, '^(?:{nobody})\\z')
      THEN coalesce(d.personId, 'anon:' || nullif(e.deviceId, '') || '#0')
    WHEN u.personId IS NOT NULL THEN u.personId
    WHEN startsWith(e.userId, 'anon:') OR startsWith(e.userId, 'user:') THEN 'user:' || e.userId
    ELSE e.userId END AS personId
  FROM deltaLakeLocal('{store}/events') AS e
  LEFT JOIN (
    SELECT userId, personId FROM deltaLakeLocal('{store}/identity') WHERE userId IS NOT NULL
  ) AS u ON u.userId = e.userId
  ASOF LEFT JOIN (
    SELECT deviceId, validFrom, personId FROM deltaLakeLocal('{store}/identity') WHERE deviceId IS NOT NULL
  ) AS d ON d.deviceId = e.deviceId
    AND d.validFrom <= greatest(e.timestamp, fromUnixTimestamp64Micro(toInt64(-62135596800000000), 'UTC'))
);
