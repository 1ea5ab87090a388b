"""The Events API over HTTP, as its documentation prints it and as clients in the field speak it."""
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import tarfile
import threading
import time

import pytest

from daemon import Daemon, event
from http_client import Http, request

# The commands of the reference page as printed; only the host's name is replaced when they run.
EXAMPLES = {
    "impression": """\
curl -X POST https://api.shortkit.dev/v1/events \\
  -H "Authorization: Bearer pk_live_your_publishable_key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "event": "impression",
    "contentId": "cnt_abc123",
    "userId": "user_123",
    "sessionId": "sess_xyz789",
    "data": {
      "position": 0,
      "entryPoint": "feed",
      "feedId": "feed_abc123"
    }
  }'
""",
    "playStart": """\
curl -X POST https://api.shortkit.dev/v1/events \\
  -H "Authorization: Bearer pk_live_your_publishable_key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "event": "playStart",
    "contentId": "cnt_abc123",
    "userId": "user_123",
    "sessionId": "sess_xyz789",
    "data": {
      "startupTime": 250,
      "rendition": "720p",
      "codec": "h264",
      "autoplay": true
    }
  }'
""",
    "completion": """\
curl -X POST https://api.shortkit.dev/v1/events \\
  -H "Authorization: Bearer pk_live_your_publishable_key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "event": "completion",
    "contentId": "cnt_abc123",
    "userId": "user_123",
    "sessionId": "sess_xyz789",
    "data": {
      "watchTime": 45.2,
      "looped": false,
      "loopCount": 0
    }
  }'
""",
    "swipe": """\
curl -X POST https://api.shortkit.dev/v1/events \\
  -H "Authorization: Bearer pk_live_your_publishable_key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "event": "swipe",
    "contentId": "cnt_def456",
    "userId": "user_123",
    "sessionId": "sess_xyz789",
    "data": {
      "fromContentId": "cnt_abc123",
      "watchTimeOnFrom": 12.5,
      "direction": "next"
    }
  }'
""",
}
BATCH_EXAMPLE = """\
curl -X POST https://api.shortkit.dev/v1/events/batch \\
  -H "Authorization: Bearer pk_live_your_publishable_key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "events": [
      {
        "event": "impression",
        "contentId": "cnt_abc123",
        "userId": "user_123",
        "timestamp": "2024-02-04T12:00:00Z",
        "data": { "position": 0 }
      },
      {
        "event": "playStart",
        "contentId": "cnt_abc123",
        "userId": "user_123",
        "timestamp": "2024-02-04T12:00:01Z",
        "data": { "startupTime": 200 }
      },
      {
        "event": "completion",
        "contentId": "cnt_abc123",
        "userId": "user_123",
        "timestamp": "2024-02-04T12:00:46Z",
        "data": { "watchTime": 45.2 }
      }
    ]
  }'
"""


@pytest.fixture
def http(daemon):
    with Http(daemon.path) as http:
        yield http


def curl(daemon, command):
    command = command.replace("https://api.shortkit.dev", "http://localhost", 1).replace(
        "curl ", f"curl -sS --unix-socket {daemon.path} ", 1)
    result = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def like(number=0, **more):
    return {"event": "like", "contentId": f"c{number}"} | more


# Shapes


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_as_printed_is_answered_as_printed(daemon, name):
    answer = curl(daemon, EXAMPLES[name])
    assert answer["data"]["received"] is True
    assert re.fullmatch("evt_[0-9a-f]{20}", answer["data"]["eventId"])
    assert answer["meta"]["requestId"].startswith("req_")
    rows = daemon.query("FROM events |> SELECT event, eventId, userId, sessionId")
    assert rows == [{"event": name, "eventId": answer["data"]["eventId"], "userId": "user_123",
                     "sessionId": "sess_xyz789"}]


def test_the_batch_example_as_printed(daemon):
    answer = curl(daemon, BATCH_EXAMPLE)
    data = answer["data"]
    assert (data["received"], data["failed"], data["duplicates"], data["errors"]) == (3, 0, 0, [])
    rows = daemon.query("FROM events |> ORDER BY seq |> SELECT eventId, event")
    assert [row["eventId"] for row in rows] == data["eventIds"]
    assert [row["event"] for row in rows] == ["impression", "playStart", "completion"]


@pytest.mark.parametrize("wrap", [
    lambda events: events, lambda events: {"events": events},
    lambda events: {"sdk": {"name": "web", "version": "1"}, "events": events},
    lambda events: {"events": events, "sdk": {"name": "web"}}])
@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/batch"])
def test_a_list_of_events_comes_bare_or_in_an_object(http, wrap, path):
    answer = http.post(path, wrap([like(eventId="a"), like(eventId="b"), like(eventId="a")]))
    assert answer.status == 200
    assert answer.data == {"received": 3, "failed": 0, "duplicates": 1, "adjusted": 0,
                           "eventIds": ["a", "b", "a"], "errors": []}


def test_a_repeat_is_received_and_has_the_id_of_the_first(http):
    assert http.post("/v1/events", like(eventId="a")).data == {"received": True, "eventId": "a"}
    assert http.post("/v1/events", like(eventId="a")).data == {
        "received": True, "eventId": "a", "duplicate": True}


def test_a_time_too_far_ahead_is_adjusted_and_said(http):
    assert http.post("/v1/events", like(timestamp="2999-01-01T00:00:00Z")).data["adjusted"] is True
    data = http.post("/v1/events", [like(timestamp="2999-01-01T00:00:00Z"), like()]).data
    assert (data["received"], data["adjusted"]) == (2, 1)


def test_bad_events_of_a_list_are_named_and_cost_the_others_nothing(daemon, http):
    data = http.post("/v1/events/batch", [like(1), {"event": "like"}, 5, like(2), {"contentId": "x"}]).data
    assert (data["received"], data["failed"]) == (2, 3)
    assert [error["index"] for error in data["errors"]] == [1, 2, 4]
    assert data["errors"][0]["code"] == "VALIDATION_ERROR"
    assert data["errors"][0]["details"] == [{"field": "contentId", "reason": "missing"}]
    assert data["errors"][1]["code"] == "INVALID_REQUEST"
    assert [position for position, name in enumerate(data["eventIds"]) if name is None] == [1, 2, 4]
    assert daemon.count() == 2


def test_a_list_in_which_all_is_bad_is_still_answered_as_a_list(daemon, http):
    answer = http.post("/v1/events", [{"event": "like"}, {}])
    assert (answer.status, answer.data["received"], answer.data["failed"]) == (200, 0, 2)
    assert answer.data["eventIds"] == [None, None]
    assert http.post("/v1/events", []).data["eventIds"] == []
    assert daemon.count() == 0


def test_one_bad_event_is_an_error_with_its_code(short_tmp, binaries):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
    daemon.options = []
    daemon.start()
    try:
        with Http(daemon.path) as http:
            answer = http.post("/v1/events", {"event": "share"})
            assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
            assert {detail["field"] for detail in answer.error["details"]} == {"contentId", "data.platform"}
            answer = http.post("/v1/events", like(timestamp="2020-01-01T00:00:00Z"))
            assert (answer.status, answer.error["code"]) == (410, "GONE")
            answer = http.post("/v1/events", '{"event": "like", "contentId": }')
            assert (answer.status, answer.error["code"]) == (400, "INVALID_REQUEST")
            assert answer.error["byteOffset"] == 31
            for body in ("", " ", "5", "null", '"x"', "{} {}", b"\xff"):
                assert http.post("/v1/events", body).status == 400, body
            assert http.request("POST", "/v1/events").status == 400
    finally:
        daemon.stop()


@pytest.mark.parametrize("path", ["/v1/identity/resolve", "/v1/identity/clear"])
def test_identity_records_are_stored_as_events(daemon, http, path):
    name = {"resolve": "identify", "clear": "clear"}[path.split("/")[-1]]
    for word in ("deviceId", "anonymousId"):
        answer = http.post(path, {word: "d1", "userId": "u1"})
        assert (answer.status, answer.data["status"]) == (200, "ok")
    rows = daemon.query("FROM events |> SELECT event, deviceId, userId")
    assert rows == [{"event": name, "deviceId": "d1", "userId": "u1"}] * 2
    answer = http.post(path, {})
    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    for body in ("[]", '{"events":[]}', "x", "", '{"deviceId":"d","userId":"u","event":"like"}'):
        assert http.post(path, body).status == 400, body
    assert daemon.count() == 2


def test_identity_needs_the_user_that_it_is_about(http):
    for user in (None, "anonymous", ""):
        answer = http.post("/v1/identity/resolve", {"deviceId": "d", "userId": user})
        assert answer.status == 400, user


# Limits of a batch


def test_a_batch_has_at_most_100_events_and_else_nothing_is_stored(daemon, http):
    assert http.post("/v1/events/batch", [like(n) for n in range(100)]).data["received"] == 100
    answer = http.post("/v1/events/batch", [like(n) for n in range(101)])
    assert (answer.status, answer.error["code"]) == (413, "INVALID_REQUEST")
    assert "100" in answer.error["message"]
    assert daemon.count() == 100
    assert http.post("/v1/events/batch", like()).status == 400
    # The same connection, and the other path has no such limit.
    assert http.post("/v1/events", [like(n) for n in range(101)]).data["received"] == 101


def test_a_document_larger_than_a_journal_record_is_stored_whole(daemon, http):
    events = [like(n, data={"text": "x" * 10_000 + str(n)}) for n in range(1_000)]
    data = http.post("/v1/events", events).data
    assert (data["received"], data["failed"]) == (1_000, 0)
    daemon.kill()
    daemon.start()
    assert daemon.count() == 1_000
    rows = daemon.query("FROM events |> ORDER BY seq |> SELECT eventId, contentId")
    assert [row["eventId"] for row in rows] == data["eventIds"]
    assert [row["contentId"] for row in rows] == [f"c{n}" for n in range(1_000)]


def test_lists_of_ids_and_errors_are_bounded_and_say_so(http):
    data = http.post("/v1/events", [like(n) for n in range(20_000)]).data
    assert data["received"] == 20_000 and data["eventIdsOmitted"] is True and "eventIds" not in data
    data = http.post("/v1/events", [{}] * 20_000).data
    assert data["failed"] == 20_000 == len(data["errors"]) + data["errorsOmitted"]
    assert 500 < len(data["errors"]) <= 1_000


# NDJSON


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/jsonl; charset=utf-8", "Application/NDJSON"])
def test_lines_are_answered_like_a_batch_with_line_numbers(daemon, http, kind):
    lines = [json.dumps(like(1)), "", "oops", json.dumps({"event": "like"}), '{"op":"ping"}', json.dumps(like(2))]
    answer = http.post("/v1/events", "\n".join(lines), content_type=kind)
    assert answer.status == 200
    assert (answer.data["received"], answer.data["failed"]) == (2, 3)
    assert [error["line"] for error in answer.data["errors"]] == [3, 4, 5]
    assert "eventIds" not in answer.data
    assert daemon.count() == 2


def test_lines_are_stored_while_they_come(daemon, http):
    http.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
              "Transfer-Encoding: chunked\r\n\r\n")
    for number in range(3):
        line = json.dumps(like(number)) + "\n"
        # Cut in the middle of the line.
        for part in (line[:9], line[9:]):
            http.send(f"{len(part):x}\r\n{part}\r\n")
        wait_until(lambda: daemon.count() == number + 1)
    http.send("0\r\n\r\n")
    assert http.read().data["received"] == 3


def test_a_long_stream_is_never_held_in_memory(daemon, http):
    count, block = 400, b"".join(json.dumps(like(n, data={"text": "y" * 500})).encode() + b"\n" for n in range(1_000))
    before = daemon.rss
    http.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
              f"Content-Length: {count * len(block)}\r\n\r\n")
    for _ in range(count):
        http.send(block)
    assert http.read().data["received"] == count * 1_000
    # 200 MB came; the tail of unsealed events, which is bounded, is most of what is left.
    assert daemon.rss - before < 400 << 20


def test_errors_of_a_stream_are_bounded_and_counted(http):
    data = http.post("/v1/events", b"x\n" * 5_000, content_type="application/x-ndjson").data
    assert data["failed"] == 5_000 == len(data["errors"]) + data["errorsOmitted"]
    assert len(data["errors"]) == 1_000


def test_other_kinds_of_bodies_are_refused(http):
    for kind in ("text/csv", "application/xml", "multipart/form-data; boundary=x"):
        assert http.post("/v1/events", like(), content_type=kind).status == 415
    assert http.post("/v1/events/batch", "{}", content_type="application/x-ndjson").status == 415
    for kind in ("application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded",
                 "application/vnd.x+json"):
        assert http.post("/v1/events", like(), content_type=kind).status == 200


# Durability


def test_what_was_answered_survives_a_kill(daemon):
    answered = []
    stop = threading.Event()

    def send(name):
        number = 0
        try:
            with Http(daemon.path) as http:
                while not stop.is_set():
                    name_of_event = f"{name}-{number}"
                    assert http.post("/v1/events", like(eventId=name_of_event)).data["received"] is True
                    answered.append(name_of_event)
                    number += 1
        except (OSError, TypeError, AttributeError):
            pass

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answered) > 200)
    daemon.kill()
    stop.set()
    for thread in threads:
        thread.join()
    daemon.start()
    stored = {row["eventId"] for row in daemon.query("FROM events |> SELECT eventId |> LIMIT 1000000")}
    assert set(answered) <= stored
    assert len(stored) == daemon.count() <= len(answered) + 4


# Idempotency-Key


def test_a_repeat_with_the_same_key_is_given_the_first_answer(daemon, http):
    first = http.post("/v1/events", like(), idempotency_key="k")
    again = http.post("/v1/events", like(), idempotency_key="k")
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status, again.body, again.headers["content-type"]) == (
        first.status, first.body, first.headers["content-type"])
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert daemon.count() == 1


@pytest.mark.parametrize("sealed", [False, True])
def test_answers_are_kept_over_kill_seal_and_restart(daemon, sealed):
    bodies = {}
    with Http(daemon.path) as http:
        for number in range(5):
            bodies[f"k{number}"] = http.post("/v1/events", [like(number), {}], idempotency_key=f"k{number}").body
        bodies["bad"] = http.post("/v1/events", {"event": "like"}, idempotency_key="bad").body
        if sealed:
            http.post("/v1/seal", "")
            # The next event begins another journal file, and the next seal retires the first.
            http.post("/v1/events", like())
            http.post("/v1/seal", "")
    count = daemon.count()
    for stop in (daemon.kill, daemon.kill, daemon.stop):
        stop()
        daemon.start()
        with Http(daemon.path) as http:
            for number in range(5):
                answer = http.post("/v1/events", [like(number), {}], idempotency_key=f"k{number}")
                assert answer.body == bodies[f"k{number}"] and answer.headers["idempotent-replayed"] == "true"
            answer = http.post("/v1/events", {"event": "like"}, idempotency_key="bad")
            assert (answer.status, answer.body) == (400, bodies["bad"])
        assert daemon.count() == count


def test_events_without_ids_are_stored_once_however_often_the_daemon_dies(daemon):
    """Sends each request with a key until it is answered, while the daemon is killed."""
    generator = random.Random(seed := int(os.environ.get("EVENTLOG_SEED", random.randrange(1 << 30))))
    count, done = 150, []

    def send():
        for number in range(count):
            while True:
                try:
                    with Http(daemon.path, timeout=20) as http:
                        answer = http.post("/v1/events", [like(number), like(number)], idempotency_key=f"k{number}")
                    if answer is not None and answer.status == 200:
                        break
                except (OSError, AssertionError, TypeError, ValueError):
                    pass
                time.sleep(0.005)
            done.append(number)

    thread = threading.Thread(target=send)
    thread.start()
    while thread.is_alive():
        time.sleep(generator.random() * 0.15)
        daemon.kill()
        daemon.start()
    thread.join()
    rows = daemon.query("FROM events |> AGGREGATE count(*) AS n GROUP BY contentId |> LIMIT 100000")
    assert len(rows) == count and {row["n"] for row in rows} == {2}, seed


def test_a_key_names_one_request(daemon, http):
    http.post("/v1/events", like(1), idempotency_key="k")
    answer = http.post("/v1/events", like(2), idempotency_key="k")
    assert (answer.status, answer.error["code"]) == (409, "CONFLICT")
    answer = http.post("/v1/events", json.dumps(like(1)), idempotency_key="k", content_type="application/x-ndjson")
    assert answer.status == 409
    # Another path is another request.
    assert http.post("/v1/events/batch", [like(3)], idempotency_key="k").data["received"] == 1
    assert daemon.count() == 2


def test_a_stream_is_run_once_too(daemon, http):
    body = b"".join(json.dumps(like(n)).encode() + b"\n" for n in range(10)) + b"oops"
    kind = {"content_type": "application/x-ndjson", "idempotency_key": "s"}
    first = http.post("/v1/events", body, **kind)
    again = http.post("/v1/events", gzip.compress(body), content_encoding="gzip", **kind)
    assert again.body == first.body and again.headers["idempotent-replayed"] == "true"
    assert http.post("/v1/events", body + b"\n", **kind).status == 409
    assert daemon.count() == 10


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "\u00e9"])
def test_a_malformed_key_is_refused(daemon, http, key):
    answer = http.post("/v1/events", like(), idempotency_key=key)
    assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETER")
    assert http.post("/v1/events", like(), idempotency_key="x" * 255).status == 200
    assert daemon.count() == 1


def test_a_repeat_that_comes_while_the_first_runs_is_told_so(daemon):
    with Http(daemon.path) as first, Http(daemon.path) as second:
        head = ("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nIdempotency-Key: k\r\n"
                "Expect: 100-continue\r\nContent-Length: 40\r\n\r\n")
        first.send(head)
        assert first.read_head()[0] == 100
        answer = second.post("/v1/events", json.dumps(like()), content_type="application/x-ndjson", idempotency_key="k")
        assert (answer.status, answer.error["reason"]) == (409, "in_progress")
        assert answer.headers["retry-after"] == "1"
        first.send(json.dumps(like()).ljust(40))
        assert first.read().data["received"] == 1
        again = second.post(
            "/v1/events", json.dumps(like()).ljust(40), content_type="application/x-ndjson", idempotency_key="k")
        assert again.headers["idempotent-replayed"] == "true"


def test_identity_and_seal_have_keys_too(daemon, http):
    for path, body in (("/v1/identity/resolve", {"deviceId": "d", "userId": "u"}), ("/v1/seal", "")):
        first = http.post(path, body, idempotency_key="k")
        again = http.post(path, body, idempotency_key="k")
        assert first.status == 200 and again.body == first.body
        assert again.headers["idempotent-replayed"] == "true"
    assert daemon.count() == 1


# JSONTestSuite


def json_test_suite():
    root = pathlib.Path(__file__).resolve().parents[2]
    shared = pathlib.Path(os.environ.get("EVENTLOG_SHARED", root.parent / "shared"))
    archive = shared / "data/conformance/JSONTestSuite-test_parsing.tar.gz"
    if not archive.exists():
        pytest.skip(f"{archive} is not there")
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile() and member.name.endswith(".json"):
                yield pathlib.PurePath(member.name).name, tar.extractfile(member).read()


def test_json_test_suite(daemon, http):
    kept, counts = {}, {"y": 0, "n": 0, "i": 0}
    for name, text in json_test_suite():
        body = b'{"event":"custom","contentId":"c","eventId":"' + name.encode() + b'","data":{"v":' + text + b"}}"
        answer = http.post("/v1/events", body)
        counts[name[0]] += 1
        if name[0] == "y":
            assert answer.status == 200, (name, answer)
            kept[name] = json.loads(text)
        elif name[0] == "n":
            assert answer.status == 400, (name, answer)
            assert answer.error["code"] == "INVALID_REQUEST" and answer.error["byteOffset"] <= len(body), name
        else:
            assert answer.status in (200, 400), (name, answer)
    assert (counts["y"], counts["n"]) == (95, 188) and counts["i"] > 30
    for sealed in (False, True):
        if sealed:
            daemon.seal()
        rows = daemon.query("FROM events |> SELECT eventId, data.v AS v, extra |> LIMIT 1000")
        found = {row["eventId"]: row for row in rows}
        for name, value in kept.items():
            row = found[name]
            read = row["v"] if row["v"] is not None else json.loads(row["extra"] or "{}").get("data", {}).get("v")
            assert read == value or same(read, value), (name, read, value, row)


def same(read, value):
    """Equal as JSON: a number is its value."""
    if isinstance(value, str) and isinstance(read, str):
        return False
    return json.dumps(read, sort_keys=True) == json.dumps(value, sort_keys=True)


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
