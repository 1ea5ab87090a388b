"""Events that are too old go, by command and by the daemon itself; who is who, the ledger and other readers agree."""
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

from daemon import Daemon, event

deltalake = pytest.importorskip("deltalake")
duckdb = pytest.importorskip("duckdb")


def ago(**age):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**age)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture
def keep(binaries, short_tmp):
    """Starts daemons that are no archive."""
    daemons = []

    def start(*settings):
        daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
        daemon.options = [word for setting in settings for word in ("--set", setting)]
        daemons.append(daemon)
        return daemon.start()

    yield start
    for daemon in daemons:
        if daemon.process is not None:
            daemon.stop()


def fill(daemon, days=(20, 10, 0), size=50):
    for day in days:
        daemon.send([event(1000 * day + number, timestamp=ago(days=day, seconds=number)) for number in range(size)])
        daemon.seal()


def buckets(daemon):
    return {row["bucket"]: row["n"] for row in daemon.query("FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket")}


def count(daemon):
    """Of events that are there; what only counts would count those that have gone, too."""
    return daemon.query("FROM events(rollups => false) |> AGGREGATE count(*) AS n")[0]["n"]


def status(daemon):
    return json.loads(daemon.client("status", "--json").stdout)["store"]


def test_what_is_too_old_goes_and_the_ledger_says_where(keep):
    daemon = keep("retention.raw=15d", "ingest.maxAge=30d", "retention.checkInterval=1h")
    assert "ingest.maxAge is more than retention.raw" in daemon.read_log()
    # The first look, which found nothing, is over before there is anything.
    fill(daemon)
    plan = daemon.client("expire", "--dry-run")
    assert plan.returncode == 0 and b"segments would go" in plan.stdout, plan
    assert count(daemon) == 150
    result = daemon.client("expire")
    assert result.returncode == 0, result
    table = dict(line.rsplit("  ", 1) for line in result.stdout.decode().splitlines())
    table = {name.strip(): value.strip() for name, value in table.items()}
    assert (table["segments gone"], table["events gone"]) == ("1", "50"), table
    assert table["oldest event kept"][:10] in (ago(days=10)[:10], ago(days=9, hours=23)[:10]), table
    assert count(daemon) == 100
    by_day = "FROM events |> AGGREGATE count(*) AS n GROUP BY date_trunc('day', timestamp) AS day |> AGGREGATE sum(n) AS n"
    assert daemon.query(by_day) == [{"n": 150}]
    assert buckets(daemon) == {"stored": 100, "expired": 50}
    assert status(daemon)["ledger"]["expired"] == 50
    assert b"expired 50" in daemon.client("status").stdout
    again = daemon.client("expire")
    assert b"events gone" in again.stdout and count(daemon) == 100
    daemon.kill_and_start()
    assert buckets(daemon) == {"stored": 100, "expired": 50}
    daemon.seal()
    daemon.restart()
    assert buckets(daemon) == {"stored": 100, "expired": 50}
    # A repeat of what has gone is told from one of what is there.
    ack, _ = daemon.send([event(10_000, timestamp=ago(days=10))])
    assert ack["duplicates"] == 1, ack


def test_it_goes_by_itself_and_other_engines_read_the_table(keep):
    daemon = keep("retention.raw=36500d", "ingest.maxAge=30d")
    fill(daemon)
    daemon.stop()
    daemon = keep("retention.raw=15d", "ingest.maxAge=30d", "retention.checkInterval=1s")
    end = time.monotonic() + 60
    while count(daemon) > 100:
        assert time.monotonic() < end, daemon.read_log()
        time.sleep(0.1)
    assert "expired" in daemon.read_log()
    table = deltalake.DeltaTable(str(daemon.store / "events"))
    assert table.to_pyarrow_table().num_rows == 100
    assert table.history(1)[0]["operation"] == "EXPIRE"
    files = [str(daemon.store / "events" / path) for path in table.files()] \
        if hasattr(table, "files") else [uri.removeprefix("file://") for uri in table.file_uris()]
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet({files!r})").fetchall() == [(100,)]
    rows = daemon.offline("query", "--store", daemon.store, "--format", "json", "FROM events(rollups => false) |> AGGREGATE count(*) AS n")
    assert b"100" in rows.stdout, rows


def test_by_bytes_the_oldest_go(keep):
    daemon = keep("retention.raw=0s", "retention.maxBytes=1B", "ingest.maxAge=30d", "retention.checkInterval=1d",
                  "compaction.enabled=false")
    fill(daemon, days=(3, 20, 10))
    assert daemon.client("expire").returncode == 0
    assert {row["eventId"] for row in daemon.query("FROM events |> SELECT eventId")} \
        == {event(3000 + number)["eventId"] for number in range(50)}
    assert buckets(daemon) == {"stored": 50, "expired": 100}


def test_who_is_who_outlives_the_events(keep):
    persons = "FROM events |> SELECT eventId, personId |> ORDER BY eventId"
    daemon = keep("retention.raw=36500d", "ingest.maxAge=30d")
    for device in range(20):
        daemon.send([
            event(device, event="identify", deviceId=f"D{device}", userId=f"U{device}", timestamp=ago(days=20)),
            event(100 + device, deviceId=f"D{device}", userId=None, timestamp=ago(days=1))])
    daemon.seal()
    before = [row for row in daemon.query(persons) if row["personId"]]
    daemon.stop()
    daemon = keep("retention.raw=15d", "ingest.maxAge=30d", "retention.checkInterval=1h", "compaction.enabled=false")
    daemon.client("expire", "--trust-clock")
    after = daemon.query(persons)
    kept = {row["eventId"] for row in after}
    assert len(after) == 20
    assert after == [row for row in before if row["eventId"] in kept]
    assert all(row["personId"].startswith("U") for row in after)
    shutil.rmtree(daemon.store / "identity" / "_map", ignore_errors=True)
    offline = daemon.offline("query", "--store", daemon.store, "--format", "json", persons)
    assert offline.stdout and offline.returncode == 0, offline
    assert b"U7" in offline.stdout and b"anon:" not in offline.stdout
    snapshot = daemon.store.parent / "snapshot"
    assert daemon.client("snapshot", snapshot).returncode == 0
    copy = daemon.offline("query", "--store", snapshot, "--format", "json", persons)
    assert copy.stdout == offline.stdout
    assert daemon.offline("restore", snapshot, daemon.store.parent / "restored").returncode == 0
    restored = daemon.offline("query", "--store", daemon.store.parent / "restored", "--format", "json", persons)
    assert restored.stdout == offline.stdout


def test_only_administrators_may_and_an_archive_keeps_everything(daemon):
    daemon.send([event(number, timestamp="2001-01-01T00:00:00Z") for number in range(10)])
    daemon.seal()
    assert daemon.client("expire", "--trust-clock").returncode == 0
    assert count(daemon) == 10


FAKETIME = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


@pytest.mark.skipif(FAKETIME is None, reason="there is no libfaketime here")
def test_a_clock_a_year_ahead_deletes_nothing(keep, binaries):
    daemon = keep("retention.raw=15d", "ingest.maxAge=30d")
    fill(daemon, days=(0,))
    daemon.stop()
    launch = daemon.launch
    environment = os.environ | {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME": "+366d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    # By way of `env`: what libfaketime adds to the environment of the program that first loads it keeps a Swift program
    # from finding its arguments.
    daemon.launch = lambda: subprocess.Popen(
        ["env", str(binaries / "eventlogd"), "--store", str(daemon.store), "--socket", daemon.path, *daemon.options,
         "--set", "retention.checkInterval=100ms"],
        stdout=subprocess.PIPE, stderr=daemon.log, env=environment)
    daemon.start()
    # Timers do not go off under libfaketime, so what would come by itself is asked for.
    assert daemon.client("expire").returncode == 0
    assert status(daemon)["retention"]["clock"]["doubt"] == "start"
    assert count(daemon) == 50
    daemon.stop()
    daemon.launch = launch
