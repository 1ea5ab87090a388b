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


def alias(number, user, to, kind="alias"):
    return {"event": kind, "eventId": f"{kind}-{number}", "fromUser": user, "toUser": to}


def unlink(device, user, time):
    return {"event": "unlink", "eventId": f"x-{device}-{user}-{time}", "deviceId": device, "userId": user,
            "timestamp": at(time)}


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
    "9 undo": (
        [event("a", 1, "D1"), event("b", 2, "D1"), identify("D1", "U1", 3), event("c", 4, "D1", "U1"),
         unlink("D1", "U1", 9)],
        {"a": "anon:D1#0", "b": "anon:D1#0", "c": "U1"}),
    "10 an alias chain and a loop": (
        [event("a", 1, None, "A"), event("b", 2, None, "B"), event("c", 3, None, "C"),
         event("d", 3, "D1"), identify("D1", "A", 4),
         alias(1, "A", "B"), alias(2, "B", "C"), alias(3, "C", "A")],
        {"a": "C", "b": "C", "c": "C", "d": "C"}),
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


def test_a_login_in_the_future_counts_from_now(daemon):
    """Example 14: the clock of the device is two hours ahead."""
    from datetime import datetime, timedelta, timezone
    now = datetime.now(timezone.utc)

    def stamped(record, minutes):
        time = (now + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
        return record | {"timestamp": time}

    send(daemon, [stamped(event("a", 0, "D1"), -10), stamped(identify("D1", "U1", 0), 120)])
    send(daemon, [stamped(event("b", 0, "D1"), 1), stamped(identify("D1", "U2", 1), 2)])
    found = {key: person for key, (person, _) in persons(daemon).items()}
    assert found == {"a": "U1", "b": "U1"}, found


def post(daemon, path, status=200, **body):
    answer = ask(daemon.path, "POST", f"/v1/identity/{path}", json.dumps(body).encode())
    assert answer.status == status, (path, body, answer.status, answer.body)
    return answer.document["data" if status == 200 else "error"]


def test_administrators_change_who_is_who(daemon):
    records = [event(f"{device}{n}", n, device) | {"sessionId": f"{device}-{n // 2}"}
               for device in ("D1", "D2") for n in range(6)]
    send(daemon, records + [identify("D1", "U1", 6), identify("D2", "U2", 6)])
    alias = {"fromUser": "U1", "toUser": "U2"}
    # The login events are the users' too.
    affected = {"events": 7, "sessions": 3, "persons": 2}
    assert post(daemon, "alias", dryRun=True, **alias) == {"status": "dryRun"} | affected
    assert post(daemon, "alias?dryRun=true", **alias) == {"status": "dryRun"} | affected
    assert persons(daemon)["D11"] == ("U1", False)
    assert post(daemon, "alias", eventId="first", **alias) == {"status": "stored"} | affected
    assert persons(daemon)["D11"] == ("U2", False)
    nothing = {"status": "unchanged", "events": 0, "sessions": 0, "persons": 0}
    assert post(daemon, "alias", eventId="first", **alias) == nothing
    assert post(daemon, "alias", **alias) == nothing
    loop = post(daemon, "alias", 409, fromUser="U2", toUser="U1")
    assert (loop["code"], loop["reason"]) == ("CONFLICT", "loop")
    daemon.kill_and_start()
    assert persons(daemon)["D11"] == ("U2", False)
    assert post(daemon, "unalias", **alias) == {"status": "stored"} | affected
    assert post(daemon, "unalias", **alias) == nothing
    assert persons(daemon)["D11"] == ("U1", False)
    assert post(daemon, "unalias", 404, fromUser="U8", toUser="U9")["code"] == "NOT_FOUND"

    link = {"deviceId": "D2", "userId": "U2"}
    affected = {"events": 6, "sessions": 3, "persons": 2}
    assert post(daemon, "unlink", dryRun=True, **link) == {"status": "dryRun"} | affected
    assert post(daemon, "unlink", **link) == {"status": "stored"} | affected
    assert post(daemon, "unlink", **link) == nothing
    assert persons(daemon)["D21"] == ("anon:D2#0", True)
    assert post(daemon, "unlink", 404, deviceId="D2", userId="U1")["code"] == "NOT_FOUND"
    assert post(daemon, "unlink", 404, deviceId="D9", userId="U1")["code"] == "NOT_FOUND"
    # Whoever is named did nothing: the records are nobody's.
    text = "FROM events |> WHERE event IN ('alias', 'unalias', 'unlink') |> SELECT event, personId, userId, deviceId, extra"
    rows = [json.loads(line) for line in ask(
        daemon.path, "POST", "/v1/query?format=ndjson", text.encode()).body.decode().splitlines()]
    assert len(rows) == 3 and all(
        row["personId"] is row["userId"] is row["deviceId"] is None for row in rows), rows
    assert json.loads(rows[0]["extra"]) == {"fromUser": "U1", "toUser": "U2"}


def test_records_come_on_a_stream_too(daemon):
    """As events and as operations, repeats included."""
    lines = [event("a", 1, "D1"), {"op": "identity.resolve", "deviceId": "D1", "userId": "A", "timestamp": at(2)},
             event("b", 3, "D2"), identify("D2", "B", 4),
             {"op": "identity.alias", "fromUser": "A", "toUser": "B", "eventId": "x"},
             {"op": "identity.clear", "deviceId": "D1", "timestamp": at(5)}, event("c", 6, "D1"),
             unlink("D2", "B", 9)]
    for _ in range(2):
        ack, errors = daemon.send(lines)
        assert errors == [] and ack["failed"] == 0, (ack, errors)
    assert persons(daemon) == {"a": ("B", False), "b": ("anon:D2#0", True), "c": ("anon:D1#1", True)}
    daemon.send([alias(2, "A", "B", "unalias")])
    assert persons(daemon)["a"] == ("A", False)


BAD_CHANGES = [
    ("alias", {"fromUser": "A"}, ["toUser"]),
    ("alias", {}, ["fromUser", "toUser"]),
    ("alias", {"fromUser": "", "toUser": "guest"}, ["fromUser", "toUser"]),
    ("alias", {"fromUser": "A\u0007", "toUser": "B"}, ["fromUser"]),
    ("alias", {"fromUser": "A" * 513, "toUser": "B" * 512}, ["fromUser"]),
    ("alias", {"fromUser": 7, "toUser": None}, ["fromUser", "toUser"]),
    ("unlink", {"deviceId": "D"}, ["userId"]),
    ("unlink", {"userId": "U"}, ["deviceId"]),
    ("unlink", {"deviceId": "D" * 513, "userId": "U"}, ["deviceId"]),
    ("resolve", {"deviceId": "D", "userId": "x" * (1 << 20)}, None),
    ("resolve", {"deviceId": "D", "userId": "U\u0085"}, ["userId"]),
    ("resolve", {"deviceId": "", "userId": "U"}, ["deviceId"]),
    ("clear", {}, ["deviceId"]),
]


@pytest.mark.parametrize("path, body, fields", BAD_CHANGES)
def test_bad_ids_are_refused_by_name(daemon, path, body, fields):
    answer = ask(daemon.path, "POST", f"/v1/identity/{path}", json.dumps(body).encode())
    assert answer.status in (400, 413), answer.body
    if fields is not None:
        assert [detail["field"] for detail in answer.document["error"]["details"]] == fields, answer.body
    assert persons(daemon) == {}


def test_an_alias_of_oneself_is_refused(daemon):
    answer = ask(daemon.path, "POST", "/v1/identity/alias", b'{"fromUser":"A","toUser":"A"}')
    assert answer.status == 400, answer.body


def test_only_administrators_change_others(binaries, short_tmp):
    """Neither the second socket nor a key for sending is enough, whatever the record comes as."""
    from daemon import Daemon
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set",
                    f"ingestSocket={short_tmp / 'in'}")
    daemon.start()
    try:
        record = alias(1, "U1", "U2") | {"timestamp": None}
        for body in (record, [record], {"op": "identity.alias", "fromUser": "U1", "toUser": "U2"}):
            answer = ask(short_tmp / "in", "POST", "/v1/events", json.dumps(body).encode())
            error = answer.document["data"]["errors"][0] if isinstance(body, list) else answer.document["error"]
            assert error["code"] == "FORBIDDEN", answer.body
        answer = ask(short_tmp / "in", "POST", "/v1/identity/alias", b'{"fromUser":"U1","toUser":"U2"}')
        assert (answer.status, answer.code) == (403, "FORBIDDEN")
        # What the quarantine keeps does not become more by being replayed.
        kept = ask(daemon.path, "POST", "/v1/quarantine/replay", b'{"all":true}').data
        assert (kept["accepted"], kept["refused"]) == (0, 3), kept
        answer = ask(daemon.path, "POST", "/v1/events", json.dumps(record).encode())
        assert answer.status in (200, 202), answer.body
    finally:
        daemon.stop()


def test_client(daemon):
    send(daemon, [event("a", 1, "D1")])

    def client(*arguments, status=0):
        done = daemon.client("identity", *arguments)
        assert done.returncode == status, done.stderr
        return (done.stdout if status == 0 else done.stderr).decode().strip()

    assert client("resolve", "D1", "U1").startswith("stored as evt_")
    assert client("alias", "U1", "U2", "--dry-run") == "would change 2 events of 0 sessions and 2 persons"
    assert client("alias", "U1", "U2") == "changed 2 events of 0 sessions and 2 persons"
    assert client("alias", "U1", "U2") == "it is so already: nothing changed"
    assert "loop" in client("alias", "U2", "U1", status=1)
    assert client("unalias", "U1", "U2") == "changed 2 events of 0 sessions and 2 persons"
    assert client("unlink", "D1", "U1", "--dry-run").startswith("would change 1 event of 0 sessions")
    assert client("unlink", "D1", "U1").startswith("changed 1 event of 0 sessions and 2 persons")
    assert "no link" in client("unlink", "D1", "U7", status=1)
    assert client("clear", "D1").startswith("stored as evt_")
    assert persons(daemon)["a"] == ("anon:D1#0", True)


def test_rules_are_settings_that_readers_without_the_daemon_know(binaries, short_tmp):
    from daemon import Daemon
    records = [event("a", 1, "D1"), event("b", 50, "D1"), identify("D1", "U1", 60), event("c", 61, "D2", "U2"),
               event("d", 62, "D2"), event("e", 1, "S"), *(identify("S", f"V{n}", 2) for n in range(3))]
    everyone = {"a": "U1", "b": "U1", "c": "U2", "d": "U2", "e": "V0"}
    rules = [
        ([], everyone),
        (["--set", "identity.claimWindow=30s"], everyone | {"a": "anon:D1#0"}),
        (["--set", "identity.implicit=false"], everyone | {"d": "anon:D2#0"}),
        (["--set", "identity.sharedDeviceUsers=2"], everyone | {"e": "anon:S#0"}),
        (["--set", "identity.sharedDeviceUsers=0"], everyone),
    ]
    for options, expected in rules:
        daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", *options)
        daemon.start()
        try:
            send(daemon, records)
            assert {key: person for key, (person, _) in persons(daemon).items()} == expected, options
            done = daemon.offline(
                "query", "--store", str(short_tmp / "store"), "--format", "ndjson",
                "FROM events |> WHERE event = 'like' |> SELECT eventId, personId")
            rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
            assert {row["eventId"]: row["personId"] for row in rows} == expected, (options, done.stderr)
        finally:
            daemon.stop()


def test_squash_changes_no_answer(daemon):
    """Before, after, with later logins, after a kill, offline, and for those who read the files themselves."""
    def everybody():
        text = "FROM events |> SELECT eventId, personId, isAnonymous |> ORDER BY eventId"
        answer = ask(daemon.path, "POST", "/v1/query?format=ndjson", text.encode())
        assert answer.status == 200, answer.body
        return answer.body

    for part in range(3):
        send(daemon, [event(f"e{part}-{n}", n, f"D{n % 7}", f"U{n % 3}" if n % 5 == 0 else None) for n in range(60)])
        send(daemon, [identify(f"D{n}", f"P{n}", 100 + part) for n in range(part, 7, 2)])
        daemon.seal()
    before = everybody()
    dry = daemon.client("identity", "squash", "--dry-run")
    assert dry.stdout.startswith(b"would squash 3 of 3 segments"), dry
    assert daemon.client("identity", "squash").stdout.startswith(b"squashed 3 of 3 segments")
    assert everybody() == before
    assert daemon.client("identity", "squash").stdout.startswith(b"squashed 0 of 3 segments")
    import duckdb
    from differential.engines import live_files
    files = live_files(daemon.store)
    assert len(files) == 3 and all("-1-0" in file for file in files), files
    for file in files:
        rows = duckdb.sql(f"SELECT eventId, squashedPersonId FROM '{file}'").fetchall()
        for row in rows:
            assert f'"eventId":"{row[0]}","personId":"{row[1]}"'.encode() in before, row
    import deltalake
    table = deltalake.DeltaTable(str(daemon.store / "events"))
    assert table.to_pyarrow_table().num_rows == before.count(b"\n")
    assert "squashedPersonId" not in table.schema().to_json()
    daemon.kill_and_start()
    assert everybody() == before
    send(daemon, [identify("D1", "X", 0.5), clear("D2", 30)])
    after = everybody()
    assert after != before
    # A store that was never squashed says the same.
    assert post(daemon, "unlink", deviceId="D3", userId="P3")["status"] == "stored"
    after = everybody()
    daemon.seal()
    assert b"squashed 0 of" not in daemon.client("identity", "squash").stdout
    assert everybody() == after
    done = daemon.offline("query", "--store", daemon.store, "--format", "ndjson",
                          "FROM events |> SELECT eventId, personId, isAnonymous |> ORDER BY eventId")
    assert done.stdout == after, done.stderr
    done = daemon.offline("segment", "verify", daemon.store)
    assert done.returncode == 0, (done.stdout, done.stderr)
    # Repeats are recognised by the files that took the place of others.
    answer = ask(daemon.path, "POST", "/v1/events", json.dumps(event("e0-1", 1, "D1")).encode())
    assert answer.data.get("duplicate") is True, answer.body
