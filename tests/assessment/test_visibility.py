"""X-32: who sees whose score and rank, by page; workbook and API take the same rows."""

import datetime

import pytest
from django.urls import reverse

from assessment.enums import ShownTo
from assessment.selectors import results
from directory.enums import Role
from directory.models import User
from groups.actions import groups
from tests.assessment import judged as scenes
from tests.factories import county as made


OF_CORE = {"实验小学", "坑西小学", "举水乡小", "竹口镇校小学部"}
OF_MEMBER = {"实验小学", "举水乡小", "竹口镇校小学部"}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", "2025-07-10T09:30:00+08:00")


@pytest.fixture
def draft(db):
    return scenes.judged()


@pytest.fixture
def published(draft):
    return draft.publish()


def seen(actor, scene):
    """(names in full, names in part)."""
    rows = results.rows_of(results.results_visible_to(actor, scene.scheme).select_related("pool"))
    return {it.name for it in rows if it.in_full}, {it.name for it in rows if not it.in_full}


def status(client, actor, scene, query="", name="scheme-results"):
    client.force_login(User.objects.get(pk=actor.user_id))
    return client.get(reverse(name, args=[scene.scheme.pk]) + query).status_code


@pytest.mark.parametrize(
    "role", ["BUREAU_EDUCATION", "BUREAU_FINANCE", "BUREAU_HEAD", "LEADERSHIP"]
)
def test_x_32_bureau_and_leadership_see_all_of_every_version(client, draft, role):
    actor = made.actor(Role(role), at=draft.county, username=f"other-{role.lower()}")
    assert seen(actor, draft) == (set(scenes.SCORES), set())
    assert status(client, actor, draft) == 200


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.SCHOOL_CLERK])
@pytest.mark.parametrize(
    ("school", "expected"),
    [("实验小学", OF_CORE), ("举水乡小", OF_MEMBER), ("江根乡小", {"江根乡小"})],
)
def test_x_32_a_school_sees_its_own_and_its_groups(client, published, role, school, expected):
    actor = published.principal(school, role)
    assert seen(actor, published) == (expected, set())
    for name, row in published.schools.items():
        answer = status(client, actor, published, f"?school={row.pk}")
        assert (answer == 200) is (name in expected), name


def test_x_32_a_draft_is_not_there_for_schools(client, draft):
    actor = draft.principal("实验小学")
    assert seen(actor, draft) == (set(), set())
    assert status(client, actor, draft) == 404


def test_x_32_the_pool_is_open_where_the_bureau_decides_and_then_in_part(client, draft):
    scene = draft.publish(ShownTo.POOL)
    actor = scene.principal("举水乡小")
    in_full, in_part = seen(actor, scene)
    assert (in_full, in_part) == (OF_MEMBER, set(scenes.SCORES) - OF_MEMBER)
    rows = results.rows_of(results.results_visible_to(actor, scene.scheme).select_related("pool"))
    other = next(it for it in rows if it.name == "屏都小学")
    assert (str(other.final), other.final_rank) == ("83.10", 3)
    assert (other.own, other.own_rank, other.bundled, other.derivation) == (None,) * 4
    assert not other.is_core
    assert status(client, actor, scene, f"?school={scene.schools['屏都小学'].pk}") == 404
    page = client.get(reverse("scheme-results", args=[scene.scheme.pk])).content.decode()
    assert "只公开名次和最终得分" in page
    assert "82.63" not in page  # the bundle of 屏都小学
    # A filter by role would tell the roles of schools that are seen in part.
    cores = client.get(reverse("scheme-results", args=[scene.scheme.pk]) + "?role=core")
    assert "屏都小学" not in cores.content.decode()


def test_x_32_nobody_else_sees_any(client, published):
    teacher = made.actor(Role.TEACHER, at=published.schools["实验小学"])
    evaluator = made.actor(Role.EVALUATOR, at=published.county)
    there = made.district("331124", "松阳县")
    stranger = made.actor(Role.BUREAU_EDUCATION, at=there)
    principal = made.actor(Role.PRINCIPAL, at=made.school(there, "松阳小学"))
    for actor in (teacher, evaluator, stranger, principal):
        assert seen(actor, published) == (set(), set())
        for name in ("scheme-results", "scheme-history", "scheme-objections", "scheme-what-if"):
            assert status(client, actor, published, name=name) == 404


@pytest.mark.parametrize(
    "name",
    ["scheme-what-if", "scheme-submit", "scheme-withdraw", "scheme-publish", "scheme-correct"],
)
def test_a_school_does_not_find_the_pages_of_the_bureau(client, published, name):
    assert status(client, published.principal("实验小学"), published, name=name) == 404


def test_a_city_sees_the_counties_below_it(client, draft):
    city = made.district("331100", "丽水市")
    draft.county.parent = city
    draft.county.save()
    actor = made.actor(Role.BUREAU_EDUCATION, at=city)
    assert seen(actor, draft) == (set(scenes.SCORES), set())


def test_x_32_a_partner_of_then_is_one_for_that_year_only(published):
    """Groups count as they were on the cut-off day, not as they are today."""
    groups.dissolve(
        group_id=published.groups["实验小学教育集团"].pk, last_day=datetime.date(2025, 7, 1),
        reason="到期", actor=None, now=scenes.NOW,
    )  # fmt: skip
    assert seen(published.principal("举水乡小"), published)[0] == OF_MEMBER
