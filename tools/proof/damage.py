"""A small store, damaged everywhere (RELIABILITY T10 to T12): in memory, by the program that fuzzes the store's decoders."""
import json
import os
import pathlib
import subprocess

from unable import Unable

NAME, HELP = "damage", "each byte of a small store flipped, each file cut at each length, sectors and files changed"
ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = ["flips", "cuts", "sectors", "files"]


def add_arguments(parser):
    parser.add_argument("--step", type=int, default=None, metavar="N", help="one case of so many; 200, or 1 with --long")
    parser.add_argument("--only", choices=KINDS, default=None)


def run(options):
    fuzz = ROOT / "tools/fuzz"
    if getattr(options, "all", False) and not options.long and not (ROOT / ".build-fuzz/release/fuzz-store").exists():
        raise Unable("tools/fuzz is not built, which takes minutes; tools/prove damage builds it, and unit tests look at a part")
    built = subprocess.run([str(fuzz / "run"), "--build", "commit"], capture_output=True)
    if built.returncode != 0:
        raise Unable("tools/fuzz cannot be built: " + built.stderr.decode()[-500:])
    result = {}
    for kind in [options.only] if options.only else KINDS:
        environment = os.environ | {"FUZZ_SWEEP": kind, "FUZZ_STEP": str(options.step or (1 if options.long or kind == "files" else 200)),
                                    "SWIFT_BACKTRACE": "enable=no"}
        done = subprocess.run([str(ROOT / ".build-fuzz/release/fuzz-store")], capture_output=True, env=environment)
        lines = done.stdout.decode().splitlines()
        assert done.returncode == 0, f"{kind}: {lines[-21:]} {done.stderr.decode()[-2000:]}"
        result[kind] = json.loads(lines[-1])
        print(f"{kind}: {lines[-1]}", flush=True)
    return result
