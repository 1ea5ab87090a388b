"""`eventlog segment diff` and `timeline`."""
import json

from daemon import Daemon, event
from test_dump import ODD, dump, filled
from test_segment_events import files, lines, run


def diff(daemon, a, b):
    return json.loads(lines(daemon, "diff", "--json", a, b)[0])


def test_a_store_and_what_was_made_of_its_dump_have_the_same_events(daemon, binaries, short_tmp):
    count = filled(daemon)
    text = dump(daemon).splitlines(keepends=True)
    copy = Daemon(binaries, short_tmp / "copy", short_tmp / "copysock")
    copy.start()
    try:
        changed = json.loads(text[-1]) | {"contentId": "another"}
        mine = event(99_999)
        sent = copy.client("ingest", stdin=b"".join(text[1:-1]) + json.dumps(changed).encode() + b"\n"
                           + json.dumps(mine).encode() + b"\n")
        assert sent.returncode == 0, sent.stderr
        assert diff(daemon, daemon.store, daemon.store) == {"onlyInA": 0, "onlyInB": 0, "different": 0, "same": count}
        assert diff(daemon, daemon.store, copy.store) == {
            "onlyInA": 1, "onlyInB": 1, "different": 1, "same": count - 2}
        found = [json.loads(line) for line in lines(daemon, "diff", "--events", daemon.store, copy.store)]
        assert {(item["side"], item["event"]["eventId"]) for item in found} == {
            ("onlyInA", json.loads(text[0])["eventId"]), ("onlyInB", mine["eventId"]),
            ("differsInA", changed["eventId"]), ("differsInB", changed["eventId"])}
        assert len(found) == 4
        assert b"1 different" in lines(daemon, "diff", daemon.store, copy.store)[0]
        assert run(daemon, "diff", daemon.store).returncode == 2
    finally:
        copy.stop()


def test_the_timeline_counts_every_event_once_and_shows_gaps(daemon):
    count = filled(daemon)
    for unit in "day", "hour":
        found = [json.loads(line) for line in lines(daemon, "timeline", "--json", "--by", unit, daemon.store)]
        expected = daemon.query(f"FROM events |> EXTEND date_trunc('{unit}', timestamp) AS t"
                                " |> AGGREGATE count(*) AS n GROUP BY t |> ORDER BY t")
        assert [item["rows"] for item in found] == [row["n"] for row in expected]
        assert sum(item["rows"] for item in found) == count
        assert "gap" not in found[0] and any("gap" in item for item in found[1:])
    daemon.seal()
    segments = [json.loads(line) for line in lines(daemon, "timeline", "--json", daemon.store)]
    assert sum(item["rows"] for item in segments) == count and len(segments) == 2
    assert "gap" in segments[1] or "overlap" in segments[1]
    text = lines(daemon, "timeline", *files(daemon))
    assert len(text) == 2 and all("█".encode() in line for line in text)
