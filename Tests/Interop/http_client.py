"""HTTP over the daemon's socket, byte by byte: what is sent is what the test says."""
import json
import socket


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        return self.json["data"]

    @property
    def error(self):
        return self.json["error"]

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:500]!r}"


class Http:
    """One connection, to the path of a socket or to a host and a port."""

    def __init__(self, place, timeout=60):
        is_tcp = isinstance(place, tuple)
        self.socket = socket.socket(socket.AF_INET if is_tcp else socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(place if is_tcp else str(place))
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def read_head(self):
        """Status and headers; None when the daemon has closed."""
        line = self.file.readline()
        if not line:
            return None
        assert line.startswith(b"HTTP/1.1 ") and line.endswith(b"\r\n"), line
        headers = {}
        while (field := self.file.readline()) != b"\r\n":
            name, value = field.decode().split(":", 1)
            headers[name.lower()] = value.strip()
        return int(line.split()[1]), headers

    def read(self, body=True):
        """The next answer; None when the daemon has closed."""
        head = self.read_head()
        if head is None:
            return None
        status, headers = head
        content = self.file.read(int(headers.get("content-length", 0))) if body else b""
        check(status, headers, content)
        return Answer(status, headers, content)

    def is_closed(self):
        return self.file.read(1) == b""

    def request(self, method, target, body=None, **headers):
        self.send(request(method, target, body, **headers))
        return self.read(body=method != "HEAD")

    def post(self, target, body, **headers):
        return self.request("POST", target, body, **headers)


def request(method, target, body=None, **headers):
    """The bytes of a request; `content_type` becomes `content-type`."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if body is not None and not isinstance(body, bytes):
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def check(status, headers, body):
    """What every answer has."""
    assert headers["x-request-id"].startswith("req_") and "date" in headers, headers
    if status >= 400:
        answer = json.loads(body) if body else None
        assert headers["content-type"] == "application/json"
        if answer is not None:
            assert {"code", "message", "details"} <= answer["error"].keys(), answer
            assert answer["meta"]["requestId"].startswith("req_"), answer
