"""A person, not a device: the worked examples of the specification (section 4.4) through the socket."""
import json

import pytest

from asking import ask

BASE = 1_700_000_000


def at(time):
    """Plain seconds as a timestamp."""
    from datetime import datetime, timezone
    return datetime.fromtimestamp(BASE + time, timezone.utc).isoformat(timespec="milliseconds")


def event(name, time, device=None, user=None):
    record = {"event": "like", "contentId": "c1", "eventId": name, "timestamp": at(time)}
    if device:
        record["deviceId"] = device
    if user is not None:
        record["userId"] = user
    return record


def identify(device, user, time, number=0):
    return {"event": "identify", "eventId": f"i-{device}-{user}-{time}-{number}", "deviceId": device,
            "userId": user, "timestamp": at(time)}


def clear(device, time):
    return {"event": "clear", "eventId": f"c-{device}-{time}", "deviceId": device, "timestamp": at(time)}


def persons(daemon):
    text = "FROM events |> WHERE event = 'like' |> SELECT eventId, personId, isAnonymous"
    answer = ask(daemon.path, "POST", "/v1/query?format=ndjson", text.encode())
    assert answer.status == 200, answer.body
    rows = [json.loads(line) for line in answer.body.decode().splitlines()]
    return {row["eventId"]: (row["personId"], row["isAnonymous"]) for row in rows}


def send(daemon, records):
    answer = ask(daemon.path, "POST", "/v1/events", json.dumps(records).encode(),
                 headers={"Content-Type": "application/json"})
    assert answer.status in (200, 202), answer.body


EXAMPLES = {
    "1 simple login": (
        [event("a", 1, "D1"), event("b", 2, "D1"), identify("D1", "U1", 3), event("c", 4, "D1", "U1")],
        {"a": "U1", "b": "U1", "c": "U1"}),
    "2 an event after the login": (
        [identify("D1", "U1", 3), event("c", 4, "D1", "U1"), event("a", 1, "D1")],
        {"a": "U1", "c": "U1"}),
    "3 two devices": (
        [event("a", 1, "D1"), event("b", 2, "D2"), identify("D1", "U1", 3), identify("D2", "U1", 5)],
        {"a": "U1", "b": "U1"}),
    "4 logout with a new id": (
        [event("a", 1, "D1"), identify("D1", "U1", 2), clear("D1", 5), event("x", 6, "D2"),
         identify("D2", "U2", 7)],
        {"a": "U1", "x": "U2"}),
    "5 logout, the id stays": (
        [event("a", 1, "D1"), identify("D1", "U1", 2), event("b", 3, "D1"), clear("D1", 5),
         event("x", 6, "D1"), identify("D1", "U2", 7), event("y", 8, "D1")],
        {"a": "U1", "b": "U1", "x": "U2", "y": "U2"}),
    "6 a shared device": (
        [event("a", 1, "D1"), identify("D1", "U1", 2), event("b", 3, "D1"), event("x", 6, "D1"),
         identify("D1", "U2", 7), event("y", 8, "D1")],
        {"a": "U1", "b": "U1", "x": "U1", "y": "U2"}),
    "7 one, another, the one again": (
        [identify("D1", "U1", 2), clear("D1", 3), event("m", 3.5, "D1"), identify("D1", "U2", 4),
         event("n", 4.5, "D1"), clear("D1", 5), event("o", 5.5, "D1"), identify("D1", "U1", 6)],
        {"m": "U2", "n": "U2", "o": "U1"}),
    "8 a placeholder": (
        [event("a", 1, "D1", "anonymous"), identify("D1", "anonymous", 2), event("b", 3, "D1")],
        {"a": "anon:D1#0", "b": "anon:D1#0"}),
    "11 nobody returns": (
        [event("a", 1, "D1"), identify("D1", "U1", 2), clear("D1", 5), event("x", 6, "D1")],
        {"a": "U1", "x": "anon:D1#1"}),
    "12 an implicit link": (
        [event("a", 1, "D1"), event("b", 2, "D1", "U1"), event("c", 3, "D1")],
        {"a": "U1", "b": "U1", "c": "U1"}),
    "13 the same at every launch": (
        [event("a", 1, "D1"), *(identify("D1", "U1", 2 + n, n) for n in range(90)),
         event("b", 200, "D1")],
        {"a": "U1", "b": "U1"}),
    "15 the login was lost": (
        [event("a", 1, "D1"), event("e", 9, "D1", "U1")],
        {"a": "U1", "e": "U1"}),
    "16 a job with one device": (
        [event("a", 1, "J"), *(event(f"u{n}", 2 + n, "J", f"user{n}") for n in range(80))],
        {"a": "anon:J#0", "u0": "user0", "u79": "user79"}),
    "neither user nor device": ([event("a", 1)], {"a": None}),
    "a device and a user of one name": (
        [event("a", 1, "42"), event("b", 2, None, "42"), event("c", 3, "anon:42#0", "anon:42#0")],
        {"a": "anon:42#0", "b": "42", "c": "user:anon:42#0"}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(daemon, name):
    records, expected = EXAMPLES[name]
    send(daemon, records)
    for step in ("in the tail", "after a kill", "after a restart"):
        if step == "after a kill":
            daemon.kill_and_start()
        elif step == "after a restart":
            daemon.restart()
        found = persons(daemon)
        for key, person in expected.items():
            anonymous = None if person is None else person.startswith("anon:")
            assert found[key] == (person, anonymous), (step, key, found)


def test_order_does_not_matter(daemon):
    """A login that comes last claims what was asked about before it came."""
    records, expected = EXAMPLES["5 logout, the id stays"]
    for record in reversed(records):
        send(daemon, [record])
        persons(daemon)
    assert {key: person for key, (person, _) in persons(daemon).items()} == expected


def test_columns_are_for_those_who_name_them(daemon):
    send(daemon, EXAMPLES["1 simple login"][0])

    def columns(text):
        answer = ask(daemon.path, "POST", "/v1/query?format=tsv", text.encode())
        assert answer.status == 200, answer.body
        return answer.body.decode().splitlines()[0].split("\t")

    stored = columns("FROM events")
    assert not {"personId", "isAnonymous"} & set(stored)
    assert columns("SELECT * FROM events") == stored
    assert columns("FROM events AS e |> WHERE e.PERSONID = 'U1'") == [*stored, "personId"]
    assert columns("SELECT `isAnonymous` FROM events") == ["isAnonymous"]
    assert columns("FROM (FROM events |> WHERE personId IS NOT NULL) |> SELECT personId, seq") == ["personId", "seq"]
    listed = ask(daemon.path, "GET", "/v1/tables").data["tables"]
    names = next([c["name"] for c in table["columns"]] for table in listed if table["name"] == "events")
    assert names == [*stored, "personId", "isAnonymous"]
