"""What systemd does to a service, done by hand: passed sockets, notifications, the watchdog; and the units."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess

import pytest

from asking import ask
from daemon import Daemon, Stream, event

UNITS = pathlib.Path(__file__).parents[2] / "tools" / "systemd"
LAUNCHER = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])
"""


class Activated(Daemon):
    """A daemon that is given its sockets from descriptor 3 on, as sd_listen_fds(3) has it."""

    def __init__(self, binaries, store, sockets, notify=None, watchdog=None):
        super().__init__(binaries, store, sockets[0][1].getsockname())
        self.sockets = sockets
        self.environment = {
            "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(name for name, _ in sockets)}
        if notify:
            self.environment["NOTIFY_SOCKET"] = notify
        if watchdog:
            self.environment["WATCHDOG_USEC"] = str(watchdog)

    def launch(self):
        def pass_on():
            # First out of the way, then into their places.
            held = [os.dup2(s.fileno(), 100 + n) for n, (_, s) in enumerate(self.sockets)]
            for n, descriptor in enumerate(held):
                os.dup2(descriptor, 3 + n, inheritable=True)

        places = tuple(range(3, 3 + len(self.sockets)))
        return subprocess.Popen(
            ["/usr/bin/python3", "-c", LAUNCHER, str(self.binaries / "eventlogd"), "--store",
             str(self.store), *self.options],
            stdout=subprocess.PIPE, stderr=self.log, preexec_fn=pass_on, pass_fds=places,
            env=os.environ | self.environment)


def listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    return listener


@pytest.fixture
def notifications(short_tmp):
    """The manager's end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(str(short_tmp / "notify"))
        end.settimeout(60)
        yield end


def receive(end, wanted):
    """Messages up to the first that begins with `wanted`; gives that one's lines."""
    while True:
        lines = end.recv(4096).decode().split("\n")
        if lines[0].startswith(wanted):
            return lines


def test_a_connection_made_before_the_daemon_started_is_served(binaries, short_tmp):
    main = listen(short_tmp / "m.sock")
    early = Stream(str(short_tmp / "m.sock"))
    early.send(event(1))
    daemon = Activated(binaries, short_tmp / "store", [("main", main)]).start()
    assert early.finish()[0]["stored"] == 1
    daemon.stop()
    assert (short_tmp / "m.sock").exists(), "the socket file is the manager's"
    # The manager still listens; the next daemon takes over.
    daemon.start()
    assert daemon.count() == 1
    daemon.stop()
    main.close()


def test_each_passed_socket_has_its_role(binaries, short_tmp):
    tcp = socket.create_server(("127.0.0.1", 0))
    sockets = [("tcp", tcp), ("ingest", listen(short_tmp / "i.sock")), ("main", listen(short_tmp / "m.sock"))]
    daemon = Activated(binaries, short_tmp / "store", sockets)
    daemon.path = str(short_tmp / "m.sock")
    daemon.start()
    try:
        assert ask(daemon.path, "GET", "/healthz").status == 200
        assert ask(short_tmp / "i.sock", "GET", "/healthz").status == 403
        assert ask(tcp.getsockname(), "GET", "/healthz").status == 401
    finally:
        daemon.stop()
        for _, opened in sockets:
            opened.close()


@pytest.mark.parametrize("make, name, words", [
    (lambda tmp: socket.create_server(("0.0.0.0", 0)), "tcp", "other machines"),
    (lambda tmp: listen("\0eventlog-" + tmp.name), "main", "abstract"),
    (lambda tmp: listen(tmp / "x.sock"), "tcp", "not a TCP socket"),
    (lambda tmp: socket.create_server(("127.0.0.1", 0)), "main", "not a Unix socket"),
    (lambda tmp: socket.socketpair()[0], "main", "not a listening")])
def test_a_wrong_socket_keeps_the_daemon_from_starting(binaries, short_tmp, make, name, words):
    opened = make(short_tmp)
    daemon = Activated(binaries, short_tmp / "store", [(name, opened)])
    process = daemon.launch()
    assert process.wait(60) == 1
    process.stdout.close()
    opened.close()
    assert words in daemon.read_log()


def test_the_manager_is_told_ready_reloading_and_stopping(binaries, short_tmp, notifications):
    main = listen(short_tmp / "m.sock")
    daemon = Activated(
        binaries, short_tmp / "store", [("main", main)], notify=str(short_tmp / "notify"))
    daemon.start()
    assert receive(notifications, "READY=1")[1].startswith("STATUS=Serving")
    # Whoever is told READY can connect.
    assert ask(daemon.path, "GET", "/healthz").status == 200
    daemon.process.send_signal(signal.SIGHUP)
    reloading = receive(notifications, "RELOADING=1")
    assert int(reloading[1].removeprefix("MONOTONIC_USEC=")) > 0
    receive(notifications, "READY=1")
    daemon.process.terminate()
    receive(notifications, "STOPPING=1")
    assert daemon.process.wait(60) == 0
    daemon.process.stdout.close()
    main.close()


def test_the_watchdog_is_fed_while_all_loops_answer(binaries, short_tmp, notifications):
    main = listen(short_tmp / "m.sock")
    daemon = Activated(
        binaries, short_tmp / "store", [("main", main)], notify=str(short_tmp / "notify"),
        watchdog=200_000)
    daemon.start()
    for _ in range(3):
        receive(notifications, "WATCHDOG=1")
    daemon.stop()
    main.close()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_are_in_order_and_shut_in(binaries, tmp_path):
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/usr/bin/eventlogd", str(binaries.resolve() / "eventlogd"))
        (tmp_path / unit.name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True, text=True)
    complaints = [line for line in checked.stderr.splitlines() if str(tmp_path) in line or "eventlogd" in line]
    assert checked.returncode == 0 and not complaints, checked.stderr
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(tmp_path / "eventlogd.service")],
        capture_output=True, text=True)
    exposure = float(rated.stdout.rsplit("level for eventlogd.service:", 1)[1].split()[0])
    assert exposure <= 0.5, rated.stdout


FILTER = """
import errno, os, seccomp, subprocess, sys

def calls(group):
    shown = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True).stdout
    lines = {line.strip() for line in shown.splitlines()} - {group, ""}
    plain = {line for line in lines if line[0] not in "@#"}
    return plain.union(*(calls(line) for line in lines if line[0] == "@"))

filter = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
# execve is how the manager, too, begins.
for call in calls("@system-service") - calls("@privileged") - calls("@resources") | {"execve"}:
    try:
        filter.add_rule(seccomp.ALLOW, call)
    except (RuntimeError, ValueError):
        pass  # A call of another architecture.
filter.load()
os.execv(sys.argv[1], sys.argv[1:])
"""


def can_filter():
    known = subprocess.run(["/usr/bin/python3", "-c", "import seccomp"], capture_output=True)
    return known.returncode == 0 and shutil.which("systemd-analyze")


@pytest.mark.skipif(not can_filter(), reason="python3-seccomp and systemd are not installed")
def test_the_daemon_lives_within_the_units_system_calls(binaries, short_tmp):
    class Filtered(Daemon):
        def launch(self):
            return subprocess.Popen(
                ["/usr/bin/python3", "-c", FILTER, str(self.binaries / "eventlogd"), "--store",
                 str(self.store), "--socket", self.path, *self.options],
                stdout=subprocess.PIPE, stderr=self.log)

    daemon = Filtered(binaries, short_tmp / "store", short_tmp / "s").start()
    assert "Seccomp:\t2" in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    daemon.send([event(n) for n in range(1000)])
    daemon.seal()
    assert daemon.count() == 1000
    assert ask(daemon.path, "POST", "/v1/keys", '{"kind":"secret"}').status == 200
    daemon.stop()
