"""One run at a time for each ``var``, and the line of the run that is already there."""

import contextlib
import fcntl
import glob
import json
import os
import signal
import time
from pathlib import Path

from config.trial import address, ending
from config.trial.failure import Failure


PATIENCE = 180  # seconds for another start to become ready
LEFTOVERS_LEAVE = 10  # seconds for the children of a killed supervisor to end by themselves


class AlreadyRunning(Exception):
    """Another supervisor serves this ``var``; ``url`` is its address."""

    def __init__(self, url: str):
        super().__init__(url)
        self.url = url


class Lock:
    """A file lock that the children inherit: it is free once nothing of a run is left.

    So it outlasts a supervisor that was killed, until its database and workers have ended too.
    """

    def __init__(self, path: Path):
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.truncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        return True

    @property
    def owner(self) -> int:
        """The supervisor that took it, perhaps dead by now; 0 while it is being written."""
        text = os.pread(self.descriptor, 20, 0)
        return int(text) if text.isdigit() else 0

    def end_leftovers(self) -> None:
        """Kill whatever still holds the lock for a supervisor that is gone (Linux)."""
        held = os.fstat(self.descriptor)
        for entry in glob.glob("/proc/[0-9]*/fd/*"):
            with contextlib.suppress(OSError):
                pid = int(entry.split("/")[2])
                spared = pid == os.getpid() or is_supervisor(pid)  # another start may wait too
                if os.path.samestat(os.stat(entry), held) and not spared:
                    os.kill(pid, signal.SIGKILL)


def claim(var: Path) -> Lock:
    """Take the ``var``, waiting for leftovers of a killed run to end.

    Raises ``AlreadyRunning`` when another supervisor serves it or becomes ready meanwhile.
    """
    lock = Lock(var / "lock")
    start = time.monotonic()
    while not lock.take():
        if url := running_url(var, lock.owner):
            raise AlreadyRunning(url)
        waited = time.monotonic() - start
        if waited > LEFTOVERS_LEAVE and lock.owner and not is_supervisor(lock.owner):
            lock.end_leftovers()
        if waited > PATIENCE:
            raise Failure(f"另一个启动（进程 {lock.owner}）一直没有完成，请先结束它，再重新启动。")
        ending.pause(0.2)
    return lock


def running_url(var: Path, owner: int) -> str:
    """The address of that supervisor if it is ready: never one read from a stale file."""
    try:
        note = json.loads((var / "server.json").read_text())
        url, its_own = note["url"], note["pid"] == owner and is_supervisor(owner)
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return url if its_own and address.answers(url, "/healthz") else ""


def is_supervisor(pid: int) -> bool:
    """Whether that number is a supervisor now, and not a program that got the number later."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return b"config.trial.serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()  # no /proc on this system: alive must do
