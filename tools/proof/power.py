"""Power cuts on a real file system (RELIABILITY T5): the shutdown ioctl, without the log being written.

A sync that is under way during the ioctl may return 0 and be lost with it, so only what was acknowledged before the
ioctl counts.
"""
import random
import time

from daemon import Daemon
from kill import ACKED_MIN, SETTINGS, STORE_CYCLES, start
from load import Books, Load, read
from place import Image, directory

NAME, HELP = "power", "power cuts under the same load, on ext4 and XFS"


def add_arguments(parser):
    parser.add_argument("--cuts", type=int, default=None, metavar="N", help="cuts of each file system; 5, or 500 with --long")
    parser.add_argument("--on", choices=["ext4", "xfs"], default=None, help="one file system only")


def run(options):
    cuts = options.cuts or (500 if options.long else 5)
    choice = random.Random(options.seed)
    result = {}
    for kind in [options.on] if options.on else ["ext4", "xfs"]:
        done = acked = 0
        while done < cuts:
            with directory() as place:
                # Sparse: compaction asks for room before it begins.
                image = Image(place, kind, "1G")
                try:
                    count = min(STORE_CYCLES, cuts - done)
                    acked += cycles(options, choice, place, image, count, done, kind)
                    done += count
                finally:
                    image.close()
        result |= {f"{kind}Cuts": done, f"{kind}Acknowledged": acked, f"{kind}Lost": 0, f"{kind}Bound": f"{300 / done:.2g} % a cut"}
    return result


def cycles(options, choice, place, image, count, done, kind):
    books = Books()
    daemon = Daemon(options.binaries, image.place / "store", place / "sock")
    daemon.options = [word for setting in [*SETTINGS, "disk.reserve=0"] for word in ("--set", setting)]
    acked = 0
    try:
        start(daemon)
        for cycle in range(count):
            before = books.progress
            load = Load(daemon.path, books, choice)
            load.start()
            end = time.monotonic() + 60
            while books.progress - before < ACKED_MIN:
                assert time.monotonic() < end and not load.problems, load.problems or "nothing is acknowledged"
                time.sleep(0.005)
            time.sleep(choice.uniform(0.01, 0.5))
            # What is known now was said before the cut.
            known = {name: set(getattr(books, name)) for name in ("acked", "answered", "erased", "told", "joined")}
            load.isOver.set()
            image.cut()
            daemon.kill()
            load.finish()
            for name, values in known.items():
                setattr(books, name, values)
            acked += books.progress - before
            image.unmount()
            image.mount()
            start(daemon)
            books.check(*read(daemon.path))
            if (done + cycle + 1) % 25 == 0:
                print(f"{kind}: {done + cycle + 1} cuts", flush=True)
        daemon.stop()
    except BaseException:
        print(f"failed: seed {options.seed}, {kind}, cut {done + 1}")
        print(daemon.read_log()[-3000:])
        if daemon.process is not None:
            daemon.kill()
        raise
    return acked
