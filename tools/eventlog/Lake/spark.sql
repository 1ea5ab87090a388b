-- Events with their persons, for Spark 4 with Delta Lake.
CREATE OR REPLACE TEMPORARY VIEW stored_events AS SELECT * FROM delta.`{store}/events`;
CREATE OR REPLACE TEMPORARY VIEW identity AS SELECT * FROM delta.`{store}/identity`;
CREATE OR REPLACE TEMPORARY VIEW events AS
SELECT *, startswith(personId, 'anon:') AS isAnonymous
FROM (
  SELECT e.*, CASE
    WHEN e.userId IS NULL OR regexp_like(e.userId, r'^(?:{nobody})\z')
      THEN coalesce(d.personId, 'anon:' || nullif(e.deviceId, '') || '#0')
    WHEN u.personId IS NOT NULL THEN u.personId
    WHEN startswith(e.userId, 'anon:') OR startswith(e.userId, 'user:') THEN 'user:' || e.userId
    ELSE e.userId END AS personId
  FROM stored_events AS e
  LEFT JOIN (SELECT userId, personId FROM identity WHERE userId IS NOT NULL) AS u ON u.userId = e.userId
  LEFT JOIN (SELECT * FROM identity WHERE deviceId IS NOT NULL) AS d ON d.deviceId = e.deviceId
    AND (d.validTo IS NULL OR d.validTo > e.timestamp)
    AND d.validFrom <= greatest(e.timestamp, TIMESTAMP '0001-01-01 00:00:00Z')
) AS resolved;
