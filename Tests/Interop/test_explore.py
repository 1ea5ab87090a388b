"""Single events, newest first: filters, pages, cursors, and texts that would like to be more than texts."""
import random
import time
import urllib.parse

import pytest

from asking import ask
from daemon import event


def explore(daemon, *pairs, status=200, **parameters):
    query = urllib.parse.urlencode([*pairs, *parameters.items()])
    answer = ask(daemon.path, "GET", f"/v1/events/explore?{query}")
    assert answer.status == status, answer.body
    return answer.document


def ids(document):
    return [one["id"] for one in document["data"]["events"]]


def pages(daemon, *pairs, **parameters):
    """All events, page by page along the cursor."""
    found, cursor = [], None
    while True:
        document = explore(daemon, *pairs, **parameters, **({"cursor": cursor} if cursor else {}))
        found += document["data"]["events"]
        cursor = document["data"]["nextCursor"]
        if cursor is None:
            return found
        assert document["data"]["events"], "a cursor leads on"


def test_an_event_has_the_shape_of_the_reference(daemon):
    daemon.send([
        event(1, userId="u1", sessionId="s1", viewSessionId="v1", timestamp="2026-01-02T03:04:05.678Z",
              data={"currentTime": 1.5, "duration": 60, "custom": "x", "deep": {"a": [1, None]}}),
        {"event": "adRequest", "eventId": "evt_ad", "timestamp": "2026-01-02T03:04:06Z", "data": {"slotId": "x", "adId": "a"}}])
    for _ in range(2):
        newest, oldest = explore(daemon)["data"]["events"]
        received = oldest.pop("received_at")
        assert received.endswith("Z") and oldest.pop("producer").startswith("uid:")
        assert oldest == {
            "id": "evt_1", "event_type": "watchProgress", "content_id": "cnt_1", "user_id": "u1", "session_id": "s1",
            "view_session_id": "v1", "timestamp": "2026-01-02T03:04:05.678Z", "device_id": "dev_1", "person_id": "u1",
            "seq": 1, "flags": oldest["flags"],
            "event_data": {"currentTime": 1.5, "duration": 60, "custom": "x", "deep": {"a": [1, None]}}}
        assert newest["user_id"] == "anonymous" and newest["content_id"] is None and newest["session_id"] is None
        assert newest["event_data"]["adId"] == "a"
        daemon.seal()


def test_the_newest_come_first_and_later_numbers_before_earlier_ones(daemon):
    times = [3, 1, 2, 3, 3, 1]
    daemon.send([event(n, timestamp=f"2026-01-02T00:00:0{time}Z") for n, time in enumerate(times)])
    wanted = [f"evt_{n}" for n in sorted(range(6), key=lambda n: (-times[n], -n))]
    assert ids(explore(daemon)) == wanted
    daemon.seal()
    assert ids(explore(daemon)) == wanted


def test_filters(daemon):
    daemon.send([
        event(1, contentId="a", userId="u1"), event(2, contentId="b", deviceId="u1"),
        event(3, event="swipe", contentId=None, data={"fromContentId": "a", "toContentId": "b", "watchTimeOnFrom": 1}),
        event(4, event="play_start", contentId="b", data={"startupTime": 3}), event(5, event="Own thing", contentId="c")])
    assert ids(explore(daemon, content_id="a")) == ["evt_3", "evt_1"]
    assert sorted(ids(explore(daemon, content_id="b"))) == ["evt_2", "evt_3", "evt_4"]
    assert sorted(ids(explore(daemon, viewer_id="u1"))) == ["evt_1", "evt_2"]
    assert ids(explore(daemon, viewer_id="anon:dev_5#0")) == ["evt_5"]
    assert ids(explore(daemon, event_type="playStart")) == ids(explore(daemon, event_type="play_start")) == ["evt_4"]
    assert ids(explore(daemon, event_type="Own thing")) == ["evt_5"]
    assert ids(explore(daemon, event_type="swipe", content_id="b", viewer_id="dev_3")) == ["evt_3"]
    assert ids(explore(daemon, event_type="swipe", content_id="c")) == []


def test_timeframes(daemon):
    now = int(time.time())
    stamp = lambda age: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - age))
    ages = {"evt_1": 60, "evt_2": 5 * 3600, "evt_3": 3 * 86_400, "evt_4": 20 * 86_400, "evt_5": 80 * 86_400}
    daemon.send([event(n + 1, timestamp=stamp(age)) for n, age in enumerate(ages.values())])
    for text, seconds in [("10:minutes", 600), ("24:hours", 86_400), ("7:days", 7 * 86_400), ("4:weeks", 28 * 86_400),
                          ("3:months", 90 * 86_400)]:
        wanted = [name for name, age in ages.items() if age < seconds]
        assert ids(explore(daemon, ("timeframe[]", text))) == wanted
    first, last = ("timeframe[]", now - 4 * 86_400), ("timeframe[]", now - 3 * 86_400)
    assert ids(explore(daemon, first, last)) == ["evt_3"]
    raw = ask(daemon.path, "GET", f"/v1/events/explore?timeframe%5B%5D={first[1]}&timeframe[]={last[1]}")
    assert [one["id"] for one in raw.data["events"]] == ["evt_3"]


def test_pages_and_cursors_show_everything_once(daemon):
    choice = random.Random(7)
    times = [choice.randrange(20) for _ in range(500)]
    daemon.send([event(n, timestamp=f"2026-01-02T00:00:{time:02}Z") for n, time in enumerate(times)])
    wanted = [f"evt_{n}" for n in sorted(range(500), key=lambda n: (-times[n], -n))]
    assert len(ids(explore(daemon))) == 20
    assert ids(explore(daemon, limit=200)) == wanted[:200]
    assert ids(explore(daemon, limit=7, page=3)) == wanted[14:21]
    assert ids(explore(daemon, limit=100, page=6)) == []
    assert [one["id"] for one in pages(daemon, limit=33)] == wanted
    only = [one["id"] for one in pages(daemon, limit=3, content_id="cnt_7")]
    assert only == [one for one in wanted if int(one[4:]) % 50 == 7]


def test_a_cursor_does_not_move_with_new_events_seals_or_compaction(daemon):
    daemon.send([event(n) for n in range(100)])
    found, cursor = [], None
    for block in range(10):
        document = explore(daemon, limit=10, **({"cursor": cursor} if cursor else {}))
        found += ids(document)
        cursor = document["data"]["nextCursor"]
        daemon.send([event(1000 + block, timestamp="2026-03-01T00:00:00Z")])
        if block % 3 == 0:
            daemon.seal()
        if block == 5:
            daemon.client("compact")
            daemon.kill_and_start()
    assert found == [f"evt_{n}" for n in reversed(range(100))] and cursor is None


@pytest.mark.parametrize("parameters, field", [
    ([("limit", 0)], "limit"), ([("limit", 201)], "limit"), ([("limit", "x")], "limit"), ([("page", 0)], "page"),
    ([("page", "x")], "page"), ([("page", 501)], "page"), ([("page", 1), ("cursor", "x")], "page"),
    ([("cursor", "x")], "cursor"), ([("cursor", "a.b.c.d.e")], "cursor"), ([("timeframe[]", "7days")], "timeframe[]"),
    ([("timeframe[]", "0:days")], "timeframe[]"), ([("timeframe[]", "7:years")], "timeframe[]"),
    ([("timeframe[]", 1), ("timeframe[]", 2), ("timeframe[]", 3)], "timeframe[]"),
    ([("timeframe[]", 2), ("timeframe[]", 1)], "timeframe[]"), ([("timeframe[]", "1:days"), ("timeframe[]", 1)], "timeframe[]"),
    ([("order", "asc")], "order"),
])
def test_a_parameter_that_is_wrong_is_named(daemon, parameters, field):
    error = explore(daemon, *parameters, status=400)["error"]
    assert error["code"] == "INVALID_PARAMETER" and error["details"][0]["field"] == field


def test_a_cursor_of_other_filters_or_of_another_store_is_refused(daemon, binaries, short_tmp):
    daemon.send([event(n) for n in range(10)])
    cursor = explore(daemon, limit=2, event_type="watchProgress")["data"]["nextCursor"]
    assert explore(daemon, limit=5, event_type="watchProgress", cursor=cursor)["data"]["events"]
    for other in ({}, {"event_type": "playStart"}, {"event_type": "watchProgress", "content_id": "c"}):
        error = explore(daemon, cursor=cursor, status=400, **other)["error"]
        assert error["details"][0]["field"] == "cursor" and "other filters" in error["message"]
    from daemon import Daemon
    second = Daemon(binaries, short_tmp / "second", short_tmp / "s2").start()
    assert "another store" in explore(second, event_type="watchProgress", cursor=cursor, status=400)["error"]["message"]
    second.stop()


@pytest.mark.parametrize("text", [
    "' OR 1 = 1 --", "a' |> DROP TABLE events", "@content", "\\", "\u001b[31m", "</script>", "\u202e", "%", "a\"b`c", "", "x" * 256])
def test_a_value_is_a_value_and_never_a_query(daemon, text):
    daemon.send([event(1), event(2, userId="other")])
    for name in ("content_id", "viewer_id", "event_type"):
        assert ids(explore(daemon, **{name: text})) == []
    if text and text.isprintable():
        daemon.send([event(3, contentId=text)])
        assert ids(explore(daemon, content_id=text)) == ["evt_3"]


def test_who_is_being_erased_is_not_shown(daemon):
    daemon.send([event(n, userId=f"u{n % 2}", deviceId=None) for n in range(6)])
    assert ask(daemon.path, "DELETE", "/v1/users/u1").status in (200, 202)
    assert ids(explore(daemon)) == ["evt_4", "evt_2", "evt_0"]


def test_it_is_read_only(daemon):
    assert ask(daemon.path, "POST", "/v1/events/explore", {}).status == 405
    assert ask(daemon.path, "HEAD", "/v1/events/explore").status == 200
