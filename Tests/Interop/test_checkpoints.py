"""The catalog stays readable to others at every moment: with checkpoints, and with the old commits gone.

EVENTLOG_COMMITS is how many seals (default 200); a checkpoint comes with every hundredth.
"""
import json
import os
import re
import subprocess
import sys
import threading

import pytest

from daemon import Daemon, event

deltalake = pytest.importorskip("deltalake")
duckdb = pytest.importorskip("duckdb")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("chdb")

COMMITS = int(os.environ.get("EVENTLOG_COMMITS", "200"))
EVERY = 100
HOUR = 3_600_000
# A process of its own, in the store: ClickHouse reads only below the directory it began in.
CLICKHOUSE = "import chdb, sys; print(chdb.query(sys.argv[1], 'CSV'))"


def log_of(daemon, table="events"):
    return daemon.store / table / "_delta_log"


def versions(log, suffix=".json"):
    return sorted(int(path.name[:20]) for path in log.iterdir() if re.fullmatch(r"\d{20}" + re.escape(suffix), path.name))


def checkpoints(log):
    return versions(log, ".checkpoint.parquet")


def clickhouse_count(daemon, folder="events"):
    sql = f"SELECT count() FROM deltaLakeLocal('{daemon.store / folder}')"
    result = subprocess.run([sys.executable, "-c", CLICKHOUSE, sql], cwd=daemon.store, capture_output=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return int(result.stdout.split()[0])


def duckdb_count(daemon):
    """By the text that we print for DuckDB, which reads the log itself."""
    view = daemon.offline("identity", "view", "--engine", "duckdb", "--store", daemon.store)
    assert view.returncode == 0, view.stderr
    connection = duckdb.connect()
    connection.execute(view.stdout.decode())
    return connection.sql("SELECT count(*) FROM events").fetchall()[0][0]


def delta_count(daemon, folder="events"):
    """By delta-rs: the files that the log names are there, and their rows are as many as it says."""
    table = deltalake.DeltaTable(str(daemon.store / folder))
    rows = sum(table.get_add_actions(flatten=True).column("num_records").to_pylist())
    found = sum(parquet.ParquetFile(path.removeprefix("file://")).metadata.num_rows for path in table.file_uris())
    assert rows == found
    return rows


def actions(path):
    """The rows of a checkpoint as PyArrow sees them, by action."""
    found = {}
    for row in parquet.ParquetFile(path, page_checksum_verification=True).read().to_pylist():
        (name, action), = [(name, action) for name, action in row.items() if action is not None]
        found.setdefault(name, []).append(action)
    return found


class Watching(threading.Thread):
    """Reads a table by delta-rs again and again while it changes."""

    def __init__(self, daemon):
        super().__init__()
        self.daemon, self.counts, self.error, self.ending = daemon, [], None, threading.Event()

    def run(self):
        try:
            while not self.ending.is_set():
                self.counts.append(delta_count(self.daemon))
        except Exception as error:  # whatever a reader throws is a failure of ours
            self.error = error

    def finish(self):
        self.ending.set()
        self.join()
        assert self.error is None, self.error
        assert self.counts == sorted(self.counts) and len(set(self.counts)) > 5, self.counts


def seal(daemon, numbers):
    """One commit for each number: an event that tells who a device is."""
    with daemon.connect() as stream:
        for number in numbers:
            login = event(number, event="identify", userId=f"u{number % 7}")
            stream.send({name: login[name] for name in login if name not in ("contentId", "data")})
            stream.sync(f"s{number}")
            status, body = daemon.post("/v1/seal", "")
            assert status == 200, body


def age(log, copies=None):
    """Lets all commits of a log be made an hour earlier than they were: their first lines alone say when."""
    for version in versions(log):
        path = log / f"{version:020}.json"
        first, rest = path.read_bytes().split(b"\n", 1)
        head = json.loads(first)
        head["commitInfo"]["timestamp"] -= HOUR
        text = json.dumps(head, separators=(",", ":")).encode() + b"\n" + rest
        for place in filter(None, (path, copies and copies / path.name)):
            replacement = place.with_suffix(".new")
            replacement.write_bytes(text)
            replacement.rename(place)


def check_all(daemon, count):
    assert delta_count(daemon) == count
    assert clickhouse_count(daemon) == count
    assert duckdb_count(daemon) == count
    result = daemon.offline("query", "--store", daemon.store, "FROM events |> AGGREGATE count(*) AS n", "--format", "ndjson")
    assert (result.returncode, json.loads(result.stdout)) == (0, {"n": count}), result.stderr


@pytest.fixture
def daemon(binaries, short_tmp):
    """One whose only commits are those of seals."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "compaction.enabled=false").start()
    yield daemon
    daemon.stop()


def test_others_read_the_table_at_every_moment(daemon):
    log, copies = log_of(daemon), daemon.store / "catalog"
    watching, count = None, 0
    for last in range(EVERY // 2, COMMITS + 1, EVERY // 2):
        seal(daemon, range(count, last))
        count = last
        if watching is None:
            watching = Watching(daemon)
            watching.start()
        else:
            check_all(daemon, count)
            assert checkpoints(log) == list(range(EVERY, count + 1, EVERY))
        assert versions(log)[0] == 0, "a reader may have begun with it"
    seal(daemon, range(count, count + 10))
    count += 10
    watching.finish()
    newest = checkpoints(log)[-1]
    hint = json.loads((log / "_last_checkpoint").read_text())
    assert hint["version"] == newest
    assert hint["sizeInBytes"] == (log / f"{newest:020}.checkpoint.parquet").stat().st_size
    found = actions(log / f"{newest:020}.checkpoint.parquet")
    assert (len(found["add"]), hint["numOfAddFiles"]) == (newest, newest)
    assert hint["size"] == sum(map(len, found.values()))
    assert found["protocol"] == [{"minReaderVersion": 1, "minWriterVersion": 2}]
    assert found["txn"][0]["appId"] == "eventlog-journal"
    first = [json.loads(line) for line in (log / f"{0:020}.json").read_text().splitlines()]
    metadata = next(line["metaData"] for line in first if "metaData" in line)
    assert dict(found["metaData"][0]["format"]) == {"provider": "parquet", "options": []}
    for name in ("id", "name", "schemaString", "partitionColumns"):
        assert found["metaData"][0][name] == metadata[name]
    path = str(log / f"{newest:020}.checkpoint.parquet")
    assert duckdb.sql(f"""SELECT count("add".path), sum(("add".stats->>'numRecords')::INT), any_value("metaData".partitionColumns)
        FROM read_parquet('{path}')""").fetchall() == [(newest, newest, [])]

    # Once the checkpoints are old enough, what they replace goes.
    daemon.stop()
    identity = log_of(daemon, "identity")
    age(log, copies)
    age(identity)
    daemon.start()
    due = (count // EVERY + 1) * EVERY
    watching = Watching(daemon)
    watching.start()
    seal(daemon, range(count, due + 10))
    watching.finish()
    count = due + 10
    kept = due - 2 * EVERY
    assert checkpoints(log) == [kept, due - EVERY, due]
    assert versions(log) == list(range(kept, due + 11))
    assert sorted(path.name for path in copies.glob("*.json")) == [f"{n:020}.json" for n in range(kept, due + 11)]
    assert checkpoints(identity), "the identity table has a log of its own"
    assert versions(identity)[0] > 0
    assert delta_count(daemon, "identity") == clickhouse_count(daemon, "identity") > 0
    check_all(daemon, count)
    daemon.kill_and_start()
    assert daemon.count() == count

    # A damaged checkpoint costs us nothing, and a start makes the log sound for others.
    daemon.stop()
    path = log / f"{due:020}.checkpoint.parquet"
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.unlink()
    path.write_bytes(damaged)
    daemon.start()
    assert path.name.encode() in daemon.client("status").stdout
    assert daemon.count() == count
    check_all(daemon, count)

