"""`eventlog segment stat`: how a segment is laid out, as pyarrow sees it too; and damage as JSON on every command."""
import json
import os
import shutil
import subprocess

import pytest

from daemon import event
from test_dump import filled
from test_segment_events import files, run
from unchanged import can_mount, has_strace, mounted_readonly, state, written

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def objects(daemon, *arguments, status=0):
    done = run(daemon, *arguments)
    assert done.returncode == status, (done.returncode, done.stdout[:300], done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def hurt(path, offset, count=1):
    os.chmod(path, 0o600)
    data = bytearray(path.read_bytes())
    for place in range(offset, offset + count):
        data[place] ^= 0x55
    path.write_bytes(data)


def stored(daemon, count=40_000):
    ack, errors = daemon.send([event(n) for n in range(count)])
    assert ack["failed"] == 0, errors[:3]
    daemon.seal()
    daemon.stop()
    return files(daemon)[0]


def test_stat_says_what_pyarrow_says(daemon):
    segment = stored(daemon)
    (told,) = objects(daemon, "stat", "--json", segment)
    metadata = parquet.ParquetFile(segment).metadata
    assert told["metadataChecksums"] and told["summary"]["rows"] == 40_000
    assert told["keyValues"]["eventlog.seq.first"] == "1"
    assert told["sortingColumns"][:2] == ["event", "contentId"]
    leaves = {leaf["name"]: leaf for leaf in told["leaves"]}
    assert abs(sum(leaf["share"] for leaf in leaves.values()) - 1) < 1e-6
    for position in range(metadata.num_columns):
        column = metadata.row_group(0).column(position)
        leaf = leaves[column.path_in_schema]
        assert leaf["rawBytes"] == column.total_uncompressed_size
        if leaf["storedBytes"]:
            assert leaf["storedBytes"] == column.total_compressed_size
        assert ("dictionary" in leaf) == column.has_dictionary_page
        assert leaf["offsetIndexes"] == int(column.has_offset_index)
        assert leaf["columnIndexes"] == int(column.has_column_index)
        assert leaf["pages"]["rowsMax"] <= 16_384 and leaf["pages"]["count"] == 3
    filter = leaves["eventId"]["filter"]
    # One value in a hundred is taken for known at most, and all forty thousand are in it.
    assert 36_000 < filter["values"] < 44_000 and 0 < filter["falsePositives"] < 0.02
    assert 6 < filter["bitsPerValue"] < 30
    assert leaves["deviceId"]["dictionary"]["entries"] == 20
    text = run(daemon, "stat", segment).stdout.decode()
    assert "eventlog.store = " in text and "dictionary 20 entries" in text and "█" in text


def test_pages_are_listed_with_bounds_and_their_checksums_tried(daemon):
    segment = stored(daemon)
    pages = objects(daemon, "stat", "--json", "--pages", "timestamp", segment)
    data = [page for page in pages if "firstRow" in page]
    assert [page["firstRow"] for page in data] == [0, 16_384, 32_768]
    assert sum(page["rows"] for page in data) == 40_000
    assert all(page["checksumRight"] and page["nulls"] == 0 and page["min"] <= page["max"] for page in data)
    hurt(segment, data[1]["offset"] + data[1]["size"] - 3)
    done = run(daemon, "stat", "--json", "--pages", "timestamp", "--damage-json", segment)
    assert done.returncode == 3
    again = [json.loads(line) for line in done.stdout.splitlines()]
    assert [page["checksumRight"] for page in again if "firstRow" in page] == [True, False, True]
    (damage,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (damage["path"], damage["offset"], damage["length"], damage["events"]) == (
        str(segment), data[1]["offset"], data[1]["size"], 16_384)
    assert run(daemon, "stat", "--pages", "nothing", segment).returncode == 2
    assert b"CHECKSUM WRONG" in run(daemon, "stat", "--pages", "timestamp", segment).stdout


def test_damaged_indexes_filters_and_footers_are_told_and_the_rest_is_shown(daemon, short_tmp):
    segment = stored(daemon)
    sound = segment.read_bytes()
    copy = short_tmp / "copy.parquet"
    for offset in range(len(sound) // 2, len(sound), 997):
        copy.write_bytes(sound)
        hurt(copy, offset, 40 if offset + 40 < len(sound) else 1)
        done = run(daemon, "stat", "--json", "--damage-json", copy)
        assert done.returncode in (0, 3), (offset, done.stderr)
        for line in done.stderr.splitlines():
            assert json.loads(line)["path"] == str(copy)
    copy.write_bytes(sound[:-1])
    done = run(daemon, "stat", "--damage-json", copy)
    assert done.returncode == 3 and "end like" in json.loads(done.stderr)["message"]
    assert run(daemon, "stat", short_tmp / "nothing").returncode == 1


def test_a_large_file_takes_no_longer(daemon, short_tmp):
    """A file of some 200 MB in 20 row groups: its pages stay unread. (By bytes read, for clocks are not to be trusted.)"""
    if not has_strace:
        pytest.skip("there is no strace here")
    path = short_tmp / "large.parquet"
    count = 200_000
    writer = None
    for group in range(20):
        seqs = pyarrow.array(range(group * count, (group + 1) * count), pyarrow.int64())
        ids = pyarrow.array([os.urandom(24).hex() for _ in range(1000)]).take(
            pyarrow.array([n * 7919 % 1000 for n in range(count)]))
        columns = {"seq": seqs, "timestamp": seqs.cast(pyarrow.timestamp("us", tz="UTC")), "event": ids}
        table = pyarrow.table(columns)
        writer = writer or parquet.ParquetWriter(path, table.schema, compression="none", use_dictionary=False,
                                                 write_page_index=True)
        writer.write_table(table, row_group_size=count)
    writer.close()
    assert path.stat().st_size > 150 << 20
    trace = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=pread64", "-o", "/dev/stderr", daemon.binaries / "eventlog", "segment",
         "stat", path], capture_output=True, timeout=60)
    assert trace.returncode == 0
    read = sum(int(line.rsplit("=", 1)[1]) for line in trace.stderr.decode(errors="replace").splitlines()
               if "pread64(" in line)
    assert 0 < read < 4 << 20, read


def test_damage_is_json_on_every_command_that_leaves_events_out(daemon, short_tmp):
    filled(daemon)
    daemon.stop()
    segment = files(daemon)[0]
    page = [p for p in objects(daemon, "stat", "--json", "--pages", "event", segment) if "firstRow" in p][0]
    copy = short_tmp / "copy.parquet"
    shutil.copy(segment, copy)
    hurt(copy, page["offset"] + page["size"] - 2)
    nothing = short_tmp / "nothing.parquet"
    nothing.write_bytes(b"PAR1" * 10)
    for command in (["cat", copy], ["grep", "--text", "x", copy], ["grep", "--count", "--event", "like", copy], ["diff", copy, segment],
                    ["diff", "--json", copy, segment], ["timeline", "--json", "--by", "day", nothing],
                    ["timeline", "--by", "hour", nothing], ["cat", nothing], ["salvage", nothing, short_tmp / "out"]):
        done = run(daemon, *command, "--damage-json")
        assert done.returncode == 3, (command, done.stderr)
        told = [json.loads(line) for line in done.stderr.splitlines()]
        assert told and all(entry["path"] in (str(copy), str(nothing)) and entry["message"] for entry in told), told
        # And as text for people.
        done = run(daemon, *command)
        assert done.returncode == 3 and b"eventlog: warning: " in done.stderr, (command, done.stderr)
    assert not (short_tmp / "out").exists()


def test_deep_verification_covers_the_journal_and_files_that_are_given_together(daemon, short_tmp):
    filled(daemon)
    daemon.kill()
    segment = files(daemon)[0]
    found = [v for v in objects(daemon, "verify", "--deep", "--json", daemon.store)]
    assert any(v["path"].endswith(".journal") and v["rows"] > 0 and not v["findings"] for v in found)
    copy = short_tmp / "copy.parquet"
    shutil.copy(segment, copy)
    assert all(not v["findings"] for v in objects(daemon, "verify", "--deep", "--json", segment))
    verdicts = objects(daemon, "verify", "--deep", "--json", segment, copy, status=3)
    (together,) = [v for v in verdicts if v["findings"]]
    rows = parquet.ParquetFile(segment).metadata.num_rows
    assert [finding["rows"] for finding in together["findings"]] == [rows, rows]
    assert str(segment) in together["path"] and str(copy) in together["path"]
    # A record whose checksums are right may still be nonsense; one whose are not is found by both.
    journal = sorted((daemon.store / "journal").glob("*.journal"))[-1]
    hurt(journal, 4160 + 60)
    verdicts = objects(daemon, "verify", "--deep", "--json", daemon.store, status=3)
    (bad,) = [v for v in verdicts if v["findings"]]
    assert bad["path"] == str(journal) and bad["findings"][0]["offset"] == 4160
    assert run(daemon, "verify", daemon.store).returncode == 3


def test_stat_changes_nothing_also_on_a_mount_that_cannot_be(daemon, short_tmp):
    segment = stored(daemon, 1000)
    before = state(daemon.store)
    expected = run(daemon, "stat", "--json", daemon.store)
    assert expected.returncode == 0
    if has_strace:
        assert written([daemon.binaries / "eventlog", "segment", "stat", "--pages", "seq", segment], daemon.store) == []
    if can_mount():
        with mounted_readonly(daemon.store, short_tmp / "ro") as place:
            done = run(daemon, "stat", "--json", place)
            assert done.stdout.replace(str(place).encode(), str(daemon.store).encode()) == expected.stdout
    assert state(daemon.store) == before
