"""The wall clock jumps (RELIABILITY T27): an hour, a year, forward and back, while events come.

Nothing may be lost or go by age because of it, and a repeat stays a repeat.
"""
import os
import pathlib
import subprocess
import time

from asking import ask
from daemon import Daemon
from load import Books, read, stamp
from daemon import Stream
from place import directory
from unable import Unable

NAME, HELP = "clock", "the wall clock jumps by hours and years"
HOUR, YEAR = 3600, 365 * 86_400
STEPS = [HOUR, -HOUR, YEAR, -YEAR, 10 * YEAR, -30 * YEAR, 0]


def add_arguments(parser):
    parser.add_argument("--rounds", type=int, default=None, metavar="N", help="rounds of all jumps; 1, or 20 with --long")


class Faked(Daemon):
    """A daemon whose wall clock is what a file says; the other clocks go on."""

    def __init__(self, library, file, *arguments):
        super().__init__(*arguments)
        self.library, self.file = library, file

    def launch(self):
        environment = os.environ | {
            "LD_PRELOAD": str(self.library), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        # Behind a program that replaces itself: the first one in which libfaketime wakes up gets another environment,
        # beside which Swift looks for the arguments.
        command = ["env", self.binaries / "eventlogd", "--store", self.store, "--socket", self.path, *self.options]
        return subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=self.log, env=environment)


def run(options):
    libraries = sorted(pathlib.Path("/usr/lib").rglob("libfaketimeMT.so.1")) or sorted(pathlib.Path("/usr/lib").rglob("libfaketime.so.1"))
    if not libraries:
        raise Unable("libfaketime is not installed")
    counts = {"jumps": 0, "restarts": 0, "acknowledged": 0, "lost": 0, "expired": 0}
    for _ in range(options.rounds or (20 if options.long else 1)):
        with directory() as place:
            one(options, libraries[0], place, counts)
    return counts


def one(options, library, place, counts):
    file = place / "time"
    file.write_text("+0")
    daemon = Faked(library, file, options.binaries, place / "store", place / "sock")
    daemon.options = ["--set", "retention.raw=15d", "--set", "ingest.maxAge=20000d", "--set", "retention.checkInterval=100ms",
                      "--set", "seal.age=1s", "--set", "compaction.checkInterval=50ms", "--set", "log.level=error"]
    books = Books()
    daemon.start()
    try:
        for step in STEPS:
            file.write_text(f"{step:+d}")
            counts["jumps"] += 1
            time.sleep(0.3)
            with Stream(daemon.path) as stream:
                events = [books.make() for _ in range(30)]
                old = [books.make(timestamp=stamp(10 * 86_400)) for _ in range(5)]
                stream.send([*events, *old])
                answers = stream.sync()
                # Ages are judged by the clock as it is: what is refused was answered so.
                if answers["failed"] == 0:
                    books.acked.update(event["eventId"] for event in events + old)
                else:
                    for event in events + old:
                        del books.sent[event["eventId"]]
            ask(daemon.path, "POST", "/v1/seal")
            ask(daemon.path, "POST", "/v1/expire")
            time.sleep(0.3)
            look(daemon, books, step)
            daemon.kill()
            daemon.start()
            counts["restarts"] += 1
            time.sleep(0.3)
            ask(daemon.path, "POST", "/v1/expire")
            look(daemon, books, step)
        file.write_text("+0")
        # A repeat is one still, whatever the clock was when the first came.
        before = daemon.query("FROM events(rollups => false) |> AGGREGATE count(*) AS n")
        daemon.send([books.sent[identity] for identity in sorted(books.acked)])
        assert daemon.query("FROM events(rollups => false) |> AGGREGATE count(*) AS n") == before, "a repeat was stored again"
        counts["acknowledged"] += len(books.acked)
        daemon.stop()
    except BaseException:
        print(daemon.read_log()[-3000:])
        if daemon.process is not None:
            daemon.kill()
        raise


def look(daemon, books, step):
    rows, ledger = read(daemon.path)
    stored = [row["eventId"] for row in rows]
    lost = books.acked - set(stored)
    assert not lost, f"after a jump of {step} s {len(lost)} events are gone: {sorted(lost)[:3]}, {ledger}"
    assert len(stored) == len(set(stored)), "an event is there twice"
    assert ledger.get("expired", 0) == 0, f"after a jump of {step} s events have expired: {ledger}"
