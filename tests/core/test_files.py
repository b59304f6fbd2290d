"""Stored files behind their guard: nobody reads one by knowing its address."""

import datetime
import os
import uuid

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from core import ports
from core.actions import files
from core.models import AuditEvent
from directory.enums import Role
from directory.models import User
from tests.factories import county as made


NOW = datetime.datetime(2024, 10, 15, 1, tzinfo=datetime.UTC)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def clerk(county):
    return made.clerk_of(county, username="clerk")


@pytest.fixture
def guarded(monkeypatch, county):
    """A kind of file that whoever sees the district may read."""
    monkeypatch.setitem(
        ports.file_guards, "test", lambda actor, owner_id: owner_id in actor.district_ids
    )


def store(county, *, content=b"hello", name="花名册 2024.xlsx", kind="text/plain", guard="test"):
    return files.store(
        content=ContentFile(content), name=name, content_type=kind, guard=guard,
        owner_id=county.pk, actor=None, now=NOW,
    )  # fmt: skip


def address(stored):
    return f"/files/{stored.pk}/"


def test_file_comes_as_an_attachment_under_its_own_name(client, county, clerk, guarded):
    stored = store(county, kind="text/html")
    client.force_login(User.objects.get(pk=clerk.user_id))
    answer = client.get(address(stored))
    assert b"".join(answer.streaming_content) == b"hello"
    assert answer["Content-Type"] == "text/html"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%8A%B1%E5%90%8D%E5%86%8C%202024.xlsx"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Length"] == "5"


def test_download_is_recorded(client, county, clerk, guarded):
    stored = store(county)
    client.force_login(User.objects.get(pk=clerk.user_id))
    assert list(client.get(address(stored)).streaming_content) == [b"hello"]
    event = AuditEvent.objects.get(act="core.file.download")
    assert (event.user_id, event.object_id, event.object_label, event.district_id) == (
        clerk.user_id,
        str(stored.pk),
        "花名册 2024.xlsx",
        county.pk,
    )


def test_without_the_record_the_file_is_not_given(client, county, clerk, guarded, monkeypatch):
    stored = store(county)
    client.force_login(User.objects.get(pk=clerk.user_id))

    def refuse(**kwargs):
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("core.actions.audit.record", refuse)
    with pytest.raises(RuntimeError):
        client.get(address(stored))


def test_foreign_unknown_and_unguarded_files_look_alike(client, county, clerk, guarded):
    far = made.district("331124", "松阳县")
    client.force_login(User.objects.get(pk=clerk.user_id))
    for stored in (store(far), store(county, guard="nobody registered it")):
        assert client.get(address(stored)).status_code == 404
    assert client.get(f"/files/{uuid.uuid4()}/").status_code == 404
    assert client.get("/files/1/").status_code == 404
    assert not AuditEvent.objects.filter(act="core.file.download").exists()


def test_stranger_and_person_without_a_post_get_nothing(client, county, guarded):
    stored = store(county)
    assert client.get(address(stored))["Location"].startswith("/sign-in/")
    client.force_login(made.user("nobody"))
    assert client.get(address(stored)).status_code == 404


def test_teacher_of_the_county_does_not_pass_the_guard(client, county, guarded):
    actor = made.actor(Role.TEACHER, at=made.school(county, "实验小学"))
    client.force_login(User.objects.get(pk=actor.user_id))
    assert client.get(address(store(county))).status_code == 404


def test_file_that_is_gone_from_the_disk_is_404_and_not_recorded(client, county, clerk, guarded):
    stored = store(county)
    stored.content.storage.delete(stored.content.name)
    client.force_login(User.objects.get(pk=clerk.user_id))
    assert client.get(address(stored)).status_code == 404
    assert not AuditEvent.objects.filter(act="core.file.download").exists()


def test_files_lie_under_var_by_their_id_and_with_their_checksum(county):
    stored = store(county, name="../../etc/passwd")
    assert settings.MEDIA_ROOT == settings.VAR_DIR / "files"
    path = stored.content.path
    assert path.startswith(f"{settings.MEDIA_ROOT}/")
    assert path.endswith(str(stored.pk))
    assert stored.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert stored.size == 5


def test_only_reading_is_answered(client, county, clerk, guarded):
    client.force_login(User.objects.get(pk=clerk.user_id))
    assert client.post(address(store(county))).status_code == 405


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def left_over(folder, name, *, days):
    """A file as a process that was killed before its commit leaves it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    then = (NOW - datetime.timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_x14_a_file_without_a_row_goes_after_a_week(county, folder):
    kept = [store(county), store(county)]
    old = left_over(folder, "2024/10/old", days=8)
    young = left_over(folder, "2024/10/young", days=6)
    assert files.sweep(now=NOW) == 1
    assert not old.exists()
    assert young.exists()
    assert all(stored.content.storage.exists(stored.content.name) for stored in kept)


def test_files_of_another_database_are_left_alone(county, folder):
    store(county)
    strays = [left_over(folder, f"2024/0{n}/stray", days=30) for n in (1, 2)]
    assert files.sweep(now=NOW) == 0
    assert all(path.exists() for path in strays)


def test_there_is_nothing_to_sweep_before_the_first_file(db, folder):
    assert files.sweep(now=NOW) == 0
