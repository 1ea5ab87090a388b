"""That a command leaves a directory as it was, and opens nothing for writing."""
import contextlib
import hashlib
import os
import re
import shutil
import subprocess

WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")
CHANGING = "rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,truncate,ftruncate," \
    "fchmod,fchmodat,utimensat,flock,pwrite64,fsync,fdatasync"


def state(path):
    """Name, time and content of everything below a directory."""
    return {
        found: (found.stat().st_mtime_ns, found.is_file() and hashlib.sha256(found.read_bytes()).hexdigest())
        for found in [path, *sorted(path.rglob("*"))] if not found.is_socket()
    }


def written(command, below):
    """What a command opens for writing, locks, creates or changes below a directory, by strace."""
    trace = subprocess.run(
        ["strace", "-f", "-qq", "-e", f"trace=open,openat,openat2,creat,fcntl,{CHANGING}", "-o", "/dev/stderr",
         *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    bad = []
    for line in trace.stderr.decode(errors="replace").splitlines():
        call = re.search(r"(\w+)\(", line)
        if call is None:
            continue
        name = call[1]
        if name in ("open", "openat", "openat2", "creat"):
            # Such names are the kernel's, the terminal's or nobody's.
            if WRITING.search(line) and "/dev/" not in line:
                bad.append(line)
        elif name == "fcntl":
            if "F_SETLK" in line or "F_OFD_SETLK" in line:
                bad.append(line)
        else:
            bad.append(line)
    return bad


has_strace = shutil.which("strace") is not None


@contextlib.contextmanager
def mounted_readonly(path, place):
    """The directory once more, on a mount that the kernel lets nobody write to. For root."""
    place.mkdir()
    subprocess.run(["mount", "--bind", path, place], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def can_mount():
    return os.geteuid() == 0 and shutil.which("mount") is not None
