"""Whatever text is sent as a query, the daemon answers or says what is wrong, and goes on."""
import json
import os
import pathlib
import random
import re
import subprocess

import pytest

from asking import UnixConnection
from daemon import Daemon, event
from differential.engines import QUERIES
from http_client import Http, request

SEED = os.environ.get("EVENTLOG_DIFFERENTIAL_SEED", "1")
DEADLINE = "5s"
TOKENS = re.compile(r"\|>|[\w.]+|'[^']*'|<=|>=|<>|\s+|.", re.DOTALL)


class Asking:
    """Queries on one connection."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.connection = UnixConnection(daemon.path)

    def ask(self, text):
        """Status and the error, if it is one; never a fault of the daemon's own."""
        body = text if isinstance(text, bytes) else text.encode()
        self.connection.request("POST", "/v1/query", body)
        response = self.connection.getresponse()
        body = response.read()
        # A query that takes longer than it may is asked to come again, with the reason.
        is_late = response.status == 503 and b"deadline" in body
        assert is_late or response.status in (200, 400, 413, 422), (response.status, body[:300], text[:300])
        if response.status == 200:
            return 200, None
        error = json.loads(body)["error"]
        assert error["message"], text[:300]
        return response.status, error

    def ask_all(self, texts):
        """How many are answered; a hundred requests on the way at once."""
        answered = 0
        with Http(self.daemon.path) as http:
            for start in range(0, len(texts), 100):
                part = texts[start:start + 100]
                http.send(b"".join(request("POST", "/v1/query", text) for text in part))
                for text in part:
                    status, headers = http.read_head()
                    http.file.read(int(headers["content-length"]))
                    assert status in (200, 400, 422), (status, text)
                    answered += status == 200
        return answered

    def is_alive(self):
        status, _ = self.ask("FROM events |> AGGREGATE count(*) AS n")
        return status == 200 and self.daemon.process.poll() is None

    def cpu(self):
        """Nanoseconds of CPU that the daemon's threads have had; finer than the ticks of /proc/PID/stat."""
        tasks = pathlib.Path(f"/proc/{self.daemon.process.pid}/task").glob("*/schedstat")
        return sum(int(path.read_text().split()[0]) for path in tasks)

    def cost(self, text, times):
        before = self.cpu()
        for _ in range(times):
            self.ask(text)
        return (self.cpu() - before) / times


@pytest.fixture(scope="module")
def small(binaries, tmp_path_factory):
    """A few events of several kinds, so that what a query costs is its text."""
    daemon = Daemon(binaries, tmp_path_factory.mktemp("small") / "store", tmp_path_factory.mktemp("s") / "sock",
                    "--set", f"query.deadline={DEADLINE}").start()
    daemon.send([event(n, event=("like", "swipe", "watchProgress")[n % 3], userId=f"user_{n % 4}") for n in range(12)])
    yield Asking(daemon)
    daemon.stop()


@pytest.fixture(scope="module")
def large(binaries, tmp_path_factory):
    place = tmp_path_factory.mktemp("large")
    events = place / "events.ndjson"
    subprocess.run([binaries / "eventlog-generate", "--events", "50000", "--start", "2026-11-09T00:00:00Z", "--out",
                    events], check=True, stderr=subprocess.DEVNULL)
    daemon = Daemon(binaries, place / "store", tmp_path_factory.mktemp("l") / "sock",
                    "--set", f"query.deadline={DEADLINE}", "--set", "query.groupCountMax=40000").start()
    assert daemon.client("ingest", "--quiet", "--allow-refused", events).returncode == 0
    yield Asking(daemon)
    daemon.stop()


def test_every_prefix_of_every_query_is_answered_or_refused(small):
    """By characters for those written by hand, by tokens for the generated and for the SELECT forms."""
    prefixes = set()
    for query in QUERIES:
        for text in (query.text, query.select):
            ends = range(len(text))
            if query.name.startswith("generated") or text is query.select:
                ends = [token.end() for token in TOKENS.finditer(text)]
            prefixes |= {text[:end] for end in ends}
    before = small.cpu()
    answered = small.ask_all(sorted(prefixes))
    each = (small.cpu() - before) / len(prefixes)
    print(f"{len(prefixes)} prefixes, {answered} of them are queries; {each / 1000:.0f} µs of CPU each")
    assert answered > 100 and small.is_alive()


def test_token_soup_is_answered_or_refused(small):
    chance = random.Random(SEED)
    tokens = sorted({token for query in QUERIES for token in TOKENS.findall(query.text)})
    statements = [query.text for query in QUERIES]
    for _ in range(3_000):
        if chance.random() < 0.5:
            text = " ".join(chance.choices(tokens, k=chance.randint(1, 60)))
        else:
            # A query with a few tokens replaced, doubled or lost comes further than mere noise.
            parts = TOKENS.findall(chance.choice(statements))
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(len(parts))
                parts[place] = chance.choice(("", parts[place] * 2, chance.choice(tokens), chance.choice(parts)))
            text = "".join(parts)
        small.ask(text)
    assert small.is_alive()


def test_bytes_that_are_no_text_are_refused(small):
    chance = random.Random(SEED)
    for size in (1, 2, 3, 10, 100, 1000):
        for _ in range(50):
            small.ask(b"FROM events |> WHERE event = '" + chance.randbytes(size) + b"'")
            small.ask(chance.randbytes(size))
    assert small.ask(b"FROM events\0")[0] == 400
    assert small.is_alive()


def filled(unit, size, head="", tail=""):
    return (head + unit * (size // len(unit) + 1))[:size] + tail


SHAPES = {
    "open parentheses": ("(", "FROM events |> WHERE ", ""),
    "open calls": ("abs(", "FROM events |> WHERE ", ""),
    "a sum": ("1+", "FROM events |> SELECT ", "1 AS a"),
    "conditions": ("seq=1 OR ", "FROM events |> WHERE ", "TRUE"),
    "negations": ("NOT ", "FROM events |> WHERE ", "TRUE"),
    "minus signs": ("- ", "FROM events |> SELECT ", "1 AS a"),
    "open CASEs": ("CASE WHEN ", "FROM events |> SELECT ", ""),
    "a list": ("1,", "FROM events |> WHERE seq IN (", "1)"),
    "a text that does not end": ("a", "FROM events |> WHERE event = '", ""),
    "a pattern": ("%a", "FROM events |> WHERE event LIKE '", "'"),
    "quotes": ("''", "FROM events |> WHERE event = '", "'"),
    "a long name": ("a", "FROM events |> SELECT ", ""),
    "a long path": ("data.", "FROM events |> SELECT ", "a"),
    "comments": ("/* */", "FROM events ", ""),
    "a comment that does not end": ("/*", "FROM events ", ""),
    "digits": ("9", "FROM events |> WHERE seq = ", ""),
    "lines": ("\n", "FROM events ", "!"),
    "steps": ("|> WHERE TRUE ", "FROM events ", ""),
    "columns": ("|> EXTEND seq AS a ", "FROM events ", ""),
    "parameters": ("@a ", "FROM events |> WHERE ", ""),
    "pipes": ("|>", "FROM events ", ""),
    "nested queries": ("FROM (", "", ""),
    "common names": ("WITH a AS (FROM events) ", "", "FROM a"),
    "white space": (" ", "", ""),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_a_text_takes_is_not_quadratic_in_its_size(small, shape):
    """Four times the text may cost eight times the CPU, not sixteen; small costs are below what can be told apart."""
    unit, head, tail = SHAPES[shape]
    for size, times in ((4_000, 10), (240_000, 3)):
        once = small.cost(filled(unit, size, head, tail), times)
        four = small.cost(filled(unit, 4 * size, head, tail), times)
        assert four <= max(8 * once, 5_000_000), (size, once, four)
    assert small.is_alive()


def test_ten_thousand_parentheses_are_refused_by_name(small):
    for text in ("FROM events |> WHERE " + "(" * 10_000 + "TRUE" + ")" * 10_000,
                 "FROM events |> SELECT " + "(" * 40 + "1" + ")" * 40 + " AS a"):
        status, error = small.ask(text)
        assert status in (400, 422) and re.search("nestingMax|textSizeMax|nested|long", error["message"]), error
    assert small.is_alive()


def test_a_megabyte_of_text_is_refused(small):
    for text in ("FROM events |> WHERE seq IN (" + "1," * 500_000 + "1)", "x" * 1_000_000, "FROM events |> " * 66_000):
        assert small.ask(text)[0] in (400, 413, 422)
    # Larger than any request may be: the connection may end with the answer.
    big = UnixConnection(small.daemon.path)
    big.request("POST", "/v1/query", b"x" * (1 << 20) + b"x")
    assert big.getresponse().status == 413
    big.close()
    assert small.is_alive()


@pytest.mark.parametrize("text", [
    "FROM events |> AGGREGATE count(*) AS n GROUP BY seq",
    "FROM events |> SELECT DISTINCT eventId",
    "FROM events |> AGGREGATE count(*) AS n GROUP BY eventId, timestamp |> ORDER BY n",
    "FROM events AS a |> CROSS JOIN events AS b |> AGGREGATE count(*) AS n GROUP BY a.seq, b.seq",
    "SELECT count(*) AS n FROM events AS a, events AS b, events AS c",
    "FROM events AS a |> JOIN events AS b ON a.seq <> b.seq |> AGGREGATE count(*) AS n GROUP BY a.eventId, b.eventId",
    "FROM events |> WHERE seq IN (SELECT a.seq FROM events AS a CROSS JOIN events AS b)"
    " |> AGGREGATE count(*) AS n GROUP BY seq",
])
def test_what_grows_without_bound_ends_in_an_error(large, text):
    """More groups than may be, and rows times rows: as long as joins are not built, they are refused by name."""
    status, error = large.ask(text)
    assert status in (400, 422, 503) and error, (status, error)
    assert large.is_alive()


def test_a_limit_of_groups_names_itself(large):
    status, error = large.ask("FROM events |> AGGREGATE count(*) AS n GROUP BY seq")
    assert status == 422 and "groupCountMax" in json.dumps(error), error


def test_afterwards_memory_is_bounded(large):
    assert large.daemon.rss < 1 << 30
