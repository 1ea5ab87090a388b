"""Queries from a seed: a small algebra of typed expressions, and the steps around them.

What engines are known to answer differently is left out here and stands in the corpus with its reason: division by
zero, sums that decide an order, halves that are rounded, IN with a null in the list.
"""
import random

from .corpus import Query

COLUMNS = {
    "int": ["seq", "data.position", "data.loopCount", "data.videosWatched"],
    "double": ["data.startupTime", "data.currentTime", "data.duration", "data.percentComplete", "data.watchTimeOnFrom"],
    "text": ["event", "contentId", "userId", "deviceId", "data.codec", "data.initialRendition", "data.networkType",
             "data.direction", "data.entryPoint"],
    "bool": ["data.autoplay", "data.didLoop"],
    "time": ["timestamp"],
}
# Columns with few values, and nulls in all but the first.
KEYS = ["event", "data.codec", "data.initialRendition", "data.networkType", "data.direction", "data.entryPoint",
        "data.autoplay", "data.position", "userId IS NULL", "seq % 5", "length(contentId)", "substr(deviceId, 5, 1)",
        "date_trunc('day', timestamp)", "date_trunc('hour', timestamp)", "extract(hour FROM timestamp)",
        "data.startupTime > 300",
        "CASE WHEN data.currentTime < 10 THEN 'start' WHEN data.currentTime < 60 THEN 'middle' END"]
EVENTS = ["watchProgress", "impression", "playStart", "swipe", "completion", "feedEntry", "like", "share", "rebuffer"]
PATTERNS = ["%a%", "play%", "%e", "s%e", "_w%", "cnt%", "%1_", "%", "h26_", "%p"]

UNKNOWN_TO_CLICKHOUSE = {
    "WITHIN GROUP": "it has no WITHIN GROUP",
    "lag(": "where there is no such row it gives the default of the type",
    "lead(": "where there is no such row it gives the default of the type",
}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    # Expressions

    def of(self, kind, depth):
        return getattr(self, kind)(depth)

    def column(self, kind):
        return self.random.choice(COLUMNS[kind])

    def int(self, depth):
        if depth == 0 or self.chance(0.3):
            return self.column("int") if self.chance(0.8) else str(self.random.randint(0, 40))
        a, b = self.int(depth - 1), self.int(depth - 1)
        return self.pick(
            f"({a} + {b})", f"({a} - {b})",
            f"({a} * {self.random.randint(2, 9)})", f"({a} % {self.random.randint(2, 50)})",
            f"coalesce({a}, {self.random.randint(0, 9)})",
            f"CASE WHEN {self.bool(depth - 1)} THEN {a} ELSE {b} END", f"if({self.bool(depth - 1)}, {a}, {b})",
            f"extract({self.pick('hour', 'minute', 'day', 'month')} FROM {self.time(depth - 1)})",
            f"greatest({a}, {b})", f"least({a}, {b})", f"nullif({a}, {b})")

    def double(self, depth):
        if depth == 0 or self.chance(0.3):
            return self.column("double") if self.chance(0.8) else self.pick("0.5", "12.25", "300.0", "1e2")
        a, b = self.double(depth - 1), self.double(depth - 1)
        return self.pick(
            f"({a} + {b})", f"({a} - {b})", f"({a} * {b})", f"({a} / {self.random.randint(2, 9)})",
            f"({a} / nullif({b}, 0))", f"({self.int(depth - 1)} / {self.random.randint(2, 9)})",
            f"abs({a})", f"coalesce({a}, {b})", f"({a} + {self.int(depth - 1)})",
            f"CASE WHEN {self.bool(depth - 1)} THEN {a} END", f"greatest({a}, {b})", f"least({a}, {b})")

    def text(self, depth):
        if depth == 0 or self.chance(0.3):
            return self.column("text") if self.chance(0.85) else self.pick("'x'", "'swipe'", "'it''s'", "''")
        a, b = self.text(depth - 1), self.text(depth - 1)
        return self.pick(
            f"lower({a})", f"upper({a})", f"({a} || {b})",
            f"substr({a}, {self.random.randint(1, 6)}, {self.random.randint(1, 4)})",
            f"substr({a}, {self.random.randint(1, 9)})", f"coalesce({a}, {b})", f"nullif({a}, {b})",
            f"CASE WHEN {self.bool(depth - 1)} THEN {a} ELSE {b} END")

    def time(self, depth):
        if depth == 0 or self.chance(0.4):
            return "timestamp"
        a = self.time(depth - 1)
        return self.pick(
            f"date_trunc('{self.pick('minute', 'hour', 'day', 'month')}', {a})",
            f"({a} + INTERVAL {self.random.randint(1, 90)} {self.pick('SECOND', 'MINUTE', 'HOUR', 'DAY')})",
            f"({a} - INTERVAL {self.random.randint(1, 20)} {self.pick('MINUTE', 'HOUR', 'DAY', 'MONTH')})")

    def bool(self, depth):
        if depth == 0:
            return self.pick(self.column("bool"), self.column("double") + " > 20", "event = 'swipe'", "userId IS NULL")
        a, b, kind = self.bool(depth - 1), self.bool(depth - 1), self.pick("int", "double", "text", "time")
        x, y = self.of(kind, depth - 1), self.of(kind, depth - 1)
        number, text = self.int(depth - 1), self.text(depth - 1)
        return self.pick(
            f"({a} AND {b})", f"({a} OR {b})", f"(NOT {a})", f"({x} {self.pick('=', '<>', '<', '<=', '>', '>=')} {y})",
            f"({x} IS {self.pick('', 'NOT ')}NULL)",
            f"({number} BETWEEN {self.random.randint(0, 50)} AND {self.random.randint(40, 60000)})",
            f"({text} {self.pick('', 'NOT ')}LIKE '{self.random.choice(PATTERNS)}')",
            f"(event {self.pick('', 'NOT ')}IN ({', '.join(repr(one) for one in self.random.sample(EVENTS, 3))}))",
            f"({number} {self.pick('', 'NOT ')}IN (1, 3, 5, 8, 13))",
            f"(timestamp {self.pick('<', '>=')} TIMESTAMP '2026-11-{self.random.randint(9, 15):02}"
            f" {self.random.randint(0, 23):02}:30:00')")

    def aggregate(self):
        kind = self.pick("int", "double", "text")
        x = self.of(kind, 1)
        choices = ["count(*)", f"count({x})", f"count(DISTINCT {x})", f"min({x})", f"max({x})",
                   f"min({self.time(1)})", f"sum({self.int(1)})", f"sum({self.double(1)})", f"avg({self.double(1)})",
                   f"avg({self.int(1)})", f"sum(DISTINCT {self.column('int')} % 100)",
                   "max_by(eventId, seq)", "min_by(deviceId, eventId)",
                   f"percentile_cont({self.pick('0.1', '0.5', '0.9')}) WITHIN GROUP (ORDER BY {self.column('double')})"]
        one = self.random.choice(choices)
        return one + f" FILTER (WHERE {self.bool(1)})" if self.chance(0.3) else one

    # Queries

    def source(self):
        text = "FROM events"
        for _ in range(self.pick(0, 1, 1, 2)):
            text += f"\n|> WHERE {self.bool(2)}"
        return text

    def ordering(self, names):
        order = [f"{name} {self.pick('ASC', 'DESC')} NULLS {self.pick('FIRST', 'LAST')}" for name in names]
        text = f"\n|> ORDER BY {', '.join(order)}"
        if self.chance(0.5):
            text += f"\n|> LIMIT {self.random.randint(1, 40)}"
            text += f" OFFSET {self.random.randint(0, 9)}" if self.chance(0.4) else ""
        return text

    def rows(self):
        items = [f"{self.of(self.pick('int', 'double', 'text', 'bool', 'time'), 2)} AS c{n}"
                 for n in range(self.random.randint(1, 3))]
        text = f"FROM events\n|> WHERE seq % {self.random.randint(90, 400)} = 1 AND {self.bool(1)}"
        return f"{text}\n|> SELECT seq, {', '.join(items)}{self.ordering(['seq'])}"

    def groups(self, ordered=True):
        keys = self.random.sample(KEYS, self.pick(0, 1, 1, 2, 3))
        aggregates = ["count(*) AS n"] + [f"{self.aggregate()} AS a{n}" for n in range(self.random.randint(1, 3))]
        text = f"{self.source()}\n|> AGGREGATE {', '.join(aggregates)}"
        if keys:
            text += f" GROUP BY {', '.join(f'{key} AS k{n}' for n, key in enumerate(keys))}"
        if self.chance(0.3):
            text += f"\n|> WHERE n > {self.random.randint(1, 200)}"
        names = [f"k{n}" for n in range(len(keys))]
        self.random.shuffle(names)
        return text + self.ordering((["n"] if self.chance(0.4) else []) + names) if names and ordered else text

    def distinct(self):
        keys = self.random.sample(KEYS, self.pick(1, 2))
        items = ", ".join(f"{key} AS k{n}" for n, key in enumerate(keys))
        return f"{self.source()}\n|> SELECT DISTINCT {items}" + self.ordering([f"k{n}" for n in range(len(keys))])

    def twice(self):
        """Groups of groups, with a column made between."""
        key, other = self.random.sample(KEYS[:8], 2)
        return (f"{self.source()}\n|> AGGREGATE count(*) AS n, max(seq) AS last GROUP BY {key} AS k, contentId"
                f"\n|> EXTEND n % {self.random.randint(2, 5)} AS part\n|> WHERE last > {self.random.randint(0, 50_000)}"
                f"\n|> AGGREGATE count(*) AS m, sum(n) AS total, max(last) AS latest GROUP BY k, part"
                + self.ordering(["k", "part"]))

    def union(self):
        parts = [f"FROM events\n|> WHERE {self.bool(2)}\n|> SELECT {self.random.choice(KEYS[:6])} AS k, seq % 10 AS x"
                 for _ in range(2)]
        return (f"{parts[0]}\n|> UNION ALL ({parts[1]})\n|> AGGREGATE count(*) AS n, sum(x) AS s GROUP BY k"
                + self.ordering(["k"]))

    def join(self):
        column, side = self.pick("contentId", "deviceId", "userId"), self.pick("JOIN", "LEFT JOIN")
        return (f"FROM events\n|> WHERE seq % {self.random.randint(5, 50)} = 0 AND {self.bool(1)}"
                f"\n|> SELECT seq, {column}"
                f"\n|> {side} (FROM events |> WHERE {self.bool(1)} |> AGGREGATE count(*) AS n GROUP BY {column}) AS g"
                f" USING ({column})\n|> AGGREGATE count(*) AS c, sum(n) AS s, max(seq) AS m")

    def named(self):
        return (f"WITH a AS ({self.source()}), b AS (FROM a |> AGGREGATE count(*) AS n, max(seq) AS last GROUP BY"
                f" {self.random.choice(KEYS[:8])} AS k)\nFROM b\n|> WHERE n > {self.random.randint(0, 90)}"
                + self.ordering(["k"]))

    def subquery(self):
        column = self.pick("contentId", "deviceId", "sessionId")
        inner = f"SELECT {column} FROM events WHERE {self.bool(1)} AND {column} IS NOT NULL"
        return (f"{self.source()}\n|> WHERE {column} {self.pick('IN', 'NOT IN')} ({inner})"
                f"\n|> AGGREGATE count(*) AS n, max(seq) AS m GROUP BY event" + self.ordering(["event"]))

    def window(self):
        function = self.pick("row_number()", "rank()", f"lag({self.column('text')})", "lead(seq)", "sum(seq)",
                             "count(*)", "max(data.currentTime)", "first_value(event)")
        takes_frame = function.split("(")[0] in ("sum", "count", "max")
        frame = self.pick("", " ROWS BETWEEN 3 PRECEDING AND CURRENT ROW") if takes_frame else ""
        key = self.pick("event", "deviceId", "sessionId")
        return (f"FROM events\n|> WHERE seq < {self.random.randint(500, 3000)}\n|> SELECT seq, {function} OVER"
                f" (PARTITION BY {key} ORDER BY seq{self.pick('', ' DESC')}{frame}) AS w"
                + self.ordering(["seq"]))


# How many of each kind.
KINDS = {"rows": 60, "groups": 90, "distinct": 15, "twice": 15, "union": 12, "join": 12, "named": 12, "subquery": 12,
         "window": 15}


def generate(seed):
    for kind, count in KINDS.items():
        for number in range(count):
            # Each has a seed of its own, so that one more of a kind changes no other.
            generator = Generator(f"{seed} {kind} {number}")
            text = getattr(generator, kind)()
            tags = ["clickhouse select"] if kind == "join" else []
            for mark, reason in UNKNOWN_TO_CLICKHOUSE.items():
                tags += [f"no-clickhouse {reason}"] if mark in text else []
            yield Query(f"generated {seed}: {kind} {number + 1}", text, tags)
