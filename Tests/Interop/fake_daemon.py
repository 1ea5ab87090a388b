"""A daemon that answers as it is told to, to see what the client does when things go wrong.

It speaks the wire form of the specification, section 1.3, and keeps every line it was sent.
"""
import json
import os
import socket
import threading


class Hangup(Exception):
    """Raised by a decision: close the connection now, without an acknowledgement."""


class FakeDaemon:
    """Listens on `path`; `decide(connection, number, line)` says what becomes of each line.

    A decision is "stored", "duplicate", or a dict: the error object of a refused line.
    """

    def __init__(self, path, decide=lambda connection, number, line: "stored", ack_every=100):
        self.path = str(path)
        self.decide = decide
        self.ack_every = ack_every
        self.connections = []  # the lines of each
        self.requests = []  # (request line, body) of HTTP
        self.reply = None  # (status, headers, body) for HTTP
        self.failure = None
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        os.unlink(self.path)
        assert self.failure is None, self.failure

    def lines(self):
        return [line for connection in self.connections for line in connection]

    def _serve(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with peer:
                try:
                    self._talk(peer)
                except (Hangup, BrokenPipeError, ConnectionResetError):
                    pass
                except Exception as error:  # told by __exit__, in the test's own thread
                    self.failure = error

    def _talk(self, peer):
        stream = peer.makefile("rb")
        first = stream.readline()
        if first.split(b" ")[0] in (b"GET", b"POST"):
            self._answer_http(peer, first, stream)
        elif first:
            self._answer_stream(peer, first, stream)

    def _answer_http(self, peer, first, stream):
        length = 0
        while (line := stream.readline().strip()):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.requests.append((first.decode().strip(), stream.read(length)))
        status, headers, body = self.reply
        head = f"HTTP/1.1 {status} x\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers)
        peer.sendall(head.encode() + b"\r\n" + body)

    def _answer_stream(self, peer, first, stream):
        lines = []
        index = len(self.connections)
        self.connections.append(lines)
        ack = dict(lines=0, stored=0, duplicates=0, failed=0, adjusted=0, durable=True)
        number = 0
        line = first
        while line:
            number += 1
            if line.strip():
                lines.append(line)
                self._decide(peer, index, number, line, ack)
                if ack["lines"] % self.ack_every == 0:
                    self._send(peer, {"ack": ack})
            line = stream.readline()
        self._send(peer, {"ack": ack | {"final": True}})

    def _decide(self, peer, index, number, line, ack):
        decision = "stored"
        if b'"op"' not in line:
            decision = self.decide(index, number, line)
            ack["stored"] += decision == "stored"
            ack["duplicates"] += decision == "duplicate"
        if isinstance(decision, dict):
            ack["failed"] += 1
            self._send(peer, {"error": {"line": number, "details": []} | decision})
        ack["lines"] += 1

    @staticmethod
    def _send(peer, value):
        peer.sendall(json.dumps(value).encode() + b"\n")
