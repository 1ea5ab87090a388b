"""`eventlog segment verify --deep`: no false alarm on sound stores, and planted lies are found."""
import json
import os
import shutil

from daemon import event
from test_dump import ODD, filled
from test_segment_events import files, run, state

import pyarrow.parquet as parquet


def verify(daemon, *paths):
    done = run(daemon, "verify", "--deep", "--json", *paths)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode == 3) == any(verdict["findings"] for verdict in verdicts), done.stderr
    assert done.returncode in (0, 3), done.stderr
    return verdicts


def messages(verdicts):
    return [finding["message"] for verdict in verdicts for finding in verdict["findings"]]


def rewrite(path, data):
    os.chmod(path, 0o600)
    path.write_bytes(data)


def test_a_sound_store_is_sound_and_unchanged(daemon):
    filled(daemon)
    daemon.seal()
    daemon.send([event(n) for n in range(5_000, 25_000)])
    daemon.seal()
    daemon.client("compact")
    daemon.stop()
    before = state(daemon.store)
    assert messages(verify(daemon, daemon.store)) == []
    assert messages(verify(daemon, *files(daemon))) == []
    assert state(daemon.store) == before


def test_what_the_catalog_does_not_name_is_told_and_no_damage(daemon):
    filled(daemon)
    daemon.stop()
    segment = files(daemon)[0]
    stray = segment.with_name("000000900001-000000900002-0-0.parquet")
    shutil.copy(segment, stray)
    verdicts = verify(daemon, daemon.store)
    assert messages(verdicts) == []
    assert [verdict["path"] for verdict in verdicts if "not referenced" in verdict.get("note", "")] == [str(stray)]
    # Under that name its numbers are wrong.
    assert any("name says" in text for text in messages(verify(daemon, stray)))


def test_a_catalog_that_contradicts_the_files_is_found(daemon):
    filled(daemon)
    daemon.stop()
    segment = files(daemon)[0]
    for log in [*(daemon.store / "events/_delta_log").glob("*.json"), *(daemon.store / "catalog").glob("*.json")]:
        text = log.read_text()
        lines = text.splitlines()
        lines = [line.replace(f'\\"numRecords\\":{3_000 + len(ODD)}', '\\"numRecords\\":2999')
                 .replace('\\"maxValues\\":{\\"seq\\":', '\\"maxValues\\":{\\"seq\\":1,\\"was\\":') for line in lines]
        # A commit of another writer has no checksum and no link, and is taken as it is.
        info = json.loads(lines[0])
        info["commitInfo"] = {name: value for name, value in info["commitInfo"].items()
                              if name != "crc32c" and not name.startswith("eventlog.")}
        if "\n".join(lines) + "\n" != text:
            os.chmod(log, 0o600)
            log.write_text("\n".join([json.dumps(info), *lines[1:]]) + "\n")
    found = messages(verify(daemon, daemon.store))
    assert any("the catalog says 2999 events" in text for text in found), found
    assert any("column seq: a value is above what the catalog says" in text for text in found), found
    os.chmod(segment, 0o600)
    with open(segment, "ab") as file:
        file.write(b"x")
    assert any("bytes of" in text or "end like" in text for text in messages(verify(daemon, daemon.store)))


def test_wrong_statistics_and_repeated_events_are_found_in_files_of_others(daemon, short_tmp):
    import pyarrow
    rows = {"seq": pyarrow.array([1, 2, 2], pyarrow.int64()),
            "timestamp": pyarrow.array([1, 2, 3], pyarrow.timestamp("us", tz="UTC")),
            "event": ["like", "needle", "save"]}
    path = short_tmp / "own.parquet"
    parquet.write_table(pyarrow.table(rows), path, compression="none", use_dictionary=False, write_page_index=True)
    assert messages(verify(daemon, path)) == ["seq: 1 numbers stand twice"]
    # The data change behind the statistics; these files have no checksums.
    data = path.read_bytes()
    assert data.count(b"needle") == 1
    rewrite(path, data.replace(b"needle", b"zeedle"))
    found = messages(verify(daemon, path))
    assert sum("above the maximum" in text for text in found) >= 2, found
    assert all("column event" in text or "twice" in text for text in found)


def test_each_flipped_bit_is_found(daemon):
    daemon.send([event(n) for n in range(20_000)])
    daemon.seal()
    daemon.stop()
    segment = files(daemon)[0]
    sound = segment.read_bytes()
    for number in range(40):
        place = 4 + number * (len(sound) - 12) // 40
        damaged = bytearray(sound)
        damaged[place] ^= 1 << number % 8
        rewrite(segment, damaged)
        verdicts = verify(daemon, segment)
        assert messages(verdicts), place
        assert all(finding["remedy"] for finding in verdicts[0]["findings"])
