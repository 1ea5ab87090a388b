"""Somebody who may write everything of a store, and has all keys but the verification key, changes its history."""
import json
import os
import shutil
import subprocess
import threading
import time

import pytest

import chain
from daemon import Daemon, event
from test_checkpoints import EVERY, age, log_of, seal, versions

pq = pytest.importorskip("pyarrow.parquet")
deltalake = pytest.importorskip("deltalake")


class Sealed:
    """A daemon whose commits are sealed, and the tool beside it."""

    def __init__(self, binaries, place):
        self.binaries, self.place = binaries, place
        self.keys = place / "keys"
        self.keys.mkdir(mode=0o700)
        self.seal_key, self.verification_key = self.keys / "seal.key", place / "verify.key"
        made = self.tool("catalog", "make-seal-key", "--output", self.seal_key, "--verification-key", self.verification_key)
        assert made.returncode == 0, made
        self.daemon = Daemon(binaries, place / "store", place / "sock", "--seal-key", str(self.seal_key))
        self.store = place / "store"

    def tool(self, *arguments):
        return subprocess.run([str(self.binaries / "eventlog"), *map(str, arguments)], capture_output=True, timeout=120)

    def verify(self, store=None, *options, key=True, state=True):
        """Exit status, and findings as (kind, file); all of what was printed in the order of lines."""
        arguments = ["catalog", "verify", store or self.store, "--json", *options]
        arguments += ["--verification-key", self.verification_key] if key else []
        arguments += ["--seal-key-state", self.seal_key] if state else []
        result = self.tool(*arguments)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        findings = [line for line in lines if line["type"] == "finding"]
        assert result.returncode == (3 if findings else 0), result
        return findings, lines

    def named(self, store, **options):
        return {(found["kind"], found.get("file")) for found in self.verify(store, **options)[0]}


@pytest.fixture
def sealed(binaries, short_tmp):
    made = Sealed(binaries, short_tmp)
    yield made
    if made.daemon.process:
        made.daemon.stop()


def fill(sealed):
    """Segments, a compaction, an erasure, a restart; then some more that stay as they are."""
    daemon = sealed.daemon.start()
    for part in range(3):
        daemon.send([event(part * 100 + n, userId=f"u_{n % 7}") for n in range(100)])
        daemon.seal()
    assert daemon.client("compact", "--now").returncode == 0
    assert daemon.client("user", "erase", "u_3", "--now").returncode == 0
    daemon.restart()
    for part in range(3, 6):
        daemon.send([event(part * 100 + n, userId=f"u_{n % 7}") for n in range(100)])
        daemon.seal()
    daemon.stop()
    return sealed.store


def live(store):
    return sorted(deltalake.DeltaTable(str(store / "events")).file_uris())


def name(store, path):
    return str(path).removeprefix(f"{store}/")


def log(store):
    return sorted((store / "events/_delta_log").glob("*.json"))


def put(store, version, info, body):
    """A commit, with its copy, as the checksums want it."""
    body = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in body)
    info = info | {"crc32c": chain.crc32c(body)}
    text = json.dumps({"commitInfo": info}, separators=(",", ":")).encode() + b"\n" + body
    for directory in ("events/_delta_log", "catalog"):
        file = store / directory / f"{version:020}.json"
        file.unlink(missing_ok=True)
        file.write_bytes(text)


def commits(store):
    for file in log(store):
        info, *body = map(json.loads, file.read_text().splitlines())
        yield int(file.stem), info["commitInfo"], body


def overwrite(path, data):
    """Not in place: copies of the store may be links."""
    os.unlink(path)
    with open(path, "wb") as file:
        file.write(data)


def rewritten(path):
    """Another sound file with the same rows but one."""
    table = pq.read_table(path)
    changed = table.to_pylist()
    changed[0]["contentId"] = "cnt_forged"
    table = type(table).from_pylist(changed, schema=table.schema)
    pq.write_table(table, str(path) + ".new", compression="lz4")
    data = open(str(path) + ".new", "rb").read()
    os.unlink(str(path) + ".new")
    return data


def forge(store, change):
    """The whole chain anew, as whoever has no key can make it: `change` may change commits."""
    previous = None
    for version, info, body in list(commits(store)):
        body = change(version, body)
        link = info["eventlog.link"]
        raw = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in body)
        link["body"] = chain.sha256(raw)
        link["added"] = [
            {"path": add["path"], "size": add["size"], "rows": json.loads(add["stats"])["numRecords"],
             "sha256": add["tags"]["eventlog.sha256"]} for line in body if (add := line.get("add"))]
        link["previous"] = previous or link["previous"]
        previous = chain.sha256(chain.canonical(link))
        put(store, version, info | {"eventlog.link": link, "eventlog.digest": previous}, body)


def with_file(store, path, data):
    """A change that makes the catalog say what a file now is."""
    own = name(store / "events", path)

    def change(_, body):
        for line in body:
            if line.get("add", {}).get("path") == own:
                line["add"] |= {"size": len(data), "tags": {"eventlog.sha256": chain.sha256(data)}}
        return body
    return change


@pytest.fixture
def filled(sealed):
    fill(sealed)
    return sealed


def copy_of(filled, number=[0]):
    number[0] += 1
    place = filled.place / f"copy{number[0]}"
    shutil.copytree(filled.store, place)
    return place


def test_a_sound_store_is_sound_and_tells_why_its_history_changed(filled):
    findings, lines = filled.verify()
    assert findings == []
    summary = lines[-1]
    assert summary["type"] == "summary" and summary["firstVersion"] == 0 and summary["uncovered"] == 0
    assert summary["sealed"] == summary["proven"] == summary["commits"] == len(log(filled.store))
    steps = [line for line in lines if line["type"] == "step"]
    erasure = [step for step in steps if step["operation"] == "ERASE"]
    receipt = json.loads(next((filled.store / "receipts").glob("*.json")).read_text())
    assert [step["receipt"] for step in erasure] == [receipt["id"]]
    assert erasure[0]["eventsBefore"] - erasure[0]["eventsAfter"] == receipt["events"] > 0
    assert any(step["operation"] == "OPTIMIZE" and step["eventsBefore"] == step["eventsAfter"] for step in steps)
    text = filled.tool("catalog", "verify", filled.store, "--verification-key", filled.verification_key)
    assert text.returncode == 0 and text.stdout.endswith(b"sound\n"), text
    assert f"ERASE {receipt['id']}".encode() in text.stdout and b"--seal-key-state" in text.stdout
    # And by a program of sixty lines that knows the documentation only.
    wrong, chained = chain.verify(filled.store, filled.verification_key.read_text())
    assert wrong == []
    assert sorted(f"{filled.store}/events/{path}" for path in chained) == live(filled.store)
    assert filled.tool("segment", "verify", "--deep", filled.store).returncode == 0


def test_the_key_is_nowhere_and_moves_on(filled):
    first = bytes.fromhex(filled.verification_key.read_text().strip().split("_")[2])
    assert filled.seal_key.stat().st_mode & 0o777 == 0o600
    assert first not in filled.seal_key.read_bytes()
    for directory, _, files in os.walk(filled.store):
        for file in files:
            content = open(os.path.join(directory, file), "rb").read()
            assert first not in content and first.hex().encode() not in content
    before = filled.seal_key.read_bytes()
    filled.daemon.start()
    filled.daemon.send([event(9000)])
    filled.daemon.seal()
    filled.daemon.kill()
    after = filled.seal_key.read_bytes()
    secrets = [data[start + 32:start + 64] for data in (before, after) for start in (0, 4096) if data[start:start + 4] == b"ELSK"]
    assert len(set(secrets)) == 2 and secrets[0] not in after
    assert "elvk" not in filled.daemon.read_log() and secrets[1].hex() not in filled.daemon.read_log()
    assert filled.verify()[0] == []


def test_a_rewritten_segment_is_named(filled):
    store = copy_of(filled)
    path = live(store)[-1]
    data = rewritten(path)
    overwrite(path, data)
    assert ("rewritten", name(store, path)) in filled.named(store, key=False, state=False)
    deep = filled.tool("segment", "verify", "--deep", store)
    assert deep.returncode == 3 and f"{path}: DAMAGED: rewritten".encode() in deep.stdout, deep
    # With the catalog's size, digest and checksum put right, too.
    change = with_file(store, path, data)
    for version, info, body in list(commits(store)):
        put(store, version, info, change(version, body))
    assert ("rewritten", name(store, path)) in filled.named(store, key=False, state=False)
    assert any(name(store / "events", path) in text for text in chain.verify(store)[0])


def test_a_dropped_segment_is_named(filled):
    store = copy_of(filled)
    path = live(store)[-1]
    own = name(store / "events", path)
    os.unlink(path)
    assert ("dropped", name(store, path)) in filled.named(store, key=False, state=False)
    for version, info, body in list(commits(store)):
        put(store, version, info, [line for line in body if line.get("add", {}).get("path") != own])
    assert ("dropped", name(store, path)) in filled.named(store, key=False, state=False)
    # A commit that takes it away, as anybody can write one.
    store = copy_of(filled)
    path = live(store)[-1]
    remove = {"remove": {"path": name(store / "events", path), "deletionTimestamp": 1, "dataChange": True}}
    put(store, len(log(store)), {"timestamp": 1, "operation": "DELETE"}, [remove])
    assert len(live(store)) == len(live(filled.store)) - 1
    assert ("dropped", name(store, path)) in filled.named(store, key=False, state=False)


def test_an_inserted_segment_of_another_store_is_named(filled, binaries):
    other = Daemon(binaries, filled.place / "other", filled.place / "other.sock").start()
    other.send([event(n) for n in range(10)])
    other.seal()
    other.stop()
    foreign = live(filled.place / "other")[0]
    add = next(line["add"] for _, _, body in commits(filled.place / "other") for line in body if "add" in line)
    store = copy_of(filled)
    target = store / "events" / add["path"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target = target.with_name("000000000001-000000000010-0-7.parquet")
    shutil.copy(foreign, target)
    assert ("inserted", name(store, target)) in filled.named(store, key=False, state=False)
    add["path"] = name(store / "events", target)
    put(store, len(log(store)), {"timestamp": 1, "operation": "WRITE"}, [{"add": add}])
    assert str(target) in live(store)
    assert ("inserted", name(store, target)) in filled.named(store, key=False, state=False)
    # In the place of one of ours.
    store = copy_of(filled)
    path = live(store)[0]
    overwrite(path, open(foreign, "rb").read())
    assert ("rewritten", name(store, path)) in filled.named(store, key=False, state=False)


def test_swapped_segments_and_commits_are_named(filled):
    store = copy_of(filled)
    one, two = live(store)[:2]
    first, second = open(one, "rb").read(), open(two, "rb").read()
    overwrite(one, second)
    overwrite(two, first)
    findings, _ = filled.verify(store, key=False, state=False)
    assert {(found["kind"], found["file"]) for found in findings} == {
        ("rewritten", name(store, one)), ("rewritten", name(store, two))}
    assert any(name(store, two) in found["message"] for found in findings if found["file"] == name(store, one))
    store = copy_of(filled)
    one, two = log(store)[-2:]
    first, second = one.read_bytes(), two.read_bytes()
    for directory in ("events/_delta_log", "catalog"):
        overwrite(store / directory / one.name, second)
        overwrite(store / directory / two.name, first)
    assert {("replaced", name(store, one)), ("replaced", name(store, two))} <= filled.named(store, key=False, state=False)


def test_an_older_catalog_is_found(filled):
    older = filled.place / "older"
    shutil.copytree(filled.store, older)
    filled.daemon.start()
    for number in range(3):
        filled.daemon.send([event(5000 + number)])
        filled.daemon.seal()
    filled.daemon.stop()
    store = copy_of(filled)
    newer = set(live(store)) - {path.replace(str(older), str(store)) for path in live(older)}
    for directory in ("events/_delta_log", "catalog"):
        shutil.rmtree(store / directory)
        shutil.copytree(older / directory, store / directory)
    # Without the key file what is newer tells: segments, the ledger.
    assert {("inserted", name(store, path)) for path in newer} <= filled.named(store, state=False)
    for path in newer:
        os.unlink(path)
    found, = filled.named(store, state=False)
    assert found[0] == "older" and found[1].split("/")[0] in ("ledger", "identity"), found
    # If all of it is put back, nothing does.
    shutil.rmtree(store)
    shutil.copytree(older, store)
    assert filled.verify(store, state=False)[0] == []
    text = filled.tool("catalog", "verify", store, "--verification-key", filled.verification_key)
    assert b"whether the newest commits were cut off cannot be told without --seal-key-state" in text.stdout
    assert [found["kind"] for found in filled.verify(store)[0]] == ["older"]
    # The daemon does not go on with it.
    daemon = Daemon(filled.binaries, store, filled.place / "sock", "--seal-key", str(filled.seal_key))
    process = daemon.launch()
    assert process.wait(60) == 1
    assert "an older catalog was put back" in daemon.read_log() and "make-seal-key" in daemon.read_log()
    process.stdout.close()


def test_a_chain_made_anew_without_the_key_is_found_with_it(filled):
    store = copy_of(filled)
    path = live(store)[-1]
    data = rewritten(path)
    overwrite(path, data)
    forge(store, with_file(store, path, data))
    # Nothing contradicts it from within; other readers see it.
    assert len(live(store)) == len(live(filled.store))
    assert filled.verify(store, key=False)[0] == []
    findings, _ = filled.verify(store)
    assert {found["kind"] for found in findings} == {"seal"}
    assert any(name(store, path) in found["message"] for found in findings), findings
    assert any("the seal" in text for text in chain.verify(store, filled.verification_key.read_text())[0])
    # Without any seals, too.
    for version, info, body in list(commits(store)):
        link = {name: value for name, value in info["eventlog.link"].items() if name not in ("key", "number")}
        info = {name: value for name, value in info.items() if name != "eventlog.seal"} | {"eventlog.link": link}
        put(store, version, info, body)
    forge(store, lambda _, body: body)
    assert filled.verify(store, key=False, state=False)[0] == []
    assert {found["kind"] for found in filled.verify(store, state=False)[0]} == {"seal"}


def test_wrong_key_files_are_refused_with_a_remedy(binaries, short_tmp):
    sealed = Sealed(binaries, short_tmp)

    def start():
        process = sealed.daemon.launch()
        status = process.wait(60)
        process.stdout.close()
        return status, sealed.daemon.read_log()

    os.chmod(sealed.seal_key, 0o640)
    status, text = start()
    assert status == 1 and "chmod 600" in text, text
    os.chmod(sealed.seal_key, 0o600)
    good = sealed.seal_key.read_bytes()
    sealed.seal_key.write_bytes(b"x" * 8192)
    status, text = start()
    assert status == 1 and "make-seal-key" in text, text
    sealed.seal_key.unlink()
    status, text = start()
    assert status == 1 and "seal.key" in text, text
    (short_tmp / "elsewhere").write_bytes(good)
    os.chmod(short_tmp / "elsewhere", 0o600)
    sealed.seal_key.symlink_to(short_tmp / "elsewhere")
    status, text = start()
    assert status == 1, text
    assert not (short_tmp / "store").exists() or not list((short_tmp / "store/events").glob("_delta_log/*"))
    # An existing file is never overwritten.
    again = sealed.tool("catalog", "make-seal-key", "--output", short_tmp / "keys/new.key", "--verification-key", sealed.verification_key)
    assert again.returncode == 1 and not (short_tmp / "keys/new.key").exists()
    assert sealed.tool("catalog", "verify", short_tmp / "nothing").returncode == 1
    assert sealed.tool("catalog", "verify").returncode == 2


def test_without_a_key_the_chain_is_there_and_kills_leave_it_whole(daemon):
    for number in range(6):
        daemon.send([event(number)])
        daemon.seal()
        daemon.kill_and_start()
    daemon.stop()
    assert chain.verify(daemon.store)[0] == []
    result = daemon.offline("catalog", "verify", daemon.store)
    assert result.returncode == 0 and b"no commit is sealed" in result.stdout, result


def test_verifying_beside_a_busy_daemon_finds_nothing(binaries, short_tmp):
    sealed = Sealed(binaries, short_tmp)
    sealed.daemon.options += ["--set", "compaction.checkInterval=20ms", "--set", "seal.rows=50"]
    daemon = sealed.daemon.start()
    try:
        stop, sent = threading.Event(), 0

        def send():
            nonlocal sent
            while not stop.is_set():
                daemon.send([event(sent * 50 + n) for n in range(50)])
                sent += 1

        sending = threading.Thread(target=send)
        sending.start()
        lines = []
        end = time.monotonic() + 60
        while not any(line["type"] == "step" for line in lines) and time.monotonic() < end:
            findings, lines = sealed.verify(state=False)
            assert findings == []
        for _ in range(5):
            assert sealed.verify(state=False)[0] == []
        stop.set()
        sending.join()
        assert any(line["type"] == "step" and line["operation"] == "OPTIMIZE" for line in lines), lines[-1]
    finally:
        daemon.stop()
    assert sealed.verify()[0] == []


def test_what_the_chain_says_of_commits_that_are_gone_stays(sealed):
    sealed.daemon.options += ["--set", "compaction.enabled=false"]
    daemon = sealed.daemon.start()
    store, commits_made = sealed.store, 3 * EVERY
    seal(daemon, range(commits_made))
    daemon.stop()
    assert sealed.verify()[0] == [] and not (store / "catalog/history").exists()
    # Commits go when the checkpoints after them are old enough.
    age(log_of(daemon), store / "catalog")
    assert {found["message"] for found in sealed.verify()[0]} == {"its first line says another time or operation than its link"}
    daemon.start()
    seal(daemon, range(commits_made, commits_made + EVERY))
    daemon.stop()
    first = versions(log_of(daemon))[0]
    assert first >= EVERY
    history, = (store / "catalog/history").iterdir()
    lines = history.read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["eventlog.link"]["version"] for line in lines] == list(range(first))
    assert chain.verify(store, sealed.verification_key.read_text())[0] == []
    left, printed = sealed.verify()
    assert {found["message"] for found in left} == {"its first line says another time or operation than its link"}
    assert printed[-1]["proven"] == printed[-1]["commits"] == commits_made + EVERY + 1
    # A line less, two that change places, a byte, and the end of it.
    for changed, kinds in [
        (lines[:7] + lines[8:], {"gap"}), (lines[:7] + [lines[8], lines[7]] + lines[9:], {"replaced", "gap", "seal"}),
        ([*lines[:7], lines[7].replace(b"WRITE", b"WRITF"), *lines[8:]], {"damaged", "gap"}), (lines[:-1], {"gap"}),
    ]:
        overwrite(history, b"".join(changed))
        found = {finding["kind"] for finding in sealed.verify()[0] if finding not in left}
        # Of a segment whose link is gone nobody knows who made it live.
        assert found and found <= kinds | {"inserted"}, (found, kinds)
        assert chain.verify(store, sealed.verification_key.read_text())[0]
    overwrite(history, b"".join(lines))
    assert sealed.verify()[0] == left
