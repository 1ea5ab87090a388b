"""`eventlog segment cat` and `grep`: events of stores and of single files, without a daemon."""
import hashlib
import json
import os
import subprocess

from daemon import event
from test_dump import ODD, dump, filled


def run(daemon, *arguments):
    command = [daemon.binaries / "eventlog", "segment", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120)


def lines(daemon, *arguments):
    done = run(daemon, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def files(daemon):
    return sorted((daemon.store / "events").glob("2*/*/*/*.parquet"))


def state(path):
    return {
        found: (found.stat().st_mtime_ns, found.is_file() and hashlib.sha256(found.read_bytes()).hexdigest())
        for found in [path, *path.rglob("*")] if not found.is_socket()
    }


def test_cat_prints_what_dump_prints_and_changes_nothing(daemon):
    filled(daemon)
    whole = dump(daemon)
    daemon.stop()
    before = state(daemon.store)
    assert run(daemon, "cat", daemon.store).stdout == whole
    # What the journal has is in no file.
    sealed = run(daemon, "cat", *files(daemon)).stdout
    assert whole.startswith(sealed) and sealed.count(b"\n") == 3_000 + len(ODD)
    assert lines(daemon, "cat", daemon.store, "--limit", 7) == whole.splitlines()[:7]
    assert lines(daemon, "cat", *files(daemon), daemon.store, "--limit", 3_010)[-4:] == whole.splitlines()[:4]
    assert lines(daemon, "cat", daemon.store, "--limit", 0) == []
    assert state(daemon.store) == before


def test_filters_are_those_of_a_query(daemon):
    filled(daemon)
    cases = [
        (["--event", "like"], "event = 'like'"),
        (["--event", "like", "--event", "swipe"], "event IN ('like', 'swipe')"),
        (["--content", "ä😀", "--user", "anonymous"], "contentId = 'ä😀' AND userId = 'anonymous'"),
        (["--from", "2026-11-01T10:00:00Z", "--to", "2026-11-01T10:00:00.000001Z"],
         "timestamp = TIMESTAMP '2026-11-01T10:00:00Z'"),
        (["--where", "seq % 7 = 3 AND contentId IS NOT NULL"], "seq % 7 = 3 AND contentId IS NOT NULL"),
        (["--device", "nobody"], "deviceId = 'nobody'"),
    ]
    for options, condition in cases:
        expected = [row["eventId"] for row in daemon.query(f"FROM events |> WHERE {condition} |> ORDER BY seq")]
        found = [json.loads(line)["eventId"] for line in lines(daemon, "cat", daemon.store, *options)]
        assert found == expected, condition
    for options in (["--where", "nonsense = 1"], ["--from", "soon"], ["--from", "2026-11-02", "--to", "2026-11-02"]):
        assert run(daemon, "cat", daemon.store, *options).returncode == 2, options


def test_grep_finds_text_wherever_it_stands_and_says_where(daemon):
    count = filled(daemon)
    segment = files(daemon)[0]
    sent = {"event": "like", "contentId": "c", "note": {"deep": ["n\\u00e9edle \\ud83d\\ude00"]}}
    text = json.dumps(sent).replace("\\\\u", "\\u").encode() + b"\n"
    assert daemon.client("ingest", stdin=text).returncode == 0
    assert len(lines(daemon, "grep", daemon.store, "--text", "néedle 😀")) == 1
    assert len(lines(daemon, "grep", daemon.store, "--text", "needle")) == 0
    likes = lines(daemon, "grep", daemon.store, "--content", "ä😀")
    assert len(likes) == 1 and json.loads(likes[0])["contentId"] == "ä😀"
    places = [json.loads(line) for line in lines(daemon, "grep", "--rows", "--json", daemon.store)]
    assert len(places) == count + 1
    sealed = [place for place in places if "row" in place]
    assert {place["file"] for place in sealed} == {str(segment)}
    import pyarrow.parquet as parquet
    numbers = parquet.read_table(segment, columns=["seq"])["seq"].to_pylist()
    assert all(numbers[place["row"]] == place["seq"] for place in sealed) and len(sealed) == len(numbers)
    counts = [json.loads(line) for line in lines(daemon, "grep", "--count", "--json", daemon.store)]
    assert {found["file"]: found["events"] for found in counts} == {
        str(segment): len(numbers), str(daemon.store): count + 1 - len(numbers)}
    assert lines(daemon, "grep", "--files", "--content", "ä😀", daemon.store) == [str(segment).encode()]
    assert run(daemon, "grep", "--files", "--count", daemon.store).returncode == 2
    assert run(daemon, "grep", "--text", "", daemon.store).returncode == 2


def test_damage_is_named_with_its_bytes_and_costs_only_its_rows(daemon):
    ack, errors = daemon.send([event(n) for n in range(20_000)])
    assert ack["failed"] == 0, errors[:3]
    daemon.seal()
    daemon.stop()
    import pyarrow.parquet as parquet
    segment = files(daemon)[0]
    metadata = parquet.ParquetFile(segment).metadata.row_group(0)
    column = next(metadata.column(n) for n in range(metadata.num_columns)
                  if metadata.column(n).path_in_schema == "timestamp")
    damaged = bytearray(segment.read_bytes())
    place = column.data_page_offset + column.total_compressed_size - 1
    damaged[place] ^= 1
    os.chmod(segment, 0o600)
    segment.write_bytes(damaged)
    for path in daemon.store, segment:
        done = run(daemon, "cat", path)
        assert done.returncode == 3
        assert len(done.stdout.splitlines()) == 16_384
        assert str(segment).encode() in done.stderr and b"column timestamp" in done.stderr
        first, last = (int(n) for n in done.stderr.decode().split("bytes ")[1].split(":")[0].split("–"))
        assert first <= place <= last
    # The damaged page is not asked about: the answer is whole.
    assert run(daemon, "grep", "--files", "--event", "like", segment).returncode == 0
    segment.write_bytes(damaged[:-100])
    assert run(daemon, "cat", segment).returncode == 3
    assert run(daemon, "cat", daemon.store / "missing").returncode == 1
