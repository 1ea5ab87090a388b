"""What a question meets only in the built programs: the system's time zones, tables that are queries, queries that
are too large, and whether they could move elsewhere."""
import json

from daemon import event


def test_the_time_zones_of_the_system_are_found(daemon):
    text = "SELECT TIMESTAMP '2026-07-01 00:00:00' AT TIME ZONE 'Europe/Berlin' AS t"
    assert daemon.query(text) == [{"t": "2026-07-01T02:00:00Z"}]
    offline = daemon.offline("query", "--store", daemon.store, "--format", "ndjson", text)
    assert json.loads(offline.stdout) == {"t": "2026-07-01T02:00:00Z"}
    wrong = daemon.client("query", "SELECT now() AT TIME ZONE 'Europe/Berlim'")
    assert wrong.returncode == 1 and b"did you mean 'Europe/Berlin'?" in wrong.stderr


def test_views_and_sessions_can_be_asked_by_name(daemon):
    daemon.send([
        event(number, event="playStart", contentId=f"c{number % 2}", sessionId=f"s{number % 3}",
              data={"startupTime": 100 + number})
        for number in range(6)])
    for _ in range(2):
        assert daemon.query("FROM views |> AGGREGATE count(*) AS n, sum(plays) AS plays") == [{"n": 6, "plays": 6}]
        assert daemon.query("FROM sessions |> WHERE sessionId = 's1' |> SELECT sessionId, plays") == [
            {"sessionId": "s1", "plays": 2}]
        daemon.seal()
    assert daemon.query("FROM segments |> SELECT rows") == [{"rows": 6}]


def test_content_joins_events(daemon):
    daemon.send([event(number, contentId="c1") for number in range(3)])
    from asking import ask
    assert ask(daemon.path, "PUT", "/v1/content/c1", {"topics": ["music", "dance"]}).status == 200
    text = ("SELECT topic, count(*) AS n FROM events JOIN content_topics USING (contentId) GROUP BY topic"
            " |> ORDER BY topic")
    assert daemon.query(text) == [{"topic": "dance", "n": 3}, {"topic": "music", "n": 3}]


def test_a_query_that_is_too_large_ends_in_its_limit_and_the_daemon_goes_on(daemon):
    daemon.send([event(number) for number in range(3000)])
    answer = daemon.client(
        "query", "--timeout", "1", "FROM events AS a |> CROSS JOIN events AS b |> CROSS JOIN events AS c"
        " |> AGGREGATE count(*) AS n")
    assert answer.returncode == 1 and b"took longer than 1 s" in answer.stderr
    assert daemon.query("FROM events |> AGGREGATE count(*) AS n") == [{"n": 3000}]


def test_the_client_says_what_is_not_portable_without_a_daemon(daemon):
    daemon.stop()
    fine = daemon.client("query", "--portable", "spark,clickhouse",
                         "FROM events |> AGGREGATE count(*) AS n GROUP BY event |> ORDER BY n DESC")
    assert fine.returncode == 0 and fine.stdout == b"portable to Spark 4 and ClickHouse 26\n"
    note = daemon.client("query", "--portable", "spark", "FROM events |> DISTINCT")
    assert note.returncode == 1 and b"1:16: not portable: DISTINCT as a step (Spark 4)" in note.stdout
    assert daemon.client("query", "--portable", "oracle", "FROM events").returncode == 2
    daemon.start()
