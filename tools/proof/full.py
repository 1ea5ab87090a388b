"""A disk that is full to the last byte (RELIABILITY T17), of many sizes: what was acknowledged stays, and with room again the daemon goes on.

Each size ends another write: of the journal, of a segment, of a commit, of a file's name. Nothing is kept in reserve.
"""
import json
import random
import subprocess
import time

from daemon import Daemon, Stream
from place import directory, need_root, run as command
from script import Script
from unable import Unable

NAME, HELP = "full", "file systems of many sizes are filled to the last byte"
KIB = 1024


def add_arguments(parser):
    parser.add_argument("--sizes", type=int, default=None, metavar="N", help="sizes up to 8 MiB; 64, or 2048 with --long")


def run(options):
    need_root()
    sizes = options.sizes or (2048 if options.long else 64)
    choice = random.Random(options.seed)
    counts = {"sizes": 0, "acknowledged": 0, "refused": 0, "lost": 0, "tooSmallToStart": 0, "startsWhileFull": 0, "failedStartsWhileFull": 0}
    # Even steps with a random rest: not all sizes are whole blocks of the daemon's own.
    for number in range(sizes):
        size = 8 * KIB * (number + 1) // sizes
        with directory() as place:
            one(options, choice, place, max(size, 4), counts)
    return counts | {"bound": f"{300 / sizes:.2g} % a size"}


def one(options, choice, place, size, counts):
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k,mode=700", "tmpfs", disk], capture_output=True)
    if mounted.returncode != 0:
        raise Unable("file systems cannot be mounted here")
    daemon = Daemon(options.binaries, disk / "store", place / "sock", "--set", "disk.reserve=0", "--set", "seal.rows=2000", "--set", "log.level=error")
    script = Script()
    try:
        if start(daemon):
            fill(script, daemon, choice)
            daemon.kill()
            counts["startsWhileFull"] += 1
            if start(daemon):
                script.check(daemon)
            else:
                counts["failedStartsWhileFull"] += 1
        else:
            counts["tooSmallToStart"] += 1
        command("mount", "-o", "remount,size=64m", disk)
        if daemon.process is None:
            daemon.start()
        goOn(script, daemon)
        script.check(daemon)
        daemon.kill()
        daemon.start()
        script.check(daemon)
        daemon.stop()
    except BaseException:
        print(f"size {size} KiB: {daemon.read_log()[-2000:]}")
        raise
    finally:
        if daemon.process is not None:
            daemon.kill()
        subprocess.run(["umount", "-l", str(disk)], capture_output=True)
    counts["sizes"] += 1
    counts["acknowledged"] += len(script.acked)
    counts["refused"] += script.refused


def start(daemon):
    """Whether it starts; if not, it says why and ends by itself."""
    try:
        daemon.start()
        return True
    except AssertionError:
        status = daemon.process.wait(60)
        assert status > 0, f"the start ended by {status}"
        daemon.process = None
        return False


def fill(script, daemon, choice):
    """Sends what does not compress until nothing is taken any more, also when it is tried again."""
    full = 0
    for _ in range(400):
        before = script.refused
        events = [{**one, "deviceId": f"{choice.getrandbits(4 * 480):0480x}"} for one in script.make(choice.randrange(1, 120))]
        script.sent.update((one["eventId"], one) for one in events)
        send(script, daemon, events)
        full = full + 1 if script.refused > before else 0
        if choice.random() < 0.05:
            script.admin(daemon, choice.choice(["/v1/seal", "/v1/compact?now=true"]))
        if full == 3:
            return
    raise AssertionError("the disk never filled")


def send(script, daemon, events):
    with Stream(daemon.path, timeout=30) as stream:
        stream.send(events)
        stream.socket.shutdown(1)
        answers = [json.loads(line) for line in stream.file]
    errors = [answer["error"] for answer in answers if "error" in answer]
    assert all(error["reason"] == "disk_full" for error in errors), errors[:2]
    wrong = {error["line"] for error in errors}
    assert answers and answers[-1]["ack"].get("final"), answers[-2:]
    script.refused += len(wrong)
    script.acked.update(one["eventId"] for line, one in enumerate(events, 1) if line not in wrong)


def goOn(script, daemon):
    """There is room: by itself, within seconds."""
    end = time.monotonic() + 20
    while True:
        before = script.refused
        send(script, daemon, script.make(20))
        if script.refused == before:
            return
        assert time.monotonic() < end, "there is room, and no event is taken"
        time.sleep(0.2)
