"""A small store, damaged everywhere (RELIABILITY T10 to T12): in memory, without a file system, by a program of tools/fuzz.

Each case opens the store, reads everything that is in it, and compares. What no answer depends on is held against the commands that
verify. As many processes as there are processors share the cases.
"""
import collections
import json
import os
import pathlib
import subprocess

from unable import Unable

NAME, HELP = "damage", "each byte of a small store flipped, each file cut at each length, sectors and files changed"
ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ["flips", "cuts", "sectors", "files"]
SCRATCH = ROOT / ".build-sweep"
PROGRAM = SCRATCH / "release/store-sweep"


def add_arguments(parser):
    parser.add_argument("--step", type=int, default=None, metavar="N", help="one case of so many; 400, or 1 with --long")
    parser.add_argument("--only", choices=KINDS, default=None)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="processes at a time")


def run(options):
    if getattr(options, "all", False) and not options.long and not PROGRAM.exists():
        raise Unable("tools/fuzz is not built, which takes minutes; tools/prove damage builds it, and unit tests look at a part")
    build = ["swift", "build", "--quiet", "-c", "release", "--scratch-path", str(SCRATCH), "-Xswiftc", "-enable-testing", "--product", "store-sweep"]
    built = subprocess.run(build, cwd=ROOT / "tools/fuzz", capture_output=True)
    if built.returncode != 0:
        raise Unable("tools/fuzz cannot be built: " + (built.stdout + built.stderr).decode()[-500:])
    result = {}
    for kind in [options.only] if options.only else KINDS:
        step = options.step or (1 if options.long or kind == "files" else 400)
        result[kind] = sweep(kind, step, max(1, options.jobs))
        print(f"{kind}: {json.dumps(result[kind])}", flush=True)
    return result


def sweep(kind, step, jobs):
    # The parts of a larger step are together the cases of the smaller one.
    parts = [subprocess.Popen([str(PROGRAM), kind, str(step * jobs), str(step * job)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
             for job in range(jobs)]
    total, findings = collections.Counter(), []
    for part in parts:
        lines = part.communicate()[0].decode().splitlines()
        assert part.returncode in (0, 1) and lines, f"{kind}: ended by {part.returncode}: {lines[-3:]}"
        findings += lines[:-1]
        total = merged(total, json.loads(lines[-1]))
    assert not findings, f"{kind}: {findings[:20]}"
    return total


def merged(one, other):
    """Counts added up, and of the most the greatest."""
    result = dict(one)
    for name, value in other.items():
        if isinstance(value, dict):
            result[name] = merged(result.get(name, {}), value)
        else:
            result[name] = max(result.get(name, 0), value) if name.endswith("Max") else result.get(name, 0) + value
    return result
