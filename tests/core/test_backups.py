"""A copy and its way back, with PostgreSQL's own programs and a second database."""

import contextlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.db import connection

from core import clock
from core.actions import backups, files
from core.crypto import blind_index, decrypt
from core.errors import Denied
from core.models import StoredFile
from directory.models import School
from tests.factories import county as made
from tests.factories import exchange as people


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "var" / "files"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def county(transactional_db, media):
    here = made.district()
    school = made.school(here, "实验小学")
    number = "11010519491231002X"
    people.teacher(school, id_number=number, id_number_index=blind_index(number))
    files.store(
        content=ContentFile("花名册".encode()), name="花名册.txt", content_type="text/plain",
        guard="import", owner_id=1, actor=None, now=clock.now(),
    )  # fmt: skip
    return here


@pytest.fixture
def other_database():
    """The address of an empty database beside the test's."""
    name = f"restored_{uuid.uuid4().hex[:8]}"
    base, _, options = os.environ["DATABASE_URL"].partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
    given = connection.get_connection_params()
    keys = ("host", "port", "user", "password")
    wanted = {key: given[key] for key in keys if given.get(key)}
    with contextlib.closing(psycopg.connect(**wanted, dbname="postgres", autocommit=True)) as it:
        it.execute(f'CREATE DATABASE "{name}"')
        yield address
        it.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def command(name, *arguments, **env):
    done = subprocess.run(
        [sys.executable, "manage.py", name, *map(str, arguments), "--json"], cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "ignore", **env}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout), done.stderr


def test_what_was_copied_comes_back_in_an_empty_database(county, media, other_database, tmp_path):
    folder = tmp_path / "copy"
    manifest = backups.make(folder=folder, now=clock.now())
    assert (manifest["files"], manifest["missing"]) == (1, [])
    assert {it.name: it.stat().st_mode & 0o077 for it in folder.iterdir()} == {
        "database.dump": 0, "files.tar": 0, "manifest.json": 0,
    }  # fmt: skip
    elsewhere = tmp_path / "elsewhere"
    env = {"DATABASE_URL": other_database, "TONGXING_VAR": str(elsewhere)}
    code, told, _ = command("restore", folder, **env)
    assert (code, told["ok"], told["files"]) == (0, True, 1)
    [stored] = StoredFile.objects.all()
    assert (elsewhere / "files" / stored.content.name).read_text() == "花名册"
    with psycopg.connect(other_database) as it:
        [(sealed,)] = it.execute("SELECT id_number FROM directory_teacher").fetchall()
    assert decrypt(sealed) == "11010519491231002X"
    code, told, _ = command("check_integrity", **env)
    assert (code, told["violations"]) == (0, [])
    code, told, _ = command("check_audit", "--expect", manifest["audit"]["hash"], **env)
    assert (code, told["ok"], told["seals"], told["unsealed"]) == (0, True, 1, 1)
    with psycopg.connect(other_database) as it:
        told = it.execute("SELECT act FROM core_auditevent WHERE district_id = %s", [county.pk])
        assert {"core.backup.make", "core.backup.restore"} <= {act for (act,) in told}
    again = command("restore", folder, **env)
    assert again[0] == 1
    assert "数据库里已有数据" in again[1]["message"]


def test_a_copy_is_not_written_over_another(county, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text("{}")
    with pytest.raises(Denied, match="不是空文件夹"):
        backups.make(folder=tmp_path / "old", now=clock.now())


def test_restore_touches_nothing_unless_everything_fits(county, settings, tmp_path):
    folder = tmp_path / "copy"
    backups.make(folder=folder, now=clock.now())
    with pytest.raises(Denied, match="数据库里已有数据"):
        backups.restore(folder=folder)
    key = settings.FIELD_KEY
    settings.FIELD_KEY = "another"
    with pytest.raises(Denied, match="FIELD_KEY 不是制作备份时的密钥"):
        backups.restore(folder=folder)
    settings.FIELD_KEY = key
    with (folder / "database.dump").open("ab") as file:
        file.write(b"x")
    with pytest.raises(Denied, match="备份不完整"):
        backups.restore(folder=folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(Denied, match="不是一份备份"):
        backups.restore(folder=folder)
    assert School.objects.count() == 1


def test_a_file_that_is_gone_from_the_disk_is_named(county, media, tmp_path):
    [stored] = StoredFile.objects.all()
    (media / stored.content.name).unlink()
    manifest = backups.make(folder=tmp_path / "copy", now=clock.now())
    assert (manifest["files"], manifest["missing"]) == (0, [stored.content.name])
