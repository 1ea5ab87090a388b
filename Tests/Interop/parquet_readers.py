"""Compares our Parquet writer and reader with other programs, in both directions.

    python3 Tests/Interop/parquet_readers.py [DIRECTORY]

Runs the Swift suite "Other programs" twice: first it writes files, which pyarrow (verifying page
checksums), DuckDB, Polars and chDB must read as the JSON beside them says; then it reads files that
pyarrow, DuckDB and Polars wrote. Prints a line for each pair and exits with 1 if one fails.
A reader that is not installed is named and passed over, unless --all is given.
"""

import importlib
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FAILURES = []


def swift(variable, directory):
    environment = dict(os.environ, **{variable: str(directory)})
    run = subprocess.run(
        ["swift", "test", "--skip-build", "--filter", "InteropTests"],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    if run.returncode != 0:
        print(run.stdout[-4000:], run.stderr[-4000:])
        sys.exit("the Swift half failed")


def double(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def same(expected, found):
    if isinstance(expected, float) and isinstance(found, float):
        return struct.pack("<d", expected) == struct.pack("<d", found) or (
            math.isnan(expected) and math.isnan(found))
    return expected == found and type(expected) is type(found)


def check(what, expected, found):
    """Both map leaf names to lists."""
    problem = None
    if list(expected) != list(found):
        problem = f"columns {list(found)[:5]}… instead of {list(expected)[:5]}…"
    else:
        for name, values in expected.items():
            if len(values) != len(found[name]):
                problem = f"{name}: {len(found[name])} rows instead of {len(values)}"
                break
            row = next((i for i, (a, b) in enumerate(zip(values, found[name])) if not same(a, b)), None)
            if row is not None:
                problem = f"{name} row {row}: {found[name][row]!r} instead of {values[row]!r}"
                break
    print(("FAILED " if problem else "ok     ") + what + (f": {problem}" if problem else ""))
    if problem:
        FAILURES.append(what)


def expectation(path):
    columns = json.loads(path.read_text())
    for name, values in columns.items():
        if name.split(".")[-1].startswith("double"):
            columns[name] = [None if v is None else double(v) for v in values]
    return columns


# Readers: each returns leaf names and lists, moments as microseconds.

def arrow_columns(table):
    import pyarrow as pa
    while any(pa.types.is_struct(f.type) for f in table.schema):
        table = table.flatten()
    columns = {}
    for name, column in zip(table.column_names, table.columns):
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz)).cast(pa.int64())
        columns[name] = column.to_pylist()
    return columns


def read_pyarrow(path):
    import pyarrow.parquet as pq
    file = pq.ParquetFile(path, page_checksum_verification=True)
    for group in range(file.metadata.num_row_groups):
        for column in range(file.metadata.num_columns):
            chunk = file.metadata.row_group(group).column(column)
            assert chunk.has_offset_index, "no offset index"
            assert chunk.statistics is None or chunk.statistics.has_null_count
    return arrow_columns(file.read())


def read_duckdb(path):
    import duckdb
    connection = duckdb.connect()
    return arrow_columns(connection.sql(f"select * from read_parquet('{path}')").to_arrow_table())


def read_polars(path):
    import polars
    frame = polars.read_parquet(path)
    return arrow_columns(frame.to_arrow())


def read_chdb(path):
    import chdb
    import pyarrow as pa
    import pyarrow.parquet as pq
    # Asked through Arrow; ClickHouse hands text over as bytes unless told otherwise.
    result = chdb.query(
        f"select * from file('{path}', Parquet) settings output_format_arrow_string_as_string = 1, "
        "input_format_parquet_preserve_order = 1, max_threads = 1", "Arrow")
    return arrow_columns(pa.ipc.open_file(result.bytes()).read_all())


def filtered_counts(path, expected):
    """Predicates make readers use statistics, page indexes and Bloom filters."""
    import duckdb
    import polars
    columns = {n: v for n, v in expected.items()
               if "." not in n and n.split("_")[0] in ("int64", "string") and any(x is not None for x in v)}
    for name, values in columns.items():
        present = [v for v in values if v is not None]
        for value in {present[0], present[-1], present[len(present) // 2], max(present), min(present)}:
            wanted = sum(v == value for v in values)
            literal = value if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
            counts = [duckdb.sql(
                f"select count(*) from read_parquet('{path}') where \"{name}\" = {literal}").fetchall()[0][0],
                polars.scan_parquet(path).filter(polars.col(name) == value).select(polars.len()).collect().item()]
            if counts != [wanted, wanted]:
                FAILURES.append(f"filter on {name}")
                print(f"FAILED {path.name} {name} = {value!r}: {counts} rows instead of {wanted}")
                return
    print(f"ok     {path.name} filtered by DuckDB and Polars")


# Writers: files of others, with the values that must be found in them.

def foreign_files(directory):
    import pyarrow as pa
    import pyarrow.parquet as pq
    rows = 5_000
    table = pa.table({
        "b": pa.array([None if i % 7 == 0 else i % 3 == 0 for i in range(rows)]),
        "i32": pa.array([None if i % 5 == 0 else i * 37 - 9_000 for i in range(rows)], pa.int32()),
        "i64": pa.array([i * i * 1_000_003 for i in range(rows)], pa.int64()),
        "f": pa.array([i / 4 for i in range(rows)], pa.float32()),
        "d": pa.array([None if i % 11 == 0 else i / 3 for i in range(rows)]),
        "s": pa.array([None if i % 4 == 0 else f"value {i % 50}" for i in range(rows)]),
        "u": pa.array([f"évt_{i * 2654435761 % 2**32:08x}" for i in range(rows)]),
        "ts": pa.array([1_700_000_000_000_000 + i * 999 for i in range(rows)], pa.timestamp("us", "UTC")),
        "ms": pa.array([1_700_000_000_000 + i for i in range(rows)], pa.timestamp("ms", "UTC")),
        "data": pa.array([None if i % 9 == 0 else {"x": i, "y": None if i % 2 else f"y{i % 20}"}
                          for i in range(rows)]),
        "n": pa.nulls(rows, pa.string()),
    })
    expected = arrow_columns(table)
    # Columns of types that we do not read must not keep us from the others.
    table = table.add_column(3, "day", pa.array([i for i in range(rows)], pa.date32()))
    table = table.add_column(5, "list", pa.array([[i, i] for i in range(rows)]))
    names = []

    def made(name):
        names.append(name)
        (directory / f"{name}.expected").write_text("")
        return str(directory / f"{name}.parquet")

    for version in ("1.0", "2.0"):
        for codec in ("lz4", "none"):
            for index in (True, False):
                pq.write_table(
                    table, made(f"pyarrow-v{version}-{codec}-{index}"), data_page_version=version,
                    compression=codec, write_page_index=index, row_group_size=2_048, data_page_size=4_096,
                    write_page_checksum=index)
    pq.write_table(table, made("pyarrow-small-dictionary"), compression="lz4",
                   dictionary_pagesize_limit=2_000, data_page_size=1_000)
    delta = {"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED", "ts": "DELTA_BINARY_PACKED",
             "ms": "BYTE_STREAM_SPLIT", "d": "BYTE_STREAM_SPLIT", "s": "DELTA_LENGTH_BYTE_ARRAY",
             "u": "DELTA_BYTE_ARRAY", "b": "RLE"}
    pq.write_table(table, made("pyarrow-delta"), use_dictionary=False, column_encoding=delta,
                   compression="lz4", data_page_version="2.0", data_page_size=8_192)
    import duckdb
    duckdb.register("t", table)
    for version in ("V1", "V2"):
        duckdb.execute(f"copy t to '{made('duckdb-' + version)}' (format parquet, codec lz4_raw, "
                       f"parquet_version {version}, row_group_size 2048)")
    duckdb.execute(f"copy t to '{made('duckdb-plain')}' (format parquet, codec uncompressed)")
    import polars
    polars.from_arrow(table).write_parquet(made("polars"), compression="lz4", row_group_size=2_048)
    polars.from_arrow(table).write_parquet(made("polars-plain"), compression="uncompressed")
    (directory / "names.txt").write_text("\n".join(names))
    return names, expected


def check_foreign(name, directory, expected):
    found = {}
    for line in (directory / f"{name}.read").read_text().splitlines():
        column, values = json.loads(line)
        found.setdefault(column, []).extend(values)
    wanted = {k: list(v) for k, v in expected.items()}
    for column in ("f", "d"):
        found[column] = [None if v is None else double(v) for v in found.get(column, [])]
    check(f"we read {name}", wanted, found)


def check_nested(what, expected, found):
    wrong = next((i for i, (a, b) in enumerate(zip(expected, found)) if a != b), None)
    problem = f"{len(found)} rows instead of {len(expected)}" if len(expected) != len(found) else (
        f"row {wrong}: {found[wrong]!r} instead of {expected[wrong]!r}" if wrong is not None else None)
    print(("FAILED " if problem else "ok     ") + what + (f": {problem}" if problem else "")[:600])
    if problem:
        FAILURES.append(what)


def nested_readers(path, expected):
    """Lists, maps and groups in each other, written by us."""
    import duckdb
    import pyarrow.parquet as parquet
    table = parquet.ParquetFile(path, page_checksum_verification=True).read()
    check_nested("pyarrow reads nested rows", expected, table.to_pylist(maps_as_pydicts="strict"))
    answer = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
    found = [dict(zip(answer.columns, row)) for row in answer.fetchall()]
    check_nested("duckdb reads nested rows", expected, found)
    return table


def main():
    arguments = [a for a in sys.argv[1:] if a != "--all"]
    directory = pathlib.Path(arguments[0] if arguments else tempfile.mkdtemp(prefix="parquet-interop-"))
    ours, theirs = directory / "ours", directory / "theirs"
    ours.mkdir(parents=True, exist_ok=True)
    theirs.mkdir(parents=True, exist_ok=True)
    swift("PARQUET_INTEROP_WRITE", ours)
    readers = {"pyarrow": read_pyarrow, "duckdb": read_duckdb, "polars": read_polars, "chdb": read_chdb}
    for module, read in readers.items():
        try:
            version = importlib.import_module(module).__version__
        except ImportError:
            print(f"absent {module}")
            if "--all" in sys.argv:
                FAILURES.append(module)
            continue
        for path in sorted(ours.glob("*.parquet")):
            expected = expectation(path.with_suffix(".json"))
            try:
                found = read(path)
            except Exception as error:  # whatever a reader throws is a failure of ours
                print(f"FAILED {module} {version} reads {path.name}: {error}"[:600])
                FAILURES.append(f"{module} {path.name}")
                continue
            check(f"{module} {version} reads {path.name}", expected, found)
    filtered_counts(ours / "groups.parquet", expectation(ours / "groups.json"))
    nested = json.loads((ours / "nested.json").read_text())
    table = nested_readers(ours / "nested.rows", nested)
    import pyarrow.parquet as parquet
    for version in ("1.0", "2.0"):
        parquet.write_table(table, theirs / f"nested-{version[0]}.rows", compression="none",
                            data_page_version=version, data_page_size=512)
    names, expected = foreign_files(theirs)
    swift("PARQUET_INTEROP_READ", theirs)
    for name in names:
        check_foreign(name, theirs, expected)
    for name in ("nested-1", "nested-2"):
        check_nested(f"we read {name}", nested, json.loads((theirs / f"{name}.read").read_text()))
    sys.exit(1 if FAILURES else 0)


if __name__ == "__main__":
    main()
