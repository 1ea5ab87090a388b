"""Erasing persons: over HTTP and with the client, from everywhere, and nobody else."""
import json
import time

import pytest

from asking import ask
from daemon import event
from raw_bytes import finds

deltalake = pytest.importorskip("deltalake")

MARK, DEVICE, OLD = "planted-user-4711", "planted-phone-4711", "planted-old-4711"
MARKS = [mark.encode() for mark in (MARK, DEVICE, OLD)]
QUESTIONS = [
    "FROM events |> WHERE userId LIKE 'u_%' |> AGGREGATE count(*) AS n, count(DISTINCT eventId) AS d, sum(seq) AS s",
    "FROM events |> WHERE userId LIKE 'u_%' |> AGGREGATE count(*) AS n GROUP BY personId |> ORDER BY personId",
    "FROM events |> WHERE userId LIKE 'u_%' |> AGGREGATE count(*) AS n GROUP BY event, contentId |> ORDER BY event, contentId",
]


def erase(daemon, user, *options, status=0):
    result = daemon.client("user", "erase", user, "--json", *options)
    assert result.returncode == status, result
    return json.loads(result.stdout) if status == 0 else result.stderr.decode()


def of(user, device, number, **fields):
    """The person's event; each id has the mark, so that payloads count too."""
    made = event(number, eventId=f"{MARK}-{number}", deviceId=device, **({"userId": user} if user else {}), **fields)
    return {name: value for name, value in made.items() if value is not None}


def plant(daemon, events=30_000):
    """The person among many others in places that are easily missed."""
    # A long dictionary, and the page boundary at 20,480 rows.
    lines = [event(number, userId=f"u_{number % 9_000}") for number in range(events)]
    for place in (20_479 % events, 20_480 % events, 20_481 % events, 5, events - 1):
        lines[place] = of(MARK, DEVICE, 900_000 + place)
    daemon.send(lines)
    daemon.seal()
    # Before the login, which is why they are the person's; an alias; another segment.
    daemon.send([of(None, DEVICE, 910_000 + number) for number in range(20)])
    daemon.send([{"event": "identify", "deviceId": DEVICE, "userId": MARK, "eventId": f"{MARK}-login", "timestamp": event(0)["timestamp"]}])
    daemon.send([of(OLD, None, 920_000)])
    daemon.seal()
    assert daemon.client("identity", "alias", OLD, MARK).returncode == 0
    # Refused, and in the journal only.
    daemon.send([{"event": "playStart", "userId": MARK, "timestamp": "never"}, f'{{"userId":"{MARK}"'.encode() + b"\n"])
    assert daemon.client("user", "export", MARK, "-o", "/dev/null").returncode == 0
    daemon.send([of(MARK, DEVICE, 930_000 + number, data={"currentTime": 1, "duration": 60, "note": f"about {MARK}"}) for number in range(50)])


def test_nothing_is_left_of_a_person_and_nobody_else_loses_anything(daemon):
    plant(daemon)
    before = [daemon.query(text) for text in QUESTIONS]
    assert {where.split()[0] for _, _, where in finds(daemon.store, MARKS)} >= {"column", "record"}
    hits = daemon.client("user", "verify", MARK)
    assert hits.returncode == 1 and b"column userId" in hits.stdout and b"record" in hits.stdout, hits
    receipt = erase(daemon, OLD, "--now")
    assert receipt["status"] == "erased" and receipt["events"] == 5 + 20 + 1 + 1 + 1 + 50, receipt
    assert receipt["quarantined"] == 2 and receipt["devices"] == 1 and len(receipt["exports"]) == 1
    assert len(receipt["users"]) == 2 and MARK not in json.dumps(receipt)
    assert finds(daemon.store, MARKS) == []
    for store in ([], ["--store", daemon.store]):
        if store:
            daemon.stop()
            clean = daemon.offline("user", "verify", MARK, DEVICE, OLD, *store)
            daemon.start()
        else:
            clean = daemon.client("user", "verify", MARK, DEVICE, OLD)
        assert clean.returncode == 0 and clean.stdout.startswith(b"0 hits"), clean
    assert [daemon.query(text) for text in QUESTIONS] == before
    assert daemon.query(f"FROM persons |> WHERE personId = '{MARK}'") == []
    books = {row["bucket"]: row["n"] for row in daemon.query("FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket")}
    assert books["erased"] == receipt["events"] and books["stored"] == daemon.count()
    assert deltalake.DeltaTable(str(daemon.store / "events")).to_pyarrow_table().num_rows == daemon.count()
    # Only what held the person was written anew, and each says what became of it.
    assert all(segment["file"] != segment.get("newFile") for segment in receipt["segments"])
    assert erase(daemon, MARK, "--now")["events"] == 0


def test_a_person_is_hidden_at_once_and_erased_after_a_kill(daemon):
    plant(daemon, 25_000)
    answer = ask(daemon.path, "DELETE", f"/v1/users/{MARK}")
    assert answer.status in (200, 202), answer.body
    assert answer.headers["Location"] == f"/v1/erasures/{answer.document['data']['id']}"
    daemon.kill()
    daemon.start()
    assert daemon.query(f"FROM events |> WHERE userId = '{MARK}' OR deviceId = '{DEVICE}' |> AGGREGATE count(*) AS n") == [{"n": 0}]
    end = time.monotonic() + 60
    while True:
        shown = ask(daemon.path, "GET", answer.headers["Location"]).data
        if shown["status"] == "erased":
            break
        assert time.monotonic() < end, shown
        time.sleep(0.1)
    assert finds(daemon.store, MARKS) == []


def test_late_events_are_gone_and_the_id_starts_empty(daemon):
    plant(daemon, 1_000)
    erase(daemon, MARK, "--now")
    late = of(MARK, DEVICE, 900_005)
    assert daemon.count() == 1_000 - 5
    ack, errors = daemon.send([event(999_001), late, of(None, DEVICE, 999_002), event(999_003)])
    assert (ack["stored"], ack["failed"]) == (2, 2), ack
    assert [(error["line"], error["code"]) for error in errors] == [(2, "GONE"), (3, "GONE")]
    answer = ask(daemon.path, "POST", "/v1/events", late)
    assert answer.status == 410 and answer.code == "GONE", answer.body
    data = ask(daemon.path, "POST", "/v1/events/batch", {"events": [event(999_004), late]}).data
    assert data["failed"] == 1 and data["eventIds"][1] is None, data
    assert [(error["index"], error["code"]) for error in data["errors"]] == [(1, "GONE")]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    ack, errors = daemon.send([of(MARK, "another", 1, timestamp=now)])
    assert ack["stored"] == 1, errors
    assert daemon.query(f"FROM events |> WHERE personId = '{MARK}' |> AGGREGATE count(*) AS n") == [{"n": 1}]


def test_of_a_user_nobody_knows_there_is_a_receipt_that_says_zero(daemon):
    daemon.send([event(number, userId="u_1") for number in range(10)])
    receipt = erase(daemon, "nobody at all/ü", "--now")
    assert receipt["status"] == "erased" and receipt["events"] == 0 and receipt["segments"] == []
    shown = daemon.client("user", "receipt", receipt["id"])
    assert shown.returncode == 0 and b"erased" in shown.stdout
    assert daemon.client("user", "receipt", "ers_0000000000000000").returncode == 1
    assert "stands for nobody" in erase(daemon, "guest", status=2)
    assert ask(daemon.path, "DELETE", "/v1/users/null").status == 400
    assert ask(daemon.path, "GET", "/v1/erasures/ers_0000000000000000").status == 404
    assert ask(daemon.path, "GET", "/v1/users/u_1").status == 405


def test_a_store_without_a_daemon(daemon):
    plant(daemon, 2_000)
    daemon.stop()
    result = daemon.offline("user", "erase", MARK, "--store", daemon.store, "--json")
    assert result.returncode == 0, result
    assert json.loads(result.stdout)["status"] == "erased"
    assert finds(daemon.store, MARKS) == []
    daemon.start()
    assert daemon.count() == 2_000 - 5


def test_snapshots_are_named(daemon, short_tmp):
    plant(daemon, 1_000)
    assert daemon.client("snapshot", short_tmp / "snap").returncode == 0
    receipt = erase(daemon, MARK, "--now")
    assert receipt["snapshots"] == [str((short_tmp / "snap").resolve())]
    assert finds(daemon.store, MARKS) == []
    # The snapshot's files are as they were: they are still whole.
    assert daemon.offline("segment", "verify", short_tmp / "snap").returncode == 0
    assert finds(short_tmp / "snap", MARKS) != []


def pages_of(daemon, path, column):
    done = daemon.offline("segment", "stat", "--json", "--pages", column, path)
    assert done.returncode == 0, done
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [page for page in found if "firstRow" in page]


def test_most_of_a_segment_is_copied_and_every_reader_reads_the_rest(daemon, short_tmp):
    """120,000 events in one segment, the person's on a few pages: the others' bytes are those that stood there before."""
    duckdb, parquet = pytest.importorskip("duckdb"), pytest.importorskip("pyarrow.parquet")
    lines = [event(number, userId=f"u_{number % 9_000}", sessionId=f"s_{number // 40}") for number in range(120_000)]
    mine = {40_000 + place for place in range(7)} | {90_010, 90_060, 90_061}
    for place in mine:
        lines[place] = of(MARK, DEVICE, 900_000 + place, sessionId=f"{MARK}-session", contentId=f"cnt_{place % 2}",
                          data={"currentTime": 17.25, "duration": 8_128.5, "entryPoint": MARK, "note": f"by {MARK}"})
    daemon.send(lines)
    daemon.seal()
    assert daemon.client("compact", "--now").returncode == 0
    (old,) = [file for file in daemon.store.glob("events/2*/**/*.parquet") if pages_of(daemon, file, "event")
              and finds(file.parent, MARKS)][-1:]
    before, bytes_before = {name: pages_of(daemon, old, name) for name in ("eventId", "userId", "timestamp")}, old.read_bytes()
    receipt = erase(daemon, MARK, "--now")
    assert receipt["events"] == len(mine)
    (segment,) = receipt["segments"]
    new = daemon.store / "events" / segment["newFile"]
    for name, pages in before.items():
        now = pages_of(daemon, new, name)
        assert len(now) == len(pages) and all(page["checksumRight"] for page in now)
        changed = [place for place, (a, b) in enumerate(zip(pages, now)) if a["rows"] != b["rows"]]
        assert 1 <= len(changed) <= 4 < len(pages), (changed, len(pages))
        data = new.read_bytes()
        for place, (a, b) in enumerate(zip(pages, now)):
            if place not in changed:
                assert bytes_before[a["offset"]:a["offset"] + a["size"]] == data[b["offset"]:b["offset"] + b["size"]]
    assert finds(daemon.store, MARKS) == []
    verified = daemon.offline("segment", "verify", "--deep", new)
    assert verified.returncode == 0, verified
    expected = sorted(line["eventId"] for place, line in enumerate(lines) if place not in mine)
    table = parquet.read_table(new, partitioning=None)
    assert sorted(table["eventId"].to_pylist()) == expected
    assert 8_128.5 not in table["data"].combine_chunks().field("duration").to_pylist()
    users = sorted(line["userId"] for place, line in enumerate(lines) if place not in mine)
    assert sorted(table["userId"].to_pylist()) == users
    assert [row[0] for row in duckdb.sql(f"SELECT eventId FROM '{new}' ORDER BY 1").fetchall()] == expected
    # With the indexes and filters that were written anew.
    for user in ("u_1", "u_8999", MARK):
        ((found,),) = duckdb.sql(f"SELECT count(*) FROM '{new}' WHERE userId = '{user}'").fetchall()
        assert found == users.count(user) == parquet.read_table(new, partitioning=None, filters=[("userId", "=", user)]).num_rows
        assert daemon.query(f"FROM events |> WHERE userId = '{user}' |> AGGREGATE count(*) AS n") == [{"n": found}]
    try:
        import chdb
    except ImportError:
        chdb = None
    if chdb:
        rows = chdb.query(f"SELECT count(), uniqExact(eventId), countIf(userId = 'u_1') FROM file('{new}', Parquet)", "CSV")
        assert str(rows).strip() == f"{len(expected)},{len(expected)},{users.count('u_1')}"
    assert deltalake.DeltaTable(str(daemon.store / "events")).to_pyarrow_table().num_rows == len(expected)
    assert daemon.offline("catalog", "verify", daemon.store).returncode == 0
    # What is smaller than others is put together with others, and no page of the result is small for it.
    daemon.send([event(number, userId="u_1") for number in range(200_000, 230_000)])
    daemon.seal()
    assert daemon.client("compact", "--now").returncode == 0
    assert daemon.count() == len(expected) + 30_000
    latest = max(daemon.store.glob("events/2026/01/**/*.parquet"), key=lambda file: int(file.stem.split("-")[2]))
    rows = [page["rows"] for page in pages_of(daemon, latest, "event")]
    assert latest != new and sum(rows) == daemon.count()
    assert all(count == 16_384 for count in rows[:-1]), rows
