"""`eventlog catalog log`, `show` and `files`: the log of a store's tables, without a daemon."""
import json
import os
import subprocess

from daemon import event
from unchanged import can_mount, has_strace, mounted_readonly, state, written


def run(daemon, *arguments):
    command = [daemon.binaries / "eventlog", "catalog", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120)


def objects(daemon, *arguments, status=0):
    done = run(daemon, *arguments)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def filled(daemon, seals=3):
    for part in range(seals):
        ack, errors = daemon.send([event(n) for n in range(part * 100, part * 100 + 100)])
        assert ack["failed"] == 0, errors
        daemon.seal()


def segments(daemon):
    return sorted((daemon.store / "events").glob("2*/*/*/*.parquet"))


def commit(daemon, version, folder="events/_delta_log"):
    return daemon.store / folder / f"{version:020}.json"


def test_log_tells_what_each_commit_did(daemon):
    filled(daemon)
    daemon.client("compact", "--now")
    daemon.stop()
    log = objects(daemon, "log", daemon.store, "--json")
    assert [entry["version"] for entry in log] == list(range(len(log)))[::-1]
    assert log[-1]["operation"] == "CREATE TABLE" and log[-1]["columns"] > 50
    writes = [entry for entry in log if entry["operation"] == "WRITE" and entry["addedFiles"]]
    assert [entry["addedRows"] for entry in writes] == [100, 100, 100]
    assert [entry["journalPosition"] for entry in writes] == [300, 200, 100]
    for entry in log:
        lines = [json.loads(line) for line in commit(daemon, entry["version"]).read_text().splitlines()]
        assert sum("add" in line for line in lines) == entry["addedFiles"]
        assert sum("remove" in line for line in lines) == entry["removedFiles"]
        if entry["operation"] == "OPTIMIZE":
            assert entry["addedRows"] == entry["removedRows"] > 0
    assert objects(daemon, "log", daemon.store, "--json", "--limit", 2) == log[:2]
    assert b"CREATE TABLE" in run(daemon, "log", daemon.store).stdout


def test_show_is_the_table_as_it_was(daemon):
    filled(daemon)
    daemon.stop()
    (newest,) = objects(daemon, "show", daemon.store, "--json")
    assert newest["rows"] == 300 and newest["journalPosition"] == 300
    assert [entry["rows"] for entry in newest["segments"]] == [100, 100, 100]
    assert {entry["path"] for entry in newest["segments"]} == {
        str(path.relative_to(daemon.store / "events")) for path in segments(daemon)}
    assert newest["columns"][0] == {"name": "seq", "type": "int64", "nullable": False}
    rows = [objects(daemon, "show", daemon.store, version, "--json")[0]["rows"]
            for version in range(newest["version"] + 1)]
    assert rows[0] == 0 and rows == sorted(rows) and rows[-1] == 300
    assert objects(daemon, "show", daemon.store, "latest", "--json") == [newest]
    assert run(daemon, "show", daemon.store, newest["version"] + 1).returncode == 1
    assert run(daemon, "show", daemon.store, "soon").returncode == 2
    assert run(daemon, "show", daemon.store / "events").returncode == 1
    assert b"300 rows" in run(daemon, "show", daemon.store).stdout


def test_after_checkpoints_what_has_gone_is_told(daemon):
    for number in range(210):
        daemon.send([event(number)])
        daemon.seal()
    daemon.stop()
    log = objects(daemon, "log", daemon.store, "--json")
    checkpoints = [entry["version"] for entry in log if entry["checkpoint"]]
    assert checkpoints and all(version % 100 == 0 for version in checkpoints)
    newest = log[0]["version"]
    # As if the first commits had gone, as they do after ten minutes.
    oldest = min(checkpoints)
    for version in range(oldest):
        os.unlink(commit(daemon, version))
        os.unlink(commit(daemon, version, "catalog"))
    again = objects(daemon, "log", daemon.store, "--json")
    assert [entry["version"] for entry in again] == list(range(oldest, newest + 1))[::-1]
    assert objects(daemon, "show", daemon.store, oldest, "--json")[0]["version"] == oldest
    done = run(daemon, "show", daemon.store, oldest - 1)
    assert done.returncode == 1 and b"has gone" in done.stderr
    os.unlink(commit(daemon, oldest))
    gone = objects(daemon, "log", daemon.store, "--json")[-1]
    assert (gone["version"], gone["state"], gone["checkpoint"]) == (oldest, "gone", True)


def test_files_finds_what_is_missing_changed_left_over_and_damaged(daemon):
    filled(daemon)
    daemon.stop()
    assert objects(daemon, "files", daemon.store, "--json") == []
    every = objects(daemon, "files", daemon.store, "--json", "--all")
    assert [file["state"] for file in every] == ["ok"] * 3
    first, second, third = segments(daemon)
    stray = first.with_name("000000900001-000000900002-0-0.parquet")
    os.link(first, stray)
    (first.parent / ".x.parquet.tmp").write_bytes(b"half")
    told = {file["path"]: file for file in objects(daemon, "files", daemon.store, "--json")}
    assert told[str(stray)]["state"] == "unnamed"
    assert len(told) == 2
    second.rename(second.with_name("000000900003-000000900004-0-0.parquet"))
    os.chmod(third, 0o600)
    with open(third, "ab") as file:
        file.write(b"x")
    copy = commit(daemon, 1, "catalog")
    os.chmod(copy, 0o600)
    copy.write_bytes(copy.read_bytes().replace(b"WRITE", b"WRIT\xc3"))
    told = {file["path"]: file for file in objects(daemon, "files", daemon.store, "--json", status=3)}
    assert told[str(second)]["state"] == "missing"
    assert told[str(third)]["state"] == "size" and told[str(third)]["found"] == told[str(third)]["size"] + 1
    assert told[str(copy)]["state"] == "damaged"


def test_replaced_files_are_told_with_the_version_that_replaced_them(daemon):
    filled(daemon, seals=6)
    assert daemon.client("compact", "--now").returncode == 0
    daemon.stop()
    log = objects(daemon, "log", daemon.store, "--json")
    optimized = [entry["version"] for entry in log if entry["operation"] == "OPTIMIZE"]
    replaced = objects(daemon, "files", daemon.store, "--json")
    assert optimized and replaced
    assert {file["state"] for file in replaced} == {"replaced"}
    assert {file["replacedBy"] for file in replaced} <= set(optimized)


def test_a_damaged_commit_is_read_from_its_copy_and_told(daemon):
    filled(daemon)
    daemon.stop()
    log = objects(daemon, "log", daemon.store, "--json")
    path = commit(daemon, 2)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    os.chmod(path, 0o600)
    path.write_bytes(data)
    assert objects(daemon, "log", daemon.store, "--json", status=3) == log
    done = run(daemon, "show", daemon.store, "--damage-json")
    assert done.returncode == 3
    (told,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert told["path"] == str(path) and "copy" in told["message"]
    os.unlink(commit(daemon, 2, "catalog"))
    entries = objects(daemon, "log", daemon.store, "--json", status=3)
    assert [entry["version"] for entry in entries if entry["state"] == "unreadable"] == [2]
    assert run(daemon, "show", daemon.store).returncode == 3
    assert run(daemon, "show", daemon.store, 1).returncode == 0
    # Nothing at all is left of it.
    os.unlink(path)
    assert run(daemon, "log", daemon.store).returncode == 3


def test_the_identity_table_has_its_own_log(daemon):
    assert run(daemon, "log", daemon.store, "--table", "identity").returncode == 1
    ack, errors = daemon.send([event(1, userId="u1"), event(2, userId="u2", deviceId="d")])
    assert ack["failed"] == 0, errors
    daemon.seal()
    published = daemon.client("identity", "publish")
    assert published.returncode == 0, published.stderr
    daemon.stop()
    log = objects(daemon, "log", daemon.store, "--table", "identity", "--json")
    assert log and log[-1]["operation"] == "CREATE TABLE"
    (shown,) = objects(daemon, "show", daemon.store, "--table", "identity", "--json")
    assert shown["segments"] and shown["version"] == log[0]["version"]
    found = objects(daemon, "files", daemon.store, "--table", "identity", "--all", "--json")
    assert "ok" in {file["state"] for file in found} <= {"ok", "replaced"}
    assert run(daemon, "log", daemon.store, "--table", "nothing").returncode == 2


def test_nothing_is_changed_also_on_a_mount_that_cannot_be(daemon, short_tmp):
    filled(daemon)
    # Beside a running daemon, which must not be in the way either.
    assert objects(daemon, "log", daemon.store, "--json")
    daemon.stop()
    before = state(daemon.store)
    commands = [["log"], ["show"], ["files", "--all"]]
    expected = [run(daemon, *command, daemon.store) for command in commands]
    assert all(done.returncode == 0 for done in expected)
    if has_strace:
        for command in commands:
            assert written([daemon.binaries / "eventlog", "catalog", *command, daemon.store], daemon.store) == []
    if can_mount():
        with mounted_readonly(daemon.store, short_tmp / "ro") as place:
            for command, done in zip(commands, expected):
                again = run(daemon, *command, place)
                assert again.returncode == 0, again.stderr
                assert again.stdout.replace(str(place).encode(), str(daemon.store).encode()) == done.stdout
    assert state(daemon.store) == before
