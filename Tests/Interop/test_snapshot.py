"""Snapshots of a store in use, and stores made of them."""
import json
import os
import pathlib
import shutil
import tempfile
import threading

import pytest

from asking import ask
from daemon import Daemon, event

deltalake = pytest.importorskip("deltalake")

QUESTIONS = [
    "FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket |> ORDER BY bucket",
    "FROM quarantine |> ORDER BY id |> SELECT id, code, line, event",
    "FROM content |> ORDER BY contentId",
    "FROM identity |> AGGREGATE count(*) AS n",
    "FROM events |> AGGREGATE count(*) AS n, count(DISTINCT eventId) AS d, max(seq) AS last",
    "FROM events |> AGGREGATE count(DISTINCT personId) AS n GROUP BY event |> ORDER BY event",
]


def snapshot(daemon, place, *options):
    result = daemon.client("snapshot", place, "--json", *options)
    assert result.returncode == 0, result
    return json.loads(result.stdout)


def offline(binaries_of, store, text, status=0):
    result = binaries_of.offline("query", "--store", store, "--format", "ndjson", text)
    assert result.returncode == status, result
    return [json.loads(line) for line in result.stdout.splitlines()]


def ids(rows):
    found = [row["eventId"] for row in rows]
    assert len(found) == len(set(found)), "an event is there twice"
    return set(found)


def files(directory):
    """The bytes of all files below a directory."""
    directory = pathlib.Path(directory)
    return {str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def fill(daemon):
    """Something of everything that a store keeps."""
    daemon.send([event(number, userId=f"u_{number % 7}") for number in range(300)])
    daemon.send([{"event": "like"}, b"not json\n", event(1)])
    daemon.seal()
    ask(daemon.path, "PUT", "/v1/content/cnt_1", {"title": "One", "topics": ["a"]})
    assert daemon.post("/v1/identity/publish", "")[0] == 200
    daemon.send([event(number, userId=f"u_{number % 9}") for number in range(300, 500)])


def test_a_snapshot_is_a_store_that_answers_the_same(daemon, binaries, short_tmp):
    fill(daemon)
    place = short_tmp / "snap"
    report = snapshot(daemon, place)
    assert report["directory"] == str(place.resolve()) and report["events"] == 500 and report["missing"] == []
    assert report["segments"] == 2 and report["linkedBytes"] > 0 and report["copiedBytes"] > 0
    assert report["lastSeq"] >= 500 and report["took"] < 10
    assert sorted(os.listdir(place)) == ["catalog", "content", "events", "identity", "ledger", "quarantine"]
    assert not [name for name in os.listdir(short_tmp) if name.endswith(".part")]
    assert (place.stat().st_mode & 0o777) == 0o700
    for path in (place / "events").rglob("*.parquet"):
        assert path.samefile(daemon.store / path.relative_to(place)), "segments are linked"
    answers = [daemon.query(text) for text in QUESTIONS]
    assert [offline(daemon, place, text) for text in QUESTIONS] == answers
    assert daemon.offline("segment", "verify", place).returncode == 0
    table = deltalake.DeltaTable(str(place / "events"))
    assert table.version() == report["version"] and table.to_pyarrow_table().num_rows == 500
    assert deltalake.DeltaTable(str(place / "identity")).to_pyarrow_table().num_rows > 0
    # What comes later is not in it, whatever becomes of the original's files.
    before = files(place)
    daemon.send([event(number) for number in range(500, 600)])
    assert b"put together" in daemon.client("compact", "--now").stdout
    assert daemon.client("identity", "squash").returncode == 0
    assert files(place) == before and daemon.count() == 600
    # A daemon takes it as a store of its own, and the original does not notice.
    original = files(daemon.store / "events")
    other = Daemon(binaries, place, short_tmp / "other").start()
    try:
        assert [other.query(text) for text in QUESTIONS] == answers
        ack, _ = other.send([event(number) for number in range(400, 520)])
        assert (ack["duplicates"], ack["stored"]) == (100, 20)
        other.client("compact", "--now")
        assert other.count() == 520 and "damage" not in other.read_log()
    finally:
        other.stop()
    assert files(daemon.store / "events") == original and daemon.count() == 600


def test_while_events_pour_in_all_acknowledged_before_are_there_once(daemon, short_tmp):
    stop, acknowledged, failures = threading.Event(), [0], []

    def pour():
        try:
            while not stop.is_set():
                first = acknowledged[0]
                daemon.send([event(number) for number in range(first, first + 200)])
                acknowledged[0] = first + 200
        except Exception as error:
            failures.append(error)

    pouring = threading.Thread(target=pour)
    pouring.start()
    taken = []
    try:
        for number in range(4):
            while acknowledged[0] < 400 * (number + 1) and not failures:
                stop.wait(0.005)
            known = acknowledged[0]
            taken.append((known, short_tmp / f"snap{number}"))
            snapshot(daemon, taken[-1][1])
            if number == 1:
                daemon.client("compact", "--now")
    finally:
        stop.set()
        pouring.join()
    assert failures == []
    for known, place in taken:
        found = ids(offline(daemon, place, "FROM events |> SELECT eventId"))
        assert found >= {f"evt_{number}" for number in range(known)}
        assert deltalake.DeltaTable(str(place / "events")).to_pyarrow_table().num_rows == len(found)
        seqs = [row["seq"] for row in offline(daemon, place, "FROM events |> SELECT seq")]
        assert len(seqs) == len(set(seqs))


def test_places_that_cannot_be_are_refused_and_nothing_is_left(daemon, short_tmp):
    daemon.send([event(1)])
    (short_tmp / "full").mkdir()
    (short_tmp / "full" / "file").write_text("mine")
    (short_tmp / "link").symlink_to(daemon.store)
    (short_tmp / "file").write_text("mine")
    for place, reason in [
        (short_tmp / "full", b"exists already"),
        (short_tmp / "file", b"exists already"),
        (short_tmp / "link", b"exists already"),
        (daemon.store, b"is inside of"),
        (daemon.store / "snap", b"is inside of"),
        (short_tmp / "link" / "events" / "snap", b"is inside of"),
        (short_tmp / "none" / "snap", b"must be there before"),
        (short_tmp / "file" / "snap", b"cannot be made: Not a directory"),
        (short_tmp / "full" / "..", b"does not end with a name"),
        ("/proc/snap", b"cannot be made"),
    ]:
        result = daemon.client("snapshot", place)
        assert result.returncode == 1 and reason in result.stderr, (place, result)
    status, body = daemon.post("/v1/snapshot", '{"directory":"snap"}')
    assert status == 400 and b"not an absolute path" in body and b"INVALID_PARAMETER" in body
    assert daemon.post("/v1/snapshot", "{}")[0] == 400 and daemon.post("/v1/snapshot", "[")[0] == 400
    assert sorted(os.listdir(short_tmp)) == ["file", "full", "link", "sock", "store"]
    assert (short_tmp / "full" / "file").read_text() == "mine"
    # An empty directory will do, and what a crash has left beside it goes.
    (short_tmp / "empty").mkdir()
    (short_tmp / ".empty.part" / "events").mkdir(parents=True)
    (short_tmp / ".empty.part" / "events" / "half").write_text("half")
    (short_tmp / ".empty.part" / "events" / "link").symlink_to(short_tmp / "full")
    assert snapshot(daemon, short_tmp / "empty")["events"] == 1
    assert (short_tmp / "full" / "file").read_text() == "mine"
    assert not (short_tmp / ".empty.part").exists() and not (short_tmp / "empty" / "events" / "half").exists()


def test_only_an_administrator_may(binaries, short_tmp):
    daemon = Daemon(
        binaries, short_tmp / "store", short_tmp / "sock", "--set", f"ingestSocket={short_tmp / 'ingest'}").start()
    try:
        body = {"directory": str(short_tmp / "snap")}
        assert ask(short_tmp / "ingest", "POST", "/v1/snapshot", body).code == "FORBIDDEN"
        assert not (short_tmp / "snap").exists()
        assert ask(daemon.path, "POST", "/v1/snapshot", body).data["events"] == 0
        assert ask(daemon.path, "POST", "/v1/snapshot", body).code == "INVALID_PARAMETER"
    finally:
        daemon.stop()


def test_another_file_system_gets_copies(daemon, short_tmp):
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(short_tmp).st_dev:
        pytest.skip("there is no second file system")
    fill(daemon)
    place = pathlib.Path(tempfile.mkdtemp(prefix="evl", dir="/dev/shm"))
    try:
        report = snapshot(daemon, place)
        assert report["linkedBytes"] == 0 and report["copiedBytes"] > 0
        assert offline(daemon, place, QUESTIONS[4]) == daemon.query(QUESTIONS[4])
    finally:
        shutil.rmtree(place)


def test_without_a_daemon(daemon, binaries, short_tmp):
    fill(daemon)
    refused = daemon.offline("snapshot", "--store", daemon.store, short_tmp / "snap")
    assert refused.returncode == 1 and b"in use by process" in refused.stderr
    answers = [daemon.query(text) for text in QUESTIONS]
    daemon.kill()
    made = daemon.offline("snapshot", "--store", daemon.store, short_tmp / "snap")
    assert made.returncode == 0 and b"500 events in" in made.stdout, made
    assert [offline(daemon, short_tmp / "snap", text) for text in QUESTIONS] == answers
    nothing = daemon.offline("snapshot", "--store", short_tmp / "none", short_tmp / "other")
    assert nothing.returncode == 1 and not (short_tmp / "none").exists()
    daemon.start()
    assert [daemon.query(text) for text in QUESTIONS] == answers


def test_restore_copies_checks_and_tells_damage(daemon, binaries, short_tmp):
    fill(daemon)
    place = short_tmp / "snap"
    snapshot(daemon, place)
    answers = [daemon.query(text) for text in QUESTIONS]
    restored = daemon.offline("restore", place, short_tmp / "restored")
    assert restored.returncode == 0 and b"500 events in 2 segments" in restored.stdout, restored
    assert files(short_tmp / "restored") == files(place)
    assert all(path.stat().st_nlink == 1 for path in (short_tmp / "restored").rglob("*") if path.is_file())
    other = Daemon(binaries, short_tmp / "restored", short_tmp / "other").start()
    try:
        assert [other.query(text) for text in QUESTIONS] == answers
    finally:
        other.stop()
    # What is not there, is a store in use, is inside, or is taken.
    for source, target, reason in [
        (short_tmp / "full", short_tmp / "a", b"cannot open"),
        (short_tmp, short_tmp / "a", b"no catalog"),
        (daemon.store, short_tmp / "a", b"has a journal"),
        (place, place / "a", b"is inside of"),
        (place, short_tmp / "restored", b"exists already"),
    ]:
        refused = daemon.offline("restore", source, target)
        assert refused.returncode == 1 and reason in refused.stderr, (target, refused)
    # Damage is told, and the rest restored.
    shutil.copytree(place, short_tmp / "bad")
    first, second = sorted((short_tmp / "bad" / "events").rglob("*.parquet"))
    first.write_bytes(first.read_bytes()[:-100])
    second.unlink()
    damaged = daemon.offline("restore", short_tmp / "bad", short_tmp / "half")
    assert damaged.returncode == 3 and first.name.encode() in damaged.stderr and second.name.encode() in damaged.stderr, damaged
    assert len(offline(daemon, short_tmp / "half", "FROM ledger", 0)) > 0
    # Of a store that has lost a segment there is a snapshot of the rest.
    lost = sorted((daemon.store / "events").rglob("*.parquet"))[0]
    lost.rename(short_tmp / "lost")
    partial = daemon.client("snapshot", short_tmp / "partial")
    assert partial.returncode == 3 and lost.name.encode() in partial.stderr, partial
