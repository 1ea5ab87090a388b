"""The query language answers as DuckDB and ClickHouse do over the same files; see `differential/`."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

from differential.answers import difference
from differential.engines import QUERIES, SEED, Engines

pytest.importorskip("duckdb")
pytest.importorskip("chdb")

PEERS = ("duckdb", "clickhouse")
# What our engine refuses by name. One that is answered, and stands here, fails the test: take it off.
EXPECTED_UNSUPPORTED = set()


@pytest.fixture(scope="session")
def engines(binaries):
    place = pathlib.Path(tempfile.mkdtemp(prefix="evl"))
    yield Engines(binaries, place, dict.fromkeys(PEERS, sys.executable)).answers
    shutil.rmtree(place)


def is_refusal(answer):
    """A feature that is not built: ours says so by the kind of its error."""
    return isinstance(answer, str) and any(
        mark in answer for mark in ("unsupported error", "syntax error", "unknown function"))


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
    others = {**answered, **{name: engines[name, query.name] for name in (*PEERS, "compacted", "restarted", "tail", "offline")
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


# What the linter cannot see, as it knows no types and no scopes; and what is approximate there by its name.
UNSEEN = {"spark": {"expressions: CAST(timestamp AS STRING)", "aggregates: approx_count_distinct(userId)"},
          "clickhouse": {"steps: a name for the table"}}


@pytest.mark.parametrize("engine", ["spark", "clickhouse"])
def test_what_the_linter_calls_portable_is_asked_of_that_engine_word_for_word(binaries, engine):
    for query in QUERIES:
        if query.text_for(engine) == query.text or query.name in UNSEEN[engine]:
            continue
        result = subprocess.run([binaries / "eventlog", "query", "--portable", engine, query.text],
                                capture_output=True, text=True)
        assert result.returncode == 1, f"{query.name}: {query.tags}\n{query.text}"


def test_there_are_enough_queries(engines):
    compared = [query for query in QUERIES if all((peer, query.name) in engines for peer in PEERS)
                and not isinstance(engines["pipe", query.name], str)]
    skipped = [query for query in QUERIES if isinstance(engines["pipe", query.name], str)]
    print(f"{len(QUERIES)} queries; {len(compared)} of all three engines, {len(skipped)} not built yet")
    assert len(QUERIES) >= 400 and len(compared) >= 300
