"""Places where stores are made: temporary directories, and small file systems of their own."""
import contextlib
import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

from unable import Unable

# linux/fs.h: EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are one number; 2: without writing the log.
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2


@contextlib.contextmanager
def directory():
    """A short path, because a socket's has 107 bytes at most."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="evp"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Unable(f"{program} is not installed")


def need_root():
    if os.geteuid() != 0:
        raise Unable("file systems can be mounted by root only")


class Image:
    """A file system in a file, of a kind and size, mounted at `place`."""

    def __init__(self, at, kind="ext4", size="96M", image=None):
        need_root()
        need(f"mkfs.{kind}")
        self.kind, self.place, self.image = kind, at / "mount", image or at / "image"
        self.place.mkdir()
        run("truncate", "-s", size, self.image)
        run(f"mkfs.{kind}", *(["-q", "-E", "lazy_itable_init=1,lazy_journal_init=1", "-J", "size=4"] if kind == "ext4" else ["-q"]), self.image)
        self.mount()

    def mount(self):
        done = subprocess.run(["mount", "-o", "loop", self.image, self.place], capture_output=True)
        if done.returncode != 0:
            raise Unable(f"file systems cannot be mounted here: {done.stderr.decode().strip()}")

    def unmount(self):
        run("umount", self.place)

    def cut(self):
        """From here on nothing reaches the image: a power cut."""
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        except OSError as error:
            raise Unable(f"power cannot be cut here: {error}")
        finally:
            os.close(descriptor)

    def close(self):
        subprocess.run(["umount", "-l", self.place], capture_output=True)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True)
    assert done.returncode == 0, (command, done.stderr.decode())
