-- Events with their persons, for DuckDB. Run it again when there are new files: DuckDB alone does not follow a Delta log.
-- The newest checkpoint of a log, or nothing where there is none yet.
CREATE OR REPLACE MACRO checkpoint_of(folder) AS (
  SELECT coalesce(
    'SELECT "add".path FROM read_parquet(''' || replace(max(file), '''', '''''') || ''')', 'SELECT NULL AS path')
  FROM glob(folder || '/_delta_log/*.checkpoint.parquet'));
CREATE OR REPLACE MACRO live_files(folder, checkpoint) AS (
  WITH log AS (
    SELECT "add".path AS added, "remove".path AS removed
    FROM read_json(folder || '/_delta_log/*.json', format = 'newline_delimited',
                   columns = {'add': 'STRUCT(path VARCHAR)', 'remove': 'STRUCT(path VARCHAR)'})
    UNION ALL SELECT path, NULL FROM query(checkpoint))
  SELECT list(folder || '/' || path)
  FROM (SELECT added AS path FROM log WHERE added IS NOT NULL
        EXCEPT SELECT removed FROM log WHERE removed IS NOT NULL));
SET VARIABLE event_checkpoint = checkpoint_of('{store}/events');
SET VARIABLE identity_checkpoint = checkpoint_of('{store}/identity');
SET VARIABLE event_files = live_files('{store}/events', getvariable('event_checkpoint'));
SET VARIABLE identity_files = live_files('{store}/identity', getvariable('identity_checkpoint'));
CREATE OR REPLACE VIEW events AS
SELECT *, starts_with(personId, 'anon:') AS isAnonymous
FROM (
  SELECT e.*, CASE
    WHEN e.userId IS NULL OR regexp_full_match(e.userId, '{nobody}')
      THEN coalesce(d.personId, 'anon:' || nullif(e.deviceId, '') || '#0')
    WHEN u.personId IS NOT NULL THEN u.personId
    WHEN starts_with(e.userId, 'anon:') OR starts_with(e.userId, 'user:') THEN 'user:' || e.userId
    ELSE e.userId END AS personId
  FROM read_parquet(getvariable('event_files'), union_by_name = true) AS e
  LEFT JOIN (
    SELECT userId, personId FROM read_parquet(getvariable('identity_files')) WHERE userId IS NOT NULL
  ) AS u ON u.userId = e.userId
  LEFT JOIN (
    SELECT deviceId, validFrom, coalesce(validTo, TIMESTAMPTZ 'infinity') AS validTo, personId
    FROM read_parquet(getvariable('identity_files')) WHERE deviceId IS NOT NULL
  ) AS d ON d.deviceId = e.deviceId AND d.validTo > e.timestamp
    AND d.validFrom <= greatest(e.timestamp, TIMESTAMPTZ '0001-01-01 00:00:00+00')
) AS resolved;
