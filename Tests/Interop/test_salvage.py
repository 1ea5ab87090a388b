"""`eventlog segment salvage`: what is intact of a damaged segment comes back, no more and no less is claimed."""
import json

import pytest

from daemon import event
from test_segment_deep import messages, rewrite, verify
from test_segment_events import files, run

import pyarrow.parquet as parquet

COUNT = 40_000
PAGE = 16_384


@pytest.fixture
def store(daemon):
    for start in range(0, COUNT, 10_000):
        ack, errors = daemon.send([event(n) for n in range(start, start + 10_000)])
        assert ack["failed"] == 0, errors[:3]
    daemon.seal()
    daemon.send([event(n) for n in range(COUNT, COUNT + 5_000)])
    daemon.seal()
    daemon.stop()
    return daemon


def salvage(daemon, source, out, *options):
    out.unlink(missing_ok=True)
    done = run(daemon, "salvage", "--json", source, out, *options)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr.decode()


def chunk(path, name):
    metadata = parquet.ParquetFile(path).metadata.row_group(0)
    column = next(metadata.column(n) for n in range(metadata.num_columns) if metadata.column(n).path_in_schema == name)
    start = column.dictionary_page_offset or column.data_page_offset
    return start, start + column.total_compressed_size, column


def cat(daemon, path):
    return run(daemon, "cat", path).stdout.splitlines()


def test_of_a_sound_file_everything_is_kept(store, short_tmp):
    segment, out = files(store)[0], short_tmp / "out.parquet"
    status, report = salvage(store, segment, out)
    assert (status, report["kept"], report["lost"], report["columns"]) == (0, COUNT, 0, [])
    assert cat(store, out) == cat(store, segment)
    # What is there is never written over.
    assert run(store, "salvage", segment, out).returncode == 2
    assert run(store, "salvage", segment, segment).returncode == 2


def test_a_damaged_page_costs_its_rows_or_its_values(store, short_tmp):
    segment, out = files(store)[0], short_tmp / "out.parquet"
    sound, whole = segment.read_bytes(), cat(store, segment)
    for name, isRequired in ("timestamp", True), ("deviceId", False):
        damaged = bytearray(sound)
        place = chunk(segment, name)[1] - 1
        damaged[place] ^= 0x10
        rewrite(segment, damaged)
        last = COUNT - 2 * PAGE
        status, report = salvage(store, segment, out)
        assert (status, report["kept"], report["lost"]) == (3, 2 * PAGE, last)
        assert [loss["column"] for loss in report["columns"]] == [name]
        bytes_ = report["columns"][0]["bytes"][0]
        assert bytes_["offset"] <= place < bytes_["offset"] + bytes_["length"]
        readable = cat(store, segment)
        assert cat(store, out) == readable and set(readable) < set(whole)
        assert messages(verify(store, out)) == []
        status, report = salvage(store, segment, out, "--partial")
        kept = 2 * PAGE if isRequired else COUNT
        assert (status, report["kept"], report["incomplete"]) == (3, kept, kept - 2 * PAGE)
        assert parquet.read_table(out)[name].null_count == report["incomplete"]
        rewrite(segment, sound)


def test_without_a_footer_all_pages_are_found_again(store, short_tmp):
    segment, model = files(store)
    out = short_tmp / "out.parquet"
    sound, whole = segment.read_bytes(), cat(store, segment)
    length = int.from_bytes(sound[-8:-4], "little")
    for cut in (sound[:-1], sound[:-length], sound[:-8 - length] + bytes(length + 8)):
        rewrite(segment, cut)
        status, report = salvage(store, segment, out)
        assert status == 3 and "footer" in str(report) or "end" in str(report), report
        status, report = salvage(store, segment, out, "--like", model)
        assert (status, report["kept"], report["lost"], report["hasFooter"]) == (3, COUNT, 0, False), report
        assert cat(store, out) == whole
        assert messages(verify(store, out)) == []
    # And a damaged page of it costs its rows only, its header or its body.
    damaged = bytearray(sound[:-1])
    rewrite(segment, sound)
    start, end, column = chunk(segment, "eventId")
    for place in (end - 1, column.data_page_offset + 1):
        damaged = bytearray(sound[:-1])
        damaged[place] ^= 0x10
        rewrite(segment, damaged)
        status, report = salvage(store, segment, out, "--like", model)
        assert status == 3, report
        assert report["kept"] in (2 * PAGE, COUNT - PAGE), report
        assert report["kept"] + report["lost"] == COUNT
        assert {loss["column"] for loss in report["columns"]} == {"eventId"}
        assert set(cat(store, out)) <= set(whole) and messages(verify(store, out)) == []


def test_of_a_file_cut_in_the_middle_what_need_not_be_there_may_be_missing(store, short_tmp):
    segment, model = files(store)
    out = short_tmp / "out.parquet"
    sound = segment.read_bytes()
    end = chunk(segment, "extra")[1]
    rewrite(segment, sound[:end + 10])
    status, report = salvage(store, segment, out, "--like", model)
    assert (status, report["kept"], report["lost"], report.get("out")) == (3, 0, COUNT, None)
    assert not out.exists()
    status, report = salvage(store, segment, out, "--like", model, "--partial")
    assert (status, report["kept"], report["incomplete"]) == (3, COUNT, COUNT)
    assert {loss["column"].split(".")[0] for loss in report["columns"]} == {"data"}
    assert messages(verify(store, out)) == []
    rewrite(segment, sound[:100])
    assert salvage(store, segment, out, "--like", model)[0] == 3
    assert not out.exists()
    rewrite(segment, b"no segment at all" * 100)
    assert salvage(store, segment, out, "--like", model)[0] == 3
