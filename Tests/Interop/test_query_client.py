"""The client for questions: reports, charts, files of queries, and conversations on a terminal."""
import json
import pathlib
import re
import signal
import subprocess
import tempfile

import duckdb
import pytest

from asking import ask
from terminal import Terminal

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
START = "2026-11-01T00:00:00Z"


@pytest.fixture(scope="module")
def store(binaries, tmp_path_factory):
    """A store with generated events, and the events that it must hold: the first of each eventId."""
    from daemon import Daemon

    path = tmp_path_factory.mktemp("q")
    events = subprocess.run(
        [binaries / "eventlog-generate", "--events", "20000", "--days", "9", "--seed", "11",
         "--start", START], capture_output=True, check=True).stdout
    daemon = Daemon(binaries, path / "store", path / "s").start()
    assert daemon.client("ingest", stdin=events).returncode == 0
    yield daemon, list({e["eventId"]: e for e in reversed(
        [json.loads(line) for line in events.splitlines()])}.values())
    daemon.stop()


def rows(daemon, *arguments):
    result = daemon.client(*arguments, "--format", "ndjson")
    assert result.returncode == 0, result.stderr.decode()
    return [json.loads(line) for line in result.stdout.splitlines()]


def table(events):
    """The events in DuckDB, with the fields that the reports are about."""
    columns = {"event": "VARCHAR", "content": "VARCHAR", "left_": "VARCHAR", "visit": "VARCHAR",
               "viewer": "VARCHAR", "ts": "TIMESTAMP", "startup": "DOUBLE", "now_": "DOUBLE",
               "final": "DOUBLE", "swiped": "DOUBLE"}
    con = duckdb.connect()
    # From a file: row by row DuckDB takes minutes.
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        for e in events:
            data = e["data"]
            file.write(json.dumps(dict(zip(columns, (
                e["event"], e.get("contentId"), data.get("fromContentId"), e.get("sessionId"),
                "u" + e["userId"] if "userId" in e else "d" + e["deviceId"] if "deviceId" in e
                else None, e["timestamp"].rstrip("Z"), data.get("startupTime"),
                data.get("currentTime") if e["event"] == "watchProgress" else None,
                data.get("watchTime") if e["event"] == "completion" else None,
                data.get("watchTimeOnFrom"))))) + "\n")
        file.flush()
        con.execute("CREATE TABLE e AS SELECT * FROM read_json(?, format='newline_delimited', "
                    f"columns={columns})", [file.name])
    return con


def test_the_figures_of_the_overview_are_those_of_duckdb(store):
    daemon, events = store
    expected = table(events).execute("""
        WITH o AS (SELECT *, coalesce(left_, content) c FROM e WHERE c IS NOT NULL),
        l AS (SELECT *, greatest(1, sum((event = 'impression')::INT) OVER (
            PARTITION BY c, visit, viewer ORDER BY ts)) look FROM o),
        v AS (SELECT c, visit, viewer, look,
            count(*) FILTER (event = 'impression') i, count(*) FILTER (event = 'playStart') p,
            count(*) FILTER (event = 'completion') d,
            greatest(max(coalesce(final, swiped)), max_by(now_, ts)) w
          FROM l GROUP BY ALL)
        SELECT sum(i), sum(p), sum(d), count(*) FILTER (d > 0), sum(w) FROM v""").fetchone()
    [row] = rows(daemon, "report", "overview")
    # Persons are those of test_analytics.py.
    assert (row["views"], row["plays"], row["completions"], row["completedViews"]) == expected[:4]
    assert row["totalWatchTime"] == pytest.approx(expected[4])
    assert row["avgWatchTime"] == pytest.approx(expected[4] / expected[0])


def test_a_day_of_the_overview_holds_only_that_day(store):
    daemon, events = store
    [row] = rows(daemon, "report", "overview", "--from", "2026-11-03", "--to", "2026-11-04")
    day = [e for e in events if e["timestamp"].startswith("2026-11-03")]
    assert row["views"] == sum(e["event"] == "impression" for e in day) > 0


def test_quality_and_heat_map_are_those_of_duckdb(store):
    daemon, events = store
    con = table(events)
    quality = con.execute("""SELECT strftime(date_trunc('day', ts), '%Y-%m-%dT00:00:00Z'),
        count(*) FILTER (event = 'playStart'), quantile_cont(startup, 0.95) FROM e
        WHERE event IN ('playStart', 'rebuffer', 'error') GROUP BY 1 ORDER BY 1""").fetchall()
    found = rows(daemon, "report", "quality")
    assert [(r["day"], r["plays"]) for r in found] == [q[:2] for q in quality]
    assert [r["startupP95"] for r in found] == pytest.approx([q[2] for q in quality])
    heat = con.execute("""SELECT hour(ts), dayofweek(ts) + 1, count(*) FROM e
        WHERE event = 'playStart' GROUP BY 1, 2 ORDER BY 1, 2""").fetchall()
    assert [tuple(r.values()) for r in rows(daemon, "report", "heatmap")] == heat


def test_retention_and_swipes_are_those_of_duckdb(store):
    daemon, events = store
    con = table(events)
    retention = con.execute("""WITH v AS (SELECT date_trunc('day', min(ts)) a,
          date_trunc('day', max(ts)) z FROM e WHERE viewer IS NOT NULL GROUP BY viewer)
        SELECT count(*), avg((z >= a + INTERVAL 1 DAY)::INT), avg((z >= a + INTERVAL 7 DAY)::INT),
        a + INTERVAL 1 DAY <= (SELECT max(ts) FROM e), a + INTERVAL 7 DAY <= (SELECT max(ts) FROM e)
        FROM v GROUP BY a ORDER BY a""").fetchall()
    found = rows(daemon, "report", "retention")
    assert [r["viewers"] for r in found] == [r[0] for r in retention]
    assert [r["day1"] for r in found] == [pytest.approx(r[1]) if r[3] else None for r in retention]
    assert [r["day7"] for r in found] == [pytest.approx(r[2]) if r[4] else None for r in retention]
    swipes = con.execute("""SELECT left_, count(*), avg(swiped) FROM e WHERE event = 'swipe'
        AND left_ IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5""").fetchall()
    found = rows(daemon, "report", "swipes", "--limit", "5")
    assert [(r["contentId"], r["swipes"]) for r in found] == [s[:2] for s in swipes]
    assert [r["avgWatched"] for r in found] == pytest.approx([s[2] for s in swipes])


def test_every_report_answers_and_its_shown_query_gives_the_same(store, tmp_path):
    daemon, _ = store
    names = daemon.client("report").stdout.decode().splitlines()
    content = rows(daemon, "report", "top", "--limit", "1")[0]["contentId"]
    for line in names:
        words = line.split("  ")[0].replace("ID", content).split()
        shown = daemon.client("report", *words, "--show-query").stdout.decode()
        parameters = re.findall(r"^-- --param (\S+)$", shown, re.MULTILINE)
        (tmp_path / "q.sql").write_text(shown)
        arguments = [part for p in parameters for part in ("--param", p)]
        asked = rows(daemon, "query", "-f", tmp_path / "q.sql", *arguments)
        assert asked == rows(daemon, "report", *words), words
        assert asked or words[0] == "dropoff"


def test_views_of_one_content_add_up_to_those_of_the_drop_off(store):
    daemon, events = store
    content = rows(daemon, "report", "top", "--limit", "1")[0]["contentId"]
    plays = {(e.get("sessionId"), e.get("userId") or e.get("deviceId")) for e in events
             if e["event"] == "playStart" and e["contentId"] == content}
    assert sum(r["views"] for r in rows(daemon, "report", "dropoff", content)) == len(plays)


def test_a_chart_is_the_same_with_the_daemon_and_offline(store):
    daemon, _ = store
    arguments = ["report", "heatmap", "--format", "chart", "--width", "40"]
    online = daemon.client(*arguments).stdout
    offline = subprocess.run(
        [daemon.binaries / "eventlog", *arguments, "--store", daemon.store], capture_output=True)
    assert online == offline.stdout and online.startswith(b"plays: hour across")
    assert max(map(len, online.decode().splitlines())) <= 40


def test_a_file_of_several_queries_is_answered_in_order_and_errors_name_the_line(store, tmp_path):
    daemon, _ = store
    (tmp_path / "q.sql").write_text("SELECT 1 AS a; -- ;\nSELECT ';' AS b;\nSELECT c\n")
    result = daemon.client("query", "-f", tmp_path / "q.sql")
    assert result.stdout == b'{"a":1}\n{"b":";"}\n'
    assert result.returncode == 1 and b"3:8: name error" in result.stderr


def test_a_request_may_lower_the_time_and_a_wrong_one_is_refused(store):
    daemon, _ = store
    assert daemon.client("query", "--timeout", "30", "SELECT 1 AS a").returncode == 0
    assert daemon.client("query", "--timeout", "0", "SELECT 1 AS a").returncode == 2


@pytest.mark.parametrize("field, good, bad", [
    ("width", [20, 1000], [19, 1001, "wide", 20.5]), ("charset", ["unicode", "ascii"], ["latin1", "", "ASCII"]),
    ("expanded", ["off", "on", "auto"], ["yes", ""]), ("timeout", [0.001, 86400], [0.0009, 86400.1, 0, -1, "soon"])])
def test_the_daemon_takes_the_forms_of_an_answer_up_to_their_edges(store, field, good, bad):
    daemon, _ = store
    query = "SELECT 1 AS a"
    for in_target in (True, False):
        for value in [*good, *bad]:
            if in_target:
                answer = ask(daemon.path, "POST", f"/v1/query?format=table&{field}={value}", query)
            else:
                answer = ask(daemon.path, "POST", "/v1/query",
                             json.dumps({"query": query, "format": "table", field: value}))
            # The shortest time may be over before a thread is free.
            expected = (200, 503) if value == 0.001 else (200,) if value in good else (400, 422)
            assert answer.status in expected, (field, value, in_target, answer.body)


def test_a_table_too_wide_for_the_page_becomes_records(store):
    daemon, _ = store
    query = "FROM events |> LIMIT 2"
    for arguments, first in [(["--expanded", "auto", "--width", "80"], "── row 1 ──"), (["--width", "80"], "┌"),
                             (["--expanded", "on"], "── row 1 ──")]:
        shown = daemon.client("query", "--format", "table", *arguments, query).stdout.decode()
        assert shown.startswith(first), shown[:200]


def test_an_answer_that_letter_case_emptied_says_so_with_the_daemon_and_offline(store):
    daemon, _ = store
    query = "FROM events |> WHERE event = 'playstart' |> AGGREGATE count(*) AS n"
    note = b"eventlog: note: no event is 'playstart'; letter case counts: did you mean 'playStart'?\n"
    online = daemon.client("query", query)
    offline = subprocess.run([daemon.binaries / "eventlog", "query", "--store", daemon.store, query],
                             capture_output=True)
    assert (online.stdout, online.stderr) == (offline.stdout, offline.stderr) == (b'{"n":0}\n', note)
    answer = ask(daemon.path, "POST", "/v1/query", query)
    assert len(answer.document["meta"]["notices"]) == 1


def test_lists_that_grow_with_the_store_have_a_usual_limit(store):
    daemon, _ = store
    assert len(rows(daemon, "report", "top")) == 20
    assert len(rows(daemon, "report", "top", "--limit", "21")) == 21
    assert len(rows(daemon, "report", "swipes", "--limit", "0")) > 20


def test_a_conversation_takes_bare_words_and_shows_wide_rows_as_records(daemon):
    daemon.client("ingest", stdin=json.dumps({"event": "like", "contentId": "c", "deviceId": "d", "timestamp": START}).encode() + b"\n")
    terminal = conversation(daemon, rows=100, columns=80)
    terminal.send("help\r")
    terminal.wait(lambda t: "Tab completes" in t.text)
    terminal.send("from events;\r")
    terminal.wait(lambda t: "── row 1 ──" in t.text)
    terminal.send("\\x off\r")
    terminal.wait(lambda t: "expanded is off" in t.text)
    terminal.send("exit\r")
    assert terminal.status() == 0


def test_the_transcript_of_the_documentation_happens(daemon):
    daemon.client("ingest", stdin=b"".join(json.dumps({
        "event": "playStart", "contentId": content, "deviceId": "d", "timestamp": START,
        "data": {"startupTime": startup}}).encode() + b"\n"
        for content, startup in (("cnt_a", 100), ("cnt_b", 200))))
    transcript = re.search(r"```\n(eventlog> .*?)\n```", (DOCS / "Client.md").read_text(), re.S)[1]
    terminal = conversation(daemon, rows=60)
    for text in re.findall(
            r"^eventlog> (.*(?:\n     \.\.\.> .*)*)", transcript, re.MULTILINE):
        before = terminal.text.count("eventlog>")
        terminal.send(text.replace("\n     ...> ", "\r") + "\r")
        terminal.wait(lambda t: t.text.count("eventlog>") > before and t.lines[
            t.screen.cursor.y] == "eventlog>")
    assert transcript in terminal.text
    terminal.send("\x04")
    assert terminal.status() == 0


def conversation(daemon, *arguments, **more):
    environment = {"XDG_STATE_HOME": str(daemon.store.parent), "EVENTLOG_PAGER": "cat"}
    command = [daemon.binaries / "eventlog", "query", "--socket", daemon.path, *arguments]
    return Terminal(command, **(environment | more)).wait_for("eventlog>")


@pytest.mark.parametrize("columns", [80, 40])
def test_text_of_wide_characters_is_edited_in_the_middle(daemon, columns):
    terminal = conversation(daemon, columns=columns)
    terminal.send("SELECT '日本😀' AS a;\x1b[D\x1b[D\x1b[D" + "\x1b[D" * 4 + "\x7fé\r")
    terminal.wait_for("1 row")
    assert "日本é" in terminal.text.replace("日 本 ", "日本")
    terminal.send("\x04")
    assert terminal.status() == 0


def test_the_history_is_kept_whole_and_private(daemon):
    terminal = conversation(daemon)
    terminal.send("SELECT 1\rAS one;\r")
    terminal.wait_for("1 row").send("\x04")
    assert terminal.status() == 0
    history = daemon.store.parent / "eventlog" / "history"
    assert history.read_text() == "SELECT 1\\nAS one;\n"
    assert history.stat().st_mode & 0o777 == 0o600
    again = conversation(daemon)
    again.send("\x1b[A")
    again.wait(lambda t: "eventlog> SELECT 1" in t.text and "...> AS one;" in t.text)
    again.process.kill(signal.SIGTERM)
    again.status()


def test_watching_ends_with_ctrl_c_and_status_0(daemon):
    terminal = Terminal([daemon.binaries / "eventlog", "query", "--socket", daemon.path, "--watch",
                         "0.2", "SELECT 1 AS a"]).wait_for("1 row")
    terminal.send("\x03")
    assert terminal.status() == 0


def test_manual_pages_and_completions_are_printed(daemon):
    run = lambda *words: subprocess.run(
        [daemon.binaries / "eventlog", *words], capture_output=True, check=True).stdout.decode()
    assert ".SH EXAMPLES" in run("man", "query") and ".SH COMMANDS" in run("man")
    for shell in ("bash", "zsh", "fish"):
        assert "report" in run("completions", shell)
