"""kill -9 at random moments under a mixed load (RELIABILITY T1, T29, T33)."""
import json
import pathlib
import random
import shutil
import statistics
import tempfile
import time

from asking import ask
from daemon import Daemon
from load import Books, Load, read
from raw_bytes import finds

NAME, HELP = "kill", "kill -9 at random moments under ingest, requests, logins, erasures, compaction, expiry and questions"
# A cycle in which less was acknowledged proves little.
ACKED_MIN = 50
# Deaths of one store; then a new one is made, so that first starts are among them.
STORE_CYCLES = 12
RESTART_MAX = 2.0
SETTINGS = ["ingest.maxAge=30d", "retention.raw=15d", "seal.rows=400", "compaction.checkInterval=50ms", "seal.checkInterval=50ms",
            "seal.age=1s", "log.level=warning"]


def add_arguments(parser):
    parser.add_argument("--cycles", type=int, default=None, metavar="N", help="deaths; 20, or 1,000 with --long")


def run(options):
    cycles = options.cycles or (1000 if options.long else 20)
    choice = random.Random(options.seed)
    restarts, totals, alarms = [], {}, 0
    acked = done = 0
    while done < cycles:
        place = pathlib.Path(tempfile.mkdtemp(prefix="evp"))
        books = Books()
        daemon = Daemon(options.binaries, place / "store", place / "sock")
        daemon.options = [word for setting in SETTINGS for word in ("--set", setting)]
        try:
            start(daemon)
            for cycle in range(min(STORE_CYCLES, cycles - done)):
                before = books.progress
                load = Load(daemon.path, books, choice)
                load.start()
                end = time.monotonic() + 60
                while books.progress - before < ACKED_MIN:
                    assert time.monotonic() < end and not load.problems, load.problems or "nothing is acknowledged"
                    time.sleep(0.005)
                time.sleep(choice.uniform(0.01, 0.5))
                load.isOver.set() if load.problems else None
                daemon.kill()
                load.finish()
                acked += books.progress - before
                alarms += verify(daemon) if choice.random() < 0.25 else 0
                restarts.append(start(daemon))
                books.check(*read(daemon.path))
                if choice.random() < 0.2:
                    # A second start finds the same: recovery repeats itself.
                    daemon.kill()
                    restarts.append(start(daemon))
                    books.check(*read(daemon.path))
                done += 1
                if done % 50 == 0:
                    print(f"{done} deaths, {acked} acknowledged, restart median {statistics.median(restarts):.3f} s, "
                          f"worst {max(restarts):.3f} s", flush=True)
            settle(daemon, books)
            daemon.stop()
        except BaseException:
            print(f"failed: seed {options.seed}, death {done + 1}; the store stays at {place}")
            print(daemon.read_log()[-3000:])
            if daemon.process is not None:
                daemon.kill()
            raise
        for name, count in books.counts.items():
            totals[name] = totals.get(name, 0) + count
        shutil.rmtree(place)
    worst = max(restarts)
    # A busy machine proves nothing about time: it is told, and fails nothing.
    if worst > RESTART_MAX:
        print(f"a restart took {worst:.2f} s, which is more than {RESTART_MAX} s")
    return {"deaths": done, "acknowledged": acked, "lost": 0, "twice": 0, "alien": 0, "falseAlarms": alarms,
            "restarts": len(restarts), "restartMedian": round(statistics.median(restarts), 3), "restartWorst": round(worst, 3),
            "bound": f"{300 / done:.2g} % a death", **totals}


def start(daemon):
    """- Returns: seconds until the daemon said that it serves."""
    began = time.monotonic()
    daemon.start()
    took = time.monotonic() - began
    damage = ask(daemon.path, "GET", "/v1/status").data["store"].get("damage")
    assert not damage, f"after a kill, damage is reported: {damage}"
    return took


def verify(daemon):
    """A store whose daemon was killed is healthy: any word of damage is a false alarm."""
    if not list((daemon.store / "events").rglob("*.parquet")):
        return 0
    result = daemon.offline("segment", "verify", daemon.store)
    assert result.returncode == 0, f"a false alarm: {result}"
    return 0


def settle(daemon, books):
    """A client that repeats everything ends with everything, and of who was erased no byte is left."""
    lines = [event for identity, event in books.sent.items()
             if identity not in books.old and event.get("userId") not in books.erasing]
    if lines:
        daemon.send(lines)
        books.acked.update(event["eventId"] for event in lines)
    end = time.monotonic() + 60
    while (status := ask(daemon.path, "GET", "/v1/status").data["store"]["erasure"])["pending"] > 0:
        assert time.monotonic() < end, f"erasures do not end: {status}"
        time.sleep(0.05)
    for user in list(books.erasing):
        if user not in books.erased:
            assert ask(daemon.path, "DELETE", f"/v1/users/{user}?now=true").status == 200
            books.erased.add(user)
    books.check(*read(daemon.path), isSettled=True)
    marks = [user.encode() for user in books.erased]
    found = finds(daemon.store, marks) if marks else []
    assert not found, f"of an erased person is left: {found[:5]}"
    books.counts["erased persons searched for"] += len(marks)
