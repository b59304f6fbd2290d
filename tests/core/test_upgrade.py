"""A county as the program kept it before issue 7, restored and migrated to the program of today.

``tests/data/county-before-issue-7`` is a ``backup`` by the program of 2026-11-22 (its last commit
was b521a24) with that day's keys: the demo county and a second one, with a row of nearly every
kind, and what was read off its tables then (figures.json). All of its people are made up. It is
never made anew: that is what it is for.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest

from core.crypto import decrypt


ROOT = Path(__file__).resolve().parents[2]
COPY = ROOT / "tests" / "data" / "county-before-issue-7"
KEYS = dict(line.split("=", 1) for line in (COPY / "keys").read_text().splitlines())
THEN = json.loads((COPY / "figures.json").read_text(encoding="utf-8"))
RESTORED = 2  # events that the restoring itself writes: one a district
PUBLISHED = """
SELECT s.id, s.title, count(*)::int, sum(r.final)::text, sum(r.own)::text, sum(r.final_rank)::int,
       (SELECT checksum FROM assessment_publication WHERE scheme_id = s.id)
  FROM assessment_result r JOIN assessment_scheme s ON s.id = r.scheme_id
 WHERE s.state = 'PUBLISHED' GROUP BY s.id ORDER BY s.id
"""


def command(name, *arguments, env):
    done = subprocess.run(
        [sys.executable, "manage.py", name, *map(str, arguments), "--json"], cwd=ROOT, env=env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory):
    """The environment of the county's commands, once it is restored."""
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    name = f"upgraded_{uuid.uuid4().hex[:8]}"
    address = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
    env = {
        **os.environ,
        **KEYS,
        "DATABASE_URL": address,
        "TONGXING_VAR": str(tmp_path_factory.mktemp("upgraded")),
        "PYTHONWARNINGS": "ignore",
    }
    with contextlib.closing(psycopg.connect(base, autocommit=True)) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            code, told = command("restore", COPY, env=env)
            assert (code, told["ok"], told["files"]) == (0, True, 16), told
            yield env
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def there(upgraded):
    with psycopg.connect(upgraded["DATABASE_URL"]) as connection:
        yield connection


def test_no_migration_is_missing_and_every_rule_holds(upgraded):
    _, told = command("doctor", env=upgraded)
    answers = {it["name"]: it["ok"] for it in told["checks"]}
    assert answers["数据表结构"]
    assert command("check_integrity", env=upgraded) == (0, {"ok": True, "violations": []})


def test_no_row_is_lost(there):
    counts = {
        table: there.execute(f'SELECT count(*)::int FROM "{table}"').fetchone()[0]  # noqa: S608
        for table in THEN["rows"]
    }
    counts["core_auditevent"] -= RESTORED
    assert counts == THEN["rows"]


def test_published_figures_are_the_same(there):
    assert [list(row) for row in there.execute(PUBLISHED)] == THEN["published"]


def test_issued_paper_is_the_same_to_the_byte(upgraded, there):
    number, checksum = THEN["report"]
    kept, name = there.execute(
        "SELECT r.checksum, f.content FROM reports_report r"
        " JOIN core_storedfile f ON f.id = r.file_id WHERE r.number = %s",
        [number],
    ).fetchone()
    paper = (Path(upgraded["TONGXING_VAR"]) / "files" / name).read_bytes()
    assert hashlib.sha256(paper).hexdigest() == kept == checksum


def test_encrypted_values_are_read_with_the_keys_of_that_day(there, settings):
    settings.FIELD_KEY = KEYS["FIELD_KEY"]
    held = there.execute("SELECT id_number FROM directory_teacher WHERE id_number > ''").fetchall()
    assert THEN["id_number"] in {decrypt(value) for (value,) in held}


def test_the_audit_chain_begins_with_the_old_events_and_holds(upgraded):
    events = THEN["rows"]["core_auditevent"] + RESTORED
    code, told = command("check_audit", env=upgraded)
    assert (code, told["seals"], told["unsealed"]) == (0, 0, events)
    task = "import django; django.setup(); from core import tasks; tasks.seal_audit()"
    env = {**upgraded, "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", task], cwd=ROOT, env=env, check=True)
    code, told = command("check_audit", env=upgraded)
    assert (code, told["ok"], told["events"], told["unsealed"]) == (0, True, events, 0)
