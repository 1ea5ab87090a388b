"""What is known of content items: put, shown, deleted, joined, and still there after every stop."""
import json
import os
import random
import threading
from http.client import HTTPException
from urllib.parse import quote

import duckdb
import pyarrow.parquet
import pytest

from asking import ask, make_key
from daemon import Daemon, event

KILLS = int(os.environ.get("EVENTLOG_KILLS", "6"))


def target(content_id):
    return "/v1/content/" + quote(content_id, safe="")


def put(daemon, content_id, document, **more):
    return ask(daemon.path, "PUT", target(content_id), document, **more)


def shown(daemon, content_id):
    return ask(daemon.path, "GET", target(content_id)).data["document"]


DOCUMENT = {"topics": ["cooking", "pasta"], "title": "Carbonara", "duration": 34.5, "author": {"name": "Ada"}}


def test_a_document_comes_back_as_it_was_put_whatever_happens(daemon):
    assert put(daemon, "c1", DOCUMENT).data == {"contentId": "c1", "status": "created"}
    assert put(daemon, "c2", {"topics": []}).data["status"] == "created"
    for again in (lambda: None, daemon.kill_and_start, daemon.seal, daemon.restart, daemon.kill_and_start):
        again()
        assert shown(daemon, "c1") == DOCUMENT
        assert shown(daemon, "c2") == {"topics": []}
        assert daemon.query("FROM content |> SELECT contentId, title, duration, topics, extra") == [
            {"contentId": "c1", "title": "Carbonara", "duration": 34.5, "topics": '["cooking","pasta"]',
             "extra": '{"author":{"name": "Ada"}}'},
            {"contentId": "c2", "title": None, "duration": None, "topics": "[]", "extra": None},
        ]
        assert daemon.query("FROM content_topics") == [
            {"contentId": "c1", "topic": "cooking"}, {"contentId": "c1", "topic": "pasta"}]
    status = ask(daemon.path, "GET", "/v1/status").data["store"]["content"]
    assert status["items"] == 2 and status["bytes"] > 0
    assert b"\neventlog_content_items 2\n" in ask(daemon.path, "GET", "/metrics").body


def test_the_last_document_counts_and_the_same_again_changes_nothing(daemon):
    put(daemon, "c", {"topics": ["old"]})
    assert put(daemon, "c", DOCUMENT).data["status"] == "replaced"
    before = ask(daemon.path, "GET", "/v1/content/c").data
    assert put(daemon, "c", DOCUMENT).data["status"] == "unchanged"
    assert ask(daemon.path, "GET", "/v1/content/c").data == before
    # White space is not what a document says.
    assert put(daemon, "c", json.dumps(DOCUMENT, indent=1).replace('": {\n', '": {')).status == 200
    daemon.seal()
    assert put(daemon, "c", {"topics": ["new"]}).data["status"] == "replaced"
    daemon.kill_and_start()
    assert daemon.query("FROM content_topics |> SELECT topic") == [{"topic": "new"}]


def test_a_deleted_item_is_gone_and_may_come_again(daemon):
    assert ask(daemon.path, "DELETE", "/v1/content/c").code == "NOT_FOUND"
    put(daemon, "c", DOCUMENT)
    daemon.seal()
    assert ask(daemon.path, "DELETE", "/v1/content/c").data == {"contentId": "c", "status": "deleted"}
    for again in (lambda: None, daemon.kill_and_start, daemon.seal, daemon.kill_and_start):
        again()
        answer = ask(daemon.path, "GET", "/v1/content/c")
        assert (answer.status, answer.code) == (404, "NOT_FOUND")
        assert daemon.query("FROM content") == []
    assert put(daemon, "c", {"topics": []}).data["status"] == "created"


@pytest.mark.parametrize("content_id", ["a/b", "a b", "é", "e\u0301", "%41", "?x=1", "..", "a/../b", "x" * 256, "a+b"])
def test_any_contentid_that_an_event_may_have_can_be_put(daemon, content_id):
    assert put(daemon, content_id, {"topics": ["t"], "contentId": content_id}).data["contentId"] == content_id
    assert daemon.send(event(1, contentId=content_id))[0]["stored"] == 1
    daemon.kill_and_start()
    assert shown(daemon, content_id) == {"topics": ["t"]}
    assert daemon.query("FROM content |> SELECT contentId") == daemon.query("FROM events |> SELECT contentId")


def test_ids_that_only_look_the_same_are_two_items(daemon):
    put(daemon, "é", {"topics": ["one"]})
    put(daemon, "e\u0301", {"topics": ["two"]})
    daemon.seal()
    daemon.kill_and_start()
    assert shown(daemon, "é") == {"topics": ["one"]}
    assert len(daemon.query("FROM content")) == 2


# Wrong requests


@pytest.mark.parametrize("body,fields", [
    ({}, ["topics"]),
    ({"topics": None}, ["topics"]),
    ({"topics": "a"}, ["topics"]),
    ({"topics": ["a", 1, "", "x" * 129, "a\nb", "x" * 128]}, ["topics[1]", "topics[2]", "topics[3]", "topics[4]"]),
    ({"topics": [str(n) for n in range(65)]}, ["topics"]),
    ({"topics": [], "title": 1, "duration": "x", "contentId": "d"}, ["title", "duration", "contentId"]),
    ({"topics": [], "title": "x" * 1025}, ["title"]),
    ({"topics": [], "duration": -1}, ["duration"]),
    ({"topics": [], "duration": True, "contentId": None}, ["duration", "contentId"]),
])
def test_all_fields_that_are_wrong_are_told_at_once(daemon, body, fields):
    answer = put(daemon, "c", body)
    assert (answer.status, answer.code) == (400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in answer.document["error"]["details"]] == fields
    assert daemon.query("FROM content") == []


def test_what_is_at_the_limits_is_taken(daemon):
    topics = ["x" * 124 + f"{n:04}" for n in range(64)]
    document = {"topics": topics, "title": "t" * 1024, "duration": 0}
    padded = json.dumps(document | {"x": ""})
    padded = padded.replace('"x": ""', '"x": "' + "y" * ((16 << 10) - len(padded)) + '"')
    assert len(padded) == 16 << 10
    assert put(daemon, "c", padded).status == 200
    answer = put(daemon, "c", padded + " ")
    assert (answer.status, answer.code) == (413, "INVALID_REQUEST")
    daemon.kill_and_start()
    assert shown(daemon, "c") == json.loads(padded)


@pytest.mark.parametrize("body", [
    b"", b"[]", b"topics", b'{"topics":[]', b'{"topics":[],"topics":[]}', b'{"topics":[]}x', b'{"topics":["\xff"]}',
    b'{"topics":[],"x":' + b"[" * 40 + b"]" * 40 + b"}"])
def test_what_is_not_one_object_is_refused_with_the_place(daemon, body):
    answer = put(daemon, "c", body)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST"), answer.body
    assert "byteOffset" in answer.document["error"]


def test_wrong_ids_methods_paths_and_types(daemon):
    for content_id in ("x" * 257, "a\x01b", "a\x7fb", "a\x85b"):
        answer = put(daemon, content_id, {"topics": []})
        assert answer.code == "VALIDATION_ERROR"
        assert answer.document["error"]["details"][0]["field"] == "contentId"
    assert ask(daemon.path, "PUT", "/v1/content/", {"topics": []}).status == 404
    assert ask(daemon.path, "PUT", "/v1/content", {"topics": []}).status == 404
    answer = ask(daemon.path, "POST", "/v1/content/c", {"topics": []})
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, PUT, DELETE")
    for media in ("text/csv", "application/x-ndjson", "application/xml"):
        assert put(daemon, "c", {"topics": []}, headers={"Content-Type": media}).status == 415
    assert daemon.query("FROM content") == []


def test_numbers_and_spellings_of_other_fields_are_kept_to_the_letter(daemon):
    body = '{"topics":["a","b","a"],"big":12345678901234567890123,"half":1.50,"deep":{\n"x": [1e2]},"q\\"":"\\u00e9"}'
    assert put(daemon, "c", body).status == 200
    (row,) = daemon.query("FROM content |> SELECT topics, extra")
    assert row["topics"] == '["a","b"]', "a topic said twice is said once"
    assert row["extra"] == '{"big":12345678901234567890123,"half":1.50,"deep":{ "x": [1e2]},"q\\"":"\\u00e9"}'


# Who may


def test_who_may_send_may_put_and_who_may_read_may_look(binaries, short_tmp):
    daemon = Daemon(
        binaries, short_tmp / "store", short_tmp / "sock", "--set", f"ingestSocket={short_tmp / 'ingest'}").start()
    try:
        publishable, _ = make_key(daemon.path, "publishable")
        sending = short_tmp / "ingest"
        assert ask(sending, "PUT", "/v1/content/c", {"topics": ["t"]}).data["status"] == "created"
        assert ask(sending, "GET", "/v1/content/c").code == "FORBIDDEN"
        assert ask(sending, "GET", "/v1/tables").code == "FORBIDDEN"
        assert ask(sending, "DELETE", "/v1/content/c", key=publishable).data["status"] == "deleted"
    finally:
        daemon.stop()


# Without the daemon


def test_the_store_alone_and_other_readers_say_the_same(daemon):
    for n in range(50):
        put(daemon, f"c{n:02}", {"topics": [f"t{n % 3}"], "duration": n})
    daemon.seal()
    put(daemon, "late", {"topics": ["t0"]})
    daemon.kill()

    def offline(text):
        result = daemon.offline("query", "--format", "ndjson", "--store", daemon.store, text)
        assert result.returncode == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    counts = offline("FROM content_topics |> AGGREGATE count(*) AS n GROUP BY topic")
    assert counts == [{"topic": "t0", "n": 18}, {"topic": "t1", "n": 17}, {"topic": "t2", "n": 16}]
    (file,) = (daemon.store / "content").glob("*.parquet")
    rows = pyarrow.parquet.read_table(file, page_checksum_verification=True).to_pylist()
    assert len(rows) == 50 and rows[7]["topics"] == '["t1"]' and rows[7]["duration"] == 7.0
    (sealed,) = duckdb.sql(
        f"SELECT count(*) FROM (SELECT unnest(topics::JSON::VARCHAR[]) AS topic FROM '{file}') WHERE topic = 't0'"
    ).fetchall()
    assert sealed == (17,)
    (ledger,) = (daemon.store / "ledger").glob("*.parquet")
    metadata = pyarrow.parquet.ParquetFile(ledger).metadata.metadata
    assert metadata[b"eventlog.content.file"].decode() == file.name
    daemon.start()
    assert daemon.query("FROM content_topics |> AGGREGATE count(*) AS n GROUP BY topic") == counts


def test_a_damaged_file_is_reported_and_kept_and_what_came_later_is_there(daemon):
    put(daemon, "c", DOCUMENT)
    daemon.seal()
    put(daemon, "later", DOCUMENT)
    daemon.kill()
    (file,) = (daemon.store / "content").glob("*.parquet")
    content = bytearray(file.read_bytes())
    content[20] ^= 0xFF
    file.write_bytes(content)
    daemon.start()
    assert daemon.query("FROM content |> SELECT contentId") == [{"contentId": "later"}]
    damage = ask(daemon.path, "GET", "/v1/status").data["store"]["damage"]
    assert any(f"content/{file.name}" in line for line in damage), damage
    assert (daemon.store / "content" / "damaged" / file.name).read_bytes() == bytes(content)
    put(daemon, "c", DOCUMENT)
    daemon.seal()
    daemon.restart()
    assert ask(daemon.path, "GET", "/v1/status").data["store"]["damage"] == []
    assert len(daemon.query("FROM content")) == 2


def test_after_each_kill_each_item_is_as_it_was_last_acknowledged_or_tried(daemon):
    seed = int(os.environ.get("EVENTLOG_SEED", random.randrange(1 << 32)))
    print("seed", seed)
    choice = random.Random(seed)
    acked, tried = {}, {}
    version = 0
    for cycle in range(KILLS):
        armed = threading.Timer(choice.uniform(0.05, 0.4), daemon.kill)
        armed.start()
        try:
            while True:
                name = f"c{choice.randrange(20)}"
                version += 1
                tried[name] = version
                assert put(daemon, name, {"topics": [], "version": version}).status == 200
                acked[name] = version
                if choice.random() < 0.05:
                    daemon.seal()
        except (OSError, HTTPException, AssertionError):
            armed.join(60)
        assert daemon.process is None
        daemon.start()
        for name in tried:
            answer = ask(daemon.path, "GET", target(name))
            found = answer.data["document"]["version"] if answer.status == 200 else None
            assert found in (acked.get(name), tried[name]), (seed, cycle, name)
            acked[name] = found
    assert version > KILLS * 3, "a run in which little was acknowledged proves little"
