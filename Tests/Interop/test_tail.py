"""The live tail: every acknowledged event once, in order, whatever happens to the daemon, its files or a client."""
import json
import os
import random
import signal
import subprocess
import threading
import time

import pytest

from asking import ask, make_key
from daemon import Daemon, event
from tailing import Tail, identifiers, read_all
from terminal import Terminal


def test_what_is_acknowledged_is_in_the_tail_at_the_next_read(daemon):
    for number in range(300):
        assert ask(daemon.path, "POST", "/v1/events", event(number)).status in (200, 202)
        lines, end = read_all(daemon.path, last=1)
        assert identifiers(lines) == [f"evt_{number}"]
        assert end == {"reason": "caughtUp", "cursor": lines[-1]["cursor"]}


def test_a_reader_that_waits_is_told_at_once(daemon):
    with Tail(daemon.path) as tail:
        for number in range(50):
            ask(daemon.path, "POST", "/v1/events", event(number))
            (line,) = tail.events(1)
            assert line["event"]["eventId"] == f"evt_{number}" and line["seq"] == number + 1


def test_an_event_is_the_line_of_a_dump_with_a_cursor(daemon):
    daemon.send([event(1, data={"currentTime": 1.5, "duration": 60, "text": "<b>\u001b[31m\u202e", "deep": {"a": [1]}})])
    ((line,), _) = read_all(daemon.path, **{"from": "beginning"})
    assert list(line) == ["cursor", "seq", "receivedAt", "event"]
    daemon.seal()
    dumped = daemon.offline("dump", "--store", daemon.store).stdout
    assert json.loads(dumped) == line["event"]
    ((sealed,), _) = read_all(daemon.path, **{"from": "beginning"})
    assert sealed == line


def test_starts(daemon):
    daemon.send([event(number) for number in range(10)])
    everything, _ = read_all(daemon.path, **{"from": "beginning"})
    assert identifiers(everything) == [f"evt_{number}" for number in range(10)]
    assert read_all(daemon.path)[0] == []
    assert read_all(daemon.path, **{"from": "now"})[0] == []
    assert read_all(daemon.path, last=3)[0] == everything[7:]
    assert read_all(daemon.path, last=3, where="contentId IN ('cnt_2', 'cnt_4', 'cnt_5', 'cnt_9')")[0] == [
        everything[4], everything[5], everything[9]]
    assert read_all(daemon.path, last=100)[0] == everything
    assert read_all(daemon.path, cursor=everything[3]["cursor"])[0] == everything[4:]
    assert read_all(daemon.path, **{"from": everything[3]["cursor"]})[0] == everything[4:]
    lines, end = read_all(daemon.path, limit=4, **{"from": "beginning"})
    assert lines == everything[:4] and end == {"reason": "limit", "cursor": lines[-1]["cursor"]}


def test_a_cursor_goes_on_behind_a_condition_that_nothing_satisfies(daemon):
    daemon.send([event(number) for number in range(1000)])
    lines, end = read_all(daemon.path, where="contentId = 'nothing'", **{"from": "beginning"})
    assert lines == [] and end["cursor"].endswith("-1000")
    daemon.send([event(1000)])
    assert identifiers(read_all(daemon.path, cursor=end["cursor"])[0]) == ["evt_1000"]


def test_conditions(daemon):
    daemon.send([
        event(number, userId="u1" if number % 3 == 0 else "guest", deviceId=f"dev_{number}") for number in range(60)])
    ask(daemon.path, "POST", "/v1/identity/resolve", {"anonymousId": "dev_1", "userId": "u2"})
    for condition, wanted in [
        ("event = 'watchProgress' AND contentId = 'cnt_7'", lambda n: n % 50 == 7),
        ("personId = 'u2'", lambda n: n == 1),
        ("data.currentTime > 50 OR userId = 'u1'", lambda n: n % 60 + 0.5 > 50 or n % 3 == 0),
        ("seq <= 3", lambda n: n < 3),
        ("timestamp < now()", lambda n: True),
    ]:
        found = identifiers(read_all(daemon.path, where=condition, **{"from": "beginning"})[0])
        # The identification is an event too, with an id that the store made.
        sent = [one for one in found if len(one) < 8]
        assert sent == [f"evt_{n}" for n in range(60) if wanted(n)], condition


@pytest.mark.parametrize("condition, place, words", [
    ("contentId2 = 'c'", (1, 1), "contentId2"),
    ("contentId =", (1, 12), "expected"),
    ("contentId = 'c' ORDER BY seq", (1, 17), "end of the condition"),
    ("contentId = 'c'\n AND seq +", (2, 11), "expected"),
    ("contentId IN (FROM content |> SELECT contentId)", (1, 1), "no subquery"),
    ("count(*) > 1", (1, 1), "count"),
    ("contentId", (1, 1), ""),
    ("", (1, 1), "expected"),
    ("'a' = 'a') |> DROP seq |> WHERE (1 = 1", (1, 10), "end of the condition"),
])
def test_a_condition_that_is_wrong_is_answered_with_its_place(daemon, condition, place, words):
    with Tail(daemon.path, where=condition) as tail:
        assert tail.status == 400 and tail.error["code"] == "INVALID_REQUEST", tail.error
        assert (tail.error["line"], tail.error["column"]) == place, tail.error
        assert words in tail.error["message"] and "^" in tail.error["caret"]


@pytest.mark.parametrize("parameters, field", [
    ({"cursor": "abc"}, "cursor"), ({"cursor": "0" * 16 + "-1"}, "cursor"), ({"cursor": "0" * 16 + "--1"}, "cursor"),
    ({"from": "yesterday"}, "from"), ({"last": -1}, "last"), ({"last": 100_001}, "last"), ({"last": "x"}, "last"),
    ({"limit": 0}, "limit"), ({"follow": "perhaps"}, "follow"), ({"format": "csv"}, "format"),
    ({"last": 1, "from": "now"}, "last"), ({"wehre": "1 = 1"}, "wehre"),
])
def test_a_parameter_that_is_wrong_is_named(daemon, parameters, field):
    with Tail(daemon.path, **parameters) as tail:
        assert tail.status == 400 and tail.error["code"] == "INVALID_PARAMETER", tail.error
        assert field in [detail["field"] for detail in tail.error["details"]] or field == "last"


def test_a_cursor_ahead_of_the_store_is_refused(daemon):
    daemon.send([event(1)])
    ((line,), _) = read_all(daemon.path, **{"from": "beginning"})
    with Tail(daemon.path, cursor=line["cursor"] + "0") as tail:
        assert tail.status == 400 and "ahead" in tail.error["message"]


def test_the_tail_is_read_only_and_needs_the_role(daemon):
    assert ask(daemon.path, "POST", "/v1/events/tail", {}).status == 405
    assert ask(daemon.path, "HEAD", "/v1/events/tail").status == 405


def test_a_key_that_is_revoked_ends_its_tail(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "auth.requireKey=false").start()
    admin, _ = make_key(daemon.path, "secret")
    secret, record = make_key(daemon.path, "secret")
    public, _ = make_key(daemon.path, "publishable")
    daemon.options += ["--set", "auth.requireKey=true"]
    daemon.restart()
    assert ask(daemon.path, "GET", "/v1/events/tail?follow=false", key=public).status == 403
    assert ask(daemon.path, "GET", "/v1/events/tail?follow=false").status == 401
    from http_client import Http, request
    with Http(daemon.path) as client:
        client.send(request("GET", "/v1/events/tail", authorization=f"Bearer {secret}"))
        assert client.read_head()[0] == 200
        assert ask(daemon.path, "DELETE", f"/v1/keys/{record['id']}", key=admin).status == 200
        assert client.file.read().endswith(b"0\r\n\r\n")
    daemon.stop()


def test_server_sent_events_go_on_by_last_event_id(daemon):
    daemon.send([event(number) for number in range(5)])
    with Tail(daemon.path, accept="text/event-stream", follow="false", **{"from": "beginning"}) as tail:
        assert tail.headers["content-type"] == "text/event-stream"
        blocks = b"\n".join(tail.raw_lines()).decode().strip().split("\n\n")
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
    assert [json.loads(one["data"])["event"]["eventId"] for one in events[:-1]] == [f"evt_{n}" for n in range(5)]
    assert all(one["id"] == json.loads(one["data"])["cursor"] for one in events[:-1])
    assert events[-1]["event"] == "end"
    # The target is still that of the first time, as a browser sends it.
    with Tail(daemon.path, accept="text/event-stream", last_event_id=events[2]["id"], follow="false",
              **{"from": "beginning"}) as tail:
        text = b"\n".join(tail.raw_lines()).decode()
    assert [f"evt_{n}" in text for n in range(5)] == [False, False, False, True, True]


def test_heartbeats_show_that_it_is_there(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "tail.heartbeat=20ms").start()
    daemon.send([event(1)])
    with Tail(daemon.path, where="contentId = 'nothing'") as tail:
        lines = tail.lines()
        first = next(lines)["heartbeat"]["cursor"]
        daemon.send([event(2)])
        while (line := next(lines))["heartbeat"]["cursor"] == first:
            pass
        assert line["heartbeat"]["cursor"].endswith("-2")
    with Tail(daemon.path, accept="text/event-stream") as tail:
        assert next(tail.raw_lines()) == b": heartbeat"
    daemon.stop()


def test_no_gap_and_no_repeat_across_kills_seals_and_compactions(binaries, short_tmp):
    seed = int(os.environ.get("EVENTLOG_SEED", random.randrange(1 << 32)))
    print("seed", seed)
    choice = random.Random(seed)
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "seal.rows=2000").start()
    acked, sent, seen, cursors = set(), set(), [], []
    is_over = threading.Event()

    def follow():
        cursor = None
        while not is_over.is_set():
            parameters = {"cursor": cursor} if cursor else {"from": "beginning"}
            try:
                with Tail(daemon.path, timeout=2, **parameters) as tail:
                    assert tail.status in (200, 503), tail.error
                    for line in tail.lines() if tail.status == 200 else ():
                        if "event" in line:
                            seen.append(line["event"]["eventId"])
                            cursor = line["cursor"]
                        elif "heartbeat" in line:
                            cursor = line["heartbeat"]["cursor"]
                        else:
                            assert "missed" not in line and "damage" not in line, line
                        if choice.random() < 0.0005:
                            break
            except (OSError, TypeError, TimeoutError):
                time.sleep(0.01)

    reader = threading.Thread(target=follow)
    reader.start()
    number = 0
    for cycle in range(int(os.environ.get("EVENTLOG_KILLS", "8"))):
        killer = threading.Timer(choice.uniform(0.1, 0.5), daemon.kill)
        killer.start()
        try:
            with daemon.connect() as stream:
                while True:
                    block = [event(number + n) for n in range(choice.randrange(1, 300))]
                    number += len(block)
                    sent.update(one["eventId"] for one in block)
                    stream.send(block)
                    stream.sync()
                    acked.update(one["eventId"] for one in block)
                    if choice.random() < 0.1:
                        daemon.client("seal" if choice.random() < 0.7 else "compact", *[])
        except (OSError, AssertionError):
            killer.join()
        daemon.start()
    stored = [row["eventId"] for row in daemon.query("FROM events |> SELECT eventId, seq |> ORDER BY seq")]
    end = time.monotonic() + 60
    while len(seen) < len(stored) and time.monotonic() < end:
        time.sleep(0.05)
    is_over.set()
    daemon.stop()
    reader.join()
    assert acked <= set(seen), f"{len(acked - set(seen))} acknowledged events are missing"
    assert len(seen) == len(set(seen)), "an event came twice"
    assert seen == stored, "the order is not that of arrival"


def test_a_power_failure_cannot_make_a_cursor_a_lie(daemon):
    """What is only buffered is not in the tail: its number could come to mean another event."""
    with daemon.connect() as stream:
        stream.send([{"op": "hello", "durability": "buffered"}, event(1), {"op": "ping"}])
        while "pong" not in (stream.receive() or {"pong": 1}):
            pass
        end = time.monotonic() + 30
        while daemon.count() < 1:
            assert time.monotonic() < end
        with Tail(daemon.path, timeout=20, **{"from": "beginning"}) as tail:
            before, _ = read_all(daemon.path, **{"from": "beginning"})
            daemon.seal()
            (line,) = tail.events(1)
    assert before == [] and line["event"]["eventId"] == "evt_1"


def test_a_slow_reader_costs_nobody_anything(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "tail.lagMax=20000").start()
    with Tail(daemon.path) as slow:
        daemon.send([event(n) for n in range(1000)])
        assert len(slow.events(1)) == 1
        before = daemon.rss
        for block in range(10):
            start = time.monotonic()
            daemon.send([event(1000 + block * 20_000 + n) for n in range(20_000)])
            assert time.monotonic() - start < 20
        daemon.seal()
        assert daemon.rss - before < 400 << 20
        assert daemon.count() == 201_000
        seen, missed = [1], 0
        for line in slow.lines():
            if "event" in line:
                assert line["seq"] == seen[-1] + 1, "what is skipped is told first"
                seen.append(line["seq"])
            elif "missed" in line:
                assert line["missed"]["from"] == seen[-1] + 1 and line["missed"]["reason"] == "behind"
                assert line["missed"]["to"] - line["missed"]["from"] + 1 == line["missed"]["events"] > 20_000
                missed += line["missed"]["events"]
                seen.append(line["missed"]["to"])
            if seen[-1] == 201_000:
                break
        assert missed > 0
    daemon.stop()


def test_a_reader_with_a_cursor_is_never_cut_short(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "tail.lagMax=10").start()
    daemon.send([event(n) for n in range(30_000)])
    with Tail(daemon.path, **{"from": "beginning"}) as tail:
        assert identifiers(tail.events(30_000)) == [f"evt_{n}" for n in range(30_000)]
    daemon.stop()


def test_there_are_so_many_readers_and_who_hangs_up_makes_room(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "tail.countMax=3").start()
    tails = [Tail(daemon.path) for _ in range(3)]
    with Tail(daemon.path) as further:
        assert further.status == 503 and further.error["code"] == "SERVICE_UNAVAILABLE"
        assert further.headers["retry-after"]
    tails.pop().close()
    end = time.monotonic() + 20
    while True:
        with Tail(daemon.path) as again:
            if again.status == 200:
                break
        assert time.monotonic() < end
        time.sleep(0.01)
    # Those who wait take no thread of the queries.
    assert daemon.count() == 0
    for tail in tails:
        tail.close()
    daemon.stop()
    daemon.options += ["--set", "tail.perPeerMax=1", "--set", "tail.countMax=9"]
    daemon.options.remove("tail.countMax=3")
    daemon.options.remove("--set")
    daemon.start()
    with Tail(daemon.path), Tail(daemon.path) as further:
        assert further.status == 429 and further.error["code"] == "RATE_LIMITED"
    daemon.stop()


def test_a_stop_ends_every_tail_in_order_and_at_once(daemon):
    daemon.send([event(n) for n in range(3)])
    tails = [Tail(daemon.path, last=n) for n in range(4)]
    for n, tail in enumerate(tails):
        tail.events(n)
    start = time.monotonic()
    daemon.stop()
    assert time.monotonic() - start < 5
    for n, tail in enumerate(tails):
        lines = list(tail.lines())
        assert tail.is_whole and lines[-1]["end"]["reason"] == "shutdown"
        assert lines[-1]["end"]["cursor"].endswith("-3")
        tail.close()
    daemon.start()


def test_expired_events_are_told_as_missed(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "retention.raw=1000d")
    daemon.options.remove("--archive")
    daemon.start()
    now = time.time()
    stamp = lambda age: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - age * 86_400))
    daemon.send([event(n, timestamp=stamp(80)) for n in range(5)])
    daemon.seal()
    daemon.send([event(5 + n, timestamp=stamp(0)) for n in range(3)])
    everything, _ = read_all(daemon.path, **{"from": "beginning"})
    daemon.seal()
    daemon.stop()
    daemon.options[daemon.options.index("retention.raw=1000d")] = "retention.raw=30d"
    daemon.start()
    assert daemon.client("expire", "--trust-clock").returncode == 0
    with Tail(daemon.path, follow="false", cursor=everything[1]["cursor"]) as tail:
        missed, *rest, end = tail.lines()
    assert missed["missed"] == {
        "from": 3, "to": 5, "events": 3, "reason": "expired", "cursor": everything[4]["cursor"]}
    assert rest == everything[5:]
    assert read_all(daemon.path, **{"from": "beginning"})[0] == everything[5:]
    daemon.stop()


def test_persons_who_are_erased_are_not_in_the_tail(daemon):
    daemon.send([event(n, userId=f"u{n % 2}", deviceId=None) for n in range(6)])
    assert ask(daemon.path, "DELETE", "/v1/users/u1").status in (200, 202)
    assert identifiers(read_all(daemon.path, **{"from": "beginning"})[0]) == ["evt_0", "evt_2", "evt_4"]


# The client.

def run_tail(daemon, *arguments):
    result = daemon.client("tail", *arguments)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_client_prints_the_newest(daemon):
    daemon.send([event(n) for n in range(30)])
    assert identifiers(run_tail(daemon)) == [f"evt_{n}" for n in range(20, 30)]
    assert identifiers(run_tail(daemon, "-n", "2")) == ["evt_28", "evt_29"]
    assert len(run_tail(daemon, "--from-beginning")) == 30
    assert identifiers(run_tail(daemon, "--from-beginning", "--limit", "1", "--where", "seq > 7")) == ["evt_7"]
    wrong = daemon.client("tail", "--where", "seq >")
    assert wrong.returncode == 1 and b"^" in wrong.stderr
    assert daemon.client("tail", "--cursor", "x y").returncode == 2
    assert daemon.client("tail", "-n", "-1").returncode == 2
    assert daemon.client("tail", "-n", "1", "--from-beginning").returncode == 2


def test_a_cursor_file_makes_a_loop_of_runs_one_tail(daemon, tmp_path):
    place, seen = tmp_path / "seen.cursor", []
    for block in range(5):
        daemon.send([event(block * 10 + n) for n in range(10)])
        arguments = ("--cursor-file", place, *(("--from-beginning",) if block == 0 else ()))
        seen += identifiers(run_tail(daemon, *arguments))
        if block == 2:
            daemon.kill_and_start()
    assert seen == [f"evt_{n}" for n in range(50)]
    assert os.listdir(tmp_path) == ["seen.cursor"]
    place.write_text("nonsense\n")
    assert daemon.client("tail", "--cursor-file", place).returncode == 1


def test_the_client_follows_across_kills(daemon):
    daemon.send([event(n) for n in range(10)])
    follower = subprocess.Popen(
        [str(daemon.binaries / "eventlog"), "tail", "-f", "-n", "3", "--socket", daemon.path], stdout=subprocess.PIPE)
    read = lambda count: identifiers(json.loads(follower.stdout.readline()) for _ in range(count))
    assert read(3) == ["evt_7", "evt_8", "evt_9"]
    for cycle in range(3):
        daemon.send([event(10 + cycle * 5 + n) for n in range(3)])
        if cycle != 1:
            daemon.kill_and_start()
        else:
            daemon.restart()
        daemon.send([event(13 + cycle * 5 + n) for n in range(2)])
        assert read(5) == [f"evt_{10 + cycle * 5 + n}" for n in range(5)]
    follower.send_signal(signal.SIGINT)
    assert follower.wait(20) == 0
    follower.stdout.close()


def test_a_pipe_that_ends_ends_the_client_quietly(daemon):
    daemon.send([event(n) for n in range(5000)])
    command = f"{daemon.binaries}/eventlog tail --from-beginning --socket {daemon.path} | head -n 1 | wc -l"
    result = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
    assert result.stdout.strip() == b"1" and result.stderr == b""


def test_the_client_waits_for_nobody_at_first(daemon):
    daemon.stop()
    result = daemon.client("tail", "-f", timeout=20)
    assert result.returncode == 1 and b"no daemon listens" in result.stderr
    daemon.start()


def test_on_a_terminal_an_event_is_a_harmless_line(daemon):
    daemon.send([
        event(1, timestamp="2026-01-02T10:11:12.345Z", userId="alice", contentId="\u202eevil",
              data={"currentTime": 1.5, "text": "\u001b[2J\u0007<script>", "duration": 60}),
        event(2, event="error", userId=None, data={"errorCode": "E1", "errorMessage": "m", "errorType": "player"})])
    terminal = Terminal(
        [daemon.binaries / "eventlog", "tail", "-f", "--socket", daemon.path], rows=10, columns=200)
    terminal.wait_for("alice").wait_for("error")
    line = next(line for line in terminal.lines if "alice" in line)
    assert line.startswith("10:11:12.345  watchProgress") and "\\u{202e}evil" in line
    assert "currentTime=1.5" in line and "\\u{1b}[2J\\u{7}<script>" in line
    assert b"\x1b[2J" not in terminal.raw and b"\x07" not in terminal.raw
    assert b"\x1b[31merror" in terminal.raw
    daemon.send([event(3, contentId="cnt_new")])
    terminal.wait_for("cnt_new")
    terminal.send("\x03")
    assert terminal.status() == 0
