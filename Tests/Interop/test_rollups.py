"""What is counted ahead: by the daemon itself, used by its questions, the same offline and for other engines."""
import random
import time

import pytest

from daemon import Daemon

deltalake = pytest.importorskip("deltalake")
duckdb = pytest.importorskip("duckdb")

QUESTIONS = [
    "AGGREGATE count(*) AS n, count(DISTINCT personId) AS p",
    "AGGREGATE count(*) AS n, count(DISTINCT personId) AS p GROUP BY contentId",
    "AGGREGATE count(DISTINCT deviceId) AS d GROUP BY date_trunc('hour', timestamp) AS t",
    "WHERE timestamp >= TIMESTAMP '2026-01-01 06:00:00' |> AGGREGATE count(*) AS n GROUP BY event",
    "WHERE isAnonymous |> AGGREGATE count(*) AS n GROUP BY date_trunc('day', timestamp, 'Asia/Kolkata') AS t",
]


def events(count, seed=1, links=True):
    """Devices that look at the same things again and again; some log in, some log out, if they may."""
    pick = random.Random(seed)
    for number in range(count):
        kind = pick.random()
        record = {"event": pick.choice(["like", "impression"]), "eventId": f"{seed}-{number}",
                  "contentId": f"c{pick.randrange(4)}", "deviceId": f"d{pick.randrange(6)}",
                  "timestamp": f"2026-01-{pick.randrange(1, 3):02}T{pick.randrange(24):02}:{pick.randrange(60):02}:00Z"}
        if links and kind < 0.05:
            record |= {"event": "identify", "userId": f"u{pick.randrange(5)}"}
        elif links and kind < 0.08:
            record["event"] = "clear"
        yield record


@pytest.fixture
def rolled(binaries, short_tmp):
    """A daemon with two days, each a file with a rollup, and a few events more."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--archive",
                    "--set", "compaction.checkInterval=20ms").start()
    try:
        for part in range(3):
            daemon.send(list(events(2000, part)))
            daemon.seal()
        daemon.client("compact", "--now")
        end = time.monotonic() + 60
        while len(files(daemon)) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert len(files(daemon)) == 2, daemon.read_log()
        daemon.send(list(events(300, 9, links=False)))
        yield daemon
    finally:
        daemon.stop()


def files(daemon):
    try:
        return deltalake.DeltaTable(str(daemon.store / "rollups" / "hourly")).file_uris()
    except deltalake.exceptions.TableNotFoundError:
        return []


def test_answers_are_those_of_the_events(rolled):
    for question in QUESTIONS:
        answer = rolled.query(f"FROM events |> {question}")
        assert answer == rolled.query(f"FROM events(rollups => false) |> {question}"), question
        offline = rolled.offline("query", "--store", rolled.store, "--format", "ndjson", f"FROM events |> {question}")
        same = rolled.client("query", "--format", "ndjson", f"FROM events |> {question}")
        assert (offline.returncode, offline.stdout) == (0, same.stdout), question


def test_explain_says_what_is_read(rolled):
    def said(text):
        return [line["plan"] for line in rolled.query("EXPLAIN " + text) if line["plan"].startswith("rollups")]
    assert said("FROM events |> " + QUESTIONS[1]) == ["rollups: 2 of 2 segments (hourly)"]
    assert said("FROM events |> " + QUESTIONS[4]) == []
    assert said("FROM events(rollups => false) |> " + QUESTIONS[1]) == []
    assert "rolled up" in rolled.read_log()


def test_a_late_login_within_an_hour_makes_the_day_be_read_as_it_was_sent(rolled):
    before = rolled.query("FROM events |> " + QUESTIONS[1])
    rolled.send(list(events(300, 10)))
    for question in QUESTIONS:
        assert rolled.query(f"FROM events |> {question}") == rolled.query(f"FROM events(rollups => false) |> {question}")
    assert rolled.query("FROM events |> " + QUESTIONS[1]) != before


def test_other_engines_count_the_same(rolled):
    rolled.seal()
    table = deltalake.DeltaTable(str(rolled.store / "rollups" / "hourly"))
    rows = table.to_pyarrow_table()
    assert rows.column_names == ["event", "contentId", "userId", "deviceId", "timestamp", "timeSpan", "eventCount"]
    counted = duckdb.sql("SELECT contentId, sum(eventCount)::BIGINT, count(DISTINCT deviceId) FROM rows "
                         "GROUP BY ALL ORDER BY ALL").fetchall()
    listed = table.file_uris()
    sources = [uri.replace("/rollups/hourly/", "/events/").rsplit(".live-", 1)[0] + ".parquet" for uri in listed]
    told = duckdb.sql("SELECT contentId, count(*), count(DISTINCT deviceId) FROM read_parquet($1) "
                      "GROUP BY ALL ORDER BY ALL", params=[sources]).fetchall()
    assert counted == told
    direct = duckdb.sql("SELECT contentId, sum(eventCount)::BIGINT, count(DISTINCT deviceId) FROM read_parquet($1) "
                        "GROUP BY ALL ORDER BY ALL", params=[listed]).fetchall()
    assert direct == told
    assert rows.num_rows < duckdb.sql("SELECT count(*) FROM read_parquet($1)", params=[sources]).fetchall()[0][0]


def test_a_kill_changes_nothing(rolled):
    before = [rolled.query(f"FROM events |> {question}") for question in QUESTIONS]
    rolled.kill_and_start()
    assert [rolled.query(f"FROM events |> {question}") for question in QUESTIONS] == before
    assert rolled.query("EXPLAIN FROM events |> " + QUESTIONS[1])[-1]["plan"] == "rollups: 2 of 2 segments (hourly)"
