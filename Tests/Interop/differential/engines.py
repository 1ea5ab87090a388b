"""A store filled with events of every kind, and the answers of all engines about it."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

from asking import UnixConnection
from daemon import Daemon

from . import corpus, generator

HERE = pathlib.Path(__file__).parents[1]
# The generator that the specification's benchmarks use, where it is; else our own.
SHARED = HERE.parents[2] / "shared" / "bench" / "gen_events.py"
EVENTS = 100_000
SEED = os.environ.get("EVENTLOG_DIFFERENTIAL_SEED", "1")
QUERIES = [*corpus.read(), *generator.generate(SEED)]


class Engines:
    """All answers: by form or engine and query, rows or the text of an error.

    `peers` names engines and the Python that has each; ours is asked in both forms, and a sample before the last events
    are sealed and after the daemon has ended; all once more when everything is compacted, and after a restart.
    """

    def __init__(self, binaries, place, peers):
        self.binaries, self.place = binaries, place
        self.answers = {}
        daemon = Daemon(binaries, place / "store", place / "sock").start()
        try:
            self.fill(daemon)
            with concurrent.futures.ThreadPoolExecutor(len(peers)) as pool:
                others = [pool.submit(self.ask_peer, peer, python, live_files(daemon.store))
                          for peer, python in peers.items()]
                self.ask_us(daemon.path, "pipe", QUERIES)
                self.ask_us(daemon.path, "select", [query for query in QUERIES if query.select_is_ours])
                for other in others:
                    other.result()
            compacted = daemon.client("compact", "--now")
            assert compacted.returncode == 0, compacted.stderr
            assert b"put together" in compacted.stdout and b" 0 segments" not in compacted.stdout, compacted.stdout
            self.ask_us(daemon.path, "compacted", QUERIES)
            daemon.restart()
            self.ask_us(daemon.path, "restarted", QUERIES)
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
            daemon.seal()
            result = daemon.client("ingest", "--quiet", "--allow-refused", stdin=b"".join(part))
            assert result.returncode == 0, result.stderr
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

    def ask_peer(self, peer, python, files):
        asked = [query for query in QUERIES if query.text_for(peer) is not None]
        lines = "".join(json.dumps(query.text_for(peer)) + "\n" for query in asked)
        result = subprocess.run([python, "-m", "differential.peer", peer, *files], input=lines, text=True,
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
