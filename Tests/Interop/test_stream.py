"""The NDJSON stream of the specification, section 1.3, against a real daemon."""
import json
import os
import random
import socket
import threading

import pytest

from daemon import Daemon, check_cumulative, encode, event

REFERENCE = [
    {"event": "impression", "contentId": "cnt_abc123", "userId": "user_123", "sessionId": "sess_xyz789",
     "data": {"position": 0, "entryPoint": "feed", "feedId": "feed_abc123"}},
    {"event": "playStart", "contentId": "cnt_abc123", "userId": "user_123", "sessionId": "sess_xyz789",
     "data": {"startupTime": 250, "rendition": "720p", "codec": "h264", "autoplay": True}},
    {"event": "watchProgress", "contentId": "cnt_abc123",
     "data": {"currentTime": 15.5, "duration": 45.2, "percentComplete": 34.3, "rendition": "720p"}},
    {"event": "completion", "contentId": "cnt_abc123", "userId": "user_123", "sessionId": "sess_xyz789",
     "data": {"watchTime": 45.2, "looped": False, "loopCount": 0}},
    {"event": "swipe", "contentId": "cnt_def456", "userId": "user_123", "sessionId": "sess_xyz789",
     "data": {"fromContentId": "cnt_abc123", "watchTimeOnFrom": 12.5, "direction": "next"}},
    {"event": "impression", "contentId": "cnt_abc123", "userId": "user_123",
     "timestamp": "2024-02-04T12:00:00Z", "data": {"position": 0}},
]


def test_the_reference_examples_are_stored_as_printed(daemon):
    ack, errors = daemon.send(REFERENCE)
    assert (ack["stored"], ack["failed"], errors) == (len(REFERENCE), 0, [])
    assert ack["durable"] is True
    rows = daemon.query("FROM events |> ORDER BY seq |> SELECT event, contentId, userId, data.startupTime AS s,"
                        " data.fromContentId AS f")
    assert [row["event"] for row in rows] == [e["event"] for e in REFERENCE]
    assert [row["contentId"] for row in rows] == [e["contentId"] for e in REFERENCE]
    assert (rows[1]["s"], rows[4]["f"]) == (250, "cnt_abc123")


def test_a_repeat_is_a_duplicate_in_memory_after_a_seal_and_after_a_restart(daemon):
    events = [event(n) for n in range(1000)]
    assert daemon.send(events)[0]["stored"] == 1000
    assert daemon.send(events)[0]["duplicates"] == 1000
    daemon.seal()
    assert daemon.send(events)[0]["duplicates"] == 1000
    daemon.restart()
    # The timestamp is no part of the key, and the first copy wins.
    ack, _ = daemon.send([event(n, timestamp="2026-02-02T00:00:00Z") for n in range(1010)])
    assert (ack["stored"], ack["duplicates"]) == (10, 1000)
    daemon.kill()
    daemon.start()
    assert daemon.send(events)[0]["duplicates"] == 1000
    rows = daemon.query("FROM events |> AGGREGATE count(*) AS n, count(DISTINCT eventId) AS d")
    assert rows == [{"n": 1010, "d": 1010}]


def test_two_producers_may_use_the_same_event_id(daemon):
    for producer in ("a", "b"):
        ack, errors = daemon.send([{"op": "hello", "producer": producer}, event(1)])
        assert (ack["stored"], ack.get("controls"), errors) == (1, 1, [])
    assert daemon.count() == 2


def test_acknowledgements_are_cumulative_and_sync_covers_what_stands_before_it(daemon):
    with daemon.connect() as stream:
        acks = []
        for first in range(0, 5000, 500):
            stream.send([event(n) for n in range(first, first + 500)])
            ack = stream.sync(f"after {first}")
            assert ack["stored"] == first + 500 and ack["durable"] is True
            acks.append(ack)
        check_cumulative(acks)
        stream.send({"op": "ping"})
        while (answer := stream.receive()) != {"pong": True}:
            assert "ack" in answer
        assert stream.finish()[0]["stored"] == 5000


def test_what_a_sync_covered_survives_a_kill(daemon):
    with daemon.connect() as stream:
        stream.send([event(n) for n in range(2000)])
        stream.sync()
        daemon.kill()
    daemon.start()
    assert daemon.count() == 2000


def test_a_client_that_never_reads_loses_nothing_and_makes_nothing_grow(daemon):
    count = 300_000
    before = daemon.rss
    with daemon.connect() as stream:
        for first in range(0, count, 5000):
            good = [encode(event(n)) for n in range(first, first + 5000)]
            # Each block has bad lines too: their error objects pile up unread.
            stream.send(good + [b"{bad}\n"] * 1000)
        stream.socket.shutdown(socket.SHUT_WR)
        assert wait_for_count(daemon, count) == count
        assert daemon.rss - before < 400 << 20
        answers = list(iter(stream.receive, None))
    final = answers[-1]["ack"]
    assert final["final"] is True
    assert (final["stored"], final["failed"]) == (count, count // 5)
    told = sum("error" in answer for answer in answers)
    assert told + final.get("errorsOmitted", 0) == final["failed"]


def wait_for_count(daemon, count):
    """Asks until the number is reached; each question is answered from a newer snapshot."""
    for _ in range(600):
        if (found := daemon.count()) >= count:
            break
    return found


GOOD = event(1)


@pytest.mark.parametrize("name, line, code", [
    ("not JSON", b"hello\n", "INVALID_REQUEST"),
    ("an array", b"[1,2]\n", "INVALID_REQUEST"),
    ("a number", b"42\n", "INVALID_REQUEST"),
    ("half an object", b'{"event":"like","contentId":"c"\n', "INVALID_REQUEST"),
    ("two objects", b'{"event":"like","contentId":"c"}{"a":1}\n', "INVALID_REQUEST"),
    ("a trailing comma", b'{"event":"like","contentId":"c",}\n', "INVALID_REQUEST"),
    ("invalid UTF-8", b'{"event":"like","contentId":"\xff\xfe"}\n', "INVALID_REQUEST"),
    ("an encoded surrogate", b'{"event":"like","contentId":"\xed\xa0\x80"}\n', "INVALID_REQUEST"),
    ("a raw control character", b'{"event":"like","contentId":"a\x01b"}\n', "INVALID_REQUEST"),
    ("a NUL", b'{"event":"like",\x00"contentId":"c"}\n', "INVALID_REQUEST"),
    ("10,000 levels", b'{"event":"x","contentId":"c","data":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001 + b"\n",
     "INVALID_REQUEST"),
    ("10,000 open brackets", b'{"event":"x","contentId":"c","data":' + b"[" * 10_000 + b"\n", "INVALID_REQUEST"),
    ("a duplicate key", b'{"event":"like","contentId":"c","event":"save"}\n', "INVALID_REQUEST"),
    ("a duplicate key, once escaped", b'{"event":"like","contentId":"c","\\u0065vent":"save"}\n', "INVALID_REQUEST"),
    ("a line of 2 MiB", b'{"event":"like","contentId":"' + b"x" * (2 << 20) + b'"}\n', "INVALID_REQUEST"),
    ("no event", b'{"contentId":"c"}\n', "VALIDATION_ERROR"),
    ("no contentId", b'{"event":"like"}\n', "VALIDATION_ERROR"),
    ("a number as event", b'{"event":1,"contentId":"c"}\n', "VALIDATION_ERROR"),
    ("null as contentId", b'{"event":"like","contentId":null}\n', "VALIDATION_ERROR"),
    ("an empty contentId", b'{"event":"like","contentId":""}\n', "VALIDATION_ERROR"),
    ("a contentId of 257 bytes", b'{"event":"like","contentId":"' + b"c" * 257 + b'"}\n', "VALIDATION_ERROR"),
    ("an escaped control character as contentId", b'{"event":"like","contentId":"\\u0007"}\n', "VALIDATION_ERROR"),
    ("a timestamp without offset", b'{"event":"like","contentId":"c","timestamp":"2026-01-01T00:00:00"}\n',
     "VALIDATION_ERROR"),
    ("31 February", b'{"event":"like","contentId":"c","timestamp":"2026-02-31T00:00:00Z"}\n', "VALIDATION_ERROR"),
    ("data that is no object", b'{"event":"like","contentId":"c","data":[]}\n', "VALIDATION_ERROR"),
    ("a number beyond all doubles", b'{"event":"x","contentId":"c","data":{"a":1e500}}\n', "INVALID_REQUEST"),
], ids=lambda value: value if isinstance(value, str) and " " in value else None)
def test_a_bad_line_is_refused_and_its_neighbours_are_stored(daemon, name, line, code):
    ack, errors = daemon.send([b"\n", event(1), line, event(2)])
    assert (ack["stored"], ack["failed"]) == (2, 1)
    assert [(error["line"], error["code"]) for error in errors] == [(3, code)], errors
    assert errors[0]["message"]
    if code == "VALIDATION_ERROR":
        assert errors[0]["details"]
    assert daemon.count() == 2


def test_all_wrong_fields_are_named_at_once(daemon):
    _, errors = daemon.send(b'{"event":"like","userId":5,"timestamp":"yesterday"}\n')
    assert {detail["field"] for detail in errors[0]["details"]} == {"contentId", "userId", "timestamp"}


def test_binary_noise_on_many_connections_hurts_nobody(daemon):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    noise = random.Random(seed)
    for _ in range(50):
        with daemon.connect() as stream:
            try:
                stream.send(b"{" + noise.randbytes(noise.randrange(1, 100_000)))
                stream.socket.shutdown(socket.SHUT_WR)
                while stream.file.read(65536):
                    pass
            except (BrokenPipeError, ConnectionResetError):
                pass
    assert daemon.send([event(1)])[0]["stored"] == 1
    assert daemon.count() == 1


def test_half_a_line_before_a_hang_up_is_not_an_event_but_before_a_half_close_it_is(daemon):
    line = encode(event(1))
    with daemon.connect() as stream:
        stream.send(encode(event(2)))
        stream.sync()
        stream.send(line[:40])
    assert daemon.count() == 1
    ack, _ = daemon.send(line.rstrip(b"\n"))
    assert ack["stored"] == 1
    assert daemon.count() == 2


def test_many_clients_at_once_lose_nothing(daemon):
    results = []

    def send(client):
        events = [event(client * 10_000 + n) for n in range(2000)]
        results.append(daemon.send(events)[0])

    threads = [threading.Thread(target=send, args=(client,)) for client in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [ack["stored"] for ack in results] == [2000] * 16
    rows = daemon.query("FROM events |> AGGREGATE count(*) AS n, count(DISTINCT eventId) AS d, min(seq) AS a, max(seq) AS b")
    assert rows == [{"n": 32_000, "d": 32_000, "a": 1, "b": 32_000}]


def test_a_second_daemon_is_refused_and_told_who_holds_the_store(daemon, short_tmp):
    second = Daemon(daemon.binaries, daemon.store, short_tmp / "other")
    out, _ = second.launch().communicate(timeout=60)
    assert b"ready" not in out
    assert str(daemon.process.pid) in second.read_log()
    assert daemon.send([event(1)])[0]["stored"] == 1


def test_only_the_user_and_the_group_may_connect(daemon):
    assert os.stat(daemon.path).st_mode & 0o777 == 0o660


def test_the_client_and_a_plain_socket_store_the_same(daemon, short_tmp):
    lines = b"".join(encode(event(n)) for n in range(20_000))
    (short_tmp / "f").write_bytes(lines)
    result = daemon.client("ingest", short_tmp / "f")
    assert result.returncode == 0 and b"stored 20,000" in result.stderr, result.stderr
    result = daemon.client("ingest", stdin=lines)
    assert b"duplicates 20,000" in result.stderr
    status = json.loads(daemon.client("status", "--json").stdout)
    assert status["ingest"]["stored"] == status["ingest"]["duplicates"] == 20_000
    assert status["store"]["lastSeq"] == 20_000
    assert b"20,000" in daemon.client("status").stdout
