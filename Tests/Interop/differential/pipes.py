"""From the pipe form to one SELECT statement, for engines that have no pipes.

Steps go into the same SELECT as long as that means the same; where it does not, what is there becomes a subquery.
"""
import re

# A name after AS, at the end of an item.
ALIAS = re.compile(r"\s+AS\s+([`\"\w]+)\s*$", re.IGNORECASE)


class Derived:
    """`sql`, and by what it goes beyond a plain SELECT of one table: `nested`, `join`, `union`, `with`, `star`."""

    def __init__(self, sql, traits):
        self.sql, self.traits = sql, traits


def derive(text):
    traits = set()
    return Derived(statement(text, traits), traits)


def statement(text, traits):
    text = text.strip()
    if word(text) == "WITH":
        traits.add("with")
        parts, rest = [], text[4:]
        while True:
            name, rest = re.match(r"\s*(\w+)\s+AS\s*", rest, re.IGNORECASE).group(1), rest[rest.index("("):]
            end = closing(rest, 0)
            parts.append(f"{name} AS ({statement(rest[1:end], traits)})")
            rest = rest[end + 1:].lstrip()
            if not rest.startswith(","):
                break
            rest = rest[1:]
        return f"WITH {', '.join(parts)} {statement(rest, traits)}"
    head, *steps = split(text, "|>")
    if word(head) == "FROM":
        block = Block(expression(head.strip()[4:].strip(), traits), traits)
    elif steps:
        block = Block(f"({expression(head, traits)}) AS q", traits)
        traits.add("nested")
    else:
        return expression(head, traits)
    for step in steps:
        block = block.then(step.strip())
    return block.sql


class Block:
    """A SELECT that grows."""

    def __init__(self, source, traits):
        self.source, self.traits = source, traits
        self.select, self.distinct, self.where, self.keys, self.having = "*", False, [], None, []
        self.order = self.limit = None

    @property
    def sql(self):
        parts = ["SELECT", "DISTINCT" if self.distinct else "", self.select, "FROM", self.source]
        if self.where:
            parts += ["WHERE", " AND ".join(f"({one})" for one in self.where)]
        if self.keys:
            parts += ["GROUP BY", ", ".join(str(number + 1) for number in range(self.keys))]
        if self.having:
            parts += ["HAVING", " AND ".join(f"({one})" for one in self.having)]
        if self.order:
            parts += ["ORDER BY", self.order]
        if self.limit:
            parts += ["LIMIT", self.limit]
        return " ".join(part for part in parts if part)

    @property
    def is_rows(self):
        """Nothing but the rows of the source that pass conditions."""
        return self.is_whole and not (self.order or self.limit)

    @property
    def is_whole(self):
        return self.select == "*" and self.keys is None and not self.distinct

    def wrapped(self, name="q"):
        self.traits.add("nested")
        return Block(f"({self.sql}) AS {name}", self.traits)

    def rows(self):
        return self if self.is_rows else self.wrapped()

    def then(self, step):
        kind = word(step)
        # A query beside JOIN or UNION is part of that step; elsewhere it is part of an expression.
        traits = set() if re.match(r"(\w+\s+)?(JOIN|UNION)\b", step, re.IGNORECASE) else self.traits
        rest = expression(step[len(kind):].strip(), traits)
        if kind == "WHERE":
            if self.keys is not None and not (self.order or self.limit):
                self.having.append(rest)
                return self
            block = self.rows()
            block.where.append(rest)
            return block
        if kind == "SELECT":
            block = self if self.is_whole else self.wrapped()
            if word(rest) == "DISTINCT":
                block = block.rows()
                block.distinct, rest = True, rest[8:].strip()
            block.select = rest
            return block
        if kind == "EXTEND":
            block = self.rows()
            block.select = f"*, {rest}"
            return block
        if kind == "AGGREGATE":
            block = self.rows()
            aggregates, *keys = split(rest, "GROUP BY")
            keys = [key.strip() for key in split(keys[0], ",")] if keys else []
            block.select, block.keys = ", ".join([*keys, aggregates.strip().rstrip(",")]), len(keys)
            return block
        if kind == "ORDER":
            block = self if not (self.order or self.limit) else self.wrapped()
            block.order = rest[2:].strip()
            return block
        if kind == "LIMIT":
            block = self if not self.limit else self.wrapped()
            block.limit = rest
            return block
        if kind == "DISTINCT":
            block = self.rows()
            block.distinct = True
            return block
        if kind == "SET":
            pairs = [one.split("=", 1) for one in split(rest, ",")]
            replaced = ", ".join(f"{value.strip()} AS {name.strip()}" for name, value in pairs)
            return self.starred(f"* REPLACE ({replaced})")
        if kind == "DROP":
            return self.starred(f"* EXCLUDE ({rest})")
        if kind == "AS":
            return self.wrapped(rest)
        if kind == "UNION":
            self.traits.add("union")
            self.traits.add("nested")
            others = [one.strip()[1:-1] for one in split(rest[3:].strip(), ",")]
            parts = " UNION ALL ".join(f"({one})" for one in [self.sql, *others])
            return Block(f"({parts}) AS q", self.traits)
        if "JOIN" in step.upper().split("(")[0]:
            self.traits |= {"join"} | ({"nested"} if traits else set())
            block = self if self.is_rows and not self.where else self.wrapped()
            block.source += f" {kind} {rest}"
            return block
        raise ValueError(f"no such step: {step}")

    def starred(self, select):
        self.traits.add("star")
        block = self.rows()
        block.select = select
        return block


def expression(text, traits):
    """Subqueries in pipe form become SELECT statements, at any depth."""
    out, place = [], 0
    while (start := find(text, "(", place)) is not None:
        end = closing(text, start)
        inside = text[start + 1:end]
        if word(inside.lstrip()) in ("FROM", "WITH", "SELECT"):
            traits.add("nested" if re.search(r"\b(JOIN|FROM|ALL)\s*$", text[:start], re.IGNORECASE) else "subquery")
            inside = statement(inside, traits)
        else:
            inside = expression(inside, traits)
        out += [text[place:start], "(", inside, ")"]
        place = end + 1
    return "".join(out) + text[place:]


def word(text):
    found = re.match(r"\s*(\w+)", text)
    return found.group(1).upper() if found else ""


def split(text, mark):
    """Parts of a text between marks that stand in no parentheses and no quotes."""
    parts, start = [], 0
    while (place := find(text, mark, start, flat=True)) is not None:
        parts.append(text[start:place])
        start = place + len(mark)
    return [*parts, text[start:]]


def find(text, mark, start, flat=False):
    place = start
    while place < len(text):
        if text[place] in "'\"`":
            place = text.index(text[place], place + 1) + 1
        elif text[place:place + len(mark)].upper() == mark:
            return place
        elif flat and text[place] == "(":
            place = closing(text, place) + 1
        else:
            place += 1
    return None


def closing(text, start):
    depth, place = 0, start
    while place < len(text):
        if text[place] in "'\"`":
            place = text.index(text[place], place + 1)
        elif text[place] == "(":
            depth += 1
        elif text[place] == ")":
            depth -= 1
            if depth == 0:
                return place
        place += 1
    raise ValueError(f"a parenthesis is open: {text}")
