"""DuckDB and ClickHouse for `tools/bench query`, each in a process of its own.

  query_peers.py load PEER PLACE EVENTS                loads the NDJSON file, without duplicates
  query_peers.py ask PEER PLACE RUNS < {"sql": …}      prints {"times": [seconds …], "rows": […]}

PEER is `duckdb` (a table in order of arrival with `data` as a struct, and `sorted`: a column for each field, by event,
content and time) or `clickhouse` (a MergeTree by content and time with `data` as a named tuple).
"""
import json
import pathlib
import sys
import time

# The envelope and the fields of `data`: the name on the wire, ours, the type.
ENVELOPE = ("event", "eventId", "contentId", "userId", "deviceId", "sessionId")
FIELDS = """position=position:i entryPoint=entryPoint:s feedId=feedId:s startupTime=startupTime:d
rendition=initialRendition:s codec=codec:s autoplay=autoplay:b currentTime=currentTime:d duration=duration:d
percentComplete=percentComplete:d watchTime=totalWatchTime:d looped=didLoop:b loopCount=loopCount:i
fromContentId=fromContentId:s toContentId=toContentId:s watchTimeOnFrom=watchTimeOnFrom:d direction=direction:s
platform=platform:s networkType=networkType:s fromQuality=fromRendition:s toQuality=toRendition:s reason=reason:s
errorCode=errorCode:s errorMessage=errorMessage:s errorType=errorType:s interactionType=interactionType:s adId=adId:s
adNetworkId=adNetworkId:s contentIdBefore=contentIdBefore:s didComplete=didComplete:b didSkip=didSkip:b
totalSessionTime=totalSessionTime:d videosWatched=videosWatched:i adsWatched=adsWatched:i exitMethod=exitMethod:s
action=action:s""".split()
FIELDS = [(*field.split(":")[0].split("="), field.split(":")[1]) for field in FIELDS]


class DuckDB:
    types = {"s": "VARCHAR", "i": "BIGINT", "d": "DOUBLE", "b": "BOOLEAN"}

    def __init__(self, place, read_only):
        import duckdb
        self.connection = duckdb.connect(str(place / "duck.db"), read_only=read_only)

    def load(self, events):
        data = ", ".join(f"{name} {self.types[kind]}" for name, _, kind in FIELDS)
        columns = ", ".join(f"{name}: 'VARCHAR'" for name in ENVELOPE)
        packed = ", ".join(f"{ours} := data.{name}" for name, ours, _ in FIELDS)
        self.connection.execute(
            f"CREATE TABLE events AS SELECT {', '.join(ENVELOPE)}, timestamp, struct_pack({packed}) AS data"
            f" FROM (SELECT *, row_number() OVER (PARTITION BY eventId) AS rank FROM read_json(?,"
            f" format = 'newline_delimited', columns = {{{columns}, timestamp: 'TIMESTAMP', data: 'STRUCT({data})'}}))"
            " WHERE rank = 1 OR eventId IS NULL", [events])
        self.connection.execute(
            f"CREATE TABLE sorted AS SELECT {', '.join(ENVELOPE)}, timestamp, data.* FROM events"
            " ORDER BY event, contentId, timestamp")
        self.connection.execute("CHECKPOINT")

    def ask(self, sql):
        return self.connection.execute(sql).fetchall()

    def rows(self, answer):
        return [[json.loads(json.dumps(value, default=str)) for value in row] for row in answer]


class ClickHouse:
    types = {"s": "LowCardinality(Nullable(String))", "i": "Nullable(Int64)", "d": "Nullable(Float64)",
             "b": "Nullable(Bool)"}
    # So many different texts that a dictionary would only cost.
    many = {"feedId", "fromContentId", "toContentId", "contentIdBefore", "adId"}

    def __init__(self, place, read_only):
        from chdb import session
        self.session = session.Session(str(place / "clickhouse"))
        # Names of tables without a database, and nulls where a LEFT JOIN found nothing.
        self.session.query("CREATE DATABASE IF NOT EXISTS bench")
        self.session.query("USE bench")
        self.session.query("SET join_use_nulls = 1")

    def load(self, events):
        kinds = [(name, ours, "Nullable(String)" if name in self.many else self.types[kind])
                 for name, ours, kind in FIELDS]
        # A content is in the key of the table, and so may not be null there.
        envelope = ", ".join(f"{name} {'LowCardinality(String)' if name == 'event' else 'Nullable(String)'}"
                             for name in ENVELOPE)
        head = f"{envelope}, timestamp DateTime64(6, 'UTC'), data Tuple"
        wire = f"{head}({', '.join(f'{name} {kind}' for name, _, kind in kinds)})"
        table = f"{head}({', '.join(f'{ours} {kind}' for _, ours, kind in kinds)})"
        packed = ", ".join(f"data.{name}" for name, _, _ in kinds)
        quoted = wire.replace("'", "''")
        self.session.query(
            f"CREATE TABLE events ({table}) ENGINE = ReplacingMergeTree ORDER BY (contentId, timestamp, eventId)"
            " SETTINGS allow_nullable_key = 1")
        self.session.query(
            # Tuples go over by the names of their parts, unless they have none.
            f"INSERT INTO events SELECT {', '.join(ENVELOPE)}, timestamp, ({packed})"
            f" FROM file('{events}', 'JSONEachRow', '{quoted}') SETTINGS"
            " date_time_input_format = 'best_effort', input_format_json_named_tuples_as_objects = 1,"
            " input_format_json_defaults_for_missing_elements_in_named_tuple = 1,"
            " input_format_json_ignore_unknown_keys_in_named_tuple = 1, enable_named_columns_in_function_tuple = 0")
        self.session.query("OPTIMIZE TABLE events FINAL")

    def ask(self, sql):
        return self.session.query(sql, "JSONCompactEachRow").bytes()

    def rows(self, answer):
        return [json.loads(line) for line in answer.splitlines()]


def main():
    verb, name, place, last = sys.argv[1:]
    peer = {"duckdb": DuckDB, "clickhouse": ClickHouse}[name](pathlib.Path(place), verb == "ask")
    if verb == "load":
        peer.load(last)
        return
    sql, times = json.load(sys.stdin)["sql"], []
    for _ in range(int(last)):
        start = time.perf_counter()
        answer = peer.ask(sql)
        times.append(time.perf_counter() - start)
    json.dump({"times": times, "rows": peer.rows(answer)}, sys.stdout)


if __name__ == "__main__":
    main()
