"""``/api/v1/reports/``: versions of papers, as their readers see them."""

import pytest

from directory.enums import Role
from directory.models import User
from tests.factories import county as made
from tests.reports import scenes
from tests.reports.conftest import files, printer, scene, today, woken  # noqa: F401 - fixtures


pytestmark = pytest.mark.usefixtures("printer")


@pytest.fixture
def ask(client):
    def get(actor, **params):
        client.force_login(User.objects.get(pk=actor.user_id))
        answer = client.get("/api/v1/reports/", params)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    return get


def test_x14_what_the_api_tells_of_a_report(ask, scene):  # noqa: F811
    report = scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    [row] = ask(scene.clerk)
    assert row == {
        "id": report.pk, "kind": "YEARLY", "district": scene.county.pk, "school_year": 2024,
        "month": None, "term": None, "group": None, "title": report.title, "version": 1,
        "state": "ISSUED", "superseded": False, "as_of": "2025-08-31",
        "issued_at": "2025-10-10T09:00:00+08:00", "number": report.number,
        "checksum": report.checksum, "pages": 3, "pdf": f"/files/{report.file_id}/",
        "xlsx": f"/files/{report.tables_id}/",
    }  # fmt: skip


def test_who_sees_which_and_filters(ask, scene):  # noqa: F811
    scenes.issued(scene, scenes.drafted(scene, scene.yearly))
    scenes.drafted(scene, scene.of_group("实验小学教育集团"))
    assert len(ask(scene.clerk)) == 2
    assert [row["kind"] for row in ask(scene.actor(Role.LEADERSHIP))] == ["YEARLY"]
    assert ask(scene.actor(Role.PRINCIPAL, scene.schools["实验小学"])) == []
    assert ask(made.clerk_of(made.district("331124", "松阳县"), username="songyang")) == []
    assert [row["state"] for row in ask(scene.clerk, kind="GROUP")] == ["DRAFT"]
    assert ask(scene.clerk, school_year="2020") == []
    assert len(ask(scene.clerk, superseded="false")) == 2
    assert [row["kind"] for row in ask(scene.clerk, ordering="-id")] == ["GROUP", "YEARLY"]
