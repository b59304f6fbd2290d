"""script/bootstrap on machines that lack something, and the runner of the tests."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.trial.conftest import ROOT, SET_BY_THE_HARNESS


@pytest.mark.parametrize("name", ["bootstrap", "bundle", "container", "server", "test"])
def test_scripts_are_plain_posix_shell(name):
    script = ROOT / "script" / name
    assert script.read_text().startswith("#!/bin/sh\n")
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_plain_user_is_told_the_very_command(machine):
    machine.pretend("id", "echo 1000")
    machine.pretend("ldconfig", "")
    machine.pretend("apt-get", "exit 1")
    done = machine()
    assert done.returncode == 3
    assert done.stderr == (
        "缺少系统软件包，请先运行：sudo apt-get install -y"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    )


def test_root_installs_what_is_missing_with_one_update(machine):
    machine.pretend("id", "echo 0")
    machine.pretend("ldconfig", "echo libpango-1.0.so.0 libpangoft2-1.0.so.0")
    machine.pretend("apt-get", f'echo "$*" >>"{machine.log}"')
    done = machine()
    assert machine.log.read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends libharfbuzz-subset0",
    ]
    assert done.returncode == 3  # the pretended installation brought nothing
    assert "sudo apt-get install -y libharfbuzz-subset0" in done.stderr


def test_unknown_argument_is_wrong_usage(machine):
    assert machine("--wrong").returncode == 2


def test_prepared_checkout_needs_nothing_more(machine):
    for folder in (".venv/bin", "node_modules", "static/generated"):
        (machine.checkout / folder).mkdir(parents=True)
    for made in ("icons.svg", "echarts.js"):
        (machine.checkout / "static/generated" / made).touch()
    for file in ("requirements.lock", "package-lock.json", "static/icons.txt"):
        shutil.copy(ROOT / file, machine.checkout / file)
    (machine.checkout / ".venv/bin/python").symlink_to(sys.executable)

    def stamp(stamp: str, *inputs: str) -> None:
        command = f"cat {' '.join(inputs)} | cksum > {stamp}"
        subprocess.run(["sh", "-c", command], cwd=machine.checkout, check=True)

    stamp(".venv/bootstrapped", "requirements.lock")
    stamp("node_modules/.bootstrapped", "package-lock.json")
    stamp("node_modules/.icons", "static/icons.txt", "package-lock.json")
    machine.pretend(
        "ldconfig", "echo libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0"
    )
    for forbidden in ("npm", "apt-get"):
        machine.pretend(forbidden, "exit 9")
    done = machine()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def temporary():
    """A temporary folder that root's unprivileged servers can pass through."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(("argument", "code"), [("--version", 0), ("--no-such-option", 4)])
def test_runner_returns_the_code_of_pytest_and_leaves_nothing(temporary, argument, code):
    env = {key: value for key, value in os.environ.items() if key not in SET_BY_THE_HARNESS}
    done = subprocess.run(
        [sys.executable, "-m", "config.trial.test", argument],
        cwd=ROOT,
        env={**env, "TMPDIR": str(temporary), "XDG_RUNTIME_DIR": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert list(temporary.iterdir()) == []
