"""`/` of the daemon and `eventlog portal`: what they give, and to whom. The page itself: test_page.py."""
import json
import pathlib
import re
import socket
import subprocess
import time

import pytest

from daemon import Daemon, event
from http_client import Http, request
from portal import Portal

FILES = pathlib.Path(__file__).resolve().parents[2] / "Sources/EventLogd/Page"
PAGE = sorted(path.name for path in FILES.iterdir() if path.suffix != ".swift")
QUERY = json.dumps({"query": "FROM events |> AGGREGATE count(*) AS n"})


@pytest.fixture
def tcp(binaries, short_tmp):
    """A daemon that listens on a loopback address too."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "tcp=127.0.0.1:0").start()
    host, port = re.search(rb"(\S+):(\d+), store", daemon.ready_line).groups()
    daemon.tcp = (host.decode(), int(port))
    yield daemon
    daemon.stop()


@pytest.fixture
def portal(daemon):
    daemon.send([event(n) for n in range(10)])
    with Portal(daemon) as portal:
        yield portal


def get(place, target, **headers):
    with Http(place) as http:
        http.send(request("GET", target, **headers))
        status, fields = http.read_head()
        return status, fields, http.file.read(int(fields.get("content-length", 0)))


# The page


@pytest.mark.parametrize("name", PAGE)
def test_each_file_is_given_as_it_is(daemon, name):
    status, headers, body = get(daemon.path, f"/page/{name}")
    assert (status, body) == (200, (FILES / name).read_bytes())
    kind = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    assert headers["content-type"] == kind[name.rsplit(".", 1)[1]]
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in headers["content-security-policy"]


def test_the_page_stands_at_the_root(daemon):
    assert get(daemon.path, "/")[2] == (FILES / "index.html").read_bytes()
    assert get(daemon.path, "/page/nothing.js")[0] == 404
    assert get(daemon.path, "/page/../status")[0] == 404


def test_what_a_browser_has_is_not_sent_again(daemon):
    status, headers, _ = get(daemon.path, "/")
    assert headers["cache-control"] == "no-cache"
    with Http(daemon.path) as http:
        http.send(request("GET", "/", if_none_match=f'"other", {headers["etag"]}'))
        status, again = http.read_head()
        assert status == 304 and "content-length" not in again and again["etag"] == headers["etag"]
        # Nothing follows: the next answer begins where this one ended.
        assert http.request("GET", "/healthz").status == 200
    assert get(daemon.path, "/page/app.js", if_none_match=headers["etag"])[0] == 200


def test_head_and_other_methods(daemon):
    with Http(daemon.path) as http:
        http.send(request("HEAD", "/"))
        status, headers = http.read_head()
        assert status == 200 and int(headers["content-length"]) == len((FILES / "index.html").read_bytes())
        assert http.request("POST", "/", "{}").status == 405


def test_the_page_needs_no_key_and_its_figures_do(tcp):
    assert get(tcp.tcp, "/")[0] == 200 and get(tcp.tcp, "/page/app.js")[0] == 200
    assert get(tcp.tcp, "/v1/status")[0] == 401
    assert get(tcp.tcp, "/page/app.js", authorization="Bearer sk_live_wrong")[0] == 200


def test_the_page_loads_nothing_from_elsewhere():
    for name in PAGE:
        text = (FILES / name).read_text().replace("http://www.w3.org/2000/svg", "")
        # What a shell is told to ask is no request of the page.
        assert "//localhost" in text or not re.search(r"(https?:)?//[a-z0-9]+\.[a-z]", text), name
        assert "innerHTML" not in text.replace("there is no way from here to innerHTML", ""), name
        assert not re.search(r"insertAdjacentHTML|document\.write|\beval\(|new Function", text), name


# Names of hosts


@pytest.mark.parametrize("host, status", [
    ("127.0.0.1", 200), ("localhost:8125", 200), ("LOCALHOST", 200), ("[::1]:1", 200), ("127.9.9.9:80", 200),
    ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost.evil.example:80", 421), ("0.0.0.0", 421),
    ("[::2]", 421), ("localhost:80:80", 421), ("127.0.0.1@evil.example", 421), ("", 421), ("192.168.0.1", 421)])
def test_tcp_answers_to_the_names_of_this_machine_only(tcp, host, status):
    with Http(tcp.tcp) as http:
        http.send(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        assert http.read_head()[0] == status
    with Http(tcp.path) as http:
        # Who opens a file has no name of a host to be deceived by.
        http.send(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        assert http.read_head()[0] == 200


def test_another_page_cannot_ask_its_browser_to_send(tcp):
    with Http(tcp.tcp) as http:
        answer = http.request("OPTIONS", "/v1/events", origin="https://evil.example", access_control_request_method="POST", access_control_request_headers="authorization")
        assert answer.status in (401, 405) and not [name for name in answer.headers if name.startswith("access-control")]
        # What needs no question beforehand has no key.
        answer = http.post("/v1/events", event(1), origin="https://evil.example", content_type="text/plain")
        assert answer.status == 401
    assert tcp.count() == 0


# The portal


def test_the_portal_passes_on_what_the_page_asks(portal):
    assert portal.get("/", token=False).body == (FILES / "index.html").read_bytes()
    assert portal.get("/page/app.js", token=False).headers["content-security-policy"].startswith("default-src 'none'")
    assert portal.get("/v1/status").json["data"]["store"]["tailRows"] == 10
    answer = portal.ask("POST", "/v1/query", QUERY, content_type="application/json")
    assert answer.json["data"] == [{"n": 10}]
    assert portal.ask("POST", "/v1/query", '{"query":"FROM nothing"}').json["error"]["caret"]


def test_a_file_that_has_not_changed_is_not_sent_again(portal):
    tag = portal.get("/", token=False).headers["etag"]
    assert portal.get("/", token=False, if_none_match=tag).status == 304


@pytest.mark.parametrize("method, target", [
    ("POST", "/v1/events"), ("POST", "/v1/seal"), ("PUT", "/v1/content/x"), ("DELETE", "/v1/content/x"),
    ("DELETE", "/v1/users/u"), ("GET", "/v1/keys"), ("GET", "/v1/persons/u"), ("GET", "/metrics"), ("POST", "/"),
    ("POST", "/v1/query/../events"), ("GET", "/v1/users/u/traces"), ("POST", "/v1/analytics/export"), ("GET", "//v1/status")])
def test_the_portal_passes_on_nothing_else(portal, daemon, method, target):
    answer = portal.ask(method, target, json.dumps(event(99)) if method != "GET" else None)
    assert (answer.status, answer.json["error"]["code"]) == (403, "FORBIDDEN")
    assert daemon.count() == 10


@pytest.mark.parametrize("token", [False, "0" * 64, "x", ""])
def test_the_portal_wants_its_token(portal, token):
    assert portal.get("/v1/status", token=token or False).status == 401
    assert portal.get("/v1/status", authorization=f"Basic {portal.token}", token=False).status == 401
    assert portal.get(f"/v1/status?token={portal.token}", token=False).status == 401


def test_two_portals_have_two_tokens(portal, daemon):
    with Portal(daemon) as other:
        assert re.fullmatch("[0-9a-f]{64}", other.token) and other.token != portal.token
        assert other.get("/v1/status", token=portal.token).status == 401


def test_the_portal_answers_its_own_page_only(portal):
    own = portal.origin
    assert portal.get("/v1/status", origin=own).status == 200
    assert portal.get("/v1/status", host=f"localhost:{portal.port}", origin=f"http://localhost:{portal.port}").status == 200
    for origin in ["https://evil.example", "null", own.replace("http", "https"), own + "0", f"http://localhost:{portal.port}"]:
        assert portal.get("/v1/status", origin=origin).status == 403
    for host in ["evil.example", f"evil.example:{portal.port}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1:{portal.port}, x"]:
        assert portal.get("/v1/status", host=host).status == 421
        assert portal.get("/", host=host, token=False).status == 421


@pytest.mark.parametrize("data", [
    b"GET / HTTP/1.0\r\n\r\n", b"GET http://x/ HTTP/1.1\r\n\r\n", b"get / HTTP/1.1\r\n\r\n", b"GET /a b HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nA\r\n\r\n", b"GET / HTTP/1.1\r\nA : b\r\n\r\n", b"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: b\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n", b"GET / HTTP/1.1\r\nA: \xff\r\n\r\n",
    b"POST /v1/query HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"POST /v1/query HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/query HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"\r\n\r\n"])
def test_what_could_be_read_in_two_ways_is_refused(portal, data):
    assert portal.send(data).status == 400
    assert portal.get("/v1/status").status == 200


def test_a_request_has_bounds(portal):
    assert portal.get("/v1/status", x="y" * (32 << 10)).status == 413
    assert portal.get("/v1/status", x="y" * (31 << 10)).status == 200
    head = f"POST /v1/query HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\nAuthorization: Bearer {portal.token}\r\nContent-Length: "
    assert portal.send(f"{head}{(1 << 20) + 1}\r\n\r\n".encode()).status == 413
    assert portal.ask("POST", "/v1/query", QUERY.ljust(1 << 20)).status == 200


def test_a_large_answer_comes_whole_to_a_slow_reader(portal, daemon):
    daemon.send([event(n) for n in range(20_000)])
    with portal.connect() as slow:
        body = '{"query":"FROM events |> SELECT * ","format":"ndjson"}'
        slow.send(f"POST /v1/query HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\nAuthorization: Bearer {portal.token}\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        time.sleep(1)
        # Others are not kept waiting by it.
        assert portal.get("/v1/status").status == 200
        status, headers = slow.read_head()
        assert status == 200 and slow.file.read().count(b"\n") == 20_000


def test_many_ask_at_once(portal):
    connections = [portal.connect() for _ in range(70)]
    request = f"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\nAuthorization: Bearer {portal.token}\r\n\r\n"
    # 64 are served; the others wait until one of these ends.
    for connection in connections:
        connection.send(request)
    for connection in connections:
        assert connection.read_head()[0] == 200
        connection.file.read()
        connection.socket.close()
        connection.file.close()


def test_who_says_nothing_is_let_go(portal):
    with portal.connect() as silent:
        silent.send("GET / HT")
        start = time.monotonic()
        assert silent.is_closed() and 8 < time.monotonic() - start < 15


def test_a_client_that_leaves_ends_its_query(portal, daemon):
    text = "FROM events AS a |> CROSS JOIN events AS b |> CROSS JOIN events AS c |> AGGREGATE count(*) AS n"
    daemon.send([event(n) for n in range(5000)])
    connection = portal.connect()
    body = json.dumps({"query": text})
    connection.send(f"POST /v1/query HTTP/1.1\r\nHost: 127.0.0.1:{portal.port}\r\nAuthorization: Bearer {portal.token}\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    wait_for(lambda: portal.get("/v1/status").json["data"]["queries"]["open"] == 1)
    connection.file.close()
    connection.socket.close()
    wait_for(lambda: portal.get("/v1/status").json["data"]["queries"]["open"] == 0)


def wait_for(is_so):
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_daemon_that_is_gone_is_told_and_found_again(portal, daemon):
    daemon.stop()
    answer = portal.get("/v1/status")
    assert (answer.status, answer.json["error"]["code"]) == (502, "SERVICE_UNAVAILABLE")
    daemon.start()
    assert portal.get("/v1/status").status == 200


def test_ctrl_c_ends_it(portal):
    assert portal.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        portal.connect()


def test_other_machines_cannot_reach_it(portal):
    addresses = {line.split()[1] for line in open("/proc/net/tcp") if line.split()[3] == "0A" and line.split()[1].endswith(f":{portal.port:04X}")}
    assert addresses == {f"0100007F:{portal.port:04X}"}


def test_a_port_can_be_chosen_and_a_taken_one_is_told(portal, daemon):
    result = daemon.client("portal", "--no-open", "--port", portal.port)
    assert result.returncode == 1 and b"Address already in use" in result.stderr
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    with Portal(daemon, "--port", port) as other:
        assert other.port == port


def test_without_a_daemon_it_says_so(binaries, short_tmp):
    result = subprocess.run([binaries / "eventlog", "portal", "--no-open", "--socket", short_tmp / "none"], capture_output=True, timeout=60)
    assert result.returncode == 1 and b"no daemon listens" in result.stderr


def test_the_browser_is_shown_the_token_by_a_file_of_its_own(daemon, short_tmp):
    """The arguments of a program are seen by every user: they lead to a file that only its owner reads."""
    tool = short_tmp / "xdg-open"
    tool.write_text(f'#!/bin/sh\nstat -c %a "$1" > {short_tmp}/mode\necho "$1" > {short_tmp}/name\ncp "$1" {short_tmp}/copy\ntouch {short_tmp}/done\n')
    tool.chmod(0o755)
    process = subprocess.Popen(
        [daemon.binaries / "eventlog", "portal", "--socket", daemon.path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"PATH": f"{short_tmp}:/usr/bin:/bin", "DISPLAY": ":9", "XDG_RUNTIME_DIR": str(short_tmp)})
    address = process.stdout.readline().decode().strip()
    wait_for((short_tmp / "done").exists)
    name = (short_tmp / "name").read_text().strip()
    assert (short_tmp / "mode").read_text().strip() == "600" and address.rsplit("=", 1)[1] not in name
    assert f"url={address}" in (short_tmp / "copy").read_text()
    process.send_signal(2)
    assert process.wait(30) == 0 and not pathlib.Path(name).exists()
    process.stdout.close()


def test_a_key_is_shown_to_the_daemon_and_not_to_the_browser(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock").start()
    daemon.stop()
    daemon.options += ["--set", "auth.requireKey=true"]
    made = subprocess.run([binaries / "eventlog", "key", "create", "--store", short_tmp / "store", "--secret", "--output", short_tmp / "key"], capture_output=True)
    assert made.returncode == 0, made.stderr
    daemon.start()
    try:
        with Portal(daemon, "--key-file", short_tmp / "key") as portal:
            assert portal.get("/v1/status").status == 200
            assert portal.get("/v1/status", token=(short_tmp / "key").read_text().strip()).status == 401
    finally:
        daemon.stop()
