"""Who somebody is and why: raw persons and those of an earlier time, `person show`, `person explain`,
`identity doctor`, over the socket and offline."""
import json
import time
import urllib.parse
from datetime import datetime, timezone

import pytest

from asking import ask, make_key
from test_access import doors, open_tmp  # noqa: F401: fixtures
from test_identity import alias, at, clear, event, identify, send, unlink


def ndjson(daemon, text):
    """The rows of an answer, which must be the same with the daemon and without."""
    answer = ask(daemon.path, "POST", "/v1/query?format=ndjson", text.encode())
    assert answer.status == 200, answer.body
    offline = daemon.offline("query", "--store", daemon.store, "--format", "ndjson", text)
    assert offline.returncode == 0, offline.stderr
    assert offline.stdout == answer.body
    return [json.loads(line) for line in answer.body.decode().splitlines()]


def both(daemon, *arguments, status=0):
    """What the client prints, which must be the same with the daemon and without."""
    results = [daemon.client(*arguments), daemon.offline(*arguments, "--store", daemon.store)]
    for result in results:
        assert result.returncode == status, (result.returncode, result.stdout, result.stderr)
    assert results[0].stdout == results[1].stdout
    if status:
        assert results[0].stderr == results[1].stderr
        return results[0].stderr.decode()
    return results[0].stdout.decode()


def report(daemon, *arguments):
    return json.loads(both(daemon, *arguments, "--json"))


def wall():
    """Now, between the arrivals of what was sent before and what is sent after."""
    time.sleep(0.005)
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    time.sleep(0.005)
    return now


def people(daemon, options=""):
    rows = ndjson(daemon, f"FROM events{options} |> WHERE event = 'like' |> SELECT eventId, personId")
    return {row["eventId"]: row["personId"] for row in rows}


def test_raw_and_as_of(daemon):
    """A login counts for the past as soon as it is there; what was thought before it can still be asked."""
    send(daemon, [event("a", 1, "D1"), event("b", 2, "D1", "U2")])
    before = wall()
    send(daemon, [clear("D1", 3), event("x", 4, "D1"), identify("D1", "U1", 5)])
    after = wall()
    send(daemon, [identify("D1", "U3", 0)])
    raw = {"a": "anon:D1#0", "b": "U2", "x": "anon:D1#1"}
    then = {"a": "U2", "b": "U2", "x": "U2"}
    later = {"a": "U2", "b": "U2", "x": "U1"}
    now = {"a": "U3", "b": "U2", "x": "U1"}
    for step in ("in the tail", "sealed", "after a kill", "after a restart"):
        if step == "sealed":
            daemon.seal()
        elif step == "after a kill":
            daemon.kill_and_start()
        elif step == "after a restart":
            daemon.restart()
        for _ in range(2):
            assert people(daemon) == people(daemon, "(identity => resolved)") == now, step
            assert people(daemon, "(identity => raw)") == raw, step
            assert people(daemon, f"(identity => as_of, at => TIMESTAMP '{before}')") == then, step
            assert people(daemon, f"(identity => 'as-of', at => '{after}')") == later, step
        assert people(daemon, "(identity => as-of, at => now())") == now, step
        nothing = people(daemon, "(identity => as_of, at => TIMESTAMP '2020-01-01')")
        assert nothing == {"a": "anon:D1#0", "b": "U2", "x": "anon:D1#0"}, step


def test_modes_stand_beside_each_other(daemon):
    send(daemon, [event("a", 1, "D1"), identify("D1", "U1", 2)])
    rows = ndjson(daemon, """
        SELECT a.eventId, a.personId AS now, r.personId AS raw
        FROM events AS a JOIN events(identity => raw) AS r ON a.seq = r.seq
        WHERE a.event = 'like' AND r.personId IN (SELECT personId FROM events(identity => raw))""")
    assert rows == [{"eventId": "a", "now": "U1", "raw": "anon:D1#0"}]
    assert ndjson(daemon, "FROM views(identity => raw) |> AGGREGATE count(*) AS n") == [{"n": 1}]


@pytest.mark.parametrize("text, column, words", [
    ("FROM events(idenity => raw)", 13, "did you mean `identity`?"),
    ("FROM events(identity => row)", 25, "did you mean `raw`?"),
    ("FROM events(identity => as_of)", 13, "needs a time"),
    ("FROM events(identity => raw, at => now())", 30, "`at` goes with as_of"),
    ("FROM segments(identity => raw)", 15, "takes no options"),
    ("FROM sessions(identity => none)", 27, "unknown identity mode"),
])
def test_wrong_options_are_said(daemon, text, column, words):
    answer = ask(daemon.path, "POST", "/v1/query", text.encode())
    assert answer.status == 400, answer.body
    error = answer.document["error"]
    assert (error["line"], error["column"]) == (1, column)
    assert words in error["message"] and "^" in error["caret"], error


# Two people and a device that both use, a placeholder, a session each.
STORY = [
    event("a", 1, "D1") | {"sessionId": "s1"},
    event("b", 2, "D1", "guest") | {"sessionId": "s1"},
    identify("D1", "U1", 3),
    event("c", 4, "D2", "U1") | {"sessionId": "s2"},
    clear("D1", 5),
    event("x", 6, "D1"),
    identify("D1", "U2", 7),
    event("y", 8, "D1", "U2") | {"sessionId": "s3"},
    event("n", 9),
]


def test_person_show(daemon):
    send(daemon, STORY)
    for step in ("in the tail", "sealed", "after a restart"):
        if step == "sealed":
            daemon.seal()
        elif step == "after a restart":
            daemon.restart()
        found = report(daemon, "person", "show", "U1")
        assert found == ask(daemon.path, "GET", "/v1/persons/U1").data, step
        assert (found["personId"], found["isAnonymous"], found["userIds"]) == ("U1", False, ["U1"])
        assert (found["events"], found["sessions"]) == (4, 2)
        assert found["byEvent"] == [{"event": "like", "events": 3, "sessions": 2},
                                    {"event": "identify", "events": 1, "sessions": 0}]
        assert found["firstEventAt"] == at(1).replace("+00:00", "Z").replace(".000Z", "Z")
        assert [device["deviceId"] for device in found["devices"]] == ["D1", "D2"]
        first = found["devices"][0]
        assert (first["events"], first["isShared"]) == (3, False)
        # The logout begins the second epoch, which is the next user's.
        assert first["others"] == [{"personId": "U2", "events": 4}]
        assert found["devices"][1]["others"] == [] and found["devicesOmitted"] == 0
    text = both(daemon, "person", "show", "U1")
    assert "like: 3 in 2 sessions" in text and "also used by U2 (4 events)" in text


def test_persons_with_odd_names(daemon):
    names = ["a/b c?d&e=f%20#ü", "anon:D9#0", "user:x", "user:anon:q", "-", "42", "."]
    send(daemon, [event(f"e{n}", n, "D", name) for n, name in enumerate(names)]
         + [event("d", 90, "D9"), event("o", 91, "42/..")])
    shown = ["a/b c?d&e=f%20#ü", "user:anon:D9#0", "user:user:x", "user:user:anon:q", "-", "42", "."]
    for name, person in zip(names, shown):
        found = ask(daemon.path, "GET", "/v1/persons/" + urllib.parse.quote(person, safe="")).data
        assert (found["personId"], found["events"], found["userIds"]) == (person, 1, [name])
        printed = daemon.offline("person", "show", "--json", "--socket", daemon.path, "--", person)
        assert json.loads(printed.stdout) == found
    # A device is not the user of its name.
    assert report(daemon, "person", "show", "anon:D9#0")["devices"][0]["deviceId"] == "D9"
    assert report(daemon, "person", "show", "anon:42/..#0")["isAnonymous"]
    assert report(daemon, "person", "show", "user:x")["personId"] == "user:user:x"


def test_nobody(daemon):
    send(daemon, STORY)
    assert "nothing else is known of it" in both(daemon, "person", "show", "stranger", status=1)
    assert "stands for nobody" in both(daemon, "person", "show", "Guest", status=1)
    assert "no event with the id zzz" in both(daemon, "person", "explain", "--event", "zzz", status=1)
    answer = ask(daemon.path, "GET", "/v1/persons/stranger")
    assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert ask(daemon.path, "GET", "/v1/persons/").status == 404
    assert ask(daemon.path, "DELETE", "/v1/persons/U1").status == 405
    for arguments in (["person", "explain"], ["person", "explain", "--event", "a", "--user", "U1"],
                      ["person", "explain", "--user", "U1", "--at", "soon"], ["person", "show", ""],
                      ["identity", "doctor", "--limit", "0"]):
        assert daemon.client(*arguments).returncode == 2, arguments
    for target in ("explain", "explain?event=a&user=U1", "explain?user=U1&at=soon", "doctor?limit=0",
                   "doctor?devicesMax=many"):
        assert ask(daemon.path, "GET", f"/v1/identity/{target}").status == 400, target


EXPLAINED = {
    "a": ("U1", "firstLinkClaims", "claims what was done before it (rule 2.2)"),
    "b": ("U1", "firstLinkClaims", '"guest", stands for nobody'),
    "c": ("U1", "userGiven", "names its user, U1"),
    "x": ("U2", "firstLinkClaims", "epoch 1, which began when somebody logged out"),
    "y": ("U2", "userGiven", "rule 1"),
    "n": (None, "nobody", "neither a user nor a device"),
}


def test_explain_events(daemon):
    send(daemon, STORY)
    for step in ("in the tail", "sealed", "after a restart"):
        if step == "sealed":
            daemon.seal()
        elif step == "after a restart":
            daemon.restart()
        known = people(daemon)
        for name, (person, rule, words) in EXPLAINED.items():
            found = report(daemon, "person", "explain", "--event", name)
            assert found == ask(daemon.path, "GET", f"/v1/identity/explain?event={name}").data
            item, = found["explanations"]
            assert item.get("personId") == person == known[name], (step, item)
            assert item["rule"] == rule and words in " ".join(item["text"]), (step, item)
            assert (item["eventId"], item["event"]) == (name, "like")
            for line in item["text"]:
                assert line in both(daemon, "person", "explain", "--event", name)
    item = report(daemon, "person", "explain", "--event", "x")["explanations"][0]
    assert item["link"] == {"userId": "U2", "at": at(7).replace(".000+00:00", "Z"), "kind": "identify"}
    assert (item["epoch"], item["epochStart"]) == (1, at(5).replace(".000+00:00", "Z"))
    item = report(daemon, "person", "explain", "--event", "b")["explanations"][0]
    assert item["placeholder"] == "guest" and "userId" not in item


def test_explain_what_could_come(daemon):
    send(daemon, STORY)

    def explained(*arguments):
        item, = report(daemon, "person", "explain", *arguments)["explanations"]
        return item.get("personId"), item["rule"]

    assert explained("--device", "D1", "--at", at(4)) == ("U1", "latestLink")
    assert explained("--device", "D1", "--at", at(-9)) == ("U1", "firstLinkClaims")
    assert json.loads(daemon.client("person", "explain", "--device", "D1", "--json").stdout)[
        "explanations"][0]["personId"] == "U2"
    assert explained("--device", "D1", "--user", "U9", "--at", at(4)) == ("U9", "userGiven")
    assert explained("--device", "D1", "--user", " NULL ", "--at", at(4)) == ("U1", "latestLink")
    assert explained("--device", "new", "--at", at(4)) == ("anon:new#0", "noLink")
    assert explained("--user", "guest", "--at", at(4)) == (None, "nobody")


def test_doctor(daemon):
    clean = both(daemon, "identity", "doctor")
    assert "nothing looks wrong" in clean
    send(daemon, [
        *(event(f"j{n}", n, "JOB", f"user{n:03}") for n in range(80)),
        *(identify(f"phone{n:03}", "collector", n) for n in range(25)),
        event("g1", 1, "D1", "guest"), event("g2", 2, "D1", " GUEST"), event("g3", 3, "D1", ""),
        event("s", 4, "same", "same"), event("t", 5, None, "same"),
    ])
    # A repeat is counted once: what is counted are stored events.
    send(daemon, [event("g1", 1, "D1", "guest")])
    for step in ("in the tail", "sealed", "after a kill", "after a restart"):
        if step == "sealed":
            daemon.seal()
        elif step == "after a kill":
            daemon.kill_and_start()
        elif step == "after a restart":
            daemon.restart()
        found = report(daemon, "identity", "doctor", "--limit", "2", "--devices-max", "20")
        assert found == ask(daemon.path, "GET", "/v1/identity/doctor?limit=2&devicesMax=20").data
        kinds = {finding["kind"]: finding for finding in found["findings"]}
        assert list(kinds) == ["sharedDevice", "manyDevices", "refusedAlias", "placeholder", "sameId"]
        assert kinds["sharedDevice"]["items"] == [{"id": "JOB"}], step
        assert kinds["manyDevices"]["items"] == [{"id": "collector", "count": 25}]
        assert kinds["refusedAlias"]["count"] == 0
        assert kinds["placeholder"]["items"] == [{"id": "guest", "count": 2}, {"id": "", "count": 1}], step
        assert kinds["sameId"]["items"] == [{"id": "same"}]
    few = report(daemon, "identity", "doctor", "--devices-max", "1", "--limit", "1")
    many = few["findings"][1]
    assert many["count"] == len(many["items"]) + many["omitted"] == 1
    assert report(daemon, "identity", "doctor", "--devices-max", "25")["findings"][1]["count"] == 0
    text = both(daemon, "identity", "doctor", "--limit", "1")
    assert "shared devices: 1" in text and "(empty)" not in text and "… and 1 more" in text
    assert "persons with more than 20 devices: 1" in text and "    collector: 25" in text


def test_who_may_only_send_may_not_ask(doors):
    send(doors, STORY)
    publishable, _ = make_key(doors.path, "publishable")
    secret, _ = make_key(doors.path, "secret")
    for target in ("/v1/persons/U1", "/v1/identity/explain?event=a", "/v1/identity/doctor"):
        assert ask(doors.tcp, "GET", target, key=publishable).status == 403, target
        assert ask(doors.tcp, "GET", target, key=secret).status == 200, target
        assert ask(doors.path, "HEAD", target).status == 200, target


def test_a_shared_device_explains_itself(daemon):
    send(daemon, [event("a", 1, "J"), *(event(f"u{n}", 2 + n, "J", f"user{n}") for n in range(11))])
    item, = report(daemon, "person", "explain", "--event", "a")["explanations"]
    assert (item["rule"], item["personId"]) == ("sharedDevice", "anon:J#0")
    assert "More than 10 users were seen on it" in " ".join(item["text"])
    found = report(daemon, "person", "show", "anon:J#0")
    assert found["devices"][0]["isShared"] and len(found["devices"][0]["others"]) == 10
    assert found["devices"][0]["othersOmitted"] == 1


def test_tables(daemon):
    send(daemon, STORY)
    second = [at(5), at(7)]
    for step in ("in the tail", "sealed", "after a restart"):
        if step == "sealed":
            daemon.seal()
        elif step == "after a restart":
            daemon.restart()
        rows = ndjson(daemon, "FROM identity |> ORDER BY deviceId, startedAt NULLS FIRST")
        found = [(row["deviceId"], row["epoch"], row["personId"], row["isAnonymous"]) for row in rows]
        assert found == [("D1", 0, "U1", False), ("D1", 1, "U2", False), ("D2", 0, "U1", False)], step
        logout = second[0].replace(".000+00:00", "Z")
        assert [(row["startedAt"], row["endedAt"]) for row in rows] == [
            (None, logout), (logout, None), (None, None)], step
        raw = ndjson(daemon, "FROM identity(identity => raw) |> WHERE deviceId = 'D1' |> ORDER BY epoch")
        assert [row["personId"] for row in raw] == ["anon:D1#0", "anon:D1#1"], step
        rows = ndjson(daemon, "FROM persons |> ORDER BY personId")
        assert [(row["personId"], row["userIds"], row["deviceCount"]) for row in rows] == [
            ("U1", '["U1"]', 2), ("U2", '["U2"]', 1)], step
        assert ndjson(daemon, "FROM persons(identity => as_of, at => TIMESTAMP '2020-01-01')") == []
    # The event that a person has in the table of intervals is the person's.
    text = """
        SELECT count(*) AS n FROM events AS e JOIN identity AS i ON e.deviceId = i.deviceId
        WHERE e.userId IS NULL AND (i.startedAt IS NULL OR i.startedAt <= e.timestamp)
          AND (i.endedAt IS NULL OR e.timestamp < i.endedAt) AND e.personId <> i.personId"""
    assert ndjson(daemon, text) == [{"n": 0}]
    listed = {table["name"]: table for table in ask(daemon.path, "GET", "/v1/tables").data["tables"]}
    assert [column["name"] for column in listed["identity"]["columns"]] == [
        "deviceId", "epoch", "startedAt", "endedAt", "personId", "isAnonymous", "isShared"]
    assert [column["name"] for column in listed["persons"]["columns"]] == [
        "personId", "userIds", "deviceCount", "firstLinkedAt", "lastLinkedAt"]
    assert all(column["summary"] for name in ("identity", "persons") for column in listed[name]["columns"])


def test_what_administrators_said_is_explained(daemon):
    """Aliases and unlinks, a loop among them, and what was thought before they came."""
    send(daemon, [event("a", 1, "D1"), identify("D1", "U1", 2), event("b", 3, "D1", "U1"),
                  event("c", 4, "D2"), identify("D2", "U3", 5)])
    before = wall()
    send(daemon, [alias(10, "U1", "U2"), alias(11, "U2", "U1"), unlink("D2", "U3", 12)])
    for step in ("in the tail", "sealed", "after a restart"):
        if step == "sealed":
            daemon.seal()
        elif step == "after a restart":
            daemon.restart()
        assert people(daemon) == {"a": "U2", "b": "U2", "c": "anon:D2#0"}, step
        then = people(daemon, f"(identity => as_of, at => TIMESTAMP '{before}')")
        assert then == {"a": "U1", "b": "U1", "c": "U3"}, step
        assert people(daemon, "(identity => raw)") == {"a": "anon:D1#0", "b": "U1", "c": "anon:D2#0"}, step
        for name in "ab":
            item, = report(daemon, "person", "explain", "--event", name)["explanations"]
            assert (item["personId"], len(item["aliases"])) == ("U2", 1), step
            assert item["aliases"][0]["from"] == "U1" and item["aliases"][0]["to"] == "U2"
            assert "U1 goes by U2: an alias says so" in " ".join(item["text"])
        item, = report(daemon, "person", "explain", "--event", "c")["explanations"]
        assert (item["rule"], [unlinked["userId"] for unlinked in item["unlinks"]]) == ("noLink", ["U3"])
        assert "was taken back" in " ".join(item["text"])
        found = report(daemon, "person", "show", "U1")
        assert found == report(daemon, "person", "show", "U2")
        assert (found["personId"], found["userIds"], found["events"]) == ("U2", ["U1", "U2"], 3)
        rows = ndjson(daemon, "FROM persons |> WHERE personId = 'U2' |> SELECT userIds, deviceCount")
        assert rows == [{"userIds": '["U1","U2"]', "deviceCount": 1}], step
        refused = report(daemon, "identity", "doctor")["findings"][2]
        assert (refused["kind"], refused["items"]) == ("refusedAlias", [{"id": "U2", "to": "U1"}]), step
    assert "    U2 → U1" in both(daemon, "identity", "doctor")
