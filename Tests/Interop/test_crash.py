"""The daemon dies at random moments: what was acknowledged is there, once, and nothing else is.

EVENTLOG_KILLS sets the number of deaths (10 by default); EVENTLOG_SEED repeats a run.
"""
import os
import random
import resource
import threading

from daemon import encode, event

KILLS = int(os.environ.get("EVENTLOG_KILLS", "10"))


def test_after_each_kill_acked_is_within_stored_is_within_sent(daemon):
    seed = int(os.environ.get("EVENTLOG_SEED", random.randrange(1 << 32)))
    print("seed", seed)
    choice = random.Random(seed)
    sent, acked = {}, set()
    for cycle in range(KILLS):
        new = send_until_killed(daemon, choice, cycle, sent, acked)
        assert new >= 50, "a cycle in which little was acknowledged proves little"
        daemon.start()
        check(daemon, sent, acked)
        if cycle % 3 == 2:
            # A second start finds the same: recovery repeats itself.
            daemon.kill()
            daemon.start()
            check(daemon, sent, acked)
    # A client that repeats everything ends with everything, each event once.
    daemon.send([sent[identity] for identity in sorted(sent)])
    check(daemon, sent, set(sent))


def send_until_killed(daemon, choice, cycle, sent, acked):
    """Sends blocks and waits for their acks, until a timer kills the daemon in the middle."""
    known = len(acked)
    armed = threading.Timer(choice.uniform(0.05, 0.4), daemon.kill)
    number = cycle * 1_000_000
    try:
        with daemon.connect() as stream:
            while True:
                block = [event(number + n) for n in range(choice.randrange(1, 200))]
                number += len(block)
                # Some repeats of what is stored already: they must stay single.
                repeats = choice.sample(sorted(sent), min(3, len(sent)))
                sent.update((one["eventId"], one) for one in block)
                stream.send([*block, *(sent[identity] for identity in repeats)])
                stream.sync()
                acked.update(one["eventId"] for one in block)
                if len(acked) - known >= 50 and not armed.is_alive() and daemon.process:
                    armed.start()
                if choice.random() < 0.02:
                    daemon.seal()
    except (OSError, AssertionError):
        armed.join(60)
    assert daemon.process is None
    return len(acked) - known


def check(daemon, sent, acked):
    rows = daemon.query("FROM events |> SELECT seq, eventId, event, contentId, deviceId, data.currentTime AS t")
    stored = [row["eventId"] for row in rows]
    assert len(stored) == len(set(stored)), "an event is there twice"
    assert acked <= set(stored), f"{len(acked - set(stored))} acknowledged events are lost"
    assert set(stored) <= set(sent), "an event is there that nobody sent"
    assert len({row["seq"] for row in rows}) == len(rows)
    for row in rows:
        original = sent[row["eventId"]]
        assert (row["event"], row["contentId"], row["deviceId"], row["t"]) == (
            original["event"], original["contentId"], original["deviceId"], original["data"]["currentTime"])


def test_a_termination_loses_nothing_that_was_taken(daemon):
    with daemon.connect() as stream:
        stream.send(b"".join(encode(event(n)) for n in range(5_000)))
        stream.sync()
        stream.send(b"".join(encode(event(n)) for n in range(5_000, 6_000)))
        daemon.restart()
        acks = [answer["ack"] for answer in iter(stream.receive, None) if "ack" in answer]
    assert daemon.count() >= max([ack["stored"] for ack in acks], default=5_000) >= 5_000


def test_a_limit_of_file_size_is_a_full_disk_and_passes(daemon):
    """A journal file takes its header and not one record more: the first write into a new file fails."""
    pid = daemon.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    sent = {}
    for cycle in range(12):
        block = [{**event(cycle * 10_000 + n), "deviceId": os.urandom(240).hex()}
                 for n in range(5_000)]
        sent.update((one["eventId"], one) for one in block)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1 << 20, hard))
        ack, errors = daemon.send(block)
        assert ack["stored"] + ack["failed"] == len(block)
        assert ack["failed"] > 0
        assert {error["reason"] for error in errors} == {"disk_full"}
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        ack, _ = daemon.send(block)
        assert ack["stored"] + ack["duplicates"] == len(block)
    check(daemon, sent, set(sent))
    daemon.kill()
    daemon.start()
    check(daemon, sent, set(sent))
