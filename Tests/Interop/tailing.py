"""A live tail over the daemon's socket, as any client would read it."""
import json
import urllib.parse

from http_client import Http, request


class Tail:
    """One `GET /v1/events/tail`; lines as they come."""

    def __init__(self, path, accept=None, last_event_id=None, timeout=60, **parameters):
        self.connection = Http(path, timeout)
        headers = {"accept": accept} if accept else {}
        if last_event_id:
            headers["last_event_id"] = last_event_id
        query = urllib.parse.urlencode(parameters)
        self.connection.send(request("GET", f"/v1/events/tail?{query}", **headers))
        self.status, self.headers = self.connection.read_head()
        self.rest = b""
        self.is_whole = False
        self.stream = self.parsed_lines()
        if self.status != 200:
            length = int(self.headers["content-length"])
            self.error = json.loads(self.connection.file.read(length))["error"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.__exit__()

    def chunk(self):
        """The next piece of the body; empty at its end. A body that breaks off raises EOFError."""
        size = self.connection.file.readline()
        if not size.endswith(b"\r\n"):
            raise EOFError
        size = int(size, 16)
        piece = self.connection.file.read(size + 2)
        if len(piece) != size + 2:
            raise EOFError
        self.is_whole = self.is_whole or size == 0
        return piece[:-2]

    def raw_lines(self):
        while piece := self.chunk():
            self.rest += piece
            *lines, self.rest = self.rest.split(b"\n")
            yield from lines

    def lines(self):
        """The lines that have not been taken yet, as objects."""
        return self.stream

    def parsed_lines(self):
        """Ends with the body, also where it breaks off."""
        try:
            yield from map(json.loads, self.raw_lines())
        except (EOFError, ConnectionError):
            return

    def events(self, count=None):
        """The event lines, so many at most."""
        found = []
        if count == 0:
            return found
        while len(found) != count and (line := next(self.stream, None)) is not None:
            if "event" in line:
                found.append(line)
        return found


def identifiers(lines):
    return [line["event"]["eventId"] for line in lines]


def read_all(path, **parameters):
    """What there is, without waiting for more: the event lines and the last line."""
    with Tail(path, follow="false", **parameters) as tail:
        assert tail.status == 200, tail.error
        lines = list(tail.lines())
        assert tail.is_whole
    return [line for line in lines if "event" in line], lines[-1]["end"]
