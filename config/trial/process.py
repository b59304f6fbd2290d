"""One child process: started, watched, started again, stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path


ROTATE_ABOVE = 5_000_000  # bytes; a log is turned over when its process starts
STEADY_AFTER = 60  # seconds alive after which the back-off begins anew
LONGEST_PAUSE = 30
PR_SET_PDEATHSIG = 1


class Child:
    """A process in a session of its own, so that the terminal's Ctrl-C reaches the supervisor only.

    Should the supervisor be killed outright, the kernel sends the child ``stop_signal`` (Linux).
    ``stop_signals`` are tried in turn; ``kill`` comes last and takes the whole process group.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        env: dict[str, str],
        cwd: Path,
        stop_signals: tuple[signal.Signals, ...] = (signal.SIGTERM,),
        death_signal: signal.Signals = signal.SIGTERM,
        keep_open: Iterable[int] = (),
        identity: dict | None = None,
    ):
        self.name = name
        self.command = command
        self.log = log
        self.stop_signals = stop_signals
        self._options = {
            "env": env,
            "cwd": cwd,
            "stdin": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            "start_new_session": True,
            "preexec_fn": _die_with_parent(death_signal),
            "pass_fds": tuple(keep_open),
            **(identity or {}),
        }
        self._process: subprocess.Popen | None = None
        self._started = 0.0
        self._pause = 1
        self._again_at = 0.0

    def start(self) -> None:
        _rotate(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, stdout=log, **self._options)
        self._started = time.monotonic()

    @property
    def pid(self) -> int | None:
        return self._process and self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._process and self._process.poll()

    def revive(self, say: Callable[[str], None]) -> None:
        """Start it again if it died: after a second, then after ever longer pauses."""
        if self.alive:
            return
        moment = time.monotonic()
        if not self._again_at:
            if moment - self._started > STEADY_AFTER:
                self._pause = 1
            self._again_at = moment + self._pause
            say(f"{self.name}意外退出，{self._pause} 秒后重新启动，日志：{self.log}")
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        elif moment >= self._again_at:
            self._again_at = 0.0
            self.start()

    def tail(self, lines: int = 15) -> str:
        """The end of its log, for a start that failed."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def send(self, number: signal.Signals) -> None:
        if self.alive:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End the process and whatever is left of its group."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def stop(children: Iterable[Child], *, patience: float) -> None:
    """Stop them together: each signal in turn gets ``patience`` seconds, then they are killed."""
    running = list(children)
    for turn in range(max((len(child.stop_signals) for child in running), default=0)):
        for child in running:
            if turn < len(child.stop_signals):
                child.send(child.stop_signals[turn])
        deadline = time.monotonic() + patience
        while any(child.alive for child in running) and time.monotonic() < deadline:
            time.sleep(0.05)
    for child in running:
        child.kill()


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child between fork and exec: ask the kernel for a signal when the parent dies."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _rotate(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > ROTATE_ABOVE:
        log.replace(log.with_name(log.name + ".1"))
