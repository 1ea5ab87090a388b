"""Other engines see the same persons: the view text of `eventlog identity view`, run by each, against our own answer.

EVENTLOG_EVENTS is how many events (default 20,000); -s shows how long each took. EVENTLOG_SEED repeats a run.
"""
import datetime
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time

import pytest

deltalake = pytest.importorskip("deltalake")
duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")
pytest.importorskip("chdb")

EVENTS = int(os.environ.get("EVENTLOG_EVENTS", "20000"))
SEED = int(os.environ.get("EVENTLOG_SEED", random.randrange(2**32)))
ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
PLACEHOLDERS = ["anonymous", " Guest ", "NULL", "0", "[object Object]", "Distinct_ID", "  nan", "  ", "\u0130d", "gue\u017ft"]
QUESTION = "SELECT eventId, personId, isAnonymous FROM events"


def stamp(second):
    return (BASE + datetime.timedelta(seconds=second)).isoformat()


def generate(count, dice):
    """Lines of events in an order of arrival that is not that of their times."""
    devices, users = max(20, count // 8), max(10, count // 16)
    for number in range(count):
        device = f"d{dice.randrange(devices):06x}-{number % 3}"
        if dice.random() < 0.05:  # a television in a shop: more users than the guard allows
            device = f"shared{dice.randrange(5)}"
        second = number * 2_000_000 // count + dice.choice([0, 0, 0, -90_000, -2_000_000])
        record = {"event": "like", "contentId": f"c{number % 50}", "eventId": f"e{number}", "deviceId": device,
                  "timestamp": stamp(second + dice.random())}
        kind = dice.random()
        if kind < 0.1:
            record |= {"event": "identify", "userId": f"u{dice.randrange(users)}"}
        elif kind < 0.15:
            record["event"] = "clear"
        elif kind < 0.35:
            record["userId"] = f"u{dice.randrange(users)}"
        elif kind < 0.40:
            record["userId"] = dice.choice(PLACEHOLDERS)
        elif kind < 0.43:
            record["userId"] = dice.choice(["anon:", "user:", "anon:" + device + "#0", "user:u1", "Anon:x"])
        elif kind < 0.48:
            del record["deviceId"]
        if kind > 0.43 and dice.random() < 0.1:
            record["userId"] = dice.choice(PLACEHOLDERS + ["anon:y", "u1"])
        if dice.random() < 0.01:  # a clock that is years ahead or behind
            record["timestamp"] = dice.choice(["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z",
                                               "2199-01-01T00:00:00Z", stamp(second).replace("2026", "1899")])
        if record["event"] in ("identify", "clear"):
            del record["contentId"]
        if dice.random() < 0.004:  # what an administrator says
            one, other = f"u{dice.randrange(users)}", f"u{dice.randrange(users, 2 * users)}"
            if dice.random() < 0.2:
                one, other = f"u{dice.randrange(users)}", f"anon:{number}"
            record = {"event": dice.choice(["alias", "alias", "unalias", "unlink"]), "eventId": f"e{number}",
                      "timestamp": record["timestamp"]}
            record |= {"deviceId": device, "userId": one} if record["event"] == "unlink" else {"fromUser": one, "toUser": other}
        yield (json.dumps(record) + "\n").encode()


@pytest.fixture(scope="module")
def lake(binaries, tmp_path_factory):
    """A sealed store, its daemon stopped, and our own answer."""
    import shutil
    import tempfile

    from daemon import Daemon
    place = pathlib.Path(tempfile.mkdtemp(prefix="evl"))
    daemon = Daemon(binaries, place / "store", place / "sock").start()
    try:
        print(f"\nseed {SEED}, {EVENTS} events")
        lines = list(generate(EVENTS, random.Random(SEED)))
        for part in range(4):
            ack = daemon.client("ingest", "--quiet", stdin=b"".join(lines[part::4]), timeout=600)
            assert ack.returncode == 0, ack.stderr
            daemon.seal()
            if part == 2:  # some files have a column more, with persons of then
                assert daemon.client("identity", "squash", timeout=600).returncode == 0
        daemon.ours = timed("eventlog", lambda: ours(daemon))
        daemon.stop()
        yield daemon
    finally:
        if daemon.process:
            daemon.kill()
        shutil.rmtree(place, ignore_errors=True)


def timed(name, body):
    start = time.monotonic()
    result = body()
    print(f"{name}: {time.monotonic() - start:.2f} s")
    return result


def ours(daemon):
    result = daemon.client("query", "--format", "ndjson", "FROM events |> SELECT eventId, personId, isAnonymous",
                           timeout=600)
    assert result.returncode == 0, result.stderr
    rows = map(json.loads, result.stdout.splitlines())
    return {row["eventId"]: (row["personId"], row["isAnonymous"]) for row in rows}


def view(lake, engine):
    result = lake.offline("identity", "view", "--engine", engine, "--store", lake.store)
    assert result.returncode == 0, result.stderr
    return result.stdout.decode()


def check(lake, rows):
    found = {event: (person, None if anonymous is None else bool(anonymous)) for event, person, anonymous in rows}
    assert len(found) == EVENTS
    differing = [(event, lake.ours[event], found.get(event)) for event in lake.ours if lake.ours[event] != found.get(event)]
    assert not differing, (SEED, len(differing), differing[:5])


def test_what_was_generated_has_every_kind_of_person(lake):
    persons = [person for person, _ in lake.ours.values()]
    assert len(persons) == EVENTS
    for kind in ("u", "anon:d", "anon:shared", "user:anon:", "user:user:"):
        assert any(person and person.startswith(kind) for person in persons), kind
    assert None in persons and any(person and person.endswith("#1") for person in persons)


def test_duckdb_sees_the_same_persons(lake):
    connection = duckdb.connect()
    connection.execute(view(lake, "duckdb"))
    timed("duckdb, counted", lambda: connection.sql("SELECT count(DISTINCT personId), count_if(isAnonymous) FROM events").fetchall())
    check(lake, timed("duckdb, all rows", lambda: connection.sql(QUESTION).fetchall()))


# A process of its own, in the store: ClickHouse reads only below the directory it began in.
CLICKHOUSE = """
import sys, time
from chdb import session
connection = session.Session()
connection.query(sys.argv[1])
start = time.monotonic()
connection.query("SELECT count(DISTINCT personId), countIf(isAnonymous) FROM events")
print(time.monotonic() - start)
print(connection.query(sys.argv[2], "JSONCompactEachRow"))
"""


def test_clickhouse_sees_the_same_persons(lake):
    def run():
        result = subprocess.run([sys.executable, "-c", CLICKHOUSE, view(lake, "clickhouse"), QUESTION],
                                cwd=lake.store, capture_output=True, timeout=600)
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()
    first, *lines = timed("clickhouse, all rows", run)
    print(f"clickhouse, counted: {float(first):.2f} s")
    check(lake, (json.loads(line) for line in lines if line))


SPARK = """
import json, sys, time
from pyspark.sql import SparkSession
session = (SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC")
           .config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4")
           .config("spark.driver.memory", "2g").config("spark.log.level", "OFF").getOrCreate())
for name, files in json.loads(sys.argv[1]).items():
    session.read.parquet(*files).createOrReplaceTempView(name)
session.sql(sys.argv[2])
start = time.monotonic()
session.sql("SELECT count(DISTINCT personId), count_if(isAnonymous) FROM events").collect()
print(time.monotonic() - start)
for row in session.sql(sys.argv[3]).toLocalIterator():
    print(json.dumps(list(row)))
"""


@pytest.mark.skipif("EVENTLOG_SPARK" not in os.environ, reason="EVENTLOG_SPARK names no Python that has pyspark")
def test_spark_sees_the_same_persons(lake):
    """Over the files that the Delta logs name: reading the logs themselves takes a library from Maven."""
    files = {name: deltalake.DeltaTable(str(lake.store / folder)).file_uris()
             for name, folder in (("stored_events", "events"), ("identity", "identity"))}
    text = view(lake, "spark")
    last = text[text.index("CREATE OR REPLACE TEMPORARY VIEW events"):].rstrip().rstrip(";")

    def run():
        result = subprocess.run([os.environ["EVENTLOG_SPARK"], "-c", SPARK, json.dumps(files), last, QUESTION],
                                capture_output=True, timeout=900)
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()
    first, *lines = timed("spark, all rows", run)
    print(f"spark, counted: {float(first):.2f} s")
    check(lake, map(json.loads, lines))


def test_delta_rs_and_polars_read_the_table(lake):
    table = deltalake.DeltaTable(str(lake.store / "identity"))
    rows = table.to_pyarrow_table()
    assert polars.scan_delta(str(lake.store / "identity")).select(polars.len()).collect().item() == rows.num_rows
    assert table.transaction_version("eventlog-journal") == EVENTS
    assert table.history(1)[0]["operationParameters"]["position"] == str(EVENTS)
    assert {field.name for field in table.schema().fields} == {
        "deviceId", "userId", "epoch", "validFrom", "validTo", "personId", "isAnonymous"}
    by_device = {}
    for row in rows.to_pylist():
        assert row["isAnonymous"] == row["personId"].startswith("anon:")
        if row["deviceId"] is None:  # a user who goes by another
            assert row["userId"] is not None and row["validTo"] is None, row
            continue
        by_device.setdefault(row["deviceId"], []).append(row)
    for intervals in by_device.values():
        intervals.sort(key=lambda row: row["validFrom"])
        assert intervals[0]["validFrom"].year == 1 and intervals[-1]["validTo"] is None
        assert all(a["validTo"] == b["validFrom"] for a, b in zip(intervals, intervals[1:]))
    # Nothing is there that the table does not name, but what belongs to us.
    live = {pathlib.PurePath(uri).name for uri in table.file_uris()}
    removed = {line["remove"]["path"] for line in newest_commit(lake) if "remove" in line}
    names = {path.name for path in (lake.store / "identity").iterdir()}
    assert live <= names <= live | removed | {"_delta_log", "_map"}
    # Another program's clean-up takes only what versions before this one had.
    foreign = table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=True)
    assert not [path for path in foreign if path in live or "_map" in path], foreign


def newest_commit(lake):
    path = max((lake.store / "identity" / "_delta_log").glob("*.json"))
    return list(map(json.loads, path.read_text().splitlines()))


def test_a_start_leaves_only_what_the_table_names(lake):
    stray = lake.store / "identity" / "00000000000000009999-0.parquet"
    old = lake.store / "identity" / "00000000000000000005.map"
    for path in (stray, old):
        path.write_bytes(b"left over")
    lake.start()
    lake.stop()
    live = {line["add"]["path"] for line in newest_commit(lake) if "add" in line}
    assert {path.name for path in (lake.store / "identity").iterdir()} - {"_map"} == live | {"_delta_log"}
    check(lake, duckdb.connect().execute(view(lake, "duckdb")).execute(QUESTION).fetchall())


def test_the_documentation_has_the_views_as_they_are_printed(binaries):
    page = (ROOT / "docs" / "Identity.md").read_text()
    shown = re.findall(r"```sql\n(.*?)```", page, re.S)
    printed = [subprocess.run([binaries / "eventlog", "identity", "view", "--engine", engine, "--store", "/DIR"],
                              capture_output=True, text=True, check=True).stdout
               for engine in ("duckdb", "clickhouse", "spark")]
    assert shown == printed


def test_publishing_is_asked_for_and_repeated(daemon):
    assert daemon.client("identity", "publish").stdout == b"version 0: 0 rows, up to event 0\n"
    daemon.send([{"event": "like", "contentId": "c", "deviceId": "D", "eventId": "a"}])
    daemon.seal()
    log = daemon.store / "identity" / "_delta_log"
    assert len(list(log.iterdir())) == 1, "nobody is known, so a seal publishes nothing"
    daemon.send([{"event": "identify", "deviceId": "D", "userId": "U", "eventId": "b"}])
    assert daemon.client("identity", "publish").stdout == b"version 1: 1 rows, up to event 2\n"
    for _ in range(2):
        status, body = daemon.post("/v1/identity/publish", "")
        answer = json.loads(body)["data"]
        assert (status, answer["version"], answer["rows"], answer["position"]) == (200, 1, 1, 2), body
    assert b"table version 1, 1 rows, up to event 2" in daemon.client("status").stdout
    daemon.restart()
    assert b"table version 1, 1 rows, up to event 2" in daemon.client("status").stdout
