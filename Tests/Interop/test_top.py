"""The live screen: what it shows, its keys, and that the terminal is as it was whatever ends it."""
import os
import signal
import time

from asking import ask
from daemon import event
from terminal import Terminal

HIDDEN, SHOWN = b"\x1b[?25l", b"\x1b[?25h"
OTHER, BACK = b"\x1b[?1049h", b"\x1b[?1049l"


def fill(daemon):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    daemon.send([
        event(number, contentId=f"cnt_{number % 3 if number > 5 else 0}", timestamp=now) for number in range(50)])
    daemon.send([event(100, event="own", contentId="\u202eevil", timestamp=now), {"no": "event"}])


def top(daemon, *options, rows=30, columns=110):
    return Terminal(
        [daemon.binaries / "eventlog", "top", "--interval", "0.3", "--socket", daemon.path, *options], rows, columns)


def test_one_page_is_printed_without_a_terminal(daemon):
    fill(daemon)
    for options in ([], ["--once"]):
        result = daemon.client("top", "--interval", "0.2", *options)
        assert result.returncode == 0, result.stderr
        page = result.stdout.decode()
        assert "\x1b" not in page and "\u202e" not in page
        for text in ("events/s", "stored 51", "VALIDATION_ERROR 1", "free", "cnt_0", "watchProgress", "QUERIES",
                     "\\u{202e}evil"):
            assert text in page, page


def test_the_screen_keeps_up_and_obeys_its_keys(daemon):
    fill(daemon)
    terminal = top(daemon)
    terminal.wait_for("cnt_0").wait_for("stored 51")
    rows = lambda: [line.split()[0] for line in terminal.lines if line.startswith("cnt_")]
    assert rows()[0] == "cnt_0"
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    daemon.send([event(200 + n, contentId="cnt_2", timestamp=now) for n in range(60)])
    terminal.wait_for("stored 111").wait(lambda _: rows()[0] == "cnt_2")
    terminal.send("n")
    terminal.wait(lambda _: rows() == sorted(rows()))
    terminal.send("c")
    terminal.wait(lambda _: rows()[0] == "cnt_2")
    terminal.send("p")
    terminal.wait_for("PAUSED")
    daemon.send([event(300, timestamp=now)])
    for _ in range(20):
        terminal.draw(0.05)
    assert "stored 111" in terminal.text
    terminal.send("p")
    terminal.wait_for("stored 112").wait(lambda _: "PAUSED" not in terminal.text)
    terminal.send("+")
    terminal.wait_for("every 0.6 s")
    terminal.resize(12, 60)
    terminal.wait(lambda _: terminal.lines[-1].startswith("q quit") and terminal.lines[0].startswith("eventlogd"))
    terminal.send("q")
    assert terminal.status() == 0
    assert terminal.raw.count(OTHER) == terminal.raw.count(BACK) == 1 and terminal.raw.rstrip().endswith(BACK)
    assert HIDDEN in terminal.raw and SHOWN in terminal.raw


def test_the_terminal_is_as_it_was_whatever_ends_it(daemon):
    fill(daemon)
    command = f"stty -a > {daemon.path}.before; {daemon.binaries}/eventlog top --socket {daemon.path}; " \
        f"echo status $?; stty -a > {daemon.path}.after"
    for end, status in [(lambda p: p.send("\x03"), 0), ("TERM", 1), ("INT", 0), ("HUP", 1)]:
        terminal = Terminal(["/bin/sh", "-c", command], rows=24, columns=100)
        terminal.wait_for("cnt_0")
        if callable(end):
            end(terminal)
        else:
            (child,) = [
                int(name) for name in os.listdir("/proc") if name.isdigit() and parent(name) == terminal.process.pid]
            os.kill(child, getattr(signal, "SIG" + end))
        terminal.wait_for(f"status {status}")
        terminal.status()
        assert open(f"{daemon.path}.before").read() == open(f"{daemon.path}.after").read(), end
        assert terminal.raw.count(BACK) == 1 and terminal.raw.count(SHOWN) == 1, end


def parent(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


def test_a_daemon_that_goes_away_is_waited_for(daemon):
    fill(daemon)
    terminal = top(daemon)
    terminal.wait_for("cnt_0")
    daemon.stop()
    terminal.wait_for("NO ANSWER")
    daemon.start()
    terminal.wait(lambda _: "NO ANSWER" not in terminal.text)
    terminal.send("q")
    assert terminal.status() == 0


def test_nobody_there_is_an_error(daemon):
    daemon.stop()
    assert daemon.client("top").returncode == 1
    assert daemon.client("top", "--interval", "0").returncode == 2
    assert daemon.client("top", "--minutes", "0").returncode == 2
    daemon.start()


def test_the_status_names_queries_without_what_is_in_quotes(daemon):
    fill(daemon)
    daemon.query("FROM events |> WHERE userId = 'alice' |> AGGREGATE count(*) AS n")
    status = ask(daemon.path, "GET", "/v1/status").data
    (slow,) = [one for one in status["queries"]["slowest"] if "userId" in one["text"]]
    assert slow["text"] == "FROM events |> WHERE userId = '…' |> AGGREGATE count(*) AS n"
    assert slow["seconds"] >= 0 and abs(slow["endedAt"] / 1e6 - time.time()) < 600
    assert status["queries"]["running"] == [] and status["tails"] == 0
    assert status["ingest"]["refusedByCode"] == {"VALIDATION_ERROR": 1}
    assert status["availableBytes"] > 0 and abs(status["ingest"]["newestAt"] / 1e6 - time.time()) < 600
