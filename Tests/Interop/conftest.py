"""Fixtures: the programs under test, and a running daemon on a store of its own.

The programs are those in the directory EVENTLOG_BIN, else the newest build in .build.
"""
import os
import pathlib
import shutil
import tempfile

import pytest

from daemon import Daemon

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pytest_report_header():
    return f"eventlog programs: {find_binaries()}"


def find_binaries():
    if named := os.environ.get("EVENTLOG_BIN"):
        return pathlib.Path(named).resolve()
    built = [ROOT / ".build" / kind for kind in ("release", "debug")]
    built = [path for path in built if (path / "eventlog").exists()]
    if not built:
        pytest.exit("build first (swift build), or name the programs' directory by EVENTLOG_BIN", 2)
    return max(built, key=lambda path: (path / "eventlog").stat().st_mtime)


@pytest.fixture(scope="session")
def binaries():
    return find_binaries()


@pytest.fixture
def short_tmp():
    """A directory of the test's own; short, because a socket's path has 107 bytes at most."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="evl"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def daemon(binaries, short_tmp):
    """A running daemon that takes events of any age."""
    daemon = Daemon(binaries, short_tmp / "store", short_tmp / "sock")
    daemon.start()
    yield daemon
    daemon.stop()
