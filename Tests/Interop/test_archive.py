"""archiver.command: each new segment once and in order, failures, restarts, time limits, odd names."""
import json
import os
import time

import pytest

from daemon import Daemon, event


@pytest.fixture
def archiving(binaries, short_tmp):
    daemons = []

    def start(command, *settings, store="st ore's"):
        daemon = Daemon(binaries, short_tmp / store, short_tmp / "sock")
        daemon.options = ["--archive", "--set", f"archiver.command={command}",
                          *(word for setting in settings for word in ("--set", setting))]
        daemons.append(daemon)
        return daemon.start()

    yield start
    for daemon in daemons:
        if daemon.process is not None:
            daemon.stop()


def seal(daemon, first, count=3):
    for number in range(first, first + count):
        daemon.send([event(number)])
        daemon.seal()


def wait(is_there, seconds=60):
    end = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < end
        time.sleep(0.05)


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def is_running(pid):
    """A child of a shell that was killed may wait for somebody to look at it."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def archive(daemon):
    return json.loads(daemon.client("status", "--json").stdout)["store"]["archive"]


def test_each_segment_once_and_in_order(archiving, short_tmp):
    place, log = short_tmp / "place", short_tmp / "log"
    place.mkdir()
    command = f"test ! -e {place}/%f && cp %p {place}/%f && echo %f >> {log}"
    daemon = archiving(command)
    seal(daemon, 0)
    wait(lambda: len(lines(log)) == 3)
    files = {os.path.basename(row["file"]) for row in daemon.query("FROM segments |> SELECT file")}
    assert set(lines(log)) == files == set(os.listdir(place))
    assert lines(log) == sorted(lines(log))
    wait(lambda: archive(daemon)["archived"] == 3)
    assert archive(daemon)["pending"] == 0
    daemon.kill_and_start()
    seal(daemon, 10, 1)
    wait(lambda: len(lines(log)) == 4)
    daemon.restart()
    assert daemon.client("compact", "--now").returncode == 0
    wait(lambda: len(lines(log)) == 5)
    time.sleep(2)
    assert len(lines(log)) == len(set(lines(log))) == 5


def test_a_failure_is_repeated_and_nothing_is_left_out(archiving, short_tmp):
    gate, log = short_tmp / "gate", short_tmp / "log"
    daemon = archiving(f"test -e {gate} && echo %f >> {log}")
    seal(daemon, 0)
    wait(lambda: archive(daemon)["failures"] >= 2)
    assert archive(daemon)["pending"] == 3 and "status 1" in archive(daemon)["error"]
    assert b"not archived" in daemon.client("status").stdout
    gate.touch()
    wait(lambda: len(lines(log)) == 3)
    wait(lambda: archive(daemon)["pending"] == 0)
    assert "error" not in archive(daemon)


def test_a_command_that_hangs_is_killed_with_all_that_it_started(archiving, short_tmp):
    pids = short_tmp / "pids"
    daemon = archiving(f"trap '' TERM; echo $$ >> {pids}; sleep 1000 & echo $! >> {pids}; wait; sleep 1000", "archiver.timeout=1s")
    seal(daemon, 0, 1)
    wait(lambda: archive(daemon)["failures"] >= 1)
    assert "longer than archiver.timeout" in archive(daemon)["error"]
    wait(lambda: not any(is_running(pid) for pid in lines(pids)[:2]), 20)


def test_a_stop_does_not_wait_for_the_command(archiving, short_tmp):
    pids = short_tmp / "pids"
    daemon = archiving(f"echo $$ >> {pids}; exec sleep 1000")
    seal(daemon, 0, 1)
    wait(lambda: lines(pids))
    start = time.monotonic()
    daemon.stop()
    assert time.monotonic() - start < 20
    assert not os.path.exists(f"/proc/{lines(pids)[0]}")


def test_the_command_has_none_of_the_daemons_files(archiving, short_tmp):
    files = short_tmp / "files"
    daemon = archiving(f"ls -l /proc/self/fd > {files}.part; grep -i sig /proc/self/status >> {files}.part; mv {files}.part {files}")
    with daemon.connect():
        seal(daemon, 0, 1)
        wait(files.exists)
    text = files.read_text()
    assert "socket:" not in text and str(daemon.store) not in text, text
    (ignored,) = [line.split()[1] for line in text.splitlines() if line.startswith("SigIgn")]
    # The C library's own two are nobody's to set.
    assert int(ignored, 16) & ~(3 << 31) == 0, text


def test_a_percent_sign_that_means_nothing_is_refused_at_the_start(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
    daemon.options = ["--set", "archiver.command=cp %p %q"]
    process = daemon.launch()
    assert process.wait(30) != 0
    process.stdout.close()
    assert "archiver.command" in daemon.read_log()
