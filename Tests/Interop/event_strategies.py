"""Events as producers might send them, for hypothesis, and what must come of them.

The expectations are said here once more, from the specification (1.5, section 3), and share nothing with the daemon.
"""
import datetime
import json

from hypothesis import strategies as st

text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
ids = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(lambda t: "i" + t)
whole = st.one_of(st.integers(0, 2**31), st.integers(0, 1000).map(float))
number = st.one_of(st.integers(-(2**53), 2**53), st.floats(-1e300, 1e300, allow_subnormal=False))
positive = st.one_of(st.integers(0, 2**40), st.floats(0, 1e12, allow_subnormal=False))
scalar = st.one_of(st.none(), st.booleans(), st.integers(-(2**80), 2**80), number, st.text(
    st.characters(exclude_categories=["Cs"]), max_size=30))
anything = st.recursive(scalar, lambda inner: st.one_of(
    st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)), max_leaves=8)

# Of each type: what it requires, what it may have. A field may come under each of its names; the first is
# the one that it is kept under.
TYPES = {
    "impression": ({("position", "positionInFeed"): whole}, {("entryPoint",): text, ("feedId",): text}),
    "playStart": ({("startupTime", "startupTimeMs", "videoStartupTimeMs"): positive},
                  {("initialRendition", "rendition"): text, ("codec",): text, ("autoplay",): st.booleans()}),
    "watchProgress": ({("currentTime",): number, ("duration", "totalDuration"): number},
                      {("percentComplete",): number, ("currentRendition", "rendition"): text}),
    "completion": ({("totalWatchTime", "watchTime"): number, ("didLoop", "looped"): st.booleans()}, {}),
    "swipe": ({("fromContentId",): ids, ("toContentId",): ids,
               ("watchTimeOnFrom", "watchTime", "watchTimeOnPrevious"): number},
              {("direction",): st.sampled_from(["next", "previous"])}),
    "like": ({}, {}),
    "share": ({("platform", "shareMethod"): text}, {}),
    "save": ({}, {}),
    "rebuffer": ({("rebufferDuration", "duration", "durationMs"): positive, ("currentTime",): number},
                 {("rendition",): text}),
    "qualityChange": ({("fromRendition", "fromQuality"): text, ("toRendition", "toQuality"): text}, {}),
    "error": ({("errorCode",): text, ("errorMessage",): text}, {("networkType",): text}),
    "custom_action": ({}, {}),
}
# What the daemon adds by itself to what was sent.
DERIVED = {"didLoop", "fromContentId", "toContentId"}


@st.composite
def timestamps(draw):
    moment = draw(st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2026, 1, 1)))
    offset = draw(st.sampled_from(["Z", "+02:00", "-11:30", "z", "+00:00"]))
    digits = draw(st.integers(0, 9))
    fraction = f"{moment.microsecond:06}000"[:digits]
    return moment.strftime("%Y-%m-%dT%H:%M:%S").zfill(19) + ("." + fraction if fraction else "") + offset


def moment(stamp):
    """µs since 1970."""
    head, offset = (stamp[:-1], "+00:00") if stamp[-1] in "zZ" else (stamp[:-6], stamp[-6:])
    seconds, _, fraction = head.partition(".")
    base = datetime.datetime.fromisoformat(seconds + offset)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (base - epoch) // datetime.timedelta(microseconds=1) + int((fraction + "000000")[:6])


@st.composite
def good_events(draw):
    """An event that must be accepted, and the payload that it must be read back with."""
    kind = draw(st.sampled_from(sorted(TYPES)))
    required, optional = TYPES[kind]
    data, expected = {}, {}
    for names, values in [*required.items(), *(o for o in optional.items() if draw(st.booleans()))]:
        value = draw(values)
        data[draw(st.sampled_from(names))] = value
        expected[names[0]] = value
    for name in draw(st.lists(text, max_size=3)):
        value = draw(anything)
        data["x_" + name] = expected["x_" + name] = value
    event = {draw(st.sampled_from(["event", "type"])): kind, "data": data}
    event["contentId"] = draw(ids)
    if draw(st.booleans()):
        event["userId"] = "user_" + draw(text)
    if draw(st.booleans()):
        event["deviceId"] = draw(ids)
    if draw(st.booleans()):
        event["timestamp"] = draw(timestamps())
    for name in draw(st.lists(text, max_size=2)):
        event["y_" + name] = draw(anything)
    order = draw(st.permutations(sorted(event)))
    return {name: event[name] for name in order}, expected


@st.composite
def bad_events(draw):
    """A good event with one thing wrong, and the field that the refusal must name."""
    event, _ = draw(good_events())
    kind = event.get("event", event.get("type"))
    required = [names for names in TYPES[kind][0]]
    wrongs = ["contentId", "timestamp", "event", "control", "long", "data"] + (["missing", "type"] if required else [])
    wrong = draw(st.sampled_from(wrongs))
    field = "contentId"
    if wrong == "contentId" and kind != "swipe":
        event["contentId"] = draw(st.sampled_from(["", 7, True, [], {}]))
    elif wrong == "control" or wrong == "contentId":
        event["contentId"] = "a\u0007b"
    elif wrong == "long":
        event["contentId"] = "é" * 129
    elif wrong == "timestamp":
        field = "timestamp"
        event["timestamp"] = draw(st.sampled_from(
            ["yesterday", "2024-02-30T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01 00:00Z", 1700000000, ""]))
    elif wrong == "event":
        field = "event"
        event.pop("type", None)
        event["event"] = draw(st.sampled_from([7, "", None, []]))
        if event["event"] is None:
            del event["event"]
    elif wrong == "data":
        field = "data"
        event["data"] = draw(st.sampled_from([7, "text", [], True]))
    else:
        names = draw(st.sampled_from(required))
        field = names[0]
        for name in names:
            event["data"].pop(name, None)
        if wrong == "type":
            event["data"][names[0]] = {"not": "this"}
        if kind == "completion" and field == "didLoop" and wrong == "missing":
            event["data"]["didLoop"] = "yes"
        if kind == "swipe" and field == "toContentId" and wrong == "missing":
            # It would be taken from contentId.
            event["data"]["toContentId"] = 7
    return event, field


@st.composite
def lines(draw):
    """Something on one line: (bytes, "good", (event, expected)) or (bytes, "bad", field) or (bytes, "mutated", None)."""
    kind = draw(st.sampled_from(["good", "good", "good", "bad", "mutated"]))
    ascii_only = draw(st.booleans())
    event, rest = draw(bad_events() if kind == "bad" else good_events())
    line = json.dumps(event, ensure_ascii=ascii_only, allow_nan=False).encode()
    if kind == "mutated":
        place = draw(st.integers(0, len(line)))
        junk = draw(st.binary(max_size=4)).replace(b"\n", b"").replace(b"\r", b"")
        line = line[:place] + junk + line[place + draw(st.integers(0, 5)):]
        if not line.strip():
            line = b"?"
        return line, "mutated", None
    return line, kind, (event, rest) if kind == "good" else rest
