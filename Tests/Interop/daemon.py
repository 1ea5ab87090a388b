"""A real daemon under test, and the wire protocol as any client would speak it."""
import json
import os
import signal
import socket
import subprocess
import tempfile
import time


RELOADED = "settings and keys were read again"
KEPT = "the settings stay as they were"


class Daemon:
    """`eventlogd` on one store; may be stopped, killed and started again."""

    def __init__(self, binaries, store, path, *options):
        self.binaries, self.store, self.path = binaries, store, str(path)
        self.options = ["--archive", *options]
        self.process = None
        self.log = tempfile.TemporaryFile()

    def start(self):
        """Returns once the daemon has said on standard output that it is ready."""
        self.process = self.launch()
        self.ready_line = self.process.stdout.readline()
        assert b"ready" in self.ready_line, (self.ready_line, self.read_log())
        return self

    def reload(self):
        """SIGHUP; returns once the daemon has said what came of it."""
        before = self.read_log().count(RELOADED) + self.read_log().count(KEPT)
        self.process.send_signal(signal.SIGHUP)
        self.wait_for_log(lambda log: log.count(RELOADED) + log.count(KEPT) > before)

    def wait_for_log(self, is_there):
        """Looks until the log has something; gives up after a minute."""
        end = time.monotonic() + 60
        while not is_there(log := self.read_log()):
            assert self.process.poll() is None and time.monotonic() < end, log
            time.sleep(0.01)
        return log

    def launch(self):
        command = [self.binaries / "eventlogd", "--store", self.store, "--socket", self.path]
        return subprocess.Popen(
            [*map(str, command), *self.options], stdout=subprocess.PIPE, stderr=self.log)

    def read_log(self):
        # Not by seek: the daemon writes with the same position.
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode(errors="replace")

    def stop(self):
        """SIGTERM, which must end it cleanly and lose nothing."""
        if self.process is None:
            return
        self.process.terminate()
        status = self.process.wait(60)
        self.process.stdout.close()
        self.process = None
        assert status == 0, (status, self.read_log())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)
        self.process.stdout.close()
        self.process = None

    def kill_and_start(self):
        self.kill()
        return self.start()

    def restart(self):
        self.stop()
        return self.start()

    @property
    def rss(self):
        """Bytes of memory that the daemon holds now."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def connect(self):
        return Stream(self.path)

    def client(self, *arguments, stdin=b"", timeout=120):
        return subprocess.run(
            [str(self.binaries / "eventlog"), *map(str, arguments), "--socket", self.path],
            input=stdin, capture_output=True, timeout=timeout)

    def send(self, lines):
        """Sends lines (bytes or objects) over one connection; gives the final ack and the errors."""
        with self.connect() as stream:
            stream.send(lines)
            return stream.finish()

    def offline(self, *arguments, timeout=120):
        """The client without the daemon."""
        return subprocess.run(
            [str(self.binaries / "eventlog"), *map(str, arguments)], capture_output=True, timeout=timeout)

    def post(self, path, body):
        """The status and the body of the answer to one request over HTTP."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(60)
            connection.connect(self.path)
            head = f"POST {path} HTTP/1.1\r\nHost: e\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            connection.sendall((head + body).encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    def query(self, text, status=0):
        """The rows of an answer, as objects."""
        result = self.client("query", "--format", "ndjson", text)
        assert result.returncode == status, (result.returncode, result.stderr.decode())
        return [json.loads(line) for line in result.stdout.splitlines()]

    def count(self):
        return self.query("FROM events |> AGGREGATE count(*) AS n")[0]["n"]

    def seal(self):
        result = self.client("seal")
        assert result.returncode == 0, result.stderr


class Stream:
    """One NDJSON connection."""

    def __init__(self, path, timeout=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, lines):
        if isinstance(lines, (bytes, dict)):
            lines = [lines]
        self.socket.sendall(b"".join(encode(line) for line in lines))

    def receive(self):
        """The next answer; None when the daemon has closed."""
        line = self.file.readline()
        return json.loads(line) if line else None

    def sync(self, name="s"):
        """Waits until everything sent is durable; gives the ack."""
        self.send({"op": "sync", "id": name})
        while (answer := self.receive()) is not None:
            if answer.get("sync") == name:
                return answer["ack"]
        raise AssertionError("closed before the answer to sync")

    def finish(self):
        """Half-closes and reads to the end; gives the final ack and the error objects."""
        self.socket.shutdown(socket.SHUT_WR)
        answers = list(iter(self.receive, None))
        acks = [answer["ack"] for answer in answers if "ack" in answer]
        assert acks and acks[-1].get("final") is True, answers[-3:]
        check_cumulative(acks)
        return acks[-1], [answer["error"] for answer in answers if "error" in answer]


def encode(line):
    """Bytes go as they are; an object as a JSON line."""
    return line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n"


def check_cumulative(acks):
    """Acknowledgements never go back, and each adds up."""
    before = {}
    for ack in acks:
        parts = ack["stored"] + ack["duplicates"] + ack["failed"] + ack.get("controls", 0)
        assert parts == ack["lines"], ack
        for name in ("lines", "stored", "duplicates", "failed", "adjusted"):
            assert ack[name] >= before.get(name, 0), (before, ack)
        before = ack
    return acks


def event(number, **more):
    """A valid event with an id of its own."""
    return {
        "event": "watchProgress", "contentId": f"cnt_{number % 50}", "eventId": f"evt_{number}",
        "deviceId": f"dev_{number % 20}", "timestamp": "2026-01-02T03:04:%02d.%03dZ" % (number // 1000 % 60, number % 1000),
        "data": {"currentTime": number % 60 + 0.5, "duration": 60},
    } | more
