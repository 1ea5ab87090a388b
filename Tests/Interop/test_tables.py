"""The tables that a query can ask about, and what is said of them."""
from asking import ask

TYPES = {"BOOLEAN", "BIGINT", "DOUBLE", "STRING", "TIMESTAMP"}


def listed(daemon):
    return {table["name"]: table for table in ask(daemon.path, "GET", "/v1/tables").data["tables"]}


def test_each_table_and_each_column_says_what_it_is(daemon):
    tables = listed(daemon)
    assert {"events", "ledger", "quarantine"} <= tables.keys()
    for table in tables.values():
        assert table["kind"] in ("table", "derived") and table["summary"], table["name"]
        assert table["columns"]
        for column in table["columns"]:
            assert set(column) == {"name", "type", "unit", "summary"}, column
            assert column["type"] in TYPES and column["summary"], (table["name"], column)


def test_units_are_told_and_null_where_there_is_none(daemon):
    columns = {column["name"]: column for column in listed(daemon)["events"]["columns"]}
    assert columns["data.startupTime"] == {
        "name": "data.startupTime", "type": "DOUBLE", "unit": "ms", "summary": "time to the first frame"}
    assert columns["contentId"]["unit"] is None


def test_a_custom_field_is_listed_once_it_was_sent(daemon):
    assert "data.mood" not in {column["name"] for column in listed(daemon)["events"]["columns"]}
    daemon.send({"event": "party", "contentId": "c", "data": {"mood": "good"}})
    assert "data.mood" in {column["name"] for column in listed(daemon)["events"]["columns"]}


def test_other_methods_are_refused(daemon):
    answer = ask(daemon.path, "POST", "/v1/tables", {})
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert ask(daemon.path, "HEAD", "/v1/tables").body == b""
