"""A real trial: the supervisor with its servers, in a ``var`` of its own and on a free port.

And a pretended machine, on which script/bootstrap finds what a test leaves there.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.trial import place


ROOT = Path(__file__).resolve().parents[2]
SET_BY_THE_HARNESS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEY", "INDEX_KEY")
READY = re.compile(r"^ready (http://127\.0\.0\.1:\d+)$", re.MULTILINE)


class Trial:
    """One ``var`` and the supervisors started on it."""

    def __init__(self, var: Path):
        self.var = var
        self.started: list[subprocess.Popen] = []

    def environment(self, **extra: str) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if key not in SET_BY_THE_HARNESS}
        return {**own, "TONGXING_VAR": str(self.var), "PORT": "0", **extra}

    def start(self, **extra: str) -> subprocess.Popen:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "config.trial.serve"],
            cwd=ROOT,
            env=self.environment(**extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(supervisor)
        return supervisor

    def manage(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def processes(self) -> dict[int, str]:
        """Command lines of all that runs for this ``var``, but the supervisors."""
        homes = [str(self.var)]
        if (self.var / "pgdata").is_symlink():
            homes.append(str(Path(os.readlink(self.var / "pgdata")).parent))
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                about = command + (entry / "environ").read_bytes().decode(errors="replace")
                if any(home in about for home in homes) and "config.trial" not in command:
                    found[int(entry.name)] = command
        return found

    def end(self) -> None:
        for supervisor in self.started:
            if supervisor.poll() is None:
                supervisor.send_signal(signal.SIGTERM)
            supervisor.communicate(timeout=60)
        place.dispose(self.var)


def ready_line(supervisor: subprocess.Popen) -> tuple[str, str]:
    """Read until the ready line; returns the address and all that was said before."""
    said = ""
    for line in supervisor.stdout:
        said += line
        if found := READY.search(line):
            return found[1], said
    raise AssertionError(said + supervisor.stderr.read())


def get(url: str, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def eventually(question, seconds: float = 60):
    """Ask again until the answer is true; returns it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)
    return answer


@pytest.fixture
def trial(tmp_path):
    trial = Trial(tmp_path / "var")
    yield trial
    trial.end()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A trial that several tests share; it was started twice at the same instant."""
    trial = Trial(tmp_path_factory.mktemp("trial") / "var")
    try:
        chosen = {"DEMO_PASSWORD": "Chosen-1"}
        both = [trial.start(**chosen) for _ in range(2)]
        trial.answers = [ready_line(supervisor) for supervisor in both]
        trial.url = trial.answers[0][0]
        yield trial
    finally:
        trial.end()


@pytest.fixture
def machine(tmp_path):
    """A checkout in a folder with spaces, and programs that stand in for the machine's own."""
    checkout, programs = tmp_path / "a checkout", tmp_path / "programs"
    (checkout / "script").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(ROOT / "script" / "bootstrap", checkout / "script")

    def pretend(name: str, script: str) -> None:
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)

    def bootstrap(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [checkout / "script" / "bootstrap", *arguments],
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    bootstrap.pretend, bootstrap.checkout, bootstrap.log = pretend, checkout, tmp_path / "log"
    return bootstrap
