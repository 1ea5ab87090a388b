"""The query language answers as DuckDB and ClickHouse do over the same files; see `differential/`."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

from asking import UnixConnection
from daemon import Daemon
from differential import corpus, generator
from differential.answers import difference

pytest.importorskip("duckdb")
pytest.importorskip("chdb")

HERE = pathlib.Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "bench" / "gen_events.py"
EVENTS = 100_000
SEED = os.environ.get("EVENTLOG_DIFFERENTIAL_SEED", "1")
PEERS = ("duckdb", "clickhouse")
QUERIES = [*corpus.read(), *generator.generate(SEED)]
# What our engine refuses by name. One that is answered, and stands here, fails the test: take it off.
EXPECTED_UNSUPPORTED = {"JOIN", "UNION", "WITH", "subquery", "OVER", "FROM (SELECT)"}


class Engines:
    """All answers: by form or engine and query, rows or the text of an error."""

    def __init__(self, binaries, place):
        self.binaries, self.place = binaries, place
        self.answers = {}
        daemon = Daemon(binaries, place / "store", place / "sock").start()
        try:
            self.fill(daemon)
            self.pid = daemon.process.pid
            with concurrent.futures.ThreadPoolExecutor(1 + len(PEERS)) as pool:
                others = [pool.submit(self.ask_peer, peer, live_files(daemon.store)) for peer in PEERS]
                self.ask_us(daemon.path, "pipe", [query for query in QUERIES])
                self.ask_us(daemon.path, "select", [query for query in QUERIES if query.select_is_ours])
                for other in others:
                    other.result()
        finally:
            daemon.stop()
        for query in QUERIES:
            if "tail" in query.tags:
                self.answers["offline", query.name] = self.ask_offline(query.text)

    def fill(self, daemon):
        """Most events in segments, the last in the tail, where a sample of the queries is asked; then all sealed."""
        events = self.place / "events.ndjson"
        maker = [sys.executable, SHARED] if SHARED.exists() else [self.binaries / "eventlog-generate"]
        subprocess.run([*maker, "--events", str(EVENTS), "--seed", "1", "--start", "2026-11-09T00:00:00Z",
                        "--out", events], check=True, stderr=subprocess.DEVNULL)
        lines = events.read_bytes().splitlines(keepends=True)
        for part in (lines[:50_000], lines[50_000:90_000], lines[90_000:]):
            result = daemon.client("ingest", "--quiet", "--allow-refused", stdin=b"".join(part))
            assert result.returncode == 0, result.stderr
            if part is not lines and len(part) >= 40_000:
                daemon.seal()
        self.ask_us(daemon.path, "tail", [query for query in QUERIES if "tail" in query.tags])
        daemon.seal()

    def ask_us(self, path, form, queries):
        connection = UnixConnection(path)
        for query in queries:
            text = query.select if form == "select" else query.text
            connection.request("POST", "/v1/query", json.dumps({"query": text, "format": "ndjson"}))
            response = connection.getresponse()
            body = response.read()
            if response.status == 200:
                answer = [list(json.loads(line).values()) for line in body.splitlines()]
            else:
                answer = json.loads(body)["error"]["caret"].splitlines()[0]
            self.answers[form, query.name] = answer
        connection.close()

    def ask_offline(self, text):
        result = subprocess.run(
            [self.binaries / "eventlog", "query", "--store", self.place / "store", "--format", "ndjson", text],
            capture_output=True, timeout=120)
        if result.returncode != 0:
            return result.stderr.decode()
        return [list(json.loads(line).values()) for line in result.stdout.splitlines()]

    def ask_peer(self, peer, files):
        asked = [query for query in QUERIES if query.text_for(peer) is not None]
        lines = "".join(json.dumps(query.text_for(peer)) + "\n" for query in asked)
        result = subprocess.run([sys.executable, "-m", "differential.peer", peer, *files], input=lines, text=True,
                                stdout=subprocess.PIPE, cwd=HERE, timeout=600, check=True)
        for query, line in zip(asked, result.stdout.splitlines(), strict=True):
            answer = json.loads(line)
            self.answers[peer, query.name] = answer.get("rows", answer.get("error"))


def live_files(store):
    """The segments that the Delta log names: added and not removed."""
    live = set()
    for commit in sorted((store / "events" / "_delta_log").glob("*.json")):
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                live.add(action["add"]["path"])
            if "remove" in action:
                live.discard(action["remove"]["path"])
    return [str(store / "events" / path) for path in sorted(live)]


@pytest.fixture(scope="session")
def engines(binaries):
    place = pathlib.Path(tempfile.mkdtemp(prefix="evl"))
    yield Engines(binaries, place).answers
    shutil.rmtree(place)


def is_refusal(answer):
    """A feature that is not built: ours says so by the kind of its error."""
    return isinstance(answer, str) and ("unsupported error" in answer or "syntax error" in answer)


def story(query, answers, what):
    """All that somebody needs who looks into it."""
    lines = [what, f"{query.name} (seed {SEED})", "pipe form:", query.text, "SELECT form:", query.select]
    for (source, name), answer in answers.items():
        if name == query.name:
            shown = answer if isinstance(answer, str) else f"{len(answer)} rows, first {answer[:5]}"
            lines.append(f"{source}: {shown}")
    return "\n".join(lines)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_all_give_the_same_answer(engines, query):
    forms = [("pipe", query.needs)] + ([("select", query.select_needs)] if query.select_is_ours else [])
    missing = {form: needs & EXPECTED_UNSUPPORTED for form, needs in forms}
    for form, needs in missing.items():
        if needs:
            assert is_refusal(engines[form, query.name]), story(
                query, engines, f"the {form} form is answered; take what it needs off EXPECTED_UNSUPPORTED: {needs}")
    answered = {form: engines[form, query.name] for form, needs in missing.items() if not needs}
    # The peers must answer one another also while we cannot.
    subject, base = next(iter(answered.items())) if answered else ("duckdb", engines.get(("duckdb", query.name)))
    others = {**answered, **{name: engines[name, query.name] for name in (*PEERS, "tail", "offline")
                             if (name, query.name) in engines}}
    if not answered:
        others = {name: answer for name, answer in others.items() if name in PEERS}
    for name, answer in others.items():
        assert not isinstance(answer, str), story(query, engines, f"{name} has no answer")
        if base is not None and name != subject:
            found = difference(base, answer, query.ordered)
            assert found is None, story(query, engines, f"{subject} and {name} differ in {found}")
    if not answered:
        pytest.skip("not built yet: " + ", ".join(sorted(missing["pipe"])))


def test_there_are_enough_queries(engines):
    compared = [query for query in QUERIES if all((peer, query.name) in engines for peer in PEERS)
                and not isinstance(engines["pipe", query.name], str)]
    skipped = [query for query in QUERIES if isinstance(engines["pipe", query.name], str)]
    print(f"{len(QUERIES)} queries; {len(compared)} of all three engines, {len(skipped)} not built yet")
    assert len(QUERIES) >= 400 and len(compared) >= 300
