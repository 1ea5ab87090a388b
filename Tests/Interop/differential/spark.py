"""Spark beside us: the pipe form, the same text, over the files that the Delta log names.

  python -m differential.spark PROGRAMS PYTHON      PYTHON is one that has pyspark
"""
import collections
import pathlib
import shutil
import sys
import tempfile

from .answers import difference
from .engines import QUERIES, SEED, Engines


def main():
    programs, python = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    place = pathlib.Path(tempfile.mkdtemp(prefix="evl"))
    try:
        answers = Engines(programs, place, {"spark": python}).answers
    finally:
        shutil.rmtree(place)
    results = [(query, *judge(query, answers)) for query in QUERIES]
    for query, verdict, why in results:
        if verdict in ("differing", "refused"):
            print(f"{verdict}: {query.name}\n{query.text_for('spark')}\n  {why}\n")
    verdicts = ("passed", "differing", "refused", "not asked", "not built yet")
    table = collections.Counter((query.name.partition(":")[0], verdict) for query, verdict, _ in results)
    print(f"{'':24}" + "".join(f"{verdict:>16}" for verdict in verdicts))
    for group in sorted({group for group, _ in table}):
        print(f"{group:24}" + "".join(f"{table[group, verdict]:>16}" for verdict in verdicts))
    totals = [sum(count for (_, one), count in table.items() if one == verdict) for verdict in verdicts]
    print(f"{'all, seed ' + SEED:24}" + "".join(f"{total:>16}" for total in totals))
    sys.exit(any(totals[1:3]))


def judge(query, answers):
    ours, theirs = answers["pipe", query.name], answers.get(("spark", query.name))
    if theirs is None:
        return "not asked", query.tags["no-spark"]
    if isinstance(theirs, str):
        return "refused", theirs
    if isinstance(ours, str):
        return "not built yet", ours
    found = difference(ours, theirs, query.ordered)
    return ("differing", found) if found else ("passed", "")


if __name__ == "__main__":
    main()
