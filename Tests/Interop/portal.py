"""A running `eventlog portal`, and HTTP to it as a browser, or somebody else, would speak it."""
import signal
import subprocess

from http_client import Answer, Http


class Portal:
    def __init__(self, daemon, *options):
        command = [daemon.binaries / "eventlog", "portal", "--no-open", "--socket", daemon.path, *options]
        self.process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.address = self.process.stdout.readline().decode().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.process.stderr.read()
        self.origin, _, self.token = self.address.partition("/#token=")
        self.port = int(self.origin.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def stop(self):
        """Ctrl-C; gives the status."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(30)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def connect(self):
        return Http(("127.0.0.1", self.port))

    def ask(self, method, target, body=None, host=None, token=None, **headers):
        """One request; `token=False` shows none."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self.port}'}"]
        if token is not False:
            lines.append(f"Authorization: Bearer {token or self.token}")
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or "").encode())

    def send(self, data):
        with self.connect() as connection:
            connection.send(data)
            status, fields = connection.read_head()
            return Answer(status, fields, connection.file.read())

    def get(self, target, **more):
        return self.ask("GET", target, **more)
