"""How costs grow with the store: `tools/bench scaling`.

The same history for longer: a million events a day, so that a store of 100 million holds a hundred days. What belongs
to one event, one content or one person should cost the same in each.
"""
import math
import subprocess
import time

# A row of the table, a curve of the chart: unit, and the questions that are asked.
LOOKUPS = {
    "one content in an hour": "Q6",
    "one person's events": "Q7",
    "a middling content's figures": "Q3m",
}
SCANS = {"events by type": "Q1", "distinct viewers by hour": "Q4"}


def measure(make_daemon, binaries, size, seed, questions, runs):
    """One store of `size` events: `{(subject, unit): [values]}`."""
    found = {}

    def note(subject, unit, *values):
        found.setdefault((subject, unit), []).extend(values)

    with make_daemon() as daemon:
        before, start = daemon.cpu(), time.perf_counter()
        ingest(daemon, binaries, size, seed)
        note("ingest, CPU", "µs an event", (daemon.cpu() - before) / size * 1e6)
        note("ingest, wall", "events/s", size / (time.perf_counter() - start))
        note("ingest, peak memory", "MiB", daemon.peak() / 2**20)
        daemon.client("seal")
        daemon.forget_peak()
        before = daemon.cpu()
        daemon.client("compact", "--now")
        note("compaction, CPU", "µs an event", (daemon.cpu() - before) / size * 1e6)
        note("compaction, peak memory", "MiB", daemon.peak() / 2**20)
        store = daemon.status()["store"]
        note("segments", "bytes an event", store["segmentBytes"] / store["segmentRows"])
        note("segments", "files", store["segments"])
        parameters = questions.choose(lambda text: questions.lines(daemon.ask(text)[1]))
        for _ in range(runs):
            ready, start = daemon.restart(), time.perf_counter()
            daemon.ask("FROM events |> AGGREGATE count(*) AS n")
            note("start to first answer", "ms", (ready + time.perf_counter() - start) * 1e3)
        note("at rest after a start", "MiB", daemon.resident() / 2**20)
        for title, name in (LOOKUPS | SCANS).items():
            text = questions.ours(name, parameters)
            for number in range(runs + 1):
                start = time.perf_counter()
                daemon.ask(text)
                taken = (time.perf_counter() - start) * 1e3
                note(f"{title}, {'warm' if number else 'first'}", "ms", taken)
    return found


def ingest(daemon, binaries, size, seed):
    """Straight from the generator: 100 million lines are 27 GB that no disk has to hold."""
    maker = subprocess.Popen(
        [binaries / "eventlog-generate", "--events", str(size), "--seed", str(seed), "--days",
         str(math.ceil(size / 1e6)), "--start", "2026-01-05T00:00:00Z"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    subprocess.run([binaries / "eventlog", "ingest", "--quiet", "--allow-refused", "--socket", daemon.socket],
                   stdin=maker.stdout, check=True)
    maker.stdout.close()
    maker.wait()


# The chart

PANEL, MARGIN, COLUMNS = (300, 150), (64, 34), 3


def chart(sizes, curves):
    """Small curves side by side as SVG, the store's size across on a logarithmic scale.

    - curves: title → (unit, values in the order of sizes).
    """
    width = COLUMNS * (PANEL[0] + MARGIN[0]) + 24
    rows = math.ceil(len(curves) / COLUMNS)
    height = rows * (PANEL[1] + 2 * MARGIN[1]) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif"'
        ' font-size="11" role="img" aria-label="Costs by the size of the store">',
        "<style>svg { background: #fff; color: #222 } .axis { stroke: #bbb } .curve { stroke: #0b6bcb; fill: none;"
        " stroke-width: 2 } .dot { fill: #0b6bcb } text { fill: currentColor } @media (prefers-color-scheme: dark) {"
        " svg { background: #161616; color: #ddd } .axis { stroke: #555 } .curve { stroke: #6cb2ff }"
        " .dot { fill: #6cb2ff } }</style>",
    ]
    for number, (title, (unit, values)) in enumerate(curves.items()):
        left = MARGIN[0] + number % COLUMNS * (PANEL[0] + MARGIN[0])
        top = MARGIN[1] + number // COLUMNS * (PANEL[1] + 2 * MARGIN[1])
        parts += panel(left, top, title, unit, sizes, values)
    return "\n".join(parts + ["</svg>", ""])


def panel(left, top, title, unit, sizes, values):
    highest = nice(max(values))
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])
    span = high - low or 1

    def place(size, value):
        return (left + (math.log10(size) - low) / span * PANEL[0], top + PANEL[1] * (1 - value / highest))

    yield f'<text x="{left}" y="{top - 10}" font-weight="600">{title}, {unit}</text>'
    for share in (0, 0.5, 1):
        y = top + PANEL[1] * (1 - share)
        yield f'<line class="axis" x1="{left}" y1="{y:.1f}" x2="{left + PANEL[0]}" y2="{y:.1f}"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{share * highest:g}</text>'
    points = [place(size, value) for size, value in zip(sizes, values)]
    for size, (x, _) in zip(sizes, points):
        yield f'<text x="{x:.1f}" y="{top + PANEL[1] + 16}" text-anchor="middle">{size / 1e6:g} M</text>'
    yield '<polyline class="curve" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + '"/>'
    for (x, y), value in zip(points, values):
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{value:,.4g} {unit}</title></circle>'


def nice(value):
    """The next of 1, 2, 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value)) if value > 0 else 1
    return next(step * power for step in (1, 2, 5, 10) if value <= step * power)
