"""One system call after another fails (RELIABILITY T3): EIO and ENOSPC, in a run that touches everything, from the first start on.

strace counts calls per thread, so that the n-th call of each thread fails: more failures than one, never fewer. A daemon that does
not start, or ends, is right to; what it acknowledged must be there when it is started without faults.
"""
import pathlib
import random
import shutil
import subprocess

from daemon import Daemon
from place import directory, need
from script import Script

NAME, HELP = "inject", "each system call that touches files fails once, with EIO and with ENOSPC"
CALLS = ["pwrite64", "fdatasync", "fsync", "renameat", "linkat", "openat", "unlinkat", "mkdirat", "pread64", "ftruncate"]


def add_arguments(parser):
    parser.add_argument("--calls", type=int, default=None, metavar="N", help="how far each call is counted; 3, or 60 with --long")
    parser.add_argument("--only", choices=CALLS, default=None, help="one system call only")


class Traced(Daemon):
    """A daemon under strace."""

    injected = None

    def launch(self):
        command = [self.binaries / "eventlogd", "--store", self.store, "--socket", self.path]
        if self.injected:
            call, error, number = self.injected
            command = ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={call}",
                       "-e", f"inject={call}:error={error}:when={number}", *command]
        return subprocess.Popen([*map(str, command), *self.options], stdout=subprocess.PIPE, stderr=self.log)

    def end(self):
        """Of the tracer and of whom it traces."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        traced = [int(word) for word in children.read_text().split()] if self.injected and self.process.poll() is None else []
        for pid in traced:
            subprocess.run(["kill", "-9", str(pid)], check=False, stderr=subprocess.DEVNULL)
        if not traced and self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
        self.process.stdout.close()
        self.process = None


def run(options):
    need("strace")
    far = options.calls or (60 if options.long else 3)
    choice = random.Random(options.seed)
    counts = {"cases": 0, "acknowledged": 0, "lost": 0, "refusedEvents": 0, "notStarted": 0, "ended": 0}
    for call in [options.only] if options.only else CALLS:
        numbers = range(1, far + 1) if options.long or options.calls else sorted(choice.sample(range(1, 40), far))
        for number in numbers:
            for error in ("EIO", "ENOSPC"):
                with directory() as place:
                    one(options, place, (call, error, number), counts)
        print(f"{call}: {counts}", flush=True)
    return counts


def one(options, place, injected, counts):
    daemon = Traced(options.binaries, place / "store", place / "sock")
    daemon.options += ["--set", "log.level=error"]
    script = Script()
    daemon.injected = injected
    counts["cases"] += 1
    daemon.process = daemon.launch()
    is_ready = b"ready" in daemon.process.stdout.readline()
    if is_ready:
        script.run(daemon)
        counts["ended"] += daemon.process.poll() is not None
    else:
        counts["notStarted"] += 1
    daemon.end()
    daemon.injected = None
    try:
        daemon.start()
        script.check(daemon)
        # And it goes on.
        script.stream(daemon, 3)
        script.check(daemon)
        daemon.kill()
    except BaseException as error:
        kept = place.with_name(place.name + "-kept")
        shutil.copytree(place / "store", kept)
        print(f"failed: {injected}: {error}; the store is kept at {kept}\n{daemon.read_log()[-2000:]}")
        if daemon.process is not None:
            daemon.end()
        raise
    counts["acknowledged"] += len(script.acked)
    counts["refusedEvents"] += script.refused
