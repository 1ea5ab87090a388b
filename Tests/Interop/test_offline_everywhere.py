"""No false alarm: whatever a daemon did to a store, `journal verify`, `catalog files` and `verify --deep` find it sound."""
import json

from daemon import Daemon, event


def sound(daemon, store, *kinds):
    for command in (["journal", "verify", "--json"], ["catalog", "files", "--json"], ["segment", "verify", "--deep", "--json"],
                    ["clock", "--json"], ["catalog", "log", "--json"]):
        done = daemon.offline(*command, store)
        assert done.returncode == 0, (kinds, command, done.stdout, done.stderr)
        for line in done.stdout.splitlines():
            assert json.loads(line).get("findings", []) == []


def test_after_each_thing_that_a_store_lives_through_it_is_sound(daemon, binaries, short_tmp):
    sound(daemon, daemon.store, "new")
    for part in range(3):
        ack, errors = daemon.send([event(n, userId=f"u{n % 7}") for n in range(part * 300, part * 300 + 300)])
        assert ack["failed"] == 0, errors
        daemon.send([event(part), b"nonsense\n"])
        sound(daemon, daemon.store, "sent", part)
        daemon.seal()
        sound(daemon, daemon.store, "sealed", part)
    daemon.restart()
    sound(daemon, daemon.store, "restarted")
    daemon.send([event(n) for n in range(2_000, 2_100)])
    daemon.kill_and_start()
    sound(daemon, daemon.store, "killed")
    daemon.kill_and_start()
    daemon.send([event(n) for n in range(2_100, 2_150)])
    sound(daemon, daemon.store, "killed twice")
    assert daemon.client("compact", "--now").returncode == 0
    sound(daemon, daemon.store, "compacted")
    erased = daemon.client("user", "erase", "u3", "--json")
    assert erased.returncode == 0, erased.stderr
    sound(daemon, daemon.store, "erased")
    copy = short_tmp / "copy"
    taken = daemon.client("snapshot", copy)
    assert taken.returncode == 0, taken.stderr
    sound(daemon, copy, "snapshot")
    restored = short_tmp / "restored"
    done = daemon.offline("restore", copy, restored)
    assert done.returncode == 0, done.stderr
    sound(daemon, restored, "restored")
    other = Daemon(binaries, restored, short_tmp / "other")
    other.start()
    try:
        ack, errors = other.send([event(n, deviceId="new") for n in range(5_000, 5_100)])
        assert ack["failed"] == 0, errors
        sound(other, restored, "running again")
        other.kill_and_start()
        other.seal()
        sound(other, restored, "sealed again")
    finally:
        other.stop()
    sound(other, restored, "stopped")
