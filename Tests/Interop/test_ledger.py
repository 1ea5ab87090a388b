"""Every event offered is in one bucket of the ledger, and refused ones are in the quarantine."""
import json
import os
import random
import threading

import deltalake
import pyarrow.parquet
import pytest

from daemon import encode, event

KILLS = int(os.environ.get("EVENTLOG_KILLS", "6"))


def buckets(daemon, *options):
    """Events in each bucket; where refused, by code."""
    rows = ask(daemon, "FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket, code", *options)
    return {row["code"] or row["bucket"]: row["n"] for row in rows}


def ask(daemon, text, *options):
    if not options:
        return daemon.query(text)
    result = daemon.offline("query", "--format", "ndjson", *options, text)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


MIX = [
    {"op": "hello", "producer": "app"},
    event(1), event(2), event(1),
    b"oops\n", b"\n", b"   \n", b"[1]\n",
    {"event": "impression", "contentId": "c"}, {"contentId": "c"},
    {"op": "dance"},
    b'{"event":"like","contentId":"' + b"x" * (1 << 20) + b'"}\n',
    event(3, timestamp="yesterday"),
]
EXPECTED = {"stored": 2, "duplicate": 1, "INVALID_REQUEST": 3, "VALIDATION_ERROR": 3}


def test_the_buckets_add_up_to_what_was_acknowledged_whatever_happens(daemon):
    ack, errors = daemon.send(MIX)
    assert len(errors) == ack["failed"] == 7, "six events and a control line"
    assert (ack["stored"], ack["duplicates"]) == (2, 1)
    for again in (lambda: None, daemon.kill_and_start, daemon.seal, daemon.restart, daemon.kill_and_start):
        again()
        assert buckets(daemon) == EXPECTED
        rows = daemon.query("FROM quarantine |> ORDER BY id |> SELECT line, code, producer, truncated, event")
        assert [row["line"] for row in rows] == [5, 8, 9, 10, 12, 13]
        assert {row["producer"] for row in rows} == {f"uid:{os.getuid()}/app"}
        assert [row["truncated"] for row in rows] == [False] * 4 + [True, False]
        assert rows[0]["event"] == "oops" and len(rows[4]["event"]) == 64 << 10
        assert json.loads(rows[5]["event"]) == event(3, timestamp="yesterday")
    status = json.loads(daemon.client("status", "--json").stdout)["store"]
    assert (status["ledger"]["stored"], status["ledger"]["duplicate"], status["ledger"]["refused"]) == (2, 1, 6)
    assert status["quarantine"]["events"] == status["ledger"]["quarantined"] == 6


def test_an_hour_a_producer_and_a_bucket_make_a_row(daemon):
    daemon.send([event(1), event(2)])
    daemon.send([event(2), b"oops\n"])
    rows = daemon.query("FROM ledger |> ORDER BY bucket |> SELECT producer, bucket, code, events, quarantined")
    own = {"producer": f"uid:{os.getuid()}"}
    assert rows == [
        own | {"bucket": "duplicate", "code": None, "events": 1, "quarantined": None},
        own | {"bucket": "refused", "code": "INVALID_REQUEST", "events": 1, "quarantined": 1},
        own | {"bucket": "stored", "code": None, "events": 2, "quarantined": None},
    ]
    hour = daemon.query("FROM ledger |> WHERE hour = date_trunc('hour', hour) |> AGGREGATE count(*) AS n")
    assert hour == [{"n": 3}]


def test_a_store_without_a_daemon_and_other_readers_say_the_same(daemon):
    daemon.send(MIX)
    daemon.seal()
    daemon.send([MIX[0], b"more\n", event(1)])
    expected = EXPECTED | {"INVALID_REQUEST": 4, "duplicate": 2}
    assert buckets(daemon) == expected
    assert buckets(daemon, "--store", daemon.store) == expected
    daemon.kill()
    assert buckets(daemon, "--store", daemon.store) == expected
    listed = daemon.offline("quarantine", "ls", "--format", "json", "--store", daemon.store)
    assert [row["event"] for row in json.loads(listed.stdout)][:1] == ["more"]
    (ledger,) = (daemon.store / "ledger").glob("*.parquet")
    rows = pyarrow.parquet.read_table(ledger, page_checksum_verification=True).to_pylist()
    assert sum(row["events"] for row in rows) == sum(EXPECTED.values())
    names = pyarrow.parquet.ParquetFile(ledger).metadata.metadata[b"eventlog.quarantine.files"].decode().split()
    assert sorted(names) == sorted(path.name for path in (daemon.store / "quarantine").glob("*.parquet"))
    kept = pyarrow.parquet.read_table(daemon.store / "quarantine" / names[0]).to_pylist()
    assert [row["event"] for row in kept][:1] == ["oops"]
    # The next commit has nothing but ledger and quarantine, which is nothing to other readers.
    daemon.start()
    daemon.seal()
    table = deltalake.DeltaTable(daemon.store / "events")
    assert table.version() == 2
    assert table.to_pyarrow_table().num_rows == 2
    assert buckets(daemon) == expected


OLD = [{"event": "like", "contentId": f"c{n}", "timestamp": "2020-01-01T00:00:00Z"} for n in range(3)]


def test_a_replay_offers_again_what_today_is_right(daemon):
    daemon.stop()
    daemon.options = []
    daemon.start()
    daemon.send([*OLD, b"oops\n", OLD[0] | {"eventId": "known"}])
    assert buckets(daemon) == {"GONE": 4, "INVALID_REQUEST": 1}
    ids = [row["id"] for row in daemon.query("FROM quarantine |> WHERE code = 'GONE' |> ORDER BY id |> SELECT id")]
    # Still too old.
    result = daemon.client("quarantine", "replay", ids[0])
    assert result.returncode == 1 and b"refused again 1" in result.stderr, result.stderr
    assert buckets(daemon) == {"GONE": 5, "INVALID_REQUEST": 1}
    daemon.stop()
    daemon.options = ["--archive"]
    daemon.start()
    dry = daemon.client("quarantine", "replay", "--all", "--dry-run")
    assert dry.returncode == 1 and b"would be accepted 4" in dry.stdout, dry
    assert daemon.count() == 0
    assert buckets(daemon) == {"GONE": 5, "INVALID_REQUEST": 1}
    result = daemon.client("quarantine", "replay", *ids[:2])
    assert result.returncode == 0 and b"stored 2" in result.stdout, result
    daemon.kill_and_start()
    result = daemon.client("quarantine", "replay", "--all")
    assert result.returncode == 1 and b"stored 2" in result.stdout and b"refused again 1" in result.stderr
    daemon.kill_and_start()
    assert buckets(daemon) == {"GONE": 5, "INVALID_REQUEST": 2, "stored": 4}
    rows = daemon.query("FROM events |> ORDER BY contentId, eventId |> SELECT contentId, eventId, producer, timestamp")
    assert [row["contentId"] for row in rows] == ["c0", "c0", "c1", "c2"]
    assert "known" in {row["eventId"] for row in rows} and len({row["eventId"] for row in rows}) == 4
    assert {row["producer"] for row in rows} == {f"uid:{os.getuid()}"}
    assert all(row["timestamp"].startswith("2020-01-01") for row in rows)
    (left,) = daemon.query("FROM quarantine |> SELECT id, event")
    assert left["event"] == "oops"
    # What was replayed is not there any more.
    result = daemon.client("quarantine", "replay", ids[0])
    assert result.returncode == 1 and b"not there 1" in result.stderr


def test_dropped_events_are_gone_and_stay_counted(daemon):
    daemon.send([b"a\n", b"b\n", b"c\n"])
    first = daemon.query("FROM quarantine |> ORDER BY id |> SELECT id")[0]["id"]
    assert daemon.client("quarantine", "drop", first).returncode == 0
    result = daemon.client("quarantine", "drop", first)
    assert result.returncode == 1 and b"1 are not there" in result.stderr
    assert len(daemon.query("FROM quarantine |> SELECT id")) == 2
    daemon.seal()
    assert b"dropped 2" in daemon.client("quarantine", "drop", "--all").stdout
    daemon.kill_and_start()
    assert daemon.query("FROM quarantine |> SELECT id") == []
    assert buckets(daemon) == {"INVALID_REQUEST": 3}
    daemon.seal()
    assert list((daemon.store / "quarantine").glob("*.parquet")) == []


def test_the_list_is_filtered_and_limited(daemon):
    daemon.send([{"op": "hello", "producer": "app"}, b"a\n", {"contentId": "c"}])
    daemon.send([b"b\n"])

    def listed(*options):
        result = daemon.client("quarantine", "ls", "--format", "ndjson", *options)
        assert result.returncode == 0, result.stderr
        return [json.loads(line)["event"] for line in result.stdout.splitlines()]

    assert listed() == ["b", '{"contentId": "c"}', "a"]
    assert listed("--code", "INVALID_REQUEST") == ["b", "a"]
    assert listed("--producer", f"uid:{os.getuid()}/app", "--limit", "1") == ['{"contentId": "c"}']
    assert listed("--producer", f"uid:{os.getuid()}") == listed()


@pytest.mark.parametrize("arguments", [
    ("replay",), ("replay", "1", "--all"), ("drop",), ("drop", "x"), ("ls", "--limit", "0"),
])
def test_wrong_usage_is_told(daemon, arguments):
    assert daemon.client("quarantine", *arguments).returncode == 2


@pytest.mark.parametrize("body", ["", "{}", '{"ids":[]}', '{"ids":[1],"all":true}', '{"ids":["1"]}', "[1]"])
def test_wrong_requests_change_nothing(daemon, body):
    daemon.send([b"a\n"])
    for path in ("replay", "drop"):
        status, answer = daemon.post(f"/v1/quarantine/{path}", body)
        assert status == 400, answer
    assert len(daemon.query("FROM quarantine |> SELECT id")) == 1


def test_a_flood_of_nonsense_is_counted_and_bounded(daemon):
    count, line = 200_000, b"{nonsense " + b"x" * 190 + b"\n"
    ack, _ = daemon.send([line * 1000] * (count // 1000))
    assert ack["failed"] == count
    assert buckets(daemon) == {"INVALID_REQUEST": count}
    status = json.loads(daemon.client("status", "--json").stdout)["store"]
    assert status["quarantine"]["bytes"] < 9 << 20
    assert 0 < status["ledger"]["quarantined"] == status["quarantine"]["events"] < count
    # Somebody else's events are stored as ever.
    assert daemon.send([event(1)])[0]["stored"] == 1


def test_after_each_kill_the_ledger_counts_what_was_acknowledged_and_nothing_that_was_not_sent(daemon):
    seed = int(os.environ.get("EVENTLOG_SEED", random.randrange(1 << 32)))
    print("seed", seed)
    choice = random.Random(seed)
    acked = {"stored": 0, "duplicates": 0, "failed": 0}
    sent = dict(acked)
    number = 0
    for cycle in range(KILLS):
        armed = threading.Timer(choice.uniform(0.1, 0.5), daemon.kill)
        try:
            with daemon.connect() as stream:
                armed.start()
                told = dict.fromkeys(acked, 0)
                while True:
                    lines = []
                    for _ in range(choice.randrange(1, 60)):
                        kind = choice.randrange(4)
                        if kind == 0:
                            lines.append(b"oops %d\n" % number)
                            sent["failed"] += 1
                        elif kind == 1 and number > 0:
                            lines.append(encode(event(choice.randrange(number))))
                            # After a kill it may be new.
                            sent["stored"] += 1
                            sent["duplicates"] += 1
                        else:
                            lines.append(encode(event(number)))
                            number += 1
                            sent["stored"] += 1
                    stream.send(b"".join(lines))
                    ack = stream.sync()
                    for name in acked:
                        acked[name] += ack[name] - told[name]
                        told[name] = ack[name]
                    if choice.random() < 0.1:
                        daemon.seal()
        except (OSError, AssertionError):
            armed.join(60)
        assert daemon.process is None
        daemon.start()
        for repeat in range(2):
            found = buckets(daemon)
            for name, bucket in (("stored", "stored"), ("duplicates", "duplicate"), ("failed", "INVALID_REQUEST")):
                assert acked[name] <= found.get(bucket, 0) <= sent[name], (seed, cycle, name)
            assert found.get("stored", 0) == daemon.count()
            if repeat == 0:
                daemon.kill_and_start()
    assert all(acked.values()), "a run in which little was acknowledged proves little"
