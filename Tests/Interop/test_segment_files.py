"""`eventlog segment` on single Parquet files, made here by pyarrow with page checksums as ours have."""
import json
import os
import subprocess

import pytest

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS = 30_000


@pytest.fixture
def segment(short_tmp):
    path = short_tmp / "segment.parquet"
    times = pyarrow.array(range(1_700_000_000_000_000, 1_700_000_000_000_000 + ROWS), pyarrow.timestamp("us", tz="UTC"))
    table = pyarrow.table({
        "seq": pyarrow.array(range(1, ROWS + 1), pyarrow.int64()),
        "timestamp": times,
        "event": ["like", "save", None] * (ROWS // 3),
        "data": [{"currentTime": n / 8} for n in range(ROWS)],
    })
    parquet.write_table(table, path, compression="lz4", write_page_checksum=True, row_group_size=20_000,
                        write_page_index=True, data_page_size=4096)
    return path


def run(binaries, *arguments):
    return subprocess.run([binaries / "eventlog", "segment", *map(str, arguments)], capture_output=True, timeout=60)


def test_ls_and_stat_say_what_is_in_a_file(binaries, segment):
    summary = json.loads(run(binaries, "ls", "--json", segment).stdout)
    assert summary == {"path": str(segment), "rows": ROWS, "size": segment.stat().st_size, "firstSeq": 1,
                       "lastSeq": ROWS, "from": "2023-11-14T22:13:20Z", "to": "2023-11-14T22:13:20.029999Z"}
    statistics = json.loads(run(binaries, "stat", "--json", segment).stdout)
    assert statistics["rowGroups"] == 2
    assert [leaf["name"] for leaf in statistics["leaves"]] == ["seq", "timestamp", "event", "data.currentTime"]
    stored = sum(leaf["storedBytes"] for leaf in statistics["leaves"])
    assert 0 < stored < segment.stat().st_size
    text = run(binaries, "stat", segment).stdout.decode()
    assert "30,000 events" in text and "data.currentTime double" in text


def test_verify_finds_a_sound_file_sound_and_changes_nothing(binaries, segment):
    before = segment.read_bytes(), segment.stat().st_mtime_ns
    os.chmod(segment, 0o444)
    result = run(binaries, "verify", segment)
    assert result.returncode == 0, result
    assert (segment.read_bytes(), segment.stat().st_mtime_ns) == before


def test_verify_finds_a_flipped_bit_in_any_column_and_says_where(binaries, segment):
    sound = segment.read_bytes()
    metadata = parquet.ParquetFile(segment).metadata
    for group in range(2):
        for leaf in range(4):
            column = metadata.row_group(group).column(leaf)
            first = column.dictionary_page_offset or column.data_page_offset
            # The last bytes of a chunk are values; a flip in a header of pyarrow's may mean nothing.
            place = first + column.total_compressed_size - 2
            damaged = bytearray(sound)
            damaged[place] ^= 4
            segment.write_bytes(damaged)
            result = run(binaries, "verify", "--json", segment)
            verdict = json.loads(result.stdout)
            assert result.returncode == 3, (column.path_in_schema, result)
            assert verdict["path"] == str(segment) and verdict["findings"]
            assert column.path_in_schema in verdict["findings"][0]["message"]
            assert verdict["findings"][0]["offset"] <= place


@pytest.mark.parametrize("left", [0, 3, 11, 12, 1000, -1])
def test_a_cut_file_is_damaged_and_never_a_crash(binaries, segment, left):
    segment.write_bytes(segment.read_bytes()[:left])
    assert run(binaries, "verify", segment).returncode == 3
    assert run(binaries, "stat", segment).returncode == 3


def test_what_is_no_segment_is_a_failure_with_a_sentence(binaries, short_tmp):
    os.mkfifo(short_tmp / "pipe")
    for path in (short_tmp / "missing", short_tmp / "pipe"):
        result = run(binaries, "verify", path)
        assert result.returncode == 1 and str(path).encode() in result.stderr
