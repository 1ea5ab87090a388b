"""What `eventlog` does when the daemon, the input or the terminal misbehaves.

The other side is a daemon that does as it is told, so that each failure happens exactly when wanted.
"""
import json
import os
import pty
import select
import subprocess
import time

from fake_daemon import FakeDaemon, Hangup

UNAVAILABLE = {"code": "SERVICE_UNAVAILABLE", "message": "The disk is full.", "reason": "disk_full"}
INVALID = {"code": "VALIDATION_ERROR", "message": "contentId is missing."}


def events(first, count):
    return [b'{"event":"like","contentId":"c","eventId":"e%d"}\n' % n for n in range(first, first + count)]


def write(path, lines):
    path.write_bytes(b"".join(lines))
    return path


def run(binaries, *arguments, daemon=None, stdin=b"", timeout=60):
    environment = dict(os.environ)
    if daemon:
        environment["EVENTLOG_SOCKET"] = daemon.path
    return subprocess.run(
        [binaries / "eventlog", *map(str, arguments)], input=stdin, capture_output=True,
        env=environment, timeout=timeout)


def test_sends_each_line_once_and_in_order(binaries, short_tmp):
    lines = events(0, 50_000)
    with FakeDaemon(short_tmp / "s") as daemon:
        result = run(binaries, "ingest", write(short_tmp / "f", lines), daemon=daemon)
        assert result.returncode == 0, result.stderr
        assert daemon.lines() == lines
        assert b"stored 50,000" in result.stderr


def test_a_last_line_without_line_feed_counts_and_files_do_not_run_together(binaries, short_tmp):
    first = write(short_tmp / "a", [b'{"n":1}\n{"n":2}'])
    second = write(short_tmp / "b", [b'\n\r\n{"n":3}'])
    with FakeDaemon(short_tmp / "s") as daemon:
        assert run(binaries, "ingest", first, "-", second, daemon=daemon, stdin=b'{"n":9}').returncode == 0
        assert [json.loads(line)["n"] for line in daemon.lines()] == [1, 2, 9, 3]


def test_after_a_lost_connection_exactly_the_undecided_lines_go_again(binaries, short_tmp):
    lines = events(0, 5_000)

    def hang_up_once(connection, number, line):
        if connection == 0 and number == 2_345:
            raise Hangup
        return "stored"

    with FakeDaemon(short_tmp / "s", hang_up_once) as daemon:
        result = run(binaries, "ingest", write(short_tmp / "f", lines), daemon=daemon)
        assert result.returncode == 0, result.stderr
        # The last acknowledgement covered 2,300 lines.
        assert daemon.connections[1] == lines[2_300:]
        assert b"stored 5,000" in result.stderr


def test_blank_lines_do_not_shift_what_is_sent_again(binaries, short_tmp):
    lines = [line for event in events(0, 1_000) for line in (b"\n", b"  \t\n", event)]

    def hang_up_once(connection, number, line):
        if connection == 0 and b'"e555"' in line:
            raise Hangup
        return "stored"

    with FakeDaemon(short_tmp / "s", hang_up_once) as daemon:
        assert run(binaries, "ingest", write(short_tmp / "f", lines), daemon=daemon).returncode == 0
        assert daemon.connections[1] == events(500, 500)


def test_lines_from_a_pipe_survive_a_lost_connection_too(binaries, short_tmp):
    lines = events(0, 3_000)

    def hang_up_twice(connection, number, line):
        if connection < 2 and number == 700:
            raise Hangup
        return "stored"

    with FakeDaemon(short_tmp / "s", hang_up_twice) as daemon:
        result = run(binaries, "ingest", daemon=daemon, stdin=b"".join(lines))
        assert result.returncode == 0, result.stderr
        assert daemon.connections[2] == lines[1_200:]


def test_while_the_disk_is_full_only_the_lines_it_hit_are_sent_again(binaries, short_tmp):
    lines = events(0, 400)

    def full_at_first(connection, number, line):
        return UNAVAILABLE if connection == 0 and 100 < number <= 150 else "stored"

    with FakeDaemon(short_tmp / "s", full_at_first) as daemon:
        result = run(binaries, "ingest", write(short_tmp / "f", lines), daemon=daemon)
        assert result.returncode == 0, result.stderr
        assert daemon.connections[1] == lines[100:150]
        assert "stored 400 · duplicates 0 · refused 0" in result.stderr.decode()


def test_a_disk_that_stays_full_ends_in_a_failure_with_the_count(binaries, short_tmp):
    def always_full(connection, number, line):
        return UNAVAILABLE if number > 10 else "stored"

    with FakeDaemon(short_tmp / "s", always_full) as daemon:
        arguments = ["ingest", "--retry-seconds", "1", write(short_tmp / "f", events(0, 12))]
        started = time.monotonic()
        result = run(binaries, *arguments, daemon=daemon)
        # Ten on the first connection, the two others on the second.
        assert result.returncode == 0, result.stderr
        assert time.monotonic() - started < 30
    with FakeDaemon(short_tmp / "s", lambda *_: UNAVAILABLE) as daemon:
        result = run(binaries, *arguments, daemon=daemon)
        assert result.returncode == 1
        assert b"giving up" in result.stderr and b"stored 0" in result.stderr


def test_refused_lines_are_named_by_file_and_line_and_fail_the_command(binaries, short_tmp):
    a, b = write(short_tmp / "a", events(0, 3)), write(short_tmp / "b", [b"\n", *events(3, 2)])
    errors = short_tmp / "errors"

    def refuse(connection, number, line):
        return INVALID if b'"e1"' in line or b'"e4"' in line else "stored"

    with FakeDaemon(short_tmp / "s", refuse) as daemon:
        result = run(binaries, "ingest", a, b, "--errors", errors, daemon=daemon)
        assert result.returncode == 1
        text = f"{a}:2: VALIDATION_ERROR contentId is missing.\n{b}:3: VALIDATION_ERROR contentId is missing.\n"
        assert errors.read_text() == text and text in result.stderr.decode()
        again = run(binaries, "ingest", a, "--errors", errors, daemon=daemon)
        assert again.returncode == 1 and b"File exists" in again.stderr
        assert run(binaries, "ingest", "--allow-refused", a, daemon=daemon).returncode == 0


def test_only_the_first_twenty_refusals_are_printed(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s", lambda *_: INVALID) as daemon:
        result = run(binaries, "ingest", write(short_tmp / "f", events(0, 1_000)), daemon=daemon)
        assert result.stderr.count(b"VALIDATION_ERROR") == 20
        assert b"980 more" in result.stderr and b"refused 1,000" in result.stderr


def test_a_line_of_twenty_megabytes_is_refused_and_the_rest_goes_on(binaries, short_tmp):
    lines = [*events(0, 2), b"x" * (20 << 20) + b"\n", *events(2, 2)]
    with FakeDaemon(short_tmp / "s") as daemon:
        path = write(short_tmp / "f", lines)
        result = run(binaries, "ingest", path, daemon=daemon)
        assert result.returncode == 1 and f"{path}:3: INVALID_REQUEST".encode() in result.stderr
        assert daemon.lines() == events(0, 4)


def test_what_the_daemon_says_cannot_command_the_terminal(binaries, short_tmp):
    hostile = {"code": "X", "message": "\x1b]0;owned\x07\x9b31m\u202egnp\u200b\r\n.exe"}
    with FakeDaemon(short_tmp / "s", lambda *_: hostile) as daemon:
        result = run(binaries, "ingest", write(short_tmp / "f", events(0, 1)), daemon=daemon)
        first = result.stderr.decode().splitlines()[0]
        assert first.endswith(r"X \u{1b}]0;owned\u{7}\u{9b}31m\u{202e}gnp\u{200b}\u{d}\u{a}.exe")


def test_a_hello_carries_producer_and_durability(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s") as daemon:
        arguments = ["--producer", 'a"b', "--durability", "buffered", write(short_tmp / "f", events(0, 1))]
        assert run(binaries, "ingest", *arguments, daemon=daemon).returncode == 0
        assert json.loads(daemon.lines()[0]) == {"op": "hello", "producer": 'a"b', "durability": "buffered"}


def test_without_a_daemon_the_message_says_what_to_do(binaries, short_tmp):
    for command in (["ingest", os.devnull], ["query", "FROM events"], ["status"], ["seal"]):
        result = run(binaries, *command, "--socket", short_tmp / "none")
        assert result.returncode == 1
        assert b"Is eventlogd running?" in result.stderr and b"none" in result.stderr


def test_wrong_usage_is_status_2(binaries):
    for command in (["ingest", "--durability", "maybe"], ["query", "a", "-f", "b"], ["nonsense"],
                    ["query", "--format", "xml", "x"], ["segment", "verify"], ["query", "--param", "x", "y"]):
        result = run(binaries, *command)
        assert result.returncode == 2 and result.stderr, command


def test_every_subcommand_explains_itself_with_examples(binaries):
    for command in ("ingest", "query", "tail", "top", "status", "seal", "segment ls", "segment stat", "segment verify"):
        result = run(binaries, *command.split(), "--help")
        assert result.returncode == 0 and b"EXAMPLES" in result.stdout, command


def reply(daemon, status, body, *headers):
    daemon.reply = (status, [("Content-Length", len(body)), *headers], body)


def test_a_query_is_passed_with_its_parameters_as_values(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s") as daemon:
        reply(daemon, 200, b'{"n":1}\n')
        result = run(binaries, "query", "--param", "a=1", "--param", "b='2'", "--param", "c=x y",
                     "--param", "d=2.5", "--param", "e=null", "FROM events", daemon=daemon)
        assert (result.returncode, result.stdout) == (0, b'{"n":1}\n')
        assert json.loads(daemon.requests[0][1]) == {
            "query": "FROM events", "format": "ndjson",
            "parameters": {"a": 1, "b": "2", "c": "x y", "d": 2.5, "e": None}}


def test_a_wrong_query_shows_the_caret(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s") as daemon:
        error = {"code": "INVALID_REQUEST", "message": "no table evil\x1b", "line": 1, "column": 6,
                 "caret": "1:6: no table evil\x1b\nFROM evil\n     ^^^^"}
        reply(daemon, 400, json.dumps({"error": error}).encode())
        result = run(binaries, "query", "-", daemon=daemon)
        assert result.returncode == 1
        assert result.stderr == b"eventlog: 1:6: no table evil\\u{1b}\nFROM evil\n     ^^^^\n"


def test_a_partial_answer_is_printed_with_a_warning_and_status_3(binaries, short_tmp):
    body = (b'{"data":[{"x":",\\"meta\\":{\\"requestId\\":"}],"meta":{"requestId":"req_1","partial":true,'
            b'"damage":[{"file":"a.parquet","message":"page 3"}]}}\n')
    with FakeDaemon(short_tmp / "s") as daemon:
        reply(daemon, 200, body, ("X-EventLog-Partial", "true"))
        result = run(binaries, "query", "--format", "json", "FROM events", daemon=daemon)
        assert result.returncode == 3
        assert json.loads(result.stdout) == [{"x": ',"meta":{"requestId":'}]
        assert b"partial" in result.stderr and b"a.parquet: page 3" in result.stderr


def test_a_chunked_answer_is_put_together(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s") as daemon:
        daemon.reply = (200, [("Transfer-Encoding", "chunked")], b"3\r\n{}\n\r\n9;x=1\r\n{\"a\":\"bc\"\r\n2\r\n}\n\r\n0\r\n\r\n")
        assert run(binaries, "query", "x", daemon=daemon).stdout == b'{}\n{"a":"bc"}\n'


def test_an_answer_that_breaks_off_is_a_failure(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s") as daemon:
        daemon.reply = (200, [("Content-Length", "100")], b"short")
        result = run(binaries, "query", "x", daemon=daemon)
        assert result.returncode == 1 and b"broke off" in result.stderr and not result.stdout


def test_on_a_terminal_a_table_is_asked_for_and_nothing_in_it_is_obeyed(binaries, short_tmp):
    with FakeDaemon(short_tmp / "s") as daemon:
        reply(daemon, 200, "│ \x1b[31m │\x9b\n".encode())
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [binaries / "eventlog", "query", "x", "--socket", daemon.path], stdout=follower)
        assert process.wait(60) == 0
        os.close(follower)
        shown = b""
        while select.select([leader], [], [], 1)[0]:
            try:
                piece = os.read(leader, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(leader)
        assert shown.decode() == "│ \\u{1b}[31m │\\u{9b}\r\n"
        assert json.loads(daemon.requests[0][1])["format"] == "table"
