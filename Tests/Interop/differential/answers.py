"""One form of values for all engines, and when two answers are equal. All tolerance of the comparison is here.

- Doubles are equal to within TOLERANCE of their size: engines add in different orders.
- Whole numbers are equal exactly. A whole number equals a double of the same value, as engines choose differently
  which of the two `floor` or a literal is.
- ClickHouse has 0 and 1 for the truth of a comparison, and a Date where date_trunc gives whole days.
- Our JSON has null for NaN and infinity; questions about those compare inside the query.
- Rows have an order if the query ends with ORDER BY; else they are a multiset.
"""
import datetime
import decimal
import math
import re

TOLERANCE = 1e-9
EPOCH = datetime.datetime(1970, 1, 1)
TIME = re.compile(r"(\d{4,})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z?)?$")


def plain(value):
    """A value of Python's as JSON: times become ["time", microseconds], NaN and infinity ["double", name]."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return ["time", (value - EPOCH) // datetime.timedelta(microseconds=1)]
    if isinstance(value, datetime.date):
        return plain(datetime.datetime(value.year, value.month, value.day))
    if isinstance(value, float) and not math.isfinite(value):
        return ["double", str(value)]
    return value


def time_of(text):
    """["time", …] of a text that is one, else `None`."""
    found = TIME.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction = found.groups(default="0")
    moment = datetime.datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))
    return ["time", plain(moment)[1] + int(fraction[:6].ljust(6, "0"))]


def equal(ours, theirs):
    if isinstance(theirs, list):
        if theirs[0] == "time":
            return (time_of(ours) if isinstance(ours, str) else ours) == theirs
        return ours is None or ours == theirs
    if ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, bool) and not isinstance(theirs, bool):
        return theirs in (0, 1) and ours == bool(theirs)
    if isinstance(theirs, bool) or isinstance(ours, bool):
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        if isinstance(ours, int) and isinstance(theirs, int):
            return ours == theirs
        return abs(ours - theirs) <= TOLERANCE * max(abs(ours), abs(theirs), 1)
    return type(ours) is type(theirs) and ours == theirs


def difference(ours, theirs, ordered):
    """What differs in two lists of rows, in words; `None` if nothing does."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows and {len(theirs)}"
    if not ordered:
        ours, theirs = sorted(ours, key=rank), sorted(theirs, key=rank)
    for number, (mine, other) in enumerate(zip(ours, theirs)):
        if len(mine) != len(other) or not all(map(equal, mine, other)):
            return f"row {number + 1}: {mine} and {other}"
    return None


def rank(row):
    """An order in which equal rows of two engines come in the same place."""
    return [rank_of(value) for value in row]


def rank_of(value):
    if isinstance(value, str):
        value = time_of(value) or value
    if value is None:
        return (0, "")
    if isinstance(value, list):
        return (1, "") if value[0] == "double" else (2, f"{value[1]:020}")
    if isinstance(value, str):
        return (3, value)
    # By six digits, so that what rounding changes does not show but where it passes a digit's edge.
    return (4, float(f"{float(value):.6g}"))
