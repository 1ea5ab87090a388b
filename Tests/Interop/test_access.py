"""Who may do what: by socket, by user, by key."""
import array
import json
import os
import re
import socket
import stat
import subprocess
import time

import pytest

from asking import ask, make_key
from daemon import Daemon, Stream, event

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="another user can only be become by root")


def as_nobody(code, *arguments):
    """Runs Python as another user without groups; gives what it printed."""
    # The interpreter's own packages may lie where the other user cannot look.
    return subprocess.run(
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
         "/usr/bin/python3", "-c", code, *map(str, arguments)],
        capture_output=True, text=True, timeout=60, cwd="/")


SEND = """
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(30)
try:
    s.connect(sys.argv[1])
except OSError as error:
    print(type(error).__name__)
    sys.exit()
s.sendall(sys.argv[2].encode())
s.shutdown(socket.SHUT_WR)
while part := s.recv(65536):
    sys.stdout.write(part.decode())
"""
GET = "GET {} HTTP/1.1\r\nHost: e\r\nConnection: close\r\n\r\n"


@pytest.fixture
def open_tmp(short_tmp):
    """A directory that every user can look into."""
    short_tmp.chmod(0o755)
    return short_tmp


def serve(binaries, tmp, *options):
    return Daemon(binaries, tmp / "store", tmp / "main.sock", *options).start()


def setting(key, value):
    return ["--set", f"{key}={value}"]


def tcp_place(daemon):
    """Where the daemon listens, as it said when it was ready."""
    address = re.search(rb"(\S+):(\d+), store", daemon.ready_line)
    return address[1].decode().strip("[]"), int(address[2])


@pytest.fixture
def doors(binaries, open_tmp):
    """A daemon with all three entrances."""
    daemon = serve(
        binaries, open_tmp, *setting("ingestSocket", open_tmp / "send.sock"),
        *setting("ingestSocketMode", "0666"), *setting("tcp", "127.0.0.1:0"))
    daemon.ingest = str(open_tmp / "send.sock")
    daemon.tcp = tcp_place(daemon)
    yield daemon
    daemon.stop()


# The sockets


def test_sockets_have_the_rights_that_are_asked_for(doors):
    assert stat.S_IMODE(os.stat(doors.path).st_mode) == 0o660
    assert stat.S_IMODE(os.stat(doors.ingest).st_mode) == 0o666


@as_root
def test_another_user_may_not_connect_to_the_main_socket(doors):
    assert as_nobody(SEND, doors.path, "{}\n").stdout.strip() == "PermissionError"


@as_root
def test_another_user_may_send_by_the_second_socket_and_is_named(doors):
    result = as_nobody(SEND, doors.ingest, json.dumps(event(1)) + "\n")
    assert json.loads(result.stdout.splitlines()[-1])["ack"]["stored"] == 1, result
    rows = doors.query("FROM events |> SELECT producer, peerUid, peerPid")
    assert rows[0]["producer"] == f"uid:{NOBODY}"
    assert rows[0]["peerUid"] == NOBODY and rows[0]["peerPid"] > 1


@as_root
@pytest.mark.parametrize("target", ["/v1/status", "/v1/query?q=FROM%20events", "/metrics", "/v1/keys"])
def test_nobody_reads_by_the_second_socket(doors, target):
    result = as_nobody(SEND, doors.ingest, GET.format(target))
    assert "403 Forbidden" in result.stdout and "FORBIDDEN" in result.stdout
    # Not even root: the socket decides.
    answer = ask(doors.ingest, "GET", target)
    assert (answer.status, answer.code) == (403, "FORBIDDEN")


@as_root
def test_a_passed_descriptor_keeps_the_rights_of_whoever_connected(doors):
    """The kernel names the user who called connect; a role belongs to the connection."""
    code = """
import array, socket, sys
channel = socket.socket(fileno=0)
_, ancillary, _, _ = channel.recvmsg(1, socket.CMSG_SPACE(4))
s = socket.socket(fileno=array.array("i", ancillary[0][2])[0])
s.sendall(b"POST /v1/seal HTTP/1.1\\r\\nHost: e\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
print(s.recv(65536).decode())
"""
    ours, theirs = socket.socketpair()
    child = subprocess.Popen(
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
         "/usr/bin/python3", "-c", code],
        stdin=theirs, stdout=subprocess.PIPE, cwd="/")
    theirs.close()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(doors.path)
        ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                               array.array("i", [connection.fileno()]))])
        output, _ = child.communicate(timeout=60)
    ours.close()
    assert output.startswith(b"HTTP/1.1 200"), output


@as_root
def test_another_user_has_no_role_admin(binaries, open_tmp):
    daemon = serve(binaries, open_tmp, *setting("socketMode", "0666"))
    try:
        status = as_nobody(SEND, daemon.path, GET.format("/v1/status")).stdout
        keys = as_nobody(SEND, daemon.path, GET.format("/v1/keys")).stdout
    finally:
        daemon.stop()
    assert "200 OK" in status and "403 Forbidden" in keys


@pytest.mark.parametrize("address", ["0.0.0.0:8125", "[::]:8125", "192.168.1.1:80", "8125", "127.0.0.1:99999"])
def test_tcp_listens_for_this_machine_only(binaries, short_tmp, address):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "s", *setting("tcp", address))
    process = daemon.launch()
    assert process.wait(60) == 2
    process.stdout.close()
    assert "127.0.0.1:PORT" in daemon.read_log()
    assert not (short_tmp / "store").exists(), "nothing was begun"


def test_a_full_second_socket_leaves_room_on_the_first(binaries, open_tmp):
    daemon = serve(
        binaries, open_tmp, *setting("ingestSocket", open_tmp / "send.sock"),
        *setting("limits.outerConnectionCountMax", 2))
    try:
        kept = [Stream(str(open_tmp / "send.sock")) for _ in range(3)]
        assert kept[2].receive()["error"]["code"] == "SERVICE_UNAVAILABLE"
        assert daemon.send([event(1)])[0]["stored"] == 1
        kept[0].send(event(2))
        assert kept[0].finish()[0]["stored"] == 1
        for stream in kept:
            stream.__exit__()
    finally:
        daemon.stop()


def test_a_socket_for_all_in_a_closed_directory_is_warned_of(binaries, short_tmp):
    daemon = serve(
        binaries, short_tmp, *setting("ingestSocket", short_tmp / "send.sock"),
        *setting("ingestSocketMode", "0666"))
    daemon.stop()
    assert "not pass through its directory" in daemon.read_log()


# Keys over HTTP


def test_tcp_always_asks_for_a_key(doors):
    answer = ask(doors.tcp, "GET", "/v1/status")
    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for key in ["nonsense", "sk_live_" + "a" * 52, "sk_live_" + "a" * 4000]:
        answer = ask(doors.tcp, "GET", "/v1/status", key=key)
        assert (answer.status, answer.code) == (401, "UNAUTHORIZED"), key


def test_a_publishable_key_may_send_and_a_secret_key_may_do_all(doors):
    publishable, _ = make_key(doors.path, "publishable")
    secret, _ = make_key(doors.path, "secret")
    assert publishable.startswith("pk_live_") and secret.startswith("sk_live_")
    for target in ["/v1/status", "/metrics", "/v1/keys"]:
        refused = ask(doors.tcp, "GET", target, key=publishable)
        assert (refused.status, refused.code) == (403, "FORBIDDEN")
        assert ask(doors.tcp, "GET", target, key=secret).status == 200


def test_a_revoked_key_is_refused_at_once(doors):
    key, record = make_key(doors.path, "secret", name="for a day")
    assert ask(doors.tcp, "GET", "/healthz", key=key).status == 200
    revoked = ask(doors.path, "DELETE", f"/v1/keys/{record['id']}").data
    assert revoked["state"] == "revoked"
    answer = ask(doors.tcp, "GET", "/healthz", key=key)
    assert (answer.status, answer.code) == (401, "KEY_REVOKED")
    assert ask(doors.path, "DELETE", "/v1/keys/unknown").code == "NOT_FOUND"
    acts = [line for line in doors.read_log().splitlines() if f"id={record['id']}" in line]
    assert len(acts) == 2 and "made" in acts[0] and "revoked" in acts[1]
    assert all(f"by=uid:{os.geteuid()}" in act for act in acts)


def test_a_test_key_is_for_another_store(doors):
    answer = ask(doors.tcp, "GET", "/healthz", key="sk_test_" + "a" * 52)
    assert (answer.status, answer.code) == (403, "ENVIRONMENT_MISMATCH")


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        return True
    except OSError:
        return False


def test_a_store_for_tests_takes_test_keys(binaries, short_tmp):
    address = "[::1]:0" if has_ipv6() else "127.0.0.1:0"
    daemon = serve(
        binaries, short_tmp, *setting("auth.environment", "test"), *setting("tcp", address))
    try:
        key, _ = make_key(daemon.path, "secret")
        assert key.startswith("sk_test_")
        assert ask(tcp_place(daemon), "GET", "/healthz", key=key).status == 200
    finally:
        daemon.stop()


@pytest.mark.parametrize("order", [
    {}, [], {"kind": "other"}, {"kind": "secret", "expiresIn": 0}, {"kind": "secret", "expiresIn": -1},
    {"kind": "secret", "expiresIn": 1e12}, {"kind": "secret", "name": "n" * 129},
    {"kind": "secret", "name": "a\nb"}])
def test_a_wrong_order_for_a_key_is_refused(doors, order):
    assert ask(doors.path, "POST", "/v1/keys", order).status == 400
    assert ask(doors.path, "GET", "/v1/keys").data == []


def test_guessing_gets_slow(doors):
    good, _ = make_key(doors.path, "secret")
    for _ in range(5):
        assert ask(doors.tcp, "GET", "/healthz", key="wrong").status == 401
    start = time.monotonic()
    assert ask(doors.tcp, "GET", "/healthz", key="wrong").status == 401
    assert time.monotonic() - start >= 1
    assert ask(doors.tcp, "GET", "/healthz", key=good).status == 200


def test_keys_survive_a_restart_and_are_nowhere_in_the_clear(doors, open_tmp):
    key, record = make_key(doors.path, "secret", name="kept")
    assert ask(doors.tcp, "GET", "/healthz", key=key).status == 200
    doors.send([event(1)])
    doors.restart()
    assert ask(tcp_place(doors), "GET", "/healthz", key=key).status == 200
    listed = ask(doors.path, "GET", "/v1/keys").data
    assert [(k["id"], k["name"]) for k in listed] == [(record["id"], "kept")]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", listed[0]["lastUsedDay"])
    assert "key" not in listed[0] and "sha256" not in listed[0]
    assert stat.S_IMODE((open_tmp / "store" / "keys.json").stat().st_mode) == 0o600
    secret = key.removeprefix("sk_live_").encode()
    for path in (open_tmp / "store").rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes(), path
    assert secret.decode() not in doors.read_log()


def test_a_damaged_file_of_keys_keeps_out_those_with_keys_only(binaries, short_tmp):
    daemon = serve(binaries, short_tmp, *setting("tcp", "127.0.0.1:0"))
    key, _ = make_key(daemon.path, "secret")
    path = short_tmp / "store" / "keys.json"
    daemon.stop()
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    daemon.start()
    try:
        place = tcp_place(daemon)
        answer = ask(place, "GET", "/healthz", key=key)
        assert (answer.status, answer.code) == (503, "SERVICE_UNAVAILABLE")
        assert ask(daemon.path, "GET", "/healthz").status == 200
        assert daemon.send([event(1)])[0]["stored"] == 1
        assert ask(daemon.path, "POST", "/v1/keys", {"kind": "secret"}).status == 503
        assert path.read_bytes() == whole[:-20], "what cannot be read is left as it is"
        path.write_bytes(whole)
        daemon.reload()
        assert ask(place, "GET", "/healthz", key=key).status == 200
    finally:
        daemon.stop()


# Keys on streams


@pytest.fixture
def strict(binaries, short_tmp):
    """A daemon that asks everybody for a key, with one secret key made before it started."""
    store = short_tmp / "store"
    store.mkdir(mode=0o700)
    made = subprocess.run(
        [binaries / "eventlog", "key", "create", "--secret", "--store", store],
        capture_output=True, text=True, check=True)
    daemon = serve(binaries, short_tmp, *setting("auth.requireKey", "true"))
    daemon.secret = made.stdout.strip()
    yield daemon
    daemon.stop()


def hello(key, **more):
    return {"op": "hello", "key": key} | more


def test_where_keys_are_required_the_uid_is_not_enough(strict):
    assert ask(strict.path, "GET", "/v1/status").code == "UNAUTHORIZED"
    assert ask(strict.path, "GET", "/v1/status", key=strict.secret).status == 200


@pytest.mark.parametrize("first, code", [
    (event(1), "UNAUTHORIZED"), ({"op": "ping"}, "UNAUTHORIZED"), ({"op": "hello"}, "UNAUTHORIZED"),
    (hello("pk_live_" + "a" * 52), "UNAUTHORIZED"), (hello("pk_test_" + "a" * 52), "ENVIRONMENT_MISMATCH"),
    (hello(7), "UNAUTHORIZED"), (b"x" * 5000 + b"\n", "UNAUTHORIZED"), (b"\n", "UNAUTHORIZED"),
    (b'{"op":"hello","key":""}\n', "UNAUTHORIZED")])
def test_a_stream_without_a_good_key_is_told_so_and_ends(strict, first, code):
    with strict.connect() as stream:
        stream.send([first, event(2)])
        answers = list(iter(stream.receive, None))
    assert answers[0]["error"]["code"] == code and answers[0]["error"]["line"] == 1
    assert answers[1]["ack"] | {"lines": 1, "failed": 1, "final": True} == answers[1]["ack"]
    assert len(answers) == 2


def test_a_stream_with_a_key_sends_under_its_name(strict):
    publishable, record = make_key(strict.path, "publishable", key=strict.secret)
    with strict.connect() as stream:
        # The events follow at once: nobody waits for the answer to hello.
        stream.send([hello(publishable, producer="app-3"), event(1), event(2)])
        ack, errors = stream.finish()
    assert (ack["stored"], ack["controls"], errors) == (2, 1, [])
    answer = ask(strict.path, "POST", "/v1/query", key=strict.secret,
                 body="FROM events |> AGGREGATE count(*) AS n GROUP BY producer")
    assert answer.data == [{"producer": f"key:{record['id']}/app-3", "n": 2}]


@pytest.mark.parametrize("producer", ["key:other/app", "uid:0", "uid:0/app"])
def test_a_key_names_no_producer_of_others(strict, producer):
    with strict.connect() as stream:
        stream.send([hello(strict.secret, producer=producer), event(1)])
        ack, errors = stream.finish()
    assert errors[0]["code"] == "FORBIDDEN" and ack["stored"] == 1


def test_a_key_is_blotted_out_before_anything_else_looks(strict):
    with strict.connect() as stream:
        # A refused hello with the key in two places.
        stream.send([hello(strict.secret, producer="key:" + strict.secret), event(1)])
        ack, errors = stream.finish()
    assert strict.secret not in json.dumps([ack, errors]) and strict.secret not in strict.read_log()
    escaped = json.dumps(hello(strict.secret)).replace("sk_", "\\u0073k_").encode() + b"\n"
    with strict.connect() as stream:
        stream.send(escaped)
        assert stream.receive()["error"]["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize("size, is_taken", [(4_095, True), (4_096, False)])
def test_the_first_line_has_at_most_4095_bytes(strict, size, is_taken):
    line = json.dumps(hello(strict.secret)).encode()
    with strict.connect() as stream:
        stream.send([line + b" " * (size - len(line)) + b"\n", event(1)])
        answers = list(iter(stream.receive, None)) if not is_taken else stream.finish()[0]
    if is_taken:
        assert answers["stored"] == 1
    else:
        assert answers[0]["error"]["code"] == "UNAUTHORIZED"


def test_half_of_a_hello_may_come_later(strict):
    line = json.dumps(hello(strict.secret)).encode() + b"\n"
    with strict.connect() as stream:
        for position in range(len(line)):
            stream.socket.sendall(line[position:position + 1])
        stream.send(event(1))
        assert stream.finish()[0]["stored"] == 1


def test_revoking_a_key_ends_its_streams_in_order(strict):
    publishable, record = make_key(strict.path, "publishable", key=strict.secret)
    with strict.connect() as stream:
        stream.send([hello(publishable), event(1)])
        assert stream.sync()["stored"] == 1
        ask(strict.path, "DELETE", f"/v1/keys/{record['id']}", key=strict.secret)
        answers = list(iter(stream.receive, None))
    assert answers[-1]["ack"]["final"] is True and answers[-1]["ack"]["stored"] == 1
    with strict.connect() as stream:
        stream.send(hello(publishable))
        assert stream.receive()["error"]["code"] == "KEY_REVOKED"


def test_a_stream_ends_when_its_key_expires(strict):
    publishable, _ = make_key(strict.path, "publishable", key=strict.secret, expiresIn=3)
    with strict.connect() as stream:
        stream.send([hello(publishable), event(1)])
        answers = list(iter(stream.receive, None))
    assert answers[-1]["ack"]["final"] is True
    # On a machine that stood still for three seconds the key may never have been good.
    if "error" not in answers[0]:
        assert answers[-1]["ack"]["stored"] == 1
    with strict.connect() as stream:
        stream.send(hello(publishable))
        assert stream.receive()["error"]["code"] == "KEY_EXPIRED"


def test_where_no_key_is_needed_one_is_ignored(daemon):
    assert ask(daemon.path, "GET", "/v1/status", key="pk_live_example").status == 200
    with daemon.connect() as stream:
        stream.send([hello("pk_live_example"), event(1)])
        assert stream.finish()[0]["stored"] == 1


# The client


def test_the_client_makes_lists_and_revokes_keys(daemon, short_tmp):
    made = daemon.client("key", "create", "--publishable", "--name", "app", "--expires", "90d")
    assert made.returncode == 0 and made.stdout.startswith(b"pk_live_")
    assert made.stdout.strip() not in made.stderr
    listed = json.loads(daemon.client("key", "ls", "--json").stdout)
    assert [(k["name"], k["kind"], k["state"]) for k in listed] == [("app", "publishable", "valid")]
    table = daemon.client("key", "ls").stdout.decode()
    assert listed[0]["id"] in table and "app" in table
    revoked = daemon.client("key", "revoke", listed[0]["id"])
    assert revoked.returncode == 0
    assert json.loads(daemon.client("key", "ls", "--json").stdout)[0]["state"] == "revoked"
    assert daemon.client("key", "revoke", "../status").returncode == 1
    assert daemon.client("key", "create").returncode == 2
    assert daemon.client("key", "create", "--secret", "--expires", "soon").returncode == 2


def test_the_client_shows_a_key_from_a_file(strict, short_tmp, monkeypatch):
    path = short_tmp / "key"
    refused = strict.client("status")
    assert refused.returncode == 1 and b"key" in refused.stderr
    path.write_text(strict.secret + "\n")
    path.chmod(0o644)
    assert b"chmod 600" in strict.client("status", "--key-file", path).stderr
    path.chmod(0o600)
    assert strict.client("status", "--key-file", path).returncode == 0
    monkeypatch.setenv("EVENTLOG_KEY_FILE", str(path))
    assert strict.client("status").returncode == 0
    sent = strict.client("ingest", "-", stdin=json.dumps(event(1)).encode() + b"\n")
    assert sent.returncode == 0, sent.stderr
    assert strict.query("FROM events |> AGGREGATE count(*) AS n") == [{"n": 1}]


def test_a_key_goes_into_a_new_private_file(daemon, short_tmp):
    path = short_tmp / "new.key"
    made = daemon.client("key", "create", "--secret", "--output", path)
    assert made.returncode == 0 and made.stdout == b""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("sk_live_")
    again = daemon.client("key", "create", "--secret", "--output", path)
    assert again.returncode == 1, "an existing file is never overwritten"
    states = [k["state"] for k in json.loads(daemon.client("key", "ls", "--json").stdout)]
    assert states == ["valid", "revoked"], "a key that nobody has is not left valid"


def test_offline_the_client_keeps_its_hands_off_a_running_store(daemon):
    client = [daemon.binaries / "eventlog", "key"]
    result = subprocess.run(
        [*client, "create", "--secret", "--store", daemon.store], capture_output=True, text=True)
    assert result.returncode == 1 and "daemon" in result.stderr
    result = subprocess.run([*client, "ls", "--store", daemon.store], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
