"""Attacks that no other test tries (SECURITY.md names those that do): by whoever can change files, send bytes or choose ids."""
import json
import os
import pathlib
import threading
import time

import pytest

from asking import ask
from daemon import Daemon, event

MEBIBYTE = 1 << 20


def filled(daemon):
    daemon.send([event(n) for n in range(200)])
    daemon.seal()
    daemon.send([event(n, userId="u_1") for n in range(200, 300)])
    daemon.stop()


def try_start(daemon):
    """Whether it serves; it must say so, or end, within ten seconds."""
    daemon.process = daemon.launch()
    timer = threading.Timer(10, daemon.process.kill)
    timer.start()
    is_ready = b"ready" in daemon.process.stdout.readline()
    timer.cancel()
    if not is_ready:
        assert daemon.process.wait(10) in (1, 2), (daemon.process.returncode, daemon.read_log())
        daemon.process.stdout.close()
        daemon.process = None
    return is_ready


def plant(kind, path, bait):
    """Puts something else in the place of a file."""
    path.unlink()
    if kind == "symbolic link":
        path.symlink_to(bait)
    elif kind == "hard link":
        os.link(bait, path)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero


@pytest.mark.parametrize("kind", ["symbolic link", "hard link", "pipe", "directory", "device"])
def test_no_file_of_a_store_can_lead_elsewhere(daemon, short_tmp, kind):
    """A4, A23: the daemon runs as root here, and the bait is a file that only root may change."""
    filled(daemon)
    bait = short_tmp / "bait"
    names = [path.relative_to(daemon.store) for path in sorted(daemon.store.rglob("*")) if path.is_file()]
    assert len(names) >= 6
    import shutil
    whole = short_tmp / "whole"
    shutil.copytree(daemon.store, whole)
    served = 0
    for name in names:
        shutil.rmtree(daemon.store)
        shutil.copytree(whole, daemon.store)
        bait.write_bytes(b"bait" * 100)
        os.chmod(bait, 0o600)
        before = bait.stat()
        plant(kind, daemon.store / name, bait)
        result = daemon.offline("dump", "--store", daemon.store, timeout=20)
        assert result.returncode in (0, 1, 3) and b"bait" not in result.stdout, (name, result)
        if try_start(daemon):
            served += 1
            ask(daemon.path, "POST", "/v1/seal")
            ask(daemon.path, "POST", "/v1/compact?now=true")
            daemon.kill()
        after = bait.stat()
        assert bait.read_bytes() == b"bait" * 100, name
        assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode), name
    assert served > 0


def test_an_endless_line_takes_no_memory(daemon):
    """A6: 256 MiB without a line feed, then a good line."""
    daemon.send([event(n) for n in range(1000)])
    before = daemon.rss
    most = before
    with daemon.connect() as stream:
        piece = b'{"event":"' + b"x" * MEBIBYTE
        for number in range(256):
            stream.socket.sendall(piece if number == 0 else b"x" * MEBIBYTE)
            most = max(most, daemon.rss)
        stream.send(b"\n")
        stream.send(event(5000))
        ack, errors = stream.finish()
    assert (ack["stored"], ack["failed"]) == (1, 1) and errors[0]["line"] == 1, (ack, errors)
    assert most - before < 24 * MEBIBYTE, (before, most)


def test_a_segment_that_shrinks_under_a_reader_is_an_error_and_no_signal(daemon):
    """A12: nothing is mapped, so nothing can be torn away."""
    daemon.send([event(n) for n in range(20_000)])
    daemon.seal()
    segment = next((daemon.store / "events").rglob("*.parquet"))
    os.chmod(segment, 0o600)
    stop = threading.Event()
    wrong = []

    def look():
        while not stop.is_set():
            answer = ask(daemon.path, "POST", "/v1/query?format=json", b"FROM events |> AGGREGATE count(DISTINCT eventId) AS n, max(seq) AS s")
            if answer.status not in (200, 500, 503):
                wrong.append(answer.body)

    thread = threading.Thread(target=look)
    thread.start()
    size = segment.stat().st_size
    for part in (0.9, 0.5, 0.1, 0):
        os.truncate(segment, int(size * part))
        time.sleep(0.2)
    stop.set()
    thread.join(60)
    assert daemon.process.poll() is None and not wrong, (wrong, daemon.read_log())
    result = daemon.client("query", "FROM events |> SELECT eventId")
    assert result.returncode == 3, result


def test_whether_a_user_is_known_cannot_be_told_from_an_erasure(daemon):
    """A21: receipts of known and unknown users have the same members, and status is the same."""
    daemon.send([event(n, userId=f"known_{n}") for n in range(50)])
    shapes = set()
    for n in range(50):
        for user in (f"known_{n}", f"nobody_{n}"):
            answer = ask(daemon.path, "DELETE", f"/v1/users/{user}")
            data = answer.document["data"]
            shapes.add((answer.status, tuple(sorted(data)), data["status"], data["events"], data.get("devices"), len(data["users"])))
    assert len(shapes) == 1, shapes


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "a/b", "-rf", "x" * 255, "\u202eevil", "a\nb"])
def test_no_id_becomes_the_name_of_a_file(daemon, short_tmp, name):
    """A5: names of files come from counters and days alone."""
    names = {str(path) for path in short_tmp.rglob("*")}
    daemon.send([{"event": "like", "contentId": name.replace("\n", "_")[:200], "userId": name, "deviceId": name, "eventId": name}])
    daemon.seal()
    ask(daemon.path, "POST", "/v1/users/" + "".join(f"%{byte:02x}" for byte in name.encode()) + "/export", b"{}")
    ask(daemon.path, "DELETE", "/v1/users/" + "".join(f"%{byte:02x}" for byte in name.encode()) + "?now=true")
    for path in short_tmp.rglob("*"):
        if str(path) not in names:
            assert all(mark not in path.name for mark in ("passwd", "evil", "-rf", "xxxx")), path
    assert not pathlib.Path("/tmp/x").exists() or str(pathlib.Path("/tmp/x")) in names
