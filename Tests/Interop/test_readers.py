"""The files are open: five other engines read a store and answer as `eventlog query` does."""
import json
import subprocess
import sys

import pytest

from daemon import event

pytest.importorskip("chdb")
deltalake = pytest.importorskip("deltalake")
duckdb = pytest.importorskip("duckdb")
polars = pytest.importorskip("polars")
parquet = pytest.importorskip("pyarrow.parquet")

QUESTION = """FROM events |> AGGREGATE count(*) AS n, count(DISTINCT eventId) AS ids,
  count(DISTINCT contentId) AS contents, sum(data.currentTime) AS watched, min(seq) AS first, max(seq) AS last
  GROUP BY event |> ORDER BY event"""
# The same in the engines' own SQL, over a table or a list of files.
SQL = """SELECT event, count(*) AS n, count(DISTINCT eventId) AS ids, count(DISTINCT contentId) AS contents,
  sum({current}) AS watched, min(seq) AS first, max(seq) AS last FROM {table} GROUP BY event ORDER BY event"""


def rows_of(result):
    return [tuple(row[name] for name in ("event", "n", "ids", "contents", "watched", "first", "last"))
            for row in result]


@pytest.fixture
def sealed(daemon):
    """Events of several kinds in several segments, some fields set nowhere and some everywhere."""
    for part in range(3):
        events = []
        for n in range(part * 20_000, (part + 1) * 20_000):
            kind = ("watchProgress", "impression", "like", "bookmarked")[n % 4]
            data = {"watchProgress": {"currentTime": n % 97 / 4, "duration": 60}, "impression": {"position": n % 9}}
            more = {"data": data[kind]} if kind in data else {}
            events.append({key: value for key, value in event(n, event=kind).items() if key != "data"} | more)
        ack, errors = daemon.send(events)
        assert ack["stored"] == 20_000, errors[:3]
        daemon.seal()
    return daemon


def table(daemon):
    return daemon.store / "events"


def live_files(daemon):
    """The segments that the Delta log names, as its protocol says: added and not removed."""
    live = {}
    for commit in sorted((table(daemon) / "_delta_log").glob("*.json")):
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                live[action["add"]["path"]] = action["add"]
            if "remove" in action:
                live.pop(action["remove"]["path"])
    return [str(table(daemon) / path) for path in live]


@pytest.fixture
def expected(sealed):
    answer = rows_of(sealed.query(QUESTION))
    assert sum(row[1] for row in answer) == 60_000
    return answer


def test_pyarrow_reads_every_page_with_its_checksum(sealed, expected):
    import pyarrow
    import pyarrow.compute
    tables = [parquet.ParquetFile(path, page_checksum_verification=True).read() for path in live_files(sealed)]
    all_rows = pyarrow.concat_tables(tables).flatten()
    grouped = all_rows.group_by("event").aggregate([
        ("seq", "count"), ("eventId", "count_distinct"), ("contentId", "count_distinct"),
        ("data.currentTime", "sum"), ("seq", "min"), ("seq", "max")]).sort_by("event").to_pylist()
    assert [(row["event"], row["seq_count"], row["eventId_count_distinct"], row["contentId_count_distinct"],
             row["data.currentTime_sum"], row["seq_min"], row["seq_max"]) for row in grouped] == expected


def test_pages_carry_lz4_checksums_and_indexes(sealed):
    for path in live_files(sealed):
        metadata = parquet.ParquetFile(path).metadata
        for group in range(metadata.num_row_groups):
            for leaf in range(metadata.num_columns):
                column = metadata.row_group(group).column(leaf)
                assert column.compression in ("LZ4", "LZ4_RAW", "UNCOMPRESSED"), column
                assert column.has_offset_index and column.has_column_index, column.path_in_schema


def test_duckdb_answers_the_same(sealed, expected):
    files = live_files(sealed)
    sql = SQL.format(current="data.currentTime", table=f"read_parquet({files!r}, union_by_name = true)")
    assert duckdb.sql(sql).fetchall() == expected


def test_polars_answers_the_same(sealed, expected):
    frame = polars.scan_parquet(live_files(sealed))
    answer = frame.group_by("event").agg(
        polars.len(), polars.col("eventId").n_unique(), polars.col("contentId").n_unique().alias("contents"),
        polars.col("data").struct.field("currentTime").sum(), polars.col("seq").min().alias("first"),
        polars.col("seq").max().alias("last")).sort("event").collect()
    rows = [(*row[:4], None if row[4] == 0 else row[4], *row[5:]) for row in answer.rows()]
    # Polars says 0 where SQL says NULL: the sum of nothing.
    assert rows == [(*row[:4], row[4] or None, *row[5:]) for row in expected]


def test_deltalake_sees_the_same_files_and_rows(sealed, expected):
    delta = deltalake.DeltaTable(str(table(sealed)))
    assert sorted(path.rsplit("/events/")[-1] for path in delta.file_uris()) == sorted(
        path.rsplit("/events/")[-1] for path in live_files(sealed))
    arrow = delta.to_pyarrow_table()
    assert arrow.num_rows == sum(row[1] for row in expected)
    answer = duckdb.sql(SQL.format(current="data.currentTime", table="arrow")).fetchall()
    assert answer == expected


def test_clickhouse_answers_the_same_over_the_delta_table(sealed, expected):
    sql = SQL.format(current="data.currentTime", table=f"deltaLakeLocal('{table(sealed)}')")
    # A process of its own, in the store: ClickHouse reads only below the directory it began in.
    script = "import chdb, sys; print(chdb.query(sys.argv[1], 'JSONEachRow'))"
    result = subprocess.run(
        [sys.executable, "-c", script, sql], cwd=sealed.store, capture_output=True, timeout=120)
    assert result.returncode == 0, result.stderr
    answer = [json.loads(line) for line in result.stdout.splitlines() if line]
    for row in answer:
        row.update({name: int(row[name]) for name in ("n", "ids", "contents", "first", "last")})
    assert rows_of(answer) == expected


def test_a_store_without_daemon_answers_the_same(sealed, expected):
    sealed.stop()
    before = fingerprint(sealed.store)
    result = subprocess.run(
        [sealed.binaries / "eventlog", "query", "--store", sealed.store, QUESTION], capture_output=True, timeout=120)
    assert result.returncode == 0, result.stderr
    assert rows_of(json.loads(line) for line in result.stdout.splitlines()) == expected
    for command in (["segment", "ls"], ["segment", "stat"], ["segment", "verify"]):
        result = subprocess.run(
            [sealed.binaries / "eventlog", *command, sealed.store], capture_output=True, timeout=120)
        assert result.returncode == 0, (command, result.stderr)
    assert fingerprint(sealed.store) == before


def fingerprint(store):
    """Every file's bytes and times: offline reading changes none."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(store.rglob("*")) if path.is_file()}


def test_damage_in_one_page_costs_that_page_and_is_named(sealed):
    victim = damage_one_page(live_files(sealed)[1], "eventId")
    name = victim.rsplit("/", 1)[-1]
    sealed.restart()
    question = "FROM events |> AGGREGATE count(eventId) AS n"
    result = sealed.client("query", "--format", "json", question)
    assert result.returncode == 3, (result.returncode, result.stderr)
    assert name.encode() in result.stderr
    # A page has at most 16,384 rows.
    assert 60_000 - 16_384 <= sealed.query(question, status=3)[0]["n"] < 60_000
    # A question that does not need the damaged column is answered in full.
    assert sealed.query("FROM events |> AGGREGATE count(contentId) AS n") == [{"n": 60_000}]
    result = subprocess.run(
        [sealed.binaries / "eventlog", "segment", "verify", sealed.store], capture_output=True, timeout=120)
    assert result.returncode == 3 and name.encode() in result.stdout, result


def damage_one_page(path, leaf):
    """Flips a bit in the middle of a column's data pages."""
    group = parquet.ParquetFile(path).metadata.row_group(0)
    for index in range(group.num_columns):
        column = group.column(index)
        if column.path_in_schema == leaf:
            first = column.dictionary_page_offset or column.data_page_offset
            # The middle of what follows the dictionary, whose damage would cost more than a page.
            offset = (column.data_page_offset + first + column.total_compressed_size) // 2
            with open(path, "r+b") as file:
                file.seek(offset)
                byte = file.read(1)[0]
                file.seek(offset)
                file.write(bytes([byte ^ 0x10]))
            return path
    raise AssertionError(f"no column {leaf}")

