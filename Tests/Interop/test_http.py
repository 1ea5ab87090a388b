"""HTTP/1.1 as such: framing, limits, and clients that mean no good."""
import gzip
import json
import os
import socket
import threading
import time
import zlib

import pytest

from daemon import Daemon
from http_client import Http, request

EVENT = b'{"event":"like","contentId":"c"}'


@pytest.fixture
def http(daemon):
    with Http(daemon.path) as http:
        yield http


def chunked(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


# What works


def test_requests_on_one_connection_are_answered_in_order(daemon, http):
    count = 300
    http.send(b"".join(
        request("POST", "/v1/events", {"event": "like", "contentId": "c", "eventId": f"e{n}"}) for n in range(count)))
    assert [http.read().data["eventId"] for _ in range(count)] == [f"e{n}" for n in range(count)]
    assert daemon.count() == count


def test_a_client_that_pipelines_and_does_not_read_makes_nothing_grow(daemon):
    before = daemon.rss
    with Http(daemon.path, timeout=1) as http:
        data = request("GET", "/v1/status") * 1_000
        with pytest.raises(TimeoutError):
            for _ in range(1_000):
                http.send(data)
    assert daemon.rss - before < 32 << 20


def test_every_cut_of_a_request_reads_the_same(daemon):
    data = (b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + chunked(EVENT[:7], EVENT[7:]))
    for cut in range(1, len(data), 3):
        with Http(daemon.path) as http:
            http.send(data[:cut])
            http.send(data[cut:])
            assert http.read().status == 200, cut


def test_gzip_bodies_of_one_member_and_of_several(daemon, http):
    lines = b"".join(EVENT + b"\n" for _ in range(1_000))
    for body in (gzip.compress(lines), gzip.compress(lines[:100]) + gzip.compress(lines[100:])):
        answer = http.post("/v1/events", body, content_type="application/x-ndjson", content_encoding="gzip")
        assert answer.data["received"] == 1_000
        head = request("POST", "/v1/events", content_type="application/x-ndjson", content_encoding="gzip",
                       transfer_encoding="chunked")
        http.send(head + chunked(*(body[i:i + 11] for i in range(0, len(body), 11))))
        assert http.read().data["received"] == 1_000
    answer = http.post("/v1/events", gzip.compress(b"[" + EVENT + b"]"), content_encoding="gzip")
    assert answer.data["received"] == 1
    assert daemon.count() == 4_001


def test_bodies_that_are_not_gzip_are_refused(daemon, http):
    whole = gzip.compress(EVENT)
    damaged = whole[:12] + bytes([whole[12] ^ 255]) + whole[13:]
    for body in (whole[:-1], whole[:5], whole + b"garbage", whole + b"\0", EVENT, damaged):
        answer = Http(daemon.path).post("/v1/events", body, content_encoding="gzip")
        assert (answer.status, answer.error["code"]) == (400, "INVALID_REQUEST"), body
    for coding in ("deflate", "br", "gzip, gzip", "gzip, br", "zstd"):
        assert http.post("/v1/events", zlib.compress(EVENT), content_encoding=coding).status == 415
    assert http.post("/v1/events", EVENT, content_encoding="identity").status == 200
    assert daemon.count() == 1


def test_a_bomb_is_bounded_by_what_it_becomes_and_by_its_ratio(daemon):
    before = daemon.rss
    for body in (gzip.compress(b" " * (64 << 20)), gzip.compress(os.urandom(1) * (17 << 20))):
        with Http(daemon.path) as http:
            assert http.post("/v1/events", body, content_encoding="gzip").status == 413
    with Http(daemon.path) as http:
        answer = http.post("/v1/events", gzip.compress(b"\n" * (256 << 20)), content_encoding="gzip",
                           content_type="application/x-ndjson")
        assert answer.status == 413 and "times" in answer.error["message"]
    assert daemon.rss - before < 64 << 20
    # Compressed well, and no bomb.
    body = b"\n".join(b'{"event":"like","contentId":"%d"}' % (n % 50) for n in range(100_000))
    with Http(daemon.path) as http:
        answer = http.post("/v1/events", gzip.compress(body), content_encoding="gzip",
                           content_type="application/x-ndjson")
        assert answer.data["received"] == 100_000


def test_100_continue_is_sent_if_the_body_is_wanted(daemon):
    with Http(daemon.path) as http:
        http.send(request("POST", "/v1/events", expect="100-continue", content_length=len(EVENT)))
        assert http.read_head()[0] == 100
        http.send(EVENT)
        assert http.read().status == 200
    for head, status in [
        (request("POST", "/v1/events", expect="100-continue", content_length=(16 << 20) + 1), 413),
        (request("POST", "/nosuch", expect="100-continue", content_length=5), 404),
        (request("POST", "/v1/events", expect="200-ok", content_length=5), 417),
        (request("POST", "/v1/events", expect="100-continue", content_length=5, content_encoding="br"), 415),
    ]:
        with Http(daemon.path) as http:
            http.send(head)
            assert http.read().status == status
            assert http.is_closed()


def test_methods(http):
    answer = http.request("OPTIONS", "/v1/events")
    assert (answer.status, answer.headers["allow"]) == (204, "POST")
    assert http.request("GET", "/v1/events").status == 405
    assert http.request("DELETE", "/v1/query", "x").headers["allow"] == "GET, HEAD, POST"
    whole = http.request("GET", "/healthz")
    head = http.request("HEAD", "/healthz")
    assert (head.status, head.headers["content-length"]) == (200, whole.headers["content-length"])
    assert http.request("HEAD", "/v1/query?q=FROM+events").status == 200
    assert http.request("GET", "/nosuch").status == 404
    # The body of a request that is refused is passed over, and the connection goes on.
    assert http.post("/nosuch", b"x" * 100_000).status == 404
    assert http.request("GET", "/healthz").status == 200


def test_connections_end_when_asked(daemon):
    with Http(daemon.path) as http:
        assert http.request("GET", "/healthz", connection="close").headers["connection"] == "close"
        assert http.is_closed()
    with Http(daemon.path) as http:
        http.send(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert http.read().status == 200 and http.is_closed()
    with Http(daemon.path) as http:
        for _ in range(2):
            http.send(b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert http.read().headers["connection"] == "keep-alive"
    with Http(daemon.path) as http:
        http.send(request("GET", "/healthz") + request("GET", "/healthz"))
        http.half_close()
        assert http.read().status == 200 and http.read().status == 200 and http.is_closed()


def test_an_upload_that_breaks_off_says_what_was_stored_before(daemon):
    head = (b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n")
    with Http(daemon.path) as http:
        http.send(head + b"%x\r\n%s\n\r\n" % (len(EVENT) + 1, EVENT))
        while daemon.count() == 0:
            time.sleep(0.01)
        http.send(b"oops\r\n")
        answer = http.read()
        assert (answer.status, answer.data["received"]) == (400, 1)
        assert http.is_closed()


# Limits, at the edge and one past


def padded(size):
    head, tail = b'{"event":"like","contentId":"c","eventId":"%d","data":{"t":"' % size, b'"}}'
    return head + b"x" * (size - len(head) - len(tail)) + tail


def test_the_size_of_a_document_is_limited(daemon):
    size = 16 << 20
    event = json.dumps({"event": "like", "contentId": "c", "data": {"t": "x" * 1_000}}).encode()
    for extra, status in ((0, 200), (1, 413)):
        count = size // (len(event) + 1) - 1
        body = b"[" + b",".join([event] * count) + b"]"
        body += b" " * (size - len(body) + extra)
        for send in (lambda http: http.send(request("POST", "/v1/events", body)),
                     lambda http: http.send(request("POST", "/v1/events", transfer_encoding="chunked")
                                            + chunked(body[:1 << 20], body[1 << 20:]))):
            with Http(daemon.path) as http:
                try:
                    send(http)
                except OSError:
                    assert status == 413
                assert http.read().status == status
    with Http(daemon.path) as http:
        assert http.post("/v1/query", b" " * (1 << 20)).status == 400
        assert http.post("/v1/query", b" " * ((1 << 20) + 1)).status == 413


def test_the_size_of_one_event_is_limited(http):
    assert http.post("/v1/events", padded(1 << 20)).status == 200
    answer = http.post("/v1/events", padded((1 << 20) + 1))
    assert answer.status == 400 and "1048576" in answer.error["message"]


def test_heads_are_limited(daemon):
    line = b"GET /%s HTTP/1.1"
    fill = (64 << 10) - len(line % b"")
    for data, status in [
        (line % (b"x" * fill) + b"\r\nHost: x\r\n\r\n", 404),
        (line % (b"x" * (fill + 1)) + b"\r\nHost: x\r\n\r\n", 414),
        (b"GET /" + b"x" * (1 << 20), 414),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: 1\r\n" % n for n in range(99)) + b"\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: 1\r\n" % n for n in range(100)) + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + b"x" * ((32 << 10) - 10) + b"\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + b"x" * ((32 << 10) - 9) + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: " + b"x" * (1 << 20), 431),
    ]:
        with Http(daemon.path) as http:
            try:
                http.send(data)
            except OSError:
                pass
            assert http.read().status == status, data[:60]


def test_many_large_documents_at_once_are_told_to_wait_and_memory_stays_bounded(daemon):
    before, connections = daemon.rss, []
    body = b" " * ((16 << 20) - 10)
    statuses = []
    for _ in range(6):
        http = Http(daemon.path)
        connections.append(http)
        http.send(request("POST", "/v1/events", content_length=16 << 20))
        try:
            http.send(body)
        except OSError:
            pass
        # Who has room waits for the last ten bytes.
        http.socket.settimeout(0.5)
        try:
            statuses.append(http.read().status)
        except TimeoutError:
            pass
    assert statuses and set(statuses) == {503}
    assert daemon.rss - before < 100 << 20
    for http in connections:
        http.__exit__()
    with Http(daemon.path) as http:
        assert http.post("/v1/events", EVENT).status == 200


# Clients that mean no good


SMUGGLING = [
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\n123456",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n12345",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5 \x00\r\n\r\n12345",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nX: y\nContent-Length: 5\r\n\r\n12345",
    b"POST /v1/events HTTP/1.1\nHost: x\nContent-Length: 5\n\n12345",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nX: y\rContent-Length: 5\r\n\r\n12345",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nabc",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\nabc\r\n0\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n",
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;" + b"e" * 300 + b"\r\nab\r\n0\r\n\r\n",
    b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"GET /healthz\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /healthz\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade \r\n\r\n",
    b"NOISE\x01\x02\r\n\r\n",
]


@pytest.mark.parametrize("data", SMUGGLING, ids=range(len(SMUGGLING)))
def test_what_could_be_two_things_is_neither(daemon, data):
    with Http(daemon.path) as http:
        # What would be a second request to somebody who reads the first in another way.
        try:
            http.send(data + request("POST", "/v1/events", EVENT))
        except OSError:
            pass
        answer = http.read()
        assert 400 <= answer.status < 500 or answer.status == 505
        assert answer.headers["connection"] == "close"
        assert http.is_closed()
    assert daemon.count() == 0


@pytest.mark.parametrize("target", ["/healthz%", "/healthz%4", "/%ff", "/v1/query?q=%zz", "/%c0%af"])
def test_paths_with_broken_escapes_are_refused(http, target):
    assert http.request("GET", target).status == 400
    assert http.request("GET", "/healthz").status == 200


def test_paths_that_only_look_like_ours_are_not_found(http):
    for target in ("/v1/events/", "//v1/events", "/v1//events", "/v1/%2e%2e/healthz", "/../healthz", "/V1/events"):
        assert http.post(target, EVENT).status == 404, target
    # An escape of a plain letter is that letter.
    assert http.request("GET", "/health%7a").status == 200


def test_clients_that_trickle_are_given_up_and_others_are_served(daemon):
    """Each sends a byte now and then, which no limit on standing still would notice."""
    starts = [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
        b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nffff\r\n{",
    ]
    slow = [Http(daemon.path) for _ in starts]
    for http, start in zip(slow, starts):
        http.send(start)
        http.socket.settimeout(0.1)
    statuses, began = {}, time.monotonic()
    while len(statuses) < len(slow):
        assert time.monotonic() - began < 90
        for number, http in enumerate(slow):
            if number in statuses:
                continue
            try:
                http.socket.send(b"x")
                if http.socket.recv(12, socket.MSG_PEEK):
                    http.socket.settimeout(20)
                    statuses[number] = http.read().status
            except (TimeoutError, BlockingIOError):
                pass
    assert set(statuses.values()) == {408}
    assert time.monotonic() - began > 9
    with Http(daemon.path) as http:
        assert http.post("/v1/events", EVENT).status == 200


def test_an_upload_may_be_silent_between_lines(short_tmp, binaries, daemon):
    with Http(daemon.path) as http:
        http.send(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n")
        http.send(b"%x\r\n%s\n\r\n" % (len(EVENT) + 1, EVENT))
        time.sleep(11)
        http.send(chunked(EVENT))
        assert http.read().data["received"] == 2


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(daemon):
    for data in (request("POST", "/v1/events", EVENT)[:-5], b"POST /v1/ev", b"POST /v1/events HTTP/1.1\r\nHo"):
        with Http(daemon.path) as http:
            http.send(data)
            http.half_close()
            assert http.is_closed()
        with Http(daemon.path) as http:
            http.send(data)
    assert daemon.count() == 0


def test_a_stop_in_the_middle_of_an_upload_says_what_was_done(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock").start()
    with Http(daemon.path) as http:
        http.send(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\n\r\n" % (len(EVENT) + 1, EVENT))
        while daemon.count() == 0:
            time.sleep(0.01)
        stopping = threading.Thread(target=daemon.stop)
        stopping.start()
        answer = http.read()
        stopping.join()
    assert (answer.status, answer.error["reason"], answer.error["retryable"]) == (503, "shutdown", True)
    assert answer.data["received"] == 1


def test_a_full_disk_is_told_and_the_request_may_be_sent_again(binaries, short_tmp):
    """The limit on file sizes stands for a full disk."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
    command = [str(binaries / "eventlogd"), "--store", str(short_tmp / "store"), "--socket", daemon.path, "--archive"]
    import subprocess
    daemon.process = subprocess.Popen(
        ["bash", "-c", 'ulimit -S -f 3000; exec "$@"', "-", *command], stdout=subprocess.PIPE, stderr=daemon.log)
    assert b"ready" in daemon.process.stdout.readline()
    big = json.dumps([{"event": "like", "contentId": "c", "data": {"t": os.urandom(3_000).hex()}} for _ in range(900)])
    with Http(daemon.path) as http:
        answer = http.post("/v1/events", big, idempotency_key="big")
        assert (answer.status, answer.error["code"], answer.error["retryable"]) == (503, "SERVICE_UNAVAILABLE", True)
        assert answer.error["reason"] in ("io", "disk_full")
        assert http.post("/v1/events", EVENT, idempotency_key="k").status == 200
        # An answer of 5xx is not kept: the request may succeed when it is sent again.
        assert "idempotent-replayed" not in http.post("/v1/events", big, idempotency_key="big").headers
    assert daemon.count() == 1
    daemon.stop()
