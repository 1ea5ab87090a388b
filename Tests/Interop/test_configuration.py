"""Settings: where they come from, what is wrong with them, what a reload changes."""
import json
import os
import subprocess

import pytest

from asking import ask, make_key
from daemon import KEPT, Daemon, event


@pytest.fixture
def check(binaries, short_tmp):
    """Runs --check-config; gives the exit status, the values with their sources, the complaints."""
    def run(*options, settings=None, text=None, environment=None):
        options = [*options]
        path = short_tmp / "eventlogd.json"
        if settings is not None or text is not None:
            path.write_text(json.dumps(settings) if text is None else text)
            options += ["--config", path]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("EVENTLOG_")}
        result = subprocess.run(
            [str(binaries / "eventlogd"), "--check-config", *map(str, options)],
            capture_output=True, text=True, timeout=60, env=clean | (environment or {}))
        values = {}
        for line in result.stdout.splitlines():
            key, _, rest = line.partition(" = ")
            value, _, source = rest.rpartition("   (")
            values[key.strip()] = (value, source.removesuffix(")"))
        return result.returncode, values, result.stderr
    return run


def test_a_flag_goes_before_a_variable_before_the_file_before_the_default(check, short_tmp):
    file = {"store": "/s", "query": {"deadline": "10s", "countMax": 11, "perPeerMax": 4}}
    variables = {"EVENTLOG_QUERY_DEADLINE": "20s", "EVENTLOG_QUERY_COUNT_MAX": "22"}
    status, values, complaints = check("--set", "query.deadline=30s", settings=file, environment=variables)
    assert (status, complaints) == (0, "")
    assert values["query.deadline"] == ("30s", "--set")
    assert values["query.countMax"] == ("22", "EVENTLOG_QUERY_COUNT_MAX")
    assert values["query.perPeerMax"] == ("4", str(short_tmp / "eventlogd.json"))
    assert values["seal.rows"] == ("196608", "default")


def test_the_flags_of_old_still_work(check):
    status, values, _ = check(
        "--store", "s", "--socket", "x", "--seal-rows", "5", "--seal-age", "7", "--log-level", "debug",
        "--archive")
    assert status == 0
    assert values["seal.age"] == ("7s", "--seal-age") and values["archive"][0] == "true"
    assert values["log.level"] == ("debug", "--log-level") and values["seal.rows"][0] == "5"


def test_all_that_is_wrong_is_said_at_once_with_its_key(check):
    file = {"stor": "/s", "query": {"deadlin": "1s"}, "seal": {"rows": 0, "age": "5"},
            "log": {"level": "loud"}, "socketMode": "0777", "auth": {"requireKey": "perhaps"},
            "limits": {"backlog": 1.5}, "tcp": "0.0.0.0:80"}
    status, _, complaints = check(settings=file)
    assert status == 2
    for part in ["stor: is not a setting", "did you mean store?", "did you mean query.deadline?",
                 "seal.rows: “0” is not between 1 and", "seal.age: “5” needs a unit",
                 "log.level: “loud” is not one of trace", "socketMode: “0777” is not a mode",
                 "auth.requireKey: “perhaps” is not true or false", "limits.backlog: is not a text",
                 "tcp: “0.0.0.0:80”", "store: is not set"]:
        assert part in complaints, (part, complaints)


@pytest.mark.parametrize("text, place", [
    ("", ":1:1: is not JSON"), ('{"store": "s",\n  "tcp" 1}', ":2:"), ("[]", "is not a JSON object"),
    ('{"store":"a","store":"b"}', "twice"), ('{"query.deadline":"1s","query":{"deadline":"2s"}}', "twice")])
def test_a_file_that_is_no_object_is_refused_with_the_place(check, text, place):
    status, _, complaints = check("--store", "s", text=text)
    assert status == 2 and place in complaints


def test_a_file_has_at_most_a_mebibyte(check):
    text = '{"store": "s"}'
    assert check(text=text + " " * ((1 << 20) - len(text)))[0] == 0
    status, _, complaints = check(text=text + " " * ((1 << 20) + 1 - len(text)))
    assert status == 2 and "larger than 1MiB" in complaints


def test_a_file_that_is_not_there_is_an_error(check):
    status, _, complaints = check("--store", "s", "--config", "/nowhere/x.json")
    assert status == 2 and "No such file" in complaints


@pytest.mark.parametrize("option, problem", [
    ("limits.connectionInFlightSizeMax=32MiB", "ingestInFlightSizeMax"),
    ("query.perPeerMax=65", "query.countMax"), ("nonsense=1", "is not a setting"),
    ("query.memorySizeMax=1MB", "is not a size"), ("limits.backlog=70000", "not between 1 and 65535"),
    ("query.deadline=90", "needs a unit"), ("ingest.percentComplete=app", "is not a list")])
def test_each_problem_has_its_words(check, option, problem):
    status, _, complaints = check("--store", "s", "--set", option)
    assert status == 2 and problem in complaints, complaints


@pytest.mark.parametrize("key, low, high, below, above", [
    ("query.deadline", "100ms", "1d", "99ms", "86401s"), ("query.memorySizeMax", "1MiB", "1024GiB", "1023KiB", "1025GiB"),
    ("query.groupCountMax", "1", "1000000000", "0", "1000000001"),
    ("query.resultRowCountMax", "1", "100000000", "0", "100000001")])
def test_limits_of_queries_may_be_set_up_to_their_edges(check, key, low, high, below, above):
    for value in (low, high):
        assert check("--store", "s", "--set", f"{key}={value}")[0] == 0
    for value in (below, above):
        status, _, complaints = check("--store", "s", "--set", f"{key}={value}")
        assert status == 2 and "not between" in complaints, complaints


def test_scales_of_producers_are_an_object_in_the_file(check):
    status, values, _ = check("--store", "s", settings={
        "ingest": {"percentComplete": {"uid:1000/app": "fraction", "key:abc": "percent"}}})
    assert status == 0
    assert values["ingest.percentComplete"][0] == "key:abc=percent,uid:1000/app=fraction"


def test_a_variable_that_is_no_setting_is_noted_and_no_error(check):
    status, _, complaints = check("--store", "s", environment={"EVENTLOG_SOKET": "x"})
    assert status == 0 and "EVENTLOG_SOKET" in complaints


def test_wrong_settings_keep_the_daemon_from_starting(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "s", "--set", "seal.rows=x")
    process = daemon.launch()
    assert process.wait(60) == 2
    process.stdout.close()
    assert "seal.rows" in daemon.read_log() and not (short_tmp / "store").exists()


# Reloading


@pytest.fixture
def configured(binaries, short_tmp):
    path = short_tmp / "eventlogd.json"
    path.write_text("{}")
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "s", "--config", str(path))
    daemon.file = path
    daemon.start()
    yield daemon
    daemon.stop()


def reload(daemon, settings):
    daemon.file.write_text(settings if isinstance(settings, str) else json.dumps(settings))
    daemon.reload()
    return daemon.read_log()


def test_a_reload_changes_what_can_change_and_says_so(configured):
    secret, _ = make_key(configured.path, "secret")
    log = reload(configured, {"auth": {"requireKey": True}, "log": {"level": "notice"},
                              "seal": {"rows": 7}, "query": {"deadline": "5s"}})
    assert "auth.requireKey: false → true" in log and "query.deadline: 1min → 5s" in log
    assert "changes at the next start" in log and "seal.rows: 196608 → 7" in log
    assert ask(configured.path, "GET", "/healthz").status == 401
    assert ask(configured.path, "GET", "/healthz", key=secret).status == 200
    log = reload(configured, {})
    assert "auth.requireKey: true → false" in log
    assert ask(configured.path, "GET", "/healthz").status == 200


def test_a_reload_with_a_wrong_setting_changes_nothing(configured):
    log = reload(configured, {"auth": {"requireKey": True}, "query": {"deadline": "soon"}})
    assert KEPT in log and "query.deadline" in log
    assert ask(configured.path, "GET", "/healthz").status == 200
    log = reload(configured, '{"auth":')
    assert log.count(KEPT) == 2


def test_the_number_of_connections_can_be_lowered_while_serving(configured):
    reload(configured, {"limits": {"connectionCountMax": 1}})
    with configured.connect() as first:
        first.send({"op": "ping"})
        assert first.receive() == {"pong": True}
        with configured.connect() as second:
            assert second.receive()["error"]["code"] == "SERVICE_UNAVAILABLE"
    reload(configured, {})
    assert configured.send([event(1)])[0]["stored"] == 1


def test_a_reload_changes_the_limits_of_queries(configured):
    configured.send([event(1), event(2)])
    reload(configured, {"query": {"resultRowCountMax": 1}})
    answer = ask(configured.path, "POST", "/v1/query", "FROM events |> SELECT eventId")
    assert answer.status == 422 and answer.document["error"]["reason"] == "limit"
    reload(configured, {"query": {"groupCountMax": 1}})
    answer = ask(configured.path, "POST", "/v1/query", "FROM events |> AGGREGATE count(*) GROUP BY eventId")
    assert answer.status == 422 and "groupCountMax" in answer.document["error"]["message"]
    assert len(configured.query("FROM events |> AGGREGATE count(*) GROUP BY event")) == 1
    reload(configured, {"query": {"resultRowCountMax": 2}})
    assert len(configured.query("FROM events |> SELECT eventId")) == 2
    reload(configured, {})
    assert len(configured.query("FROM events |> SELECT eventId")) == 2


def test_a_reload_takes_no_event_and_no_connection(configured):
    with configured.connect() as stream:
        stream.send(event(1))
        stream.sync()
        for _ in range(3):
            configured.reload()
        stream.send(event(2))
        assert stream.finish()[0]["stored"] == 2


# What the programs say of themselves


def test_help_and_completions_know_the_settings(binaries):
    shown = subprocess.run([binaries / "eventlogd", "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "query.deadline=1min" in shown.stdout
    for program in ["eventlogd", "eventlog"]:
        for shell in ["bash", "zsh", "fish"]:
            script = subprocess.run(
                [binaries / program, "--generate-completion-script", shell],
                capture_output=True, text=True)
            assert script.returncode == 0 and program in script.stdout
