"""/metrics: every line of it must be what Prometheus' text format (0.0.4) allows."""
import math
import re

from asking import ask, make_key
from daemon import event

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
# Bounded: what a stranger sends must not make series.
SERIES_MAX = 500


def parse(text):
    """Families by name: (type, help, {(sample name, labels): value}). Fails on anything that is not in order."""
    assert text.endswith("\n")
    families, current = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, _, help = line[7:].partition(" ")
            assert re.fullmatch(NAME, name) and help.strip(), line
            assert name not in families, f"{name} twice"
            current = families[name] = {"help": help, "type": None, "samples": {}}
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert families.get(name) is current and current["type"] is None, line
            assert kind in ("counter", "gauge", "histogram"), line
            current["type"] = kind
            current["name"] = name
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            sample, labels = match[1], tuple(re.findall(LABEL, match[2] or ""))
            assert len({name for name, _ in labels}) == len(labels), line
            base = current["name"]
            ends = ("_bucket", "_sum", "_count") if current["type"] == "histogram" else ("",)
            assert sample in [base + end for end in ends], line
            assert (sample, labels) not in current["samples"], line
            current["samples"][sample, labels] = float(match[match.lastindex])
    return families


def check(families):
    """The rules of naming, and that histograms add up."""
    assert sum(len(family["samples"]) for family in families.values()) < SERIES_MAX
    for name, family in families.items():
        assert name.startswith("eventlog_"), name
        assert name.endswith("_total") == (family["type"] == "counter"), name
        assert not re.search(r"_(ms|us|millis|micros|kb|mb)(_|$)", name), name
        assert all(value >= 0 and math.isfinite(value) for value in family["samples"].values()), name
        if family["type"] != "histogram":
            continue
        buckets = [(float(dict(labels)["le"]), value)
                   for (sample, labels), value in family["samples"].items() if sample.endswith("_bucket")]
        assert buckets == sorted(buckets) and buckets[-1][0] == math.inf, name
        assert [value for _, value in buckets] == sorted(value for _, value in buckets), name
        assert family["samples"][name + "_count", ()] == buckets[-1][1], name
    return families


def scrape(daemon):
    answer = ask(daemon.path, "GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return check(parse(answer.body.decode()))


def value(families, name, **labels):
    family = families[name]
    sample = name + "_count" if family["type"] == "histogram" else name
    return family["samples"].get((sample, tuple(labels.items())), 0)


def test_the_format_is_kept_before_and_after_work(daemon):
    before = scrape(daemon)
    daemon.send([event(n) for n in range(100)] + [event(1), b"oops\n", {"event": "like"}])
    daemon.query("FROM events |> AGGREGATE count(*) AS n")
    ask(daemon.path, "GET", "/nowhere")
    after = scrape(daemon)
    assert before.keys() == after.keys(), "every family is there from the start"
    assert value(after, "eventlog_events_total", outcome="stored") == 100
    assert value(after, "eventlog_events_total", outcome="duplicate") == 1
    assert value(after, "eventlog_events_total", outcome="refused") == 2
    assert value(after, "eventlog_refusals_total", code="INVALID_REQUEST") == 1
    assert value(after, "eventlog_refusals_total", code="VALIDATION_ERROR") == 1
    assert value(after, "eventlog_tail_rows") == 100
    assert value(after, "eventlog_journal_bytes") > 0
    assert value(after, "eventlog_received_bytes_total") > 10_000
    assert value(after, "eventlog_commit_duration_seconds") >= 1
    assert value(after, "eventlog_query_duration_seconds") == 1
    assert value(after, "eventlog_queries_total") == 1
    assert value(after, "eventlog_http_requests_total", route="/v1/query", status="200") == 1
    assert value(after, "eventlog_http_requests_total", route="none", status="404") == 1
    assert value(after, "eventlog_seal_lag_seconds") > 0
    daemon.seal()
    sealed = scrape(daemon)
    assert value(sealed, "eventlog_tail_rows") == 0 and value(sealed, "eventlog_segments") >= 1
    assert value(sealed, "eventlog_seal_lag_seconds") == 0


def test_open_connections_are_counted_by_protocol(daemon):
    with daemon.connect() as stream:
        stream.send({"op": "ping"})
        assert stream.receive() == {"pong": True}
        metrics = scrape(daemon)
        assert value(metrics, "eventlog_connections", protocol="stream") == 1
        assert value(metrics, "eventlog_connections", protocol="http") == 1
        stream.finish()


def test_paths_of_strangers_make_no_series(daemon):
    for number in range(50):
        ask(daemon.path, "GET", f"/v1/{number}")
        ask(daemon.path, "DELETE", f"/v1/keys/{number}")
    metrics = scrape(daemon)
    routes = {dict(labels)["route"] for _, labels in metrics["eventlog_http_requests_total"]["samples"]}
    assert routes == {"none", "/v1/keys/{id}"}


def test_no_person_is_named(daemon):
    names = ["user_secret", "dev_secret", "cnt_secret", "sess_secret"]
    daemon.send([event(1, userId=names[0], deviceId=names[1], contentId=names[2], sessionId=names[3])])
    make_key(daemon.path, "secret", name="name_secret")
    text = ask(daemon.path, "GET", "/metrics").body.decode()
    assert not any(name in text for name in [*names, "name_secret"])


def test_who_may_not_read_gets_no_metrics(daemon):
    assert ask(daemon.path, "HEAD", "/metrics").body == b""
    assert ask(daemon.path, "POST", "/metrics").status == 405
