"""Exports: of a range, of a user, over HTTP and with `eventlog export`, read back by others."""
import concurrent.futures
import csv
import gzip
import io
import json
import subprocess
import time

import duckdb
import pyarrow.parquet
import pytest

from asking import ask
from daemon import Daemon
from terminal import Terminal
from test_events_api import curl

EXAMPLE = """\
curl -X POST https://api.shortkit.dev/v1/analytics/export \\
  -H "Authorization: Bearer sk_live_your_secret_key" \\
  -H "Content-Type: application/json" \\
  -d '{
    "startDate": "2024-01-01",
    "endDate": "2024-01-31",
    "format": "jsonl"
  }'
"""
USER_EXAMPLE = """\
curl -X POST https://api.shortkit.dev/v1/users/{userId}/export \\
  -H "Authorization: Bearer sk_live_your_secret_key"
"""

HOSTILE = [
    "=cmd|' /C calc'!A0", "+1-1", "-2+3", "@SUM(A1)", "\tx", "\rx", "plain", "a,b", 'say "hi"', "two\nlines\r\n",
    "ü 漢 🎬", "", " blank ", "-1004", "'=1", "null",
]


def event(number, day=1, **more):
    return {
        "event": "playStart", "contentId": f"cnt_{number % 5}", "eventId": f"evt_{number}",
        "deviceId": f"dev_{number % 3}", "sessionId": f"sess_{number % 4}",
        "timestamp": f"2024-01-{day:02}T10:00:00.{number % 1000:03}Z",
        "data": {"startupTime": number / 4, "position": number},
    } | more


def store_events(daemon, events):
    ack, errors = daemon.send(events)
    assert not errors and ack["stored"] == len(events), errors


def a_month(daemon):
    """Events of all kinds, with texts of all kinds, in January 2024 and beside it."""
    events = [event(n, day=n % 31 + 1) for n in range(300)]
    events += [
        event(300 + n, userId="u_1", country="DE", data={"startupTime": 1, "note": text, "nested": {"a": [n]}}, appVersion=n)
        for n, text in enumerate(HOSTILE)]
    events += [event(400 + n, event=name, data={"rebufferDuration": 2, "currentTime": 1}) for n, name in enumerate(["rebuffer"] * 4)]
    events += [event(500 + n, event="adImpression", data={"adId": "ad"}) for n in range(3)]
    events += [event(600, timestamp="2023-12-31T23:59:59.999999Z"), event(601, timestamp="2024-01-01T00:00:00Z"),
               event(602, timestamp="2024-01-31T23:59:59.999999Z"), event(603, timestamp="2024-02-01T00:00:00Z")]
    store_events(daemon, events)


def post(daemon, body, target="/v1/analytics/export", **headers):
    return ask(daemon.path, "POST", target, body, headers=headers)


def job(daemon, body, target="/v1/analytics/export"):
    answer = post(daemon, body, target)
    assert answer.status == 202, answer.body
    data = answer.document["data"]
    assert data["status"] in ("queued", "processing", "complete") and data["jobId"] in answer.headers["location"]
    return data["jobId"]


def show(daemon, job_id):
    return ask(daemon.path, "GET", f"/v1/analytics/export/{job_id}").data


def wait(daemon, job_id, *statuses):
    end = time.monotonic() + 60
    while (data := show(daemon, job_id))["status"] not in (statuses or ("complete",)):
        assert time.monotonic() < end and data["status"] != "failed", data
        time.sleep(0.01)
    return data


def download(daemon, job_id):
    answer = ask(daemon.path, "GET", f"/v1/analytics/export/{job_id}/download")
    assert answer.status == 200, answer.body
    return answer


def export(daemon, **body):
    body = {"startDate": "2024-01-01", "endDate": "2024-01-31", "compression": "none"} | body
    return download(daemon, wait(daemon, job(daemon, body))["jobId"]).body


def lines(text):
    return [json.loads(line) for line in text.decode().splitlines()]


def by_id(rows, name="eventId"):
    rows = {row[name]: row for row in rows}
    return [rows[key] for key in sorted(rows)]


def test_the_examples_of_the_reference(daemon):
    """As they are printed, but for the name of the server."""
    a_month(daemon)
    answer = curl(daemon, EXAMPLE)
    done = wait(daemon, answer["data"]["jobId"])
    assert answer["meta"]["requestId"].startswith("req_")
    assert done["progress"] == 100 and done["rowCount"] == 318 and not done["partial"]
    file = download(daemon, done["jobId"])
    assert file.headers["content-type"] == "application/gzip" and len(file.body) == done["fileSize"]
    assert file.headers["content-disposition"] == 'attachment; filename="eventlog-2024-01-01-2024-01-31.jsonl.gz"'
    assert len(lines(gzip.decompress(file.body))) == 318
    answer = curl(daemon, USER_EXAMPLE.replace("{userId}", "u_1"))
    done = wait(daemon, answer["data"]["jobId"])
    # u_1 used all three devices: everything on them is theirs.
    assert done["kind"] == "user" and done["request"]["userId"] == "u_1" and done["rowCount"] == 327
    assert json.loads(download(daemon, done["jobId"]).body)["profile"]["userIds"] == ["u_1"]


@pytest.mark.parametrize("sealed", [False, True])
def test_others_read_what_a_query_says(daemon, short_tmp, sealed):
    a_month(daemon)
    if sealed:
        daemon.seal()
    rows = by_id(daemon.query("""
        FROM events |> WHERE timestamp >= TIMESTAMP '2024-01-01' AND timestamp < TIMESTAMP '2024-02-01'
          AND event NOT IN ('rebuffer', 'adImpression')
        |> SELECT eventId, event, contentId, userId, deviceId, sessionId, timestamp, personId, receivedAt,
             data.country AS country, data.startupTime AS startupTime, data.position AS position, data.note AS note"""))
    assert len(rows) == 318
    asked = by_id(lines(export(daemon, format="jsonl")))
    for row, got in zip(rows, asked):
        assert got["data"].get("note") == row["note"] and got["data"].get("position") == row["position"]
        assert got["data"]["startupTime"] == row["startupTime"]
        for name in ("eventId", "event", "contentId", "userId", "deviceId", "sessionId", "timestamp", "personId", "receivedAt",
                     "country"):
            assert got[name] == row[name], name
        if row["note"] is not None:
            number = int(row["eventId"][4:]) - 300
            assert got["data"]["nested"] == {"a": [number]} and got["extra"] == {"appVersion": number}
    assert asked[0].keys() >= {"event", "contentId", "userId", "deviceId", "sessionId", "timestamp", "deviceType", "country", "data"}

    # CSV, by Python's reader, and by DuckDB, which finds out by itself what it has before it.
    text = export(daemon, format="csv").decode()
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    disarmed = {text: "'" + text for text in HOSTILE if text[:1] in "=+-@\t\r'" and text not in ("", "-1004")}
    for row, got in zip(rows, by_id(table)):
        assert got["data.note"] == disarmed.get(row["note"], row["note"] or "")
        assert got["timestamp"] == row["timestamp"] and got["userId"] == (row["userId"] or "")
        assert float(got["data.startupTime"]) == row["startupTime"]
        assert got["data.position"] == ("" if row["position"] is None else str(row["position"]))
    assert [json.loads(row["data.nested"]) for row in by_id(table) if row["data.nested"]] == [{"a": [n]} for n in range(len(HOSTILE))]
    assert text.startswith(
        "event,contentId,userId,deviceId,sessionId,timestamp,deviceType,country,eventId,")
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row.values())
    (short_tmp / "e.csv").write_bytes(text.encode())
    read = duckdb.sql(f"""SELECT count(*), count("userId"), sum("data.startupTime"), count(DISTINCT "data.note")
                          FROM read_csv('{short_tmp}/e.csv', null_padding = false)""").fetchall()
    # To DuckDB an empty text in quotes is null.
    assert read == [(318, len(HOSTILE), sum(row["startupTime"] for row in rows), len(HOSTILE) - 1)]

    # Parquet, by pyarrow and DuckDB: types as in the store.
    (short_tmp / "e.parquet").write_bytes(export(daemon, format="parquet"))
    parquet = by_id(pyarrow.parquet.read_table(short_tmp / "e.parquet").to_pylist())
    for row, got in zip(rows, parquet):
        assert got["data"]["note"] == row["note"] and got["data"]["startupTime"] == row["startupTime"]
        assert got["data"]["position"] == row["position"] and got["personId"] == row["personId"]
        assert got["timestamp"].isoformat().startswith(row["timestamp"][:19])
    assert duckdb.sql(f"SELECT count(*), max(data.position) FROM '{short_tmp}/e.parquet' WHERE \"contentId\" = 'cnt_1'").fetchall() == [
        (len([row for row in rows if row["contentId"] == "cnt_1"]), 601)]


def test_kinds_filters_and_gzip(daemon):
    a_month(daemon)

    def count(**body):
        return len(lines(export(daemon, format="jsonl", **body)))

    assert count(dataTypes=["quality"]) == 4 and count(dataTypes=["ads"]) == 3
    assert count(dataTypes=["events", "quality", "ads"]) == 325
    assert count(filters={"userIds": ["u_1"]}) == len(HOSTILE)
    assert count(filters={"contentIds": ["cnt_0"], "userIds": ["u_1", "x"]}) == 4
    assert count(filters={"eventTypes": ["rebuffer"]}) == 0
    assert count(filters={"eventTypes": ["rebuffer"]}, dataTypes=["events", "quality"]) == 4
    assert count(startDate="2024-01-31") == len([n for n in range(300) if n % 31 == 30]) + 1
    packed = export(daemon, format="csv", compression="gzip")
    assert len(list(csv.reader(io.StringIO(gzip.decompress(packed).decode(), newline="")))) == 319


def test_a_range_without_data_is_complete_and_empty(daemon, short_tmp):
    a_month(daemon)
    for format, content in (("jsonl", b""), ("csv", None), ("parquet", None)):
        done = wait(daemon, job(daemon, {"startDate": "2020-01-01", "endDate": "2020-01-02", "format": format, "compression": "none"}))
        assert (done["rowCount"], done["progress"], done["error"]) == (0, 100, None)
        body = download(daemon, done["jobId"]).body
        if format == "csv":
            assert body.endswith(b"\r\n") and body.count(b"\r\n") == 1
        elif format == "parquet":
            (short_tmp / "e.parquet").write_bytes(body)
            assert pyarrow.parquet.read_table(short_tmp / "e.parquet").num_rows == 0
        else:
            assert body == content
    result = daemon.client("export", "--from", "2020-01-01", "--to", "2020-01-02")
    assert (result.returncode, result.stdout) == (0, b"")


def test_what_is_refused(daemon):
    good = {"startDate": "2024-01-01", "endDate": "2024-01-31"}
    assert post(daemon, good | {"endDate": "2024-02-01"}).document["error"]["details"] == [
        {"field": "endDate", "reason": "is more than 30 days after startDate"}]
    for body, code in ((b"", "INVALID_REQUEST"), (b"[]", "INVALID_REQUEST"), (good | {"format": "xml"}, "VALIDATION_ERROR"),
                       (good | {"filters": {"user": ["a"]}}, "VALIDATION_ERROR"), ({"startDate": "2024-01-01"}, "VALIDATION_ERROR")):
        answer = post(daemon, body)
        assert (answer.status, answer.code) == (400, code), answer.body
    assert post(daemon, b"", "/v1/users/anonymous/export").code == "VALIDATION_ERROR"
    assert ask(daemon.path, "GET", "/v1/users/u/export").status == 405
    for target in ("exp_0000000000000", "..%2F..%2Fkeys.json", "x"):
        assert ask(daemon.path, "GET", f"/v1/analytics/export/{target}").code == "NOT_FOUND"
        assert ask(daemon.path, "GET", f"/v1/analytics/export/{target}/download").code == "NOT_FOUND"
    assert ask(daemon.path, "GET", "/v1/analytics/export?limit=101").code == "INVALID_PARAMETER"
    assert ask(daemon.path, "GET", "/v1/analytics/export?limit=0").code == "INVALID_PARAMETER"
    assert ask(daemon.path, "GET", "/v1/analytics/export?cursor=x").code == "INVALID_PARAMETER"
    # A number, and what is no id of a job.
    assert ask(daemon.path, "GET", "/v1/analytics/export?cursor=0.5").code == "INVALID_PARAMETER"
    assert ask(daemon.path, "GET", "/v1/analytics/export").data == {"exports": [], "nextCursor": None}


def test_twenty_a_day_pages_and_repeats(daemon):
    body = {"startDate": "2024-01-01", "endDate": "2024-01-01", "format": "csv"}
    first = post(daemon, body, **{"Idempotency-Key": "k"})
    again = post(daemon, body, **{"Idempotency-Key": "k"})
    assert first.status == again.status == 202 and first.body == again.body and again.headers["idempotent-replayed"] == "true"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        ids = [first.document["data"]["jobId"], *pool.map(lambda _: job(daemon, body), range(19))]
    refused = post(daemon, body)
    assert (refused.status, refused.code) == (429, "QUOTA_EXCEEDED") and 86000 < int(refused.headers["retry-after"]) <= 86400
    # A person's is counted apart, and a key belongs to one person.
    one = post(daemon, b"", "/v1/users/u_1/export", **{"Idempotency-Key": "p"})
    assert one.status == 202 and "u_1" not in one.body.decode()
    assert post(daemon, b"", "/v1/users/u_2/export", **{"Idempotency-Key": "p"}).code == "CONFLICT"
    ids.append(one.document["data"]["jobId"])
    page = ask(daemon.path, "GET", "/v1/analytics/export").data
    assert len(page["exports"]) == 20
    rest = ask(daemon.path, "GET", f"/v1/analytics/export?limit=100&cursor={page['nextCursor']}").data
    listed = [entry["jobId"] for entry in page["exports"] + rest["exports"]]
    assert rest["nextCursor"] is None and sorted(listed) == sorted(ids) and listed[0] == ids[-1]
    daemon.kill_and_start()
    assert post(daemon, body).code == "QUOTA_EXCEEDED"
    assert sorted(entry["jobId"] for entry in ask(daemon.path, "GET", "/v1/analytics/export?limit=100").data["exports"]) == sorted(ids)


@pytest.fixture
def large(binaries, short_tmp):
    """A daemon with so much that an export takes a while."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
    daemon.start()
    text = subprocess.run([binaries / "eventlog-generate", "--events", "250000", "--start", "2024-01-05T00:00:00Z"],
                          capture_output=True, check=True).stdout
    assert daemon.client("ingest", stdin=text).returncode == 0
    daemon.seal()
    yield daemon
    daemon.stop()


def test_cancelled_killed_and_streamed(large, short_tmp):
    """One store, as it takes a moment to fill: cancelling, a kill in the middle, a slow client, ingest meanwhile."""
    daemon, exports = large, short_tmp / "store" / "exports"
    body = {"startDate": "2024-01-01", "endDate": "2024-01-31", "format": "jsonl", "dataTypes": ["events", "quality", "ads"],
            "compression": "none"}
    ids = [job(daemon, body | {"format": "csv"}) for _ in range(5)]
    for name in ids[:3]:
        wait(daemon, name, "processing", "complete")
    assert {show(daemon, name)["status"] for name in ids[3:]} == {"queued"}
    assert ask(daemon.path, "GET", f"/v1/analytics/export/{ids[4]}/download").code == "CONFLICT"
    assert ask(daemon.path, "DELETE", f"/v1/analytics/export/{ids[4]}").data["status"] == "cancelled"
    for name in ids[:4]:
        assert post(daemon, b"", f"/v1/analytics/export/{name}/cancel").data["status"] == "cancelled"
        assert post(daemon, b"", f"/v1/analytics/export/{name}/cancel").code == "CONFLICT"
    victim = job(daemon, body | {"format": "parquet"})
    while show(daemon, victim)["processedRows"] == 0:
        time.sleep(0.002)
    daemon.kill()
    assert not (exports / f"{victim}.parquet").exists()
    (exports / ".exp_0000000000000.csv.tmp").write_bytes(b"left over")
    daemon.start()
    done = wait(daemon, victim)
    count = daemon.count()
    assert done["rowCount"] == count > 240000 and done["estimatedRowCount"] == 2 * count
    names = {path.name for path in exports.iterdir()}
    assert names == {f"{name}.job" for name in [*ids, victim]} | {f"{victim}.parquet"}

    name = job(daemon, body)
    store_events(daemon, [event(1, day=2)])
    done = wait(daemon, name)
    whole = download(daemon, name).body
    assert len(whole) == done["fileSize"] and whole.count(b"\n") == done["rowCount"]
    # A client that stands still costs no memory, and what it takes later is whole.
    before = daemon.rss
    with daemon.connect() as slow:
        slow.send(f"GET /v1/analytics/export/{name}/download HTTP/1.0\r\n\r\n".encode())
        for _ in range(20):
            daemon.count()
        assert daemon.rss - before < len(whole) / 2
        assert ask(daemon.path, "DELETE", f"/v1/analytics/export/{name}").data["status"] == "expired"
        assert not list(exports.glob(f"{name}.jsonl"))
        text = slow.file.read()
    assert text.endswith(whole)
    gone = ask(daemon.path, "GET", f"/v1/analytics/export/{name}/download")
    assert (gone.status, gone.code) == (410, "GONE")
    # The client: bars on a terminal, the same bytes with the daemon and without.
    result = daemon.client("export", "--from", "2024-01-01", "--to", "2024-01-31", "-o", short_tmp / "a.csv")
    assert (result.returncode, result.stderr) == (0, b"")
    result = daemon.offline("export", "--from", "2023-01-01", "--to", "2024-12-31", "--store", daemon.store, "-o", short_tmp / "b.csv")
    assert result.returncode == 0, result.stderr
    assert (short_tmp / "a.csv").read_bytes() == (short_tmp / "b.csv").read_bytes()
    assert not list(short_tmp.glob("*.part")) and oct((short_tmp / "a.csv").stat().st_mode)[-3:] == "600"
    # The daemon's copies went with it.
    assert not list(exports.glob("*.csv*"))


def test_files_go_when_their_time_is_over(binaries, short_tmp):
    config = short_tmp / "config.json"
    config.write_text(json.dumps({"export": {"lifetime": "300ms", "rangeDaysMax": 31}}))
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--config", str(config)).start()
    try:
        store_events(daemon, [event(1)])
        name = job(daemon, {"startDate": "2024-01-01", "endDate": "2024-02-01", "compression": "none"})
        assert wait(daemon, name, "complete", "expired")["expiresAt"]
        assert wait(daemon, name, "expired")["progress"] == 100
        assert [path.name for path in (short_tmp / "store" / "exports").iterdir()] == [f"{name}.job"]
        gone = ask(daemon.path, "GET", f"/v1/analytics/export/{name}/download")
        assert (gone.status, gone.document["error"]["reason"]) == (410, "expired")
    finally:
        daemon.stop()


def test_one_person(daemon, short_tmp):
    """The person, not the id: devices, aliases, what was done before the login; and nobody else's."""
    def at(second, **more):
        return event(second, timestamp=f"2024-01-01T00:00:{second:02}Z") | more

    store_events(daemon, [
        at(1, deviceId="D1", event="impression", data={"position": 0}),
        at(2, deviceId="D1", contentId="cnt_a"),
        at(3, deviceId="D1", contentId="cnt_a", event="completion", data={"watchTime": 30, "looped": False}),
        at(4, deviceId="D1", event="identify", userId="u/1", contentId=None),
        at(5, deviceId="D2", event="identify", userId="u/1", contentId=None),
        at(6, userId="u/1", deviceId="D1", contentId="cnt_b", event="completion", data={"watchTime": 10, "looped": False}),
        at(7, userId="other", deviceId="D3"),
        at(8, userId="old", deviceId="D4", event="like"),
    ])
    assert post(daemon, {"fromUser": "old", "toUser": "u/1"}, "/v1/identity/alias").status == 200
    for content, topics in (("cnt_a", ["news"]), ("cnt_b", ["sport", "news"])):
        assert ask(daemon.path, "PUT", f"/v1/content/{content}", {"topics": topics}, headers={"Content-Type": "application/json"}).status == 200
    done = wait(daemon, job(daemon, b"", "/v1/users/u%2F1/export"))
    file = download(daemon, done["jobId"])
    assert file.headers["content-disposition"] == f'attachment; filename="eventlog-user-{done["jobId"]}.json"'
    document = json.loads(file.body)
    profile = document["profile"]
    assert profile["userIds"] == ["old", "u/1"] and profile["personId"] == "u/1"
    assert document["linkedDeviceIds"] == ["D1", "D2", "D4"]
    assert profile["events"] == len(document["events"]) == done["rowCount"] == 7
    assert {row["eventId"] for row in document["events"]} == {f"evt_{n}" for n in (1, 2, 3, 4, 5, 6, 8)}
    assert {row["personId"] for row in document["events"]} == {"u/1"}
    assert profile["eventsByType"] == {"impression": 1, "playStart": 1, "completion": 2, "identify": 2, "like": 1}
    assert profile["firstEventAt"] == "2024-01-01T00:00:01Z" and profile["lastEventAt"] == "2024-01-01T00:00:08Z"
    engagement = profile["engagement"]
    assert (engagement["views"], engagement["plays"], engagement["completions"], engagement["likes"]) == (1, 1, 2, 1)
    assert engagement["totalWatchTime"] == 40 and engagement["completionRate"] == 2
    assert profile["topicAffinities"] == {"news": 1, "sport": 0.25}
    assert sum(session["events"] for session in document["sessions"]) == 7
    daemon.seal()
    both = [daemon.client("user", "export", "u/1", "--format", "jsonl"),
            daemon.offline("user", "export", "u/1", "--format", "jsonl", "--store", daemon.store)]
    for result in both:
        assert result.returncode == 0, result.stderr
        rows = lines(result.stdout)
        assert [row["type"] for row in rows].count("event") == 7 and rows[0]["type"] == "profile"
        assert by_id([row for row in rows if row["type"] == "event"]) == by_id(
            [{"type": "event"} | row for row in document["events"]])
    nobody = daemon.client("user", "export", "nobody_here", "-o", short_tmp / "n.json.gz")
    assert nobody.returncode == 0, nobody.stderr
    empty = json.loads(gzip.decompress((short_tmp / "n.json.gz").read_bytes()))
    assert empty["events"] == [] and empty["profile"]["events"] == 0 and empty["linkedDeviceIds"] == []


def test_usage_and_what_a_terminal_sees(daemon, short_tmp):
    store_events(daemon, [event(n) for n in range(10)])
    days = ["--from", "2024-01-01", "--to", "2024-01-01"]
    for arguments in (["--from", "2024-01-01"], ["--from", "x", "--to", "y"], ["--from", "2024-01-02", "--to", "2024-01-01"],
                      [*days, "--format", "json"], [*days, "--format", "parquet", "--gzip"], [*days, "--type", "x"],
                      [*days, "--store", "a", "--keep"]):
        assert daemon.client("export", *arguments).returncode == 2, arguments
    assert daemon.client("user", "export", "NULL").returncode == 2
    result = daemon.client("export", "--from", "2024-01-01", "--to", "2024-03-01")
    assert result.returncode == 1 and b"more than 30 days" in result.stderr and not result.stdout
    assert daemon.client("export", *days, "-o", short_tmp / "no" / "file").returncode == 1
    assert daemon.offline("export", *days, "--store", short_tmp / "none").returncode == 1
    for command in ("export", "user export"):
        result = daemon.offline(*command.split(), "--help")
        assert result.returncode == 0 and b"EXAMPLES" in result.stdout and b"EXIT STATUS" in result.stdout
    assert b"eventlog-export" in daemon.offline("man", "export").stdout.lower()
    assert b"export" in daemon.offline("completions", "bash").stdout
    piped = daemon.client("export", *days)
    assert len(lines(piped.stdout)) == 10 and piped.stderr == b""
    kept = daemon.client("export", *days, "--keep", "-o", "/dev/null")
    assert kept.returncode == 0
    terminal = Terminal([daemon.binaries / "eventlog", "export", *days, "-o", short_tmp / "e.csv", "--socket", daemon.path])
    assert terminal.status() == 0 and "10 events, " in terminal.text
    listed = ask(daemon.path, "GET", "/v1/analytics/export").data["exports"][1:]
    assert [entry["status"] for entry in listed] == ["complete", "expired"]
