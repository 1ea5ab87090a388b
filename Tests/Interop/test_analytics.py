"""Figures over HTTP: against DuckDB over the same events, at once after each acknowledgement, and what is
refused. Definitions: docs/Analytics.md."""
import datetime
import json
import os
import subprocess
import threading
import urllib.parse

import duckdb
import pytest

from daemon import Daemon
from http_client import Http
from test_events_api import curl

B36 = """\
curl https://api.shortkit.dev/v1/analytics/content/cnt_abc123 \\
  -H "Authorization: Bearer sk_live_your_secret_key"
"""
B36_FIELDS = [
    "contentId", "views", "uniqueViewers", "totalWatchTime", "avgWatchTime", "completionRate", "shares",
    "rebufferRate"]

# The definitions of docs/Analytics.md in the words of another engine.
DEFINITIONS = """
WITH own AS (
  SELECT *, CASE WHEN event = 'swipe' THEN fromContentId ELSE contentId END AS content,
    coalesce(userId, deviceId) AS actor
  FROM events WHERE {where}
), placed AS (
  SELECT *, greatest(1, count(DISTINCT CASE WHEN event = 'impression' THEN timestamp END) OVER (
    PARTITION BY content, sessionId, userId IS NULL, actor ORDER BY timestamp RANGE UNBOUNDED PRECEDING)) AS look
  FROM own WHERE content IS NOT NULL
), viewings AS (
  SELECT content,
    count(*) FILTER (WHERE event IN
      ('impression', 'playStart', 'watchProgress', 'completion', 'rebuffer', 'viewEnd')) > 0 AS isViewing,
    count(*) FILTER (WHERE event = 'completion') > 0 AS completed,
    count(*) FILTER (WHERE event = 'rebuffer') > 0 AS stalled,
    greatest(max(totalWatchTime), max(watchTimeOnFrom),
      arg_max(currentTime, (timestamp, currentTime)) FILTER (WHERE event = 'watchProgress')) AS watched,
    min(timestamp) AS startedAt
  FROM placed GROUP BY content, sessionId, userId IS NULL, actor, look
)
"""
FIGURES = DEFINITIONS + """
SELECT
  (SELECT count(*) FROM placed WHERE event = 'impression') AS views,
  (SELECT count(*) FROM placed WHERE event = 'playStart') AS plays,
  (SELECT count(*) FROM placed WHERE event = 'completion') AS completions,
  (SELECT count(*) FROM placed WHERE action = 'like') AS likes,
  (SELECT count(*) FROM placed WHERE action = 'share') AS shares,
  (SELECT count(*) FROM placed WHERE action = 'save') AS saves,
  (SELECT count(*) FROM placed WHERE event = 'swipe') AS swipes,
  (SELECT count(*) FROM placed WHERE event = 'error') AS errors,
  (SELECT count(DISTINCT personId) FROM placed) AS uniqueViewers,
  (SELECT count(*) FILTER (WHERE isViewing) FROM viewings) AS viewings,
  (SELECT count(*) FILTER (WHERE completed) FROM viewings) AS completedViews,
  (SELECT coalesce(sum(watched), 0) FROM viewings) AS totalWatchTime,
  (SELECT count(*) FILTER (WHERE stalled) / nullif(count(*) FILTER (WHERE isViewing), 0) FROM viewings)
    AS rebufferRate,
  (SELECT quantile_cont(startupTime, 0.5) FROM own WHERE event = 'playStart') AS startupP50,
  (SELECT quantile_cont(startupTime, 0.95) FROM own WHERE event = 'playStart') AS startupP95
"""
COLUMNS = """
FROM events |> SELECT seq, timestamp, event, contentId, userId, deviceId, sessionId, personId, action,
  data.fromContentId AS fromContentId, data.totalWatchTime AS totalWatchTime,
  data.watchTimeOnFrom AS watchTimeOnFrom, data.currentTime AS currentTime, data.startupTime AS startupTime
"""


def client(daemon, *words):
    command = [daemon.binaries / "eventlog", words[0], *words[1:], "--socket", daemon.path]
    subprocess.run([*map(str, command)], check=True, capture_output=True)


def get(daemon, path, status=200, **query):
    target = path + ("?" + urllib.parse.urlencode(query, doseq=True) if query else "")
    with Http(daemon.path) as http:
        http.send(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = http.read()
    assert answer.status == status, answer
    return answer.data if status == 200 else answer.error


@pytest.fixture(scope="module")
def filled(binaries, tmp_path_factory):
    """A daemon with made-up events of four days, some late, some from devices whose user is known later."""
    folder = tmp_path_factory.mktemp("evl", numbered=True)
    daemon = Daemon(binaries, folder / "store", folder / "s").start()
    generate = [
        binaries / "eventlog-generate", "--events", "60000", "--days", "4", "--contents", "300",
        "--start", "2026-11-01T00:00:00Z", "--late", "0.1", "--seed", "5"]
    lines = subprocess.run(generate, capture_output=True, check=True).stdout
    half = lines.index(b"\n", len(lines) // 2) + 1
    for part in lines[:half], lines[half:]:
        subprocess.run(
            [binaries / "eventlog", "ingest", "--socket", daemon.path], input=part, check=True,
            capture_output=True)
        client(daemon, "seal")
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def duck(binaries, filled, tmp_path_factory):
    rows = tmp_path_factory.mktemp("rows") / "rows.ndjson"
    with open(rows, "wb") as file:
        subprocess.run(
            [binaries / "eventlog", "query", "--socket", filled.path, "--format", "ndjson", COLUMNS],
            stdout=file, check=True)
    base = duckdb.connect()
    base.execute(f"CREATE TABLE events AS SELECT * FROM read_json('{rows}', format='newline_delimited', "
                 "columns={seq: 'BIGINT', timestamp: 'TIMESTAMP', event: 'VARCHAR', contentId: 'VARCHAR', "
                 "userId: 'VARCHAR', deviceId: 'VARCHAR', sessionId: 'VARCHAR', personId: 'VARCHAR', "
                 "action: 'VARCHAR', fromContentId: 'VARCHAR', totalWatchTime: 'DOUBLE', "
                 "watchTimeOnFrom: 'DOUBLE', currentTime: 'DOUBLE', startupTime: 'DOUBLE'})")
    return base


def figures(duck, where="true"):
    cursor = duck.execute(FIGURES.format(where=where))
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone()))


def assert_figures(answer, wanted, names=None):
    for name in names or wanted:
        if wanted[name] is None:
            assert answer[name] is None, name
        else:
            assert answer[name] == pytest.approx(wanted[name], rel=1e-9, abs=1e-6), name


def assert_ratios(answer):
    def ratio(part, whole):
        return part / whole if whole else None

    assert answer["avgWatchTime"] == pytest.approx(ratio(answer["totalWatchTime"], answer["views"]))
    assert answer["avgWatchTimePerCompletion"] == pytest.approx(
        ratio(answer["totalWatchTime"], answer["completions"]))
    assert answer["completionRate"] == pytest.approx(ratio(answer["completions"], answer["plays"]))
    assert answer["engagementRate"] == pytest.approx(ratio(answer["plays"], answer["views"]))


def test_overview_is_what_duckdb_says(filled, duck):
    answer = get(filled, "/v1/analytics/overview")
    assert_figures(answer, figures(duck))
    assert_ratios(answer)
    assert len(answer["timeseries"]) in (4, 5)
    first = figures(duck, "timestamp < '2026-11-02'")
    assert_figures(answer["timeseries"][0], first)
    for name in "views", "plays", "totalWatchTime", "viewings", "completedViews":
        assert sum(bucket[name] for bucket in answer["timeseries"]) == pytest.approx(answer[name])


@pytest.mark.parametrize("zone, offset", [("UTC", 0), ("+05:45", 345), ("America/New_York", None)])
def test_days_of_a_zone_and_the_days_before(filled, duck, zone, offset):
    answer = get(
        filled, "/v1/analytics/overview", startDate="2026-11-02", endDate="2026-11-03", timeZone=zone,
        compare="true")
    # New York left summer time on the first of November at 6:00 UTC.
    shift = datetime.timedelta(minutes=-300 if offset is None else offset)
    start = datetime.datetime(2026, 11, 2) - shift
    where = "timestamp >= '{}' AND timestamp < '{}'"
    assert_figures(answer, figures(duck, where.format(start, start + datetime.timedelta(days=2))))
    earlier = datetime.datetime(2026, 10, 31) - (datetime.timedelta(minutes=-240) if offset is None else shift)
    then = figures(duck, where.format(earlier, start))
    assert_figures(answer["previous"], then, [n for n in then if not n.startswith("startup")])
    assert answer["change"]["views"] == pytest.approx((answer["views"] - then["views"]) / then["views"])


def test_a_range_without_whole_quarters_is_exact(filled, duck):
    answer = get(
        filled, "/v1/analytics/overview", startDate="2026-11-01T03:07:11.5Z", endDate="2026-11-02T04:01:02Z")
    where = "timestamp >= '2026-11-01 03:07:11.5' AND timestamp < '2026-11-02 04:01:02'"
    assert_figures(answer, figures(duck, where))
    assert len(answer["timeseries"]) == 26


def test_contents_one_by_one_and_in_pages(filled, duck):
    pages, cursor = [], {}
    while True:
        page = get(filled, "/v1/analytics/content", sort="totalWatchTime", limit=100, **cursor)
        pages += page["content"]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert len(pages) == page["total"] == len({item["contentId"] for item in pages})
    assert [item["totalWatchTime"] for item in pages] == sorted(
        (item["totalWatchTime"] for item in pages), reverse=True)
    for item in pages[:3] + pages[50:52] + pages[-3:]:
        content = item["contentId"]
        wanted = figures(duck, f"coalesce(CASE WHEN event = 'swipe' THEN fromContentId END, CASE WHEN event <> "
                               f"'swipe' THEN contentId END) = '{content}'")
        own = [name for name in wanted if not name.startswith("startup")]
        assert_figures(item, wanted, own)
        answer = get(filled, f"/v1/analytics/content/{content}", granularity="day")
        assert list(answer)[:8] == B36_FIELDS
        assert_figures(answer, wanted, own)
        assert_ratios(answer)
        assert sum(bucket["views"] for bucket in answer["timeseries"]) == answer["views"]


def test_reports_are_queries_that_say_the_same(filled):
    def report(*words):
        command = [filled.binaries / "eventlog", "report", *words, "--from", "2026-10-01", "--to", "2026-12-01",
                   "--format", "ndjson", "--socket", filled.path]
        return json.loads(subprocess.run([*map(str, command)], check=True, capture_output=True).stdout)

    for row, answer in [
            (report("overview"), get(filled, "/v1/analytics/overview")),
            *((report("content", item["contentId"]), item) for item in get(
                filled, "/v1/analytics/content", limit=3)["content"])]:
        for name, value in row.items():
            assert answer[name] == pytest.approx(value), name


def test_the_same_after_compaction_and_a_restart(filled, duck):
    before = get(filled, "/v1/analytics/overview")
    client(filled, "compact", "--now")
    assert get(filled, "/v1/analytics/overview") == before
    filled.kill_and_start()
    assert get(filled, "/v1/analytics/overview") == before


def test_engagement_quality_retention(filled, duck):
    answer = get(filled, "/v1/analytics/engagement")
    plays = answer["timeOfDay"]["plays"]
    for weekday, hour, count in duck.execute(
            "SELECT isodow(timestamp) - 1, hour(timestamp), count(*) FROM events WHERE event = 'playStart' "
            "GROUP BY ALL").fetchall():
        assert plays[weekday][hour] == count
    assert sum(map(sum, plays)) == answer["plays"]
    depth = duck.execute(
        "SELECT count(*), avg(n), avg(d) FROM (SELECT sessionId, count(DISTINCT contentId) FILTER (WHERE event "
        "= 'impression') n, date_diff('us', min(timestamp), max(timestamp)) / 1e6 d FROM events WHERE sessionId "
        "IS NOT NULL GROUP BY sessionId)").fetchone()
    assert (answer["sessions"], answer["feedDepth"], answer["avgSessionDuration"]) == (
        depth[0], pytest.approx(depth[1]), pytest.approx(depth[2]))
    quality = get(filled, "/v1/analytics/quality")
    wanted = figures(duck)
    assert_figures(quality, wanted, ["startupP50", "startupP95", "rebufferRate", "errors"])
    assert sum(kind["errors"] for kind in quality["errorsByType"]) == wanted["errors"]
    retention = get(filled, "/v1/analytics/retention")
    seen = duck.execute(
        "WITH days AS (SELECT DISTINCT personId, date_trunc('day', timestamp) AS day FROM events WHERE personId IS "
        "NOT NULL AND coalesce(CASE WHEN event = 'swipe' THEN fromContentId ELSE contentId END, '') <> ''), "
        "first AS (SELECT personId, min(day) AS cohort FROM days GROUP BY personId) "
        "SELECT strftime(cohort, '%Y-%m-%d'), count(DISTINCT personId), count(*) FILTER (WHERE day = cohort + "
        "INTERVAL 1 DAY) FROM days JOIN first USING (personId) GROUP BY cohort ORDER BY cohort").fetchall()
    found = [(c["cohort"], c["viewers"], c["retained"][0]["viewers"]) for c in retention["cohorts"]]
    assert found[:-1] == seen[:-1]
    assert found[-1][:2] == seen[-1][:2] and found[-1][2] is None


def test_metrics(filled, duck):
    start, end = 1793491200, 1793491200 + 4 * 86400  # 2026-11-01
    wanted = figures(duck, f"epoch(timestamp) >= {start} AND epoch(timestamp) < {end}")
    frame = {"timeframe[]": [start, end]}
    for metric, name in [
            ("views", "views"), ("unique_viewers", "uniqueViewers"), ("completions", "completions"),
            ("watch_time", "totalWatchTime")]:
        answer = get(filled, f"/v1/metrics/{metric}", **frame)
        assert answer["value"] == pytest.approx(wanted[name])
        assert answer["timeframe"] == [start, end]
    mean = duck.execute(
        f"SELECT avg(startupTime) FROM events WHERE event = 'playStart' AND epoch(timestamp) >= {start} AND "
        f"epoch(timestamp) < {end}").fetchone()[0]
    assert get(filled, "/v1/metrics/video_startup_time", **frame)["value"] == pytest.approx(mean)
    assert get(filled, "/v1/metrics/watch_time", measurement="avg", **frame)["value"] == pytest.approx(
        wanted["totalWatchTime"] / wanted["views"])
    series = get(filled, "/v1/metrics/views/timeseries", **frame)
    assert series["granularity"] == "day" and len(series["points"]) == 4
    assert sum(point["value"] for point in series["points"]) == wanted["views"]
    day = get(filled, "/v1/metrics/views/timeseries", **{"timeframe[]": [start + 86400 * 400, start + 86400 * 401]})
    assert day["granularity"] == "hour" and [point["value"] for point in day["points"]] == [0] * 24


def view(number, content="cnt_abc123", **more):
    return {"event": "impression", "contentId": content, "eventId": f"evt_{number}", "deviceId": f"dev_{number}",
            "sessionId": f"sess_{number}", "data": {"position": 0}} | more


def test_the_example_of_the_reference(daemon):
    daemon.send([
        view(1), view(2),
        view(3, event="playStart", data={"startupTime": 100}, deviceId="dev_1", sessionId="sess_1"),
        view(4, event="watchProgress", data={"currentTime": 12.5, "duration": 20}, deviceId="dev_1",
             sessionId="sess_1"),
        view(5, event="completion", data={"watchTime": 20, "looped": False}, deviceId="dev_1", sessionId="sess_1"),
        view(6, event="share", data={"platform": "x"}, deviceId="dev_2", sessionId="sess_2"),
        view(7, event="rebuffer", data={"duration": 300, "currentTime": 3}, deviceId="dev_1", sessionId="sess_1"),
    ])
    answer = curl(daemon, B36)
    assert list(answer["data"])[:8] == B36_FIELDS
    assert {name: answer["data"][name] for name in B36_FIELDS} == {
        "contentId": "cnt_abc123", "views": 2, "uniqueViewers": 2, "totalWatchTime": 20, "avgWatchTime": 10,
        "completionRate": 1, "shares": 1, "rebufferRate": 0.5}


def test_what_is_acknowledged_counts_in_the_next_answer(daemon):
    """From several senders at once, while seals come and go. FRESHNESS raises the number of events of each."""
    count = int(os.environ.get("FRESHNESS", 150))
    failures = []

    def send(sender):
        content = f"cnt_{sender}"
        with Http(daemon.path) as http:
            for number in range(count):
                body = json.dumps(view(f"{sender}_{number}", content=content))
                http.send(f"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}")
                assert http.read().status == 200
                for path in f"/v1/analytics/content/{content}", f"/v1/signals/content/{content}":
                    http.send(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
                    data = http.read().data
                    if data["views"] != number + 1 or data["uniqueViewers"] != number + 1:
                        failures.append((sender, number, path, data))
                if number % 40 == 39:
                    client(daemon, "seal")

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:3]
    assert get(daemon, "/v1/analytics/overview")["views"] == 4 * count


def test_persons_become_one_and_are_forgotten(daemon):
    daemon.send([view(1), view(2), view(3, userId="u1"), {"event": "identify", "deviceId": "dev_9", "userId": "u1"}])
    assert get(daemon, "/v1/analytics/content/cnt_abc123")["uniqueViewers"] == 3
    daemon.send([{"event": "identify", "deviceId": "dev_1", "userId": "u1", "timestamp": "2020-01-01T00:00:00Z"}])
    assert get(daemon, "/v1/analytics/content/cnt_abc123")["uniqueViewers"] == 2
    client(daemon, "user", "erase", "u1", "--now")
    answer = get(daemon, "/v1/analytics/content/cnt_abc123")
    assert (answer["views"], answer["uniqueViewers"]) == (1, 1)


def test_topic_affinity(daemon):
    for content, topics in ("a", ["politics", "sports"]), ("b", ["sports"]):
        with Http(daemon.path) as http:
            body = json.dumps({"topics": topics, "duration": 10})
            http.send(f"PUT /v1/content/{content} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}")
            assert http.read().status == 200
    ends = {"event": "completion", "deviceId": "d", "sessionId": "s"}
    daemon.send([
        {**ends, "contentId": "a", "data": {"watchTime": 10, "looped": False}},
        {"event": "watchProgress", "deviceId": "d", "sessionId": "s", "contentId": "b",
         "data": {"currentTime": 5, "duration": 10}},
        {"event": "identify", "deviceId": "d", "userId": "u"}])
    answer = get(daemon, "/v1/signals/users/u")
    # a: watched whole and completed, 0.75; b: half of it, 0.25.
    assert answer["topicAffinities"] == pytest.approx({"sports": 1, "politics": 0.75}, rel=1e-6)
    assert get(daemon, "/v1/signals/users/d")["personId"] == "u"
    signals = get(daemon, "/v1/signals/content/a")
    assert signals["recencyWeighted"]["engagement"] == pytest.approx(0.75, rel=1e-3)
    assert sum(signals["weights"].values()) == pytest.approx(1)
    assert get(daemon, "/v1/signals/users/nobody", 404)["code"] == "NOT_FOUND"


@pytest.mark.parametrize("path, field", [
    ("overview?startDate=yesterday", "startDate"),
    ("overview?startDate=2026-02-30", "startDate"),
    ("overview?startDate=2026-11-02&endDate=2026-11-01", "endDate"),
    ("overview?timeZone=Mars/Olympus", "timeZone"),
    ("overview?granularity=minute", "granularity"),
    ("overview?compare=maybe", "compare"),
    ("content?sort=beauty", "sort"),
    ("content?order=up", "order"),
    ("content?limit=0", "limit"),
    ("content?limit=101", "limit"),
    ("content?cursor=xyz", "cursor"),
    ("retention?days=0", "days"),
    ("retention?days=401", "days"),
    ("retention?days=7&startDate=2026-11-01", "days"),
    ("overview?days=7", "days"),
])
def test_what_is_refused(daemon, path, field):
    error = get(daemon, f"/v1/analytics/{path}", 400)
    assert error["code"] == "INVALID_PARAMETER" and error["details"][0]["field"] == field


def test_more_that_is_refused(daemon):
    assert get(daemon, "/v1/analytics/content/nobody", 404)["code"] == "NOT_FOUND"
    assert get(daemon, "/v1/signals/content/nobody", 404)["code"] == "NOT_FOUND"
    assert get(daemon, "/v1/metrics/beauty", 404)["code"] == "NOT_FOUND"
    for frame in ["7", "x:days", "0:days", "7:fortnights", "1:days:2"]:
        assert get(daemon, "/v1/metrics/views", 400, **{"timeframe[]": frame})["code"] == "INVALID_PARAMETER"
    assert get(daemon, "/v1/metrics/views", 400, **{"timeframe[]": [2, 1]})["code"] == "INVALID_PARAMETER"
    daemon.send([view(1), view(2, timestamp="2020-01-01T00:00:00Z")])
    error = get(daemon, "/v1/analytics/overview", 422, granularity="hour")
    assert "granularity" in error["message"]
    hostile = "x' OR true |> DROP"
    assert get(daemon, "/v1/analytics/content/" + urllib.parse.quote(hostile), 404)["code"] == "NOT_FOUND"


def test_a_store_too_large_for_the_index_answers_from_its_events(binaries, short_tmp):
    daemon = Daemon(
        binaries, short_tmp / "store", short_tmp / "s", "--set", "analytics.memory=1MiB").start()
    try:
        generate = [binaries / "eventlog-generate", "--events", "300000", "--start", "2026-11-01T00:00:00Z"]
        lines = subprocess.run(generate, capture_output=True, check=True).stdout
        subprocess.run(
            [binaries / "eventlog", "ingest", "--socket", daemon.path], input=lines, check=True,
            capture_output=True)
        assert get(daemon, "/v1/analytics/overview", 422)["reason"] == "limit"
        answer = get(
            daemon, "/v1/analytics/overview", startDate="2026-11-01T00:00:00Z", endDate="2026-11-01T00:30:00Z")
        assert answer["views"] > 0
    finally:
        daemon.stop()
