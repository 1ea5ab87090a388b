"""`eventlog dump`: a store as events that make the same store again."""
import json
import subprocess

from daemon import Daemon, event

ODD = [
    {"type": "PLAY START", "content_id": "c", "timestamp": "2026-11-01T10:00:00Z", "data": {"startupTimeMs": 250.5}},
    {"event": "completion", "contentId": "c", "id": "w", "data": {"watchTimeMs": 1500, "totalWatchTime": 9, "x": None}},
    {"event": "swipe", "contentId": "c", "data": {"fromContentId": "b", "watchTime": 1, "direction": "forward"}},
    {"event": "like", "contentId": "ä😀", "userId": "anonymous", "more": {"a": [1, 2.5, "\n"]}},
    {"event": "own", "data": {"a": 9007199254740993, "b": -0.0, "c": {"d": [{}]}, "A": "case", "e": 1e300}},
    {"event": "like", "contentId": "c", "timestamp": "2999-01-01T00:00:00Z"},
]


def run(daemon, store, *options):
    program = daemon.binaries / "eventlog"
    return subprocess.run([program, "dump", "--store", store, *options], capture_output=True, timeout=120)


def dump(daemon, *options):
    done = run(daemon, daemon.store, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled(daemon):
    ack, errors = daemon.send(ODD + [event(n) for n in range(3_000)])
    assert ack["failed"] == 0, errors[:3]
    daemon.seal()
    ack, errors = daemon.send([event(n) for n in range(3_000, 4_000)])
    assert ack["failed"] == 0, errors[:3]
    return 4_000 + len(ODD)


def test_every_event_comes_once_and_in_order_sealed_or_not(daemon):
    count = filled(daemon)
    events = [json.loads(line) for line in dump(daemon).splitlines()]
    expected = daemon.query("FROM events |> ORDER BY seq |> SELECT eventId")
    assert [found["eventId"] for found in events] == [row["eventId"] for row in expected]
    assert len(events) == count
    assert len(dump(daemon, "--from", str(count - 9)).splitlines()) == 10
    assert dump(daemon, "--from", str(count + 1)) == b""


def test_a_dump_sent_to_another_daemon_makes_the_same_store_once(daemon, binaries, short_tmp):
    count = filled(daemon)
    text = dump(daemon)
    copy = Daemon(binaries, short_tmp / "copy", short_tmp / "copysock")
    copy.start()
    try:
        for _ in range(2):
            sent = copy.client("ingest", stdin=text)
            assert sent.returncode == 0, sent.stderr
        assert copy.count() == count
        copy.seal()
        assert dump(copy) == text
    finally:
        copy.stop()


def test_damage_costs_what_it_hit_and_is_named(daemon):
    count = filled(daemon)
    daemon.stop()
    segment = next((daemon.store / "events").rglob("*.parquet"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 4] ^= 0xFF
    segment.write_bytes(data)
    done = run(daemon, daemon.store)
    assert done.returncode == 3
    assert segment.name.encode() in done.stderr
    assert len(done.stdout.splitlines()) < count
    assert all(json.loads(line) for line in done.stdout.splitlines())


def test_what_is_no_store_is_said_so(daemon, short_tmp):
    done = run(daemon, short_tmp)
    assert done.returncode == 1
    assert b"catalog" in done.stderr
