"""Real write-back errors (RELIABILITY T9, fsyncgate): a file system whose image has no room behind it.

ext4 takes the writes, and the kernel finds out at the sync that they cannot be kept. A second sync of the same file would say
yes. What was acknowledged must be there once there is room again and the file system was mounted anew.
"""
import random
import re
import subprocess

from daemon import Daemon
from place import Image, directory, need, need_root, run as command
from script import Script
from unable import Unable

NAME, HELP = "writeback", "syncs fail because what was written cannot be kept"


def add_arguments(parser):
    parser.add_argument("--runs", type=int, default=None, metavar="N", help="runs; 2, or 100 with --long")


def run(options):
    need_root()
    need("strace", "mkfs.ext4")
    choice = random.Random(options.seed)
    runs = options.runs or (100 if options.long else 2)
    counts = {"runs": 0, "acknowledged": 0, "lost": 0, "runsWithFailedSync": 0, "failedSyncs": 0, "syncedAgain": 0}
    for _ in range(runs):
        with directory() as place:
            one(options, choice, place, counts)
    if counts["runsWithFailedSync"] * 2 < runs:
        raise Unable(f"syncs hardly fail here, which proves little: {counts}")
    return counts | {"bound": f"{300 / runs:.2g} % a run"}


def one(options, choice, place, counts):
    behind = place / "behind"
    behind.mkdir()
    room = choice.randrange(8, 14)
    command("mount", "-t", "tmpfs", "-o", f"size={room}m", "tmpfs", behind)
    image = None
    daemon = None
    try:
        image = Image(place, "ext4", "64M", image=behind / "image")
        trace = place / "trace"
        daemon = Daemon(options.binaries, image.place / "store", place / "sock", "--set", "disk.reserve=0", "--set", "log.level=error")
        daemon.start()
        tracer = subprocess.Popen(["strace", "-f", "-o", str(trace), "-e", "trace=fsync,fdatasync,openat,close", "-p", str(daemon.process.pid)],
                                  stderr=subprocess.DEVNULL)
        script = Script()
        pad = lambda: "".join(choice.choice("0123456789abcdef") for _ in range(480))
        for _ in range(400):
            before = script.refused
            # Texts that do not compress: the room ends soon.
            events = [{**one, "deviceId": pad()} for one in script.make(200)]
            script.sent.update((one["eventId"], one) for one in events)
            try:
                send(script, daemon, events)
            except (OSError, AssertionError):
                break
            if script.refused - before and choice.random() < 0.3:
                break
        tracer.terminate()
        tracer.wait(30)
        daemon.kill()
        image.unmount()
        command("mount", "-o", "remount,size=80m", behind)
        image.mount()
        daemon.start()
        script.check(daemon)
        daemon.stop()
        failed, again = syncs(trace.read_text(errors="replace"))
        assert not again, f"a failed sync was repeated on the same descriptor: {again}"
        counts["runs"] += 1
        counts["acknowledged"] += len(script.acked)
        counts["failedSyncs"] += failed
        counts["runsWithFailedSync"] += failed > 0
    finally:
        if daemon is not None and daemon.process is not None:
            daemon.kill()
        if image is not None:
            image.close()
        subprocess.run(["umount", "-l", str(behind)], capture_output=True)


def send(script, daemon, events):
    import json
    from daemon import Stream
    with Stream(daemon.path, timeout=30) as stream:
        stream.send(events)
        stream.socket.shutdown(1)
        answers = [json.loads(line) for line in stream.file]
    wrong = {answer["error"]["line"] for answer in answers if "error" in answer}
    assert answers and answers[-1]["ack"].get("final"), answers[-2:]
    script.refused += len(wrong)
    script.acked.update(one["eventId"] for line, one in enumerate(events, 1) if line not in wrong)


def syncs(text):
    """How many syncs failed, and which descriptors were synced again afterwards without having been closed."""
    failed, again, bad = 0, [], set()
    for line in text.splitlines():
        if match := re.search(r"f(?:data)?sync\((\d+)\)\s+= (-?\d+)", line):
            if match[1] in bad:
                again.append(line)
            if match[2] == "-1":
                failed += 1
                bad.add(match[1])
        elif match := re.search(r"close\((\d+)\)", line):
            bad.discard(match[1])
        elif match := re.search(r"openat\(.*= (\d+)$", line):
            bad.discard(match[1])
    return failed, again
