"""HTTP over a Unix socket or over TCP, as any client would speak it."""
import http.client
import json
import socket


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("eventlog", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def document(self):
        return json.loads(self.body)

    @property
    def data(self):
        assert self.status == 200, (self.status, self.body)
        return self.document["data"]

    @property
    def code(self):
        return self.document["error"]["code"]


def ask(place, method, target, body=None, key=None, headers=None):
    """`place` is the path of a socket, or (host, port). One request, one connection."""
    if isinstance(place, tuple):
        connection = http.client.HTTPConnection(*place, timeout=60)
    else:
        connection = UnixConnection(place)
    headers = dict(headers or {}) | ({"Authorization": f"Bearer {key}"} if key else {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    try:
        connection.request(method, target, body=body, headers=headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def make_key(place, kind, key=None, **more):
    """The text of a new key, and its record."""
    data = ask(place, "POST", "/v1/keys", {"kind": kind} | more, key=key).data
    return data["key"], data
