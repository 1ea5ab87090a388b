"""`eventlog journal`: a journal's files without a daemon, sound, damaged or cut.

EVENTLOG_FLIP_STEP: every how many-th byte is flipped (default 7; 1 is every byte).
"""
import concurrent.futures
import json
import os
import shutil
import subprocess

import pytest

from daemon import event
from test_clock import moment
from test_dump import ODD, dump
from unchanged import can_mount, has_strace, mounted_readonly, state, written

HEADER = 4160
STEP = int(os.environ.get("EVENTLOG_FLIP_STEP", "7"))


def run(daemon, *arguments):
    command = [daemon.binaries / "eventlog", "journal", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120)


def objects(daemon, *arguments, status=0):
    done = run(daemon, *arguments)
    assert done.returncode == status, (done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def files(daemon):
    return sorted((daemon.store / "journal").glob("*.journal"))


def filled(daemon):
    """Some records of some kinds, not sealed."""
    ack, errors = daemon.send(ODD + [event(n) for n in range(50)])
    assert ack["failed"] == 0, errors
    for part in range(3):
        ack, errors = daemon.send([event(n) for n in range(100 + part * 20, 120 + part * 20)])
        assert ack["failed"] == 0, errors
    ack, errors = daemon.send([b"no event\n", event(1)])
    assert len(errors) == 1
    assert daemon.client("ingest", stdin=b"").returncode == 0
    status, _ = daemon.post("/v1/events", json.dumps(event(900)))
    assert status < 300
    return len(ODD) + 50 + 60 + 1


def test_ls_stat_cat_and_verify_agree_with_the_daemon_that_writes(daemon):
    count = filled(daemon)
    whole = dump(daemon)
    before = state(daemon.store)
    listed = objects(daemon, "ls", "--json", daemon.store)
    assert sum(file["events"] for file in listed) == count
    assert [file["state"] for file in listed] == ["open"]
    assert listed[0]["firstSeq"] == 1 and listed[0]["size"] == files(daemon)[0].stat().st_size
    assert run(daemon, "cat", daemon.store).stdout == whole
    assert run(daemon, "cat", daemon.store / "journal").stdout == whole
    assert run(daemon, "cat", *files(daemon)).stdout == whole
    statistics = objects(daemon, "stat", "--json", daemon.store)[0]
    kinds = {kind["kind"]: kind for kind in statistics["kinds"]}
    assert sum(kind["events"] for kind in kinds.values()) == count
    assert kinds["ledger"]["records"] >= 1
    assert statistics["sealedEvents"] == 0 and statistics["compression"] >= 1
    for first, last in (("from", "to"), ("receivedFrom", "receivedTo")):
        assert moment(statistics[first]) <= moment(statistics[last])
    assert objects(daemon, "verify", "--json", daemon.store)[0]["verdict"]["findings"] == []
    assert state(daemon.store) == before
    daemon.stop()
    assert [file["state"] for file in objects(daemon, "ls", "--json", daemon.store)] == ["closed"]


def test_records_are_told_one_by_one_and_leave_no_byte_out(daemon):
    filled(daemon)
    daemon.stop()
    (file,) = files(daemon)
    end = HEADER
    numbers = 1
    for record in objects(daemon, "cat", "--records", file):
        assert record["offset"] == end and record["state"] == "sound"
        assert record["firstSeq"] == numbers
        numbers += record["count"]
        end += 40 + (record["stored"] + 7) // 8 * 8
    assert record["kind"] == "closed"
    assert objects(daemon, "ls", "--json", file)[0]["used"] == end
    assert not any(file.read_bytes()[end:])


def test_filters_are_those_of_segments(daemon):
    filled(daemon)
    for options in (["--event", "like"], ["--content", "ä😀"], ["--where", "seq % 7 = 3"],
                    ["--where", "data.e > 1e200"], ["--limit", "3"], ["--from", "2026-11-01", "--to", "2026-11-02"]):
        other = subprocess.run([daemon.binaries / "eventlog", "segment", "cat", daemon.store, *options],
                               capture_output=True, timeout=60)
        assert other.returncode == 0 and other.stdout
        done = run(daemon, "cat", daemon.store, *options)
        assert (done.returncode, done.stdout) == (0, other.stdout), (options, done.stderr)
    assert run(daemon, "cat", daemon.store, "--where", "nonsense = 1").returncode == 2
    assert run(daemon, "cat", daemon.store, "--records", "--event", "like").returncode == 2
    assert run(daemon, "cat", daemon.store, "--limit", "-1").returncode == 2
    assert run(daemon, "ls", daemon.store / "nothing").returncode == 1
    assert run(daemon, "ls", daemon.store / "events").returncode == 1


def test_what_is_sealed_is_told_as_the_catalog_says(daemon, short_tmp):
    daemon.send([event(n) for n in range(100)])
    first = files(daemon)[0]
    alone = short_tmp / "alone.journal"
    daemon.seal()
    daemon.send([event(n) for n in range(100, 130)])
    daemon.kill()
    shutil.copy(first, alone)
    # The newest file stays when its events are sealed.
    told = objects(daemon, "stat", "--json", daemon.store)
    assert sum(file["sealedEvents"] for file in told) == 100
    assert sum(file["summary"]["events"] for file in told) == 130
    assert "sealedEvents" not in objects(daemon, "stat", "--json", alone)[0]
    assert all(verdict["verdict"]["findings"] == [] for verdict in verdicts(daemon, daemon.store))


def verdicts(daemon, *paths):
    done = run(daemon, "verify", "--json", *paths)
    assert done.returncode in (0, 3), done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode == 3) == any(verdict["verdict"]["findings"] for verdict in found)
    return found


def test_an_interrupted_write_is_no_damage_and_damage_before_it_is(daemon, short_tmp):
    filled(daemon)
    daemon.stop()
    (file,) = files(daemon)
    records = objects(daemon, "cat", "--records", file)
    data = file.read_bytes()
    cut = short_tmp / "cut.journal"
    last = [record for record in records if record["kind"] == "events"][-1]
    cut.write_bytes(data[:last["offset"] + 50] + bytes(5000))
    (verdict,) = verdicts(daemon, cut)
    assert verdict["summary"]["state"] == "interrupted" and verdict["summary"]["interrupted"] > 0
    assert "no damage" in verdict["verdict"]["note"]
    hurt = [record for record in records if record["kind"] == "events"][1]
    damaged = bytearray(data)
    damaged[hurt["offset"] + 41] ^= 1
    cut.write_bytes(damaged)
    (verdict,) = verdicts(daemon, cut)
    (finding,) = verdict["verdict"]["findings"]
    assert finding["offset"] == hurt["offset"] and finding["rows"] == hurt["count"]
    assert finding["length"] == 40 + (hurt["stored"] + 7) // 8 * 8
    states = {record["offset"]: record["state"] for record in objects(daemon, "cat", "--records", cut, status=3)}
    assert states[hurt["offset"]] == "checksum"
    # What is around it is printed, and the damage is told as JSON if asked for.
    done = run(daemon, "cat", cut, "--damage-json")
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == sum(r["count"] for r in records if r["kind"] in ("events", "answered")) \
        - hurt["count"]
    (told,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (told["path"], told["offset"], told["events"]) == (str(cut), hurt["offset"], hurt["count"])


def test_a_newer_file_takes_the_place_of_an_older_one_and_a_missing_one_is_told(daemon, short_tmp):
    daemon.send([event(n) for n in range(100)])
    daemon.kill()
    first = files(daemon)[0]
    old = first.read_bytes()
    daemon.start()
    daemon.send([event(n) for n in range(100, 150)])
    daemon.stop()
    store = short_tmp / "journal"
    store.mkdir()
    for file in files(daemon):
        shutil.copy(file, store)
    names = sorted(path.name for path in store.iterdir())
    found = objects(daemon, "ls", "--json", store)
    assert sum(file["events"] for file in found if file["state"] != "superseded") >= 150
    assert len(run(daemon, "cat", store).stdout.splitlines()) == 150
    if len(names) > 1:
        # The older file as it was before, and the first one gone: what it had is in no file.
        (store / names[0]).write_bytes(old)
        assert all(not verdict["verdict"]["findings"] for verdict in verdicts(daemon, store))


def test_each_flipped_byte_is_named_or_was_padding(daemon, short_tmp):
    daemon.send([event(n) for n in range(6)])
    daemon.send([event(n) for n in range(10, 14)])
    daemon.send([event(99), b"nonsense\n"])
    daemon.stop()
    (file,) = files(daemon)
    data = file.read_bytes()
    records = objects(daemon, "cat", "--records", file)
    used = objects(daemon, "ls", "--json", file)[0]["used"]
    padding = set(range(64, 4096))
    for record in records:
        start = record["offset"] + 40 + record["stored"]
        padding |= set(range(start, record["offset"] + 40 + (record["stored"] + 7) // 8 * 8))
    # The end of the file: what is behind the damage is no record, so it is an interrupted write.
    last = records[-1]["offset"]
    whole = run(daemon, "cat", file).stdout
    data = data[:used + 64]

    def flip(position):
        flipped = bytearray(data)
        flipped[position] ^= 0x10
        place = short_tmp / f"{position}.journal"
        place.write_bytes(flipped)
        try:
            done = run(daemon, "verify", "--json", place)
            (verdict,) = [json.loads(line) for line in done.stdout.splitlines()]
            findings = verdict["verdict"]["findings"]
            if position in padding:
                return done.returncode == 0 and not findings
            if position >= last:
                return done.returncode == 0 and verdict["summary"]["interrupted"] > 0
            named = any(f["offset"] <= position < f["offset"] + f["length"] for f in findings)
            return done.returncode == 3 and named
        finally:
            place.unlink()

    # Headers byte by byte, what follows at intervals, and the zeros behind the file's header here and there.
    positions = [*range(0, 64), *range(64, 4096, 211), *range(4096, 4160), *range(4160, used + 60, STEP)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [position for position, right in zip(positions, pool.map(flip, positions)) if not right]
    assert wrong == []
    assert run(daemon, "cat", file).stdout == whole


def test_cut_and_foreign_files_never_crash_it(daemon, short_tmp):
    filled(daemon)
    daemon.stop()
    data = files(daemon)[0].read_bytes()
    place = short_tmp / "x.journal"
    for content in (b"", b"x", data[:63], data[:4159], data[:4160], data[:4201], data[4096:], os.urandom(70_000),
                    data[:4160] + os.urandom(9000), data[4160:] + data[:4160]):
        place.write_bytes(content)
        for command in ("ls", "stat", "cat", "verify"):
            done = run(daemon, command, place)
            assert done.returncode in (0, 3), (command, len(content), done.stderr)
    assert run(daemon, "verify", "/dev/null").returncode == 1


def test_nothing_is_changed_also_on_a_mount_that_cannot_be(daemon, short_tmp):
    filled(daemon)
    daemon.kill()
    (file,) = files(daemon)
    commands = [["ls", daemon.store], ["stat", daemon.store], ["cat", daemon.store], ["cat", "--records", file],
                ["verify", daemon.store]]
    before = state(daemon.store)
    expected = [run(daemon, *command) for command in commands]
    assert all(done.returncode == 0 for done in expected)
    if has_strace:
        for command in commands:
            assert written([daemon.binaries / "eventlog", "journal", *command], daemon.store) == []
    if can_mount():
        with mounted_readonly(daemon.store, short_tmp / "ro") as place:
            for command, done in zip(commands, expected):
                moved = [str(part).replace(str(daemon.store), str(place)) for part in command]
                again = run(daemon, *moved)
                assert again.returncode == 0, again.stderr
                assert again.stdout.replace(str(place).encode(), str(daemon.store).encode()) == done.stdout
    assert state(daemon.store) == before
