"""`eventlog clock`: clocks that were wrong, the daemon's and the clients'."""
import datetime
import json
import os
import pathlib
import random
import subprocess
import time

import pytest

from daemon import Daemon, event
from unchanged import can_mount, has_strace, mounted_readonly, state, written

FAKETIME = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def run(daemon, *options):
    command = [daemon.binaries / "eventlog", "clock", daemon.store, *map(str, options)]
    return subprocess.run(command, capture_output=True, timeout=120)


def report(daemon, *options, status=0):
    done = run(daemon, "--json", *options)
    assert done.returncode == status, (done.returncode, done.stderr)
    return json.loads(done.stdout)


def stamp(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text):
    """Not as text: a time has as many digits as it needs."""
    return datetime.datetime.fromisoformat(text)


def test_planted_skews_are_found_to_a_second_and_sound_clocks_are_not(daemon):
    random.seed(11)
    number = 0
    for device, skew in (("well", 0), ("ahead", 240), ("behind", -3600)):
        events = []
        for _ in range(200):
            number += 1
            sent = time.time() + skew - random.random() * 2
            events.append(event(number, deviceId=device, timestamp=stamp(sent)))
        ack, errors = daemon.send(events)
        assert ack["failed"] == 0, errors[:3]
    found = report(daemon)
    assert found["events"] == 600 and found["decreases"] == 0 and found["steps"] == []
    devices = {device["device"]: device for device in found["devices"]}
    assert set(devices) == {"ahead", "behind"}
    assert abs(devices["ahead"]["skew"] - 240) < 3 and abs(devices["behind"]["skew"] + 3600) < 5
    assert devices["ahead"]["beyond"] == 200 and devices["ahead"]["error"] == 0
    (producer,) = found["producers"]
    assert producer["events"] == producer["timed"] == 600 and producer["ahead"] == 200
    assert producer["skewed"] and moment(producer["skewedFrom"]) <= moment(producer["skewedTo"])
    # A third is ahead, a third behind: the percentiles lie on either side.
    assert -260 < producer["delayP5"] < -220 and 3400 < producer["delayP95"] < 3800
    # What came in the journal and what is sealed are told alike.
    daemon.seal()
    assert report(daemon) == found
    assert report(daemon, "--skew", 7200)["devices"] == []
    assert report(daemon, "--devices", 1)["devices"] == found["devices"][:1]


def test_wild_adjusted_late_and_disordered_events_are_counted(daemon):
    now = time.time()
    events = [event(n, timestamp=stamp(now - 100 + n)) for n in range(50)]
    events += [event(100, timestamp="1998-01-01T00:00:00Z"), event(101, timestamp="1999-12-31T23:59:59Z")]
    events += [event(102, timestamp=stamp(now + 3 * 365 * 86400)), event(103, timestamp=stamp(now + 3600))]
    events += [event(104, timestamp=stamp(now - 3 * 86400))]
    missing = event(105)
    del missing["timestamp"]
    daemon.send(events + [missing])
    found = report(daemon)
    (producer,) = found["producers"]
    assert found["wildCount"] == producer["wild"] == 3
    assert [wild["clientTime"][:4] for wild in found["wild"]][:2] == ["1998", "1999"]
    assert producer["adjusted"] == 2 and producer["defaulted"] == 1
    assert producer["late"] == 3 and producer["ahead"] == 1
    # Behind the one that was an hour ahead.
    assert producer["outOfOrder"] == 1 and producer["outOfOrderMax"] > 3 * 86400
    assert sum(period["late"] for period in found["periods"]) == 3
    text = run(daemon).stdout.decode()
    assert "3 events with a time that is none" in text and "out of order" in text
    assert report(daemon, "--wild", 0.01)["wildCount"] == 4


@pytest.fixture
def faked(binaries, short_tmp):
    """A daemon whose wall clock is set by a file."""
    if FAKETIME is None:
        pytest.skip("there is no libfaketime here")
    offset = short_tmp / "offset"
    offset.write_text("+0s")
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
    environment = os.environ | {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}

    def launch():
        # By way of `env`: what libfaketime adds to the environment when it is first loaded keeps a Swift program
        # from finding its arguments.
        command = ["env", binaries / "eventlogd", "--store", daemon.store, "--socket", daemon.path, *daemon.options]
        return subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=daemon.log, env=environment)

    daemon.launch = launch
    daemon.set = lambda seconds: offset.write_text(f"{seconds:+d}s")
    yield daemon
    daemon.stop()


def batch(daemon, part):
    ack, errors = daemon.send([event(n) for n in range(part * 10, part * 10 + 10)])
    assert ack["failed"] == 0, errors[:3]


def test_steps_of_the_daemons_clock_are_found_with_their_size_and_place(faked):
    faked.start()
    batch(faked, 0)
    faked.seal()
    faked.set(7200)
    batch(faked, 1)
    batch(faked, 2)
    faked.seal()
    faked.set(0)
    batch(faked, 3)
    batch(faked, 4)
    faked.seal()
    batch(faked, 5)
    faked.seal()
    found = report(faked)
    assert len(found["steps"]) == 2, found["steps"]
    ahead, back = found["steps"]
    assert abs(ahead["seconds"] - 7200) < 1 and not ahead["atLeast"]
    assert (ahead["firstSeq"], ahead["lastSeq"]) == (11, 30)
    assert (ahead["gap"]["firstSeq"], ahead["gap"]["lastSeq"]) == (10, 11)
    assert abs(ahead["gap"]["seconds"] - 7200) < 60
    assert abs(back["seconds"] + 7200) < 1 and not back["atLeast"]
    assert (back["firstSeq"], back["lastSeq"]) == (31, 50)
    # Times stand still: all events after it were received when the last one before was.
    assert back["run"]["lastSeq"] == 60 and back["run"]["events"] >= 20
    assert found["decreases"] == 0
    text = run(faked).stdout.decode()
    assert "set ahead by 2 h 0 min" in text or "set ahead by 120 min" in text, text
    assert report(faked, "--step", 8000)["steps"] == []
    faked.stop()
    # A restart on the same machine knows too.
    faked.set(-3600)
    faked.start()
    batch(faked, 6)
    faked.seal()
    (_, _, third) = report(faked)["steps"]
    assert abs(third["seconds"] + 3600) < 1 and not third["atLeast"]


def test_without_a_step_none_is_told_and_old_commits_say_only_what_they_can(daemon):
    for part in range(3):
        batch(daemon, part)
        daemon.seal()
    assert report(daemon)["steps"] == []
    daemon.stop()
    # As another writer would have made them: without both clocks, and the last one earlier.
    log = sorted((daemon.store / "events/_delta_log").glob("*.json"))
    for number, path in enumerate(log):
        lines = path.read_text().splitlines()
        info = json.loads(lines[0])
        info["commitInfo"].pop("clocks")
        info["commitInfo"].pop("crc32c")
        if number == len(log) - 1:
            info["commitInfo"]["timestamp"] -= 3_600_000
        for copy in (path, daemon.store / "catalog" / path.name):
            os.chmod(copy, 0o600)
            copy.write_text("\n".join([json.dumps(info), *lines[1:]]) + "\n")
    (step,) = report(daemon)["steps"]
    assert step["atLeast"] and -3601 < step["seconds"] <= -3590


def test_damage_is_told_and_jumps_are_none(daemon):
    for part in range(3):
        batch(daemon, part)
        daemon.seal()
    daemon.stop()
    assert run(daemon).returncode == 0
    segment = sorted((daemon.store / "events").glob("2*/*/*/*.parquet"))[1]
    os.chmod(segment, 0o600)
    data = bytearray(segment.read_bytes())
    data[4:400] = bytes(396)
    segment.write_bytes(data)
    done = run(daemon, "--json", "--damage-json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["events"] == 20
    assert all(json.loads(line)["path"] == str(segment) for line in done.stderr.splitlines())
    assert run(daemon, "--skew", "-1").returncode == 2
    daemon.store = daemon.store / "journal"
    assert run(daemon).returncode == 1


def test_nothing_is_changed_also_on_a_mount_that_cannot_be(daemon, short_tmp):
    batch(daemon, 0)
    daemon.seal()
    batch(daemon, 1)
    expected = run(daemon)
    assert expected.returncode == 0
    daemon.kill()
    before = state(daemon.store)
    assert run(daemon).stdout == expected.stdout
    if has_strace:
        assert written([daemon.binaries / "eventlog", "clock", daemon.store], daemon.store) == []
    if can_mount():
        with mounted_readonly(daemon.store, short_tmp / "ro") as place:
            done = subprocess.run([daemon.binaries / "eventlog", "clock", place], capture_output=True, timeout=60)
            assert (done.returncode, done.stdout) == (0, expected.stdout)
    assert state(daemon.store) == before
