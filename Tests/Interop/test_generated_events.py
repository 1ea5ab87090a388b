"""Thousands of generated events, good, bad and damaged, over both protocols: each is decided once and rightly, nothing
is answered with a 5xx, the ledger adds up to what was offered, and what was stored is read back as it was sent.

EVENTLOG_EVENTS=50000 for a long run; EVENTLOG_SEED repeats one.
"""
import json
import os
import random

import hypothesis
from hypothesis import HealthCheck, given, settings

from asking import ask
from event_strategies import DERIVED, lines, moment

EVENTS = int(os.environ.get("EVENTLOG_EVENTS", "4000"))
PER_EXAMPLE = 25
SEED = int(os.environ.get("EVENTLOG_SEED", random.randrange(2**32)))


def test_generated_events_are_decided_counted_and_read_back(daemon, tmp_path):
    print(f"seed {SEED}")
    tally = {"offered": 0, "stored": 0, "refused": 0}
    expected = {}

    @hypothesis.seed(SEED)
    @settings(max_examples=max(1, EVENTS // PER_EXAMPLE), deadline=None, database=None,
              phases=[hypothesis.Phase.generate], suppress_health_check=list(HealthCheck))
    @given(hypothesis.strategies.lists(lines(), min_size=PER_EXAMPLE, max_size=PER_EXAMPLE))
    def offer(batch):
        prepared = [prepare(line, kind, rest, tally["offered"] + place, expected)
                    for place, (line, kind, rest) in enumerate(batch)]
        errors, counts = (over_http if tally["offered"] // PER_EXAMPLE % 2 else over_stream)(daemon, prepared)
        assert counts[0] + counts[1] == len(batch), (counts, errors)
        for place, (line, kind, rest) in enumerate(batch, 1):
            error = errors.get(place)
            if kind == "good":
                assert error is None, (line, error)
            elif kind == "bad":
                assert error is not None, line
                assert error["code"] == "VALIDATION_ERROR", (line, error)
                named = [detail["field"].split(".")[-1] for detail in error["details"]]
                assert any(same_field(rest, name) for name in named), (line, rest, error)
            elif error is None:
                assert isinstance(strict(line), dict), line
        tally["offered"] += len(batch)
        tally["stored"] += counts[0]
        tally["refused"] += counts[1]

    offer()
    books = {row["bucket"]: row["n"] for row in daemon.query(
        "FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket")}
    # A mutation may hit the id, so some of what was accepted may be repeats.
    assert books.get("stored", 0) + books.get("duplicate", 0) == tally["stored"]
    assert books.get("refused", 0) == tally["refused"]
    daemon.seal()
    assert {row["bucket"]: row["n"] for row in daemon.query(
        "FROM ledger |> AGGREGATE sum(events) AS n GROUP BY bucket")} == books
    daemon.stop()
    read_back(daemon, expected)


def prepare(line, kind, rest, number, expected):
    """Gives an event its id, and remembers what a good one must be read back as."""
    if kind == "mutated":
        return line
    ident = f"e{number}"
    if kind == "good":
        expected[ident] = rest
    return line[:-1] + f',"eventId":"{ident}"}}'.encode()


def over_stream(daemon, prepared):
    # A capital letter in front of all would be a request over HTTP.
    ack, errors = daemon.send(b" " + b"".join(line + b"\n" for line in prepared))
    assert ack["lines"] == len(prepared)
    return {error["line"]: error for error in errors}, (ack["stored"] + ack["duplicates"], ack["failed"])


def over_http(daemon, prepared):
    data = ask(daemon.path, "POST", "/v1/events", b"\n".join(prepared),
               headers={"Content-Type": "application/x-ndjson"}).data
    return {error["line"]: error for error in data["errors"]}, (data["received"], data["failed"])


def same_field(field, name):
    aliases = {
        "totalWatchTime": {"watchTime"}, "didLoop": {"looped"}, "position": {"positionInFeed"},
        "startupTime": {"startupTimeMs", "videoStartupTimeMs"}, "duration": {"totalDuration"},
        "watchTimeOnFrom": {"watchTime", "watchTimeOnPrevious"}, "platform": {"shareMethod"},
        "rebufferDuration": {"duration", "durationMs"}, "fromRendition": {"fromQuality"},
        "toRendition": {"toQuality"}, "event": {"type"}}
    return name == field or name in aliases.get(field, ())


def strict(line):
    """The value that a line is in strict JSON; raises if it is none."""
    def refuse(text):
        raise ValueError(text)
    return json.loads(line.decode("utf-8"), parse_constant=refuse)


def read_back(daemon, expected):
    dump = daemon.offline("dump", "--store", daemon.store)
    assert dump.returncode == 0, dump.stderr
    stored = {}
    for text in dump.stdout.splitlines():
        event = json.loads(text)
        stored[event["eventId"]] = event
    missing = expected.keys() - stored.keys()
    assert not missing, sorted(missing)[:5]
    for ident, (sent, payload) in expected.items():
        got = stored[ident]
        assert got["event"] == sent.get("event", sent.get("type")), (sent, got)
        for name, value in sent.items():
            if name in ("event", "type", "data", "timestamp"):
                continue
            assert same(got.get(name), value), (name, sent, got)
        if "timestamp" in sent:
            assert moment(got["timestamp"]) == moment(sent["timestamp"]), (sent, got)
        data = got.get("data", {})
        for name, value in payload.items():
            assert name in data and same(data[name], value), (name, sent, got)
        assert data.keys() - payload.keys() <= DERIVED, (sent, got)


def same(one, other):
    """Equal as JSON: 1 is 1.0, but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    return one == other
