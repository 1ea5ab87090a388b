"""The questions that are written by hand, in corpus/*.txt.

  == a name                      what follows is a query, up to the next name, in pipe form or as SELECT
  : tag                          `tail`: asked also while events are in the tail, and offline
  : no-duckdb because            that engine is not asked (no-clickhouse, no-spark), and why
  : duckdb SELECT …              its own text, where its function has another name or meaning
  : clickhouse select            it gets the SELECT form (JOIN does not run in its pipes)

In `expressions.txt` and `aggregates.txt` a line is a question: the expression is computed of some events, the aggregate
of each event type. What follows ` -- ` on a line are its tags, separated by ` ; `.
"""
import pathlib
import re

from .pipes import derive

PLACE = pathlib.Path(__file__).parent / "corpus"
ENGINES = ("duckdb", "clickhouse", "spark")


class Query:
    def __init__(self, name, text, tags=()):
        self.name, self.text, self.tags = name, text.strip(), {}
        for tag in tags:
            kind, _, value = tag.partition(" ")
            self.tags[kind] = value.strip()
        known = {"tail", "needs", *ENGINES, *(f"no-{engine}" for engine in ENGINES)}
        assert self.tags.keys() <= known, (name, self.tags.keys() - known)
        for engine in ENGINES:
            assert self.tags.get(f"no-{engine}") != "", f"{name}: no-{engine} without a reason"
        derived = derive(self.text)
        self.select, traits = derived.sql, derived.traits
        # What the two forms need of our engine.
        needs = set(filter(None, self.tags.get("needs", "").split(",")))
        for trait, feature in (("join", "JOIN"), ("union", "UNION"), ("with", "WITH"), ("subquery", "subquery")):
            needs |= {feature} if trait in traits else set()
        needs |= {"OVER"} if re.search(r"\bOVER\s*\(", self.text) else set()
        nested = {"FROM (SELECT)"} if "nested" in traits else set()
        self.needs = needs | (nested if "|>" not in self.text else set())
        self.select_needs = needs | nested
        # Only DuckDB has `* REPLACE` and `* EXCLUDE`.
        self.select_is_ours = "star" not in traits and self.select != self.text

    @property
    def ordered(self):
        """Whether the last step that says anything of the order is ORDER BY."""
        outside = re.sub(r"\([^()]*\)", "", self.text)
        steps = re.findall(r"\b(ORDER BY|AGGREGATE|DISTINCT|UNION|JOIN)\b", outside)
        return bool(steps) and steps[-1] == "ORDER BY"

    def text_for(self, engine):
        """What that engine is asked; `None`: nothing."""
        if f"no-{engine}" in self.tags:
            return None
        own = self.tags.get(engine)
        if own == "select" or engine == "duckdb" and own is None:
            return self.select
        return own or self.text


def read():
    return [*statements(), *lines("expressions", expression), *lines("aggregates", aggregate)]


def statements():
    for path in sorted(PLACE.glob("*.txt")):
        if path.stem in ("expressions", "aggregates"):
            continue
        for part in re.split(r"^== ", path.read_text(), flags=re.MULTILINE)[1:]:
            head, *rest = part.splitlines()
            tags = [line[2:] for line in rest if line.startswith(": ")]
            text = "\n".join(line for line in rest if line and line[0] not in ":#")
            yield Query(f"{path.stem}: {head}", text, tags)


def lines(stem, wrap):
    for line in (PLACE / f"{stem}.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            text, _, tags = line.partition(" -- ")
            tags = [tag.strip() for tag in tags.split(" ; ")] if tags else []
            # A text of their own is of the expression alone.
            own = [tag if tag.split()[0] not in ENGINES else adapted(tag, wrap) for tag in tags]
            yield Query(f"{stem}: {text.strip()}", wrap(text.strip()), own)


def adapted(tag, wrap):
    engine, _, text = tag.partition(" ")
    if text == "select":
        return tag
    text = wrap(text)
    return f"{engine} {derive(text).sql if engine == 'duckdb' else text}"


def expression(text):
    return f"FROM events |> WHERE seq % 211 = 0 |> SELECT seq, {text} AS value |> ORDER BY seq NULLS LAST"


def aggregate(text):
    return f"FROM events |> AGGREGATE {text} AS value GROUP BY event |> ORDER BY event NULLS LAST"
