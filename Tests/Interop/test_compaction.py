"""Segments that are put together: by command and by the daemon itself, seen by its clients and by other readers."""
import random
import threading
import time

import pytest

from daemon import Daemon, event

pq = pytest.importorskip("pyarrow.parquet")
deltalake = pytest.importorskip("deltalake")

DAY = ["2026-01-01", "2026-01-02", "2026-01-03"]


def events(numbers, seed=1):
    """Most of one day, some of others: as late ones come."""
    pick = random.Random(seed)
    for number in numbers:
        day = DAY[number // 400 % 3] if pick.random() < 0.9 else pick.choice(DAY)
        yield event(number, timestamp=f"{day}T{pick.randrange(24):02}:{pick.randrange(60):02}:00Z")


def fill(daemon, seals=6, size=200):
    for seal in range(seals):
        daemon.send(list(events(range(seal * size, (seal + 1) * size), seal)))
        daemon.seal()


def segments(daemon):
    return daemon.query("FROM segments |> ORDER BY file")


def rows(daemon):
    return daemon.query("FROM events |> SELECT seq, eventId, event, timestamp, deviceId, data.currentTime |> ORDER BY seq")


def test_a_day_becomes_one_file_and_nothing_else_changes(daemon):
    fill(daemon)
    before = rows(daemon)
    plan = daemon.client("compact", "--now", "--dry-run")
    assert b"would put together 6 of 6 segments" in plan.stdout, plan.stdout
    assert rows(daemon) == before and len(segments(daemon)) == 6
    result = daemon.client("compact", "--now")
    assert result.returncode == 0 and b"put together" in result.stdout, result
    after = segments(daemon)
    assert [entry["timestampMin"][:10] for entry in after] == DAY
    assert [entry["timestampMax"][:10] for entry in after] == DAY
    assert all(entry["file"].startswith("events/2026/01/0") for entry in after), after
    assert rows(daemon) == before
    assert b"put together 0 segments" in daemon.client("compact", "--now").stdout
    daemon.kill_and_start()
    assert rows(daemon) == before


def test_other_readers_see_the_same_table(daemon):
    fill(daemon)
    before = deltalake.DeltaTable(str(daemon.store / "events")).to_pyarrow_table().sort_by("seq")
    version = deltalake.DeltaTable(str(daemon.store / "events")).version()
    daemon.client("compact", "--now")
    table = deltalake.DeltaTable(str(daemon.store / "events"))
    assert table.version() > version
    assert table.to_pyarrow_table().sort_by("seq") == before
    # Who has opened the table before can still read it: what was replaced stays for a while.
    assert deltalake.DeltaTable(str(daemon.store / "events"), version=version).to_pyarrow_table().sort_by("seq") == before
    for path in table.file_uris():
        file = pq.ParquetFile(path, page_checksum_verification=True)
        keys = [tuple((value is None, value) for value in row.values())
                for row in file.read(["event", "contentId", "timestamp"]).to_pylist()]
        assert keys == sorted(keys)
    verified = daemon.offline("segment", "verify", daemon.store)
    assert verified.returncode == 0, verified


def test_the_daemon_does_it_by_itself_while_events_come(binaries, short_tmp):
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock", "--set", "compaction.checkInterval=20ms",
                    "--set", "seal.rows=50").start()
    try:
        stop = threading.Event()
        wrong = []

        def ask():
            seen = 0
            while not stop.is_set():
                answer = daemon.query("FROM events |> AGGREGATE count(*) AS n, count(DISTINCT seq) AS d")[0]
                if answer["n"] != answer["d"] or answer["n"] < seen:
                    wrong.append(answer)
                seen = answer["n"]

        asking = threading.Thread(target=ask)
        asking.start()
        for part in range(40):
            daemon.send(list(events(range(part * 50, part * 50 + 50), part)))
        end = time.monotonic() + 60
        while not any(entry["generation"] for entry in segments(daemon)) and time.monotonic() < end:
            time.sleep(0.05)
        stop.set()
        asking.join()
        assert wrong == []
        assert any(entry["generation"] for entry in segments(daemon))
        assert "compacted" in daemon.read_log()
        assert daemon.count() == 2000
        # All of them again, as after a lost connection: nothing is stored.
        daemon.send(list(events(range(2000), 9)))
        assert daemon.count() == 2000
    finally:
        daemon.stop()


def test_kills_in_the_middle_lose_nothing_and_leave_nothing_behind(daemon):
    fill(daemon)
    before = rows(daemon)
    pick = random.Random(3)
    for _ in range(6):
        asking = threading.Thread(target=daemon.client, args=("compact", "--now"))
        asking.start()
        time.sleep(pick.random() * 0.06)
        daemon.kill()
        asking.join()
        daemon.start()
        assert rows(daemon) == before
    daemon.client("compact", "--now")
    assert rows(daemon) == before and len(segments(daemon)) == 3
