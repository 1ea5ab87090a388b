"""A disk that fills up under the daemon: a file system of its own, in memory."""
import os
import subprocess

import pytest

from daemon import Daemon, event

MEBIBYTE = 1 << 20


@pytest.fixture
def small_disk(short_tmp):
    place = short_tmp / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={96 * MEBIBYTE},mode=700", "tmpfs", place],
                             capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("file systems cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_events_are_refused_in_time_and_taken_again_by_itself(binaries, short_tmp, small_disk):
    daemon = Daemon(binaries, small_disk / "store", short_tmp / "sock", "--set", "disk.reserve=48MiB").start()
    try:
        assert daemon.send([event(n) for n in range(1000)])[0]["stored"] == 1000
        (small_disk / "other").write_bytes(os.urandom(52 * MEBIBYTE))
        for _ in range(3):
            ack, errors = daemon.send([event(n) for n in range(1000, 1100)])
            assert ack["failed"] == 100 and ack["stored"] == 0
            assert {(error["code"], error["reason"]) for error in errors} == {("SERVICE_UNAVAILABLE", "disk_full")}
        # What was acknowledged is there, can be asked and sealed, and survives.
        assert daemon.count() == 1000
        daemon.seal()
        daemon.kill_and_start()
        assert daemon.count() == 1000
        assert daemon.send([event(2000)])[0]["failed"] == 1
        assert b"disk_full" in daemon.client("status").stdout + daemon.client("status").stderr
        (small_disk / "other").unlink()
        ack, _ = daemon.send([event(n) for n in range(1100)])
        assert (ack["stored"], ack["duplicates"]) == (100, 1000)
        assert daemon.count() == 1100
        log = daemon.read_log()
        assert log.count("events refused by the store") == 2, "once for each start"
        assert log.count("the store takes events again") == 1
    finally:
        daemon.stop()


def test_a_disk_that_is_full_to_the_last_byte_keeps_what_was_acknowledged(binaries, short_tmp, small_disk):
    daemon = Daemon(binaries, small_disk / "store", short_tmp / "sock", "--set", "disk.reserve=0").start()
    try:
        sent, acknowledged = 0, 0
        for _ in range(200):
            lines = [event(n, deviceId=os.urandom(240).hex()) for n in range(sent, sent + 2000)]
            ack, errors = daemon.send(lines)
            sent += 2000
            acknowledged += ack["stored"]
            if errors:
                assert {error["reason"] for error in errors} == {"disk_full"}
                break
        assert errors, "the disk never filled"
        assert daemon.count() == acknowledged
        daemon.kill_and_start()
        assert daemon.count() == acknowledged
    finally:
        daemon.stop()
