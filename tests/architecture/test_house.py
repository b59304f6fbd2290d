"""The walls of the house: checks that every commit passes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command


ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(*command):
    return subprocess.run([*command], cwd=ROOT, capture_output=True, text=True, check=False)


def tracked(*patterns):
    """Files of the project, as git sees them: tracked, or new and not ignored."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns)
    assert listed.returncode == 0, listed.stderr
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check"),
        ("ruff", "format", "--check"),
        ("lint-imports", "--no-cache"),
    ],
    ids=" ".join,
)
def test_lint(command):
    done = run(str(BIN / command[0]), *command[1:])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_is_longer_than_400_lines():
    files = tracked("*.py", "*.html", "*.css", "*.js", "*.sh")
    files = [path for path in files if path.parent.name != "migrations"]  # written by Django
    assert len(files) > 50
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_views_read_rows_through_selectors():
    inner = r"/(?:views|api)(?:\.py|/)"
    views = [p for p in tracked("*.py") if re.search(inner, str(p.relative_to(ROOT)))]
    views = [p for p in views if "tests" not in p.parts and "selectors" not in p.parts]
    assert len(views) > 10
    assert [str(p) for p in views if ".objects" in p.read_text(encoding="utf-8")] == []


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if re.match(r'^  "[a-z][\w.\[\],~=-]*",', line)]
    assert len(wanted) > 20
    assert [line for line in wanted if not re.search(r"# \w.{10,}", line)] == []


def test_locks_hold_hashes_and_no_address():
    for lock in tracked("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock
        names = re.findall(r"^\S+==\S+", text, re.MULTILINE)
        assert names
        assert len(names) == len(re.findall(r"^\S+==.*\\\n    --hash=", text, re.MULTILINE)), lock
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
