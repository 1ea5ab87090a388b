"""Verifies the chain of a store's commits: nothing but the standard library and docs/TamperEvidence.md."""
import hashlib
import hmac
import json
import pathlib
import re


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def canonical(link):
    return json.dumps(link, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def verify(store, verification_key=None):
    """What is wrong, as sentences; and the live segments by the chain."""
    store, wrong, found = pathlib.Path(store), [], {}
    for file in sorted((store / "catalog/history").glob("*.ndjson")):
        for line in file.read_bytes().splitlines():
            head, _, crc = line.rpartition(b',"crc32c":')
            if int(crc[:-1]) != crc32c(head):
                wrong.append(f"{file.name}: checksum of a line")
            entry = json.loads(line)
            version = entry["eventlog.link"]["version"]
            if version <= max(found, default=-1):
                wrong.append(f"{file.name}: version {version} stands after a later one")
            found[version] = entry
    table_id = None
    for file in sorted((store / "events/_delta_log").glob("*.json")):
        first, _, body = file.read_bytes().partition(b"\n")
        table_id = table_id or next(
            (action["metaData"]["id"] for action in map(json.loads, body.splitlines()) if "metaData" in action), None)
        entry = json.loads(first)["commitInfo"]
        if "eventlog.link" not in entry:
            continue
        if entry["eventlog.link"]["body"] != sha256(body):
            wrong.append(f"version {int(file.stem)}: its lines are not those of its link")
        found[int(file.stem)] = entry
    key = number = None
    if verification_key:
        prefix, name, secret = re.fullmatch(r"(elvk)_([0-9a-f]{16})_([0-9a-f]{64})\n?", verification_key).groups()
        key, number = bytes.fromhex(secret), 0
        assert hmac.digest(key, b"eventlog seal key id", "sha256").hex()[:16] == name
    live, previous, last = {}, None, None
    for version, entry in sorted(found.items()):
        link = entry["eventlog.link"]
        bytes_ = canonical(link)
        if sha256(bytes_) != entry["eventlog.digest"]:
            wrong.append(f"version {version}: the digest")
        if previous is None:
            genesis = table_id and sha256(f"eventlog chain 1\n{table_id}\n".encode())
            if genesis and link["previous"] != genesis:
                wrong.append(f"version {version}: not the beginning")
        elif version != last + 1 or link["previous"] != previous:
            wrong.append(f"version {version}: does not go on from version {last}")
        previous, last = sha256(bytes_), version
        if key:
            if link.get("key") != name or link["number"] != number:
                wrong.append(f"version {version}: not sealed with number {number}")
            elif hmac.digest(key, bytes_, "sha256").hex() != entry.get("eventlog.seal"):
                wrong.append(f"version {version}: the seal")
            key, number = hmac.digest(key, b"eventlog seal key next", "sha256"), number + 1
        live.update((added["path"], added) for added in link.get("before", []))
        for removed in link["removed"]:
            live.pop(removed["path"])
        live.update((added["path"], added) for added in link["added"])
    for path, added in live.items():
        file = store / "events" / path
        if not file.exists():
            wrong.append(f"{path}: gone")
        elif "sha256" in added and sha256(file.read_bytes()) != added["sha256"]:
            wrong.append(f"{path}: rewritten")
    return wrong, live
