"""A year's draft: what it begins with, what changes it, what locks it (X-11, X-29)."""

import datetime

import pytest

from assessment.actions import schemes
from assessment.enums import SchemeState
from assessment.models import Entrant, Indicator, Pool, Result, Scheme, SchemeMove
from core.errors import Denied
from core.models import AuditEvent
from directory.enums import Role
from directory.models import SchoolFacts
from groups.actions import memberships
from groups.models import Membership
from tests.assessment import counties
from tests.factories import county as made
from tests.groups.test_races import at_once


pytestmark = pytest.mark.django_db


def listed(scheme):
    """School id → (pool, apart, pupils, last rank, given)."""
    rows = Entrant.objects.filter(scheme=scheme).order_by("pk")
    return {
        it.school_id: (it.pool.name, it.apart, it.pupils, it.last_rank, it.last_rank_given)
        for it in rows.select_related("pool")
    }


def published(scheme, county, **ranks):
    """As publishing leaves a version, as far as the next year reads it."""
    Scheme.objects.filter(pk=scheme.pk).update(state=SchemeState.PUBLISHED)
    for name, rank in ranks.items():
        Result.objects.filter(scheme=scheme, school=county.ids[name]).update(own_rank=rank)


def change(county, scheme, **extra):
    asked = {"title": scheme.title, "cut_off_on": scheme.cut_off_on} | extra
    return schemes.change(
        scheme_id=scheme.pk, **{"actor": county.clerk, "now": counties.NOW} | asked
    )


def test_b2_6_first_year_begins_with_a_pool_for_each_stage_and_one_indicator():
    county = counties.pair(pupils={"甲小": 900, "乙小": 80})
    made.school(county.district, "独立小学", stage="PRIMARY")  # in no group
    scheme = counties.draft(county)
    ids = county.ids
    assert listed(scheme) == {
        ids["甲小"]: ("小学", True, 900, None, False),
        ids["甲分校"]: ("小学", True, None, None, False),
        ids["乙小"]: ("小学", True, 80, None, False),
        ids["丙中"]: ("初中", True, None, None, False),
        ids["丁中"]: ("初中", True, None, None, False),
    }
    pools = Pool.objects.filter(scheme=scheme).order_by("position")
    assert list(pools.values_list("name", flat=True)) == ["小学", "初中"]
    only = Indicator.objects.get(scheme=scheme)
    assert (only.name, only.possible, only.weight, only.pool_id) == ("得分", 100, 100, None)
    assert SchemeMove.objects.get(scheme=scheme).move == "CREATED"
    event = AuditEvent.objects.get(act="assessment.scheme.create")
    assert (event.object_id, event.user_id) == (str(scheme.pk), county.clerk.user_id)
    scheme.refresh_from_db()
    assert (scheme.state, scheme.reckoned_at) == ("DRAFT", counties.NOW)


def test_only_memberships_of_the_cut_off_day_count():
    county = counties.build(
        {"甲小": "小学", "乙小": "小学", "丙小": "小学", "丁小": "小学"},
        {"甲集团": ("共建型", "甲小", ["乙小", "丁小"])},
    )
    place = Membership.objects.get(school=county.ids["丁小"])
    memberships.leave(
        membership_id=place.pk, last_day=datetime.date(2025, 6, 14), reason="调整", actor=None,
        now=counties.NOW,
    )  # fmt: skip
    memberships.join(
        group_id=place.group_id, school_id=county.ids["丙小"], cluster_id=None,
        first_day=datetime.date(2025, 6, 16), reason="", actor=None, now=counties.NOW,
    )  # fmt: skip
    assert listed(counties.draft(county)).keys() == {county.ids["甲小"], county.ids["乙小"]}


def test_a_school_without_a_stage_is_not_left_out():
    county = counties.build({"甲小": "小学", "乙校": ""}, {"甲集团": ("共建型", "甲小", ["乙校"])})
    assert listed(counties.draft(county))[county.ids["乙校"]][0] == "未定学段"


def test_x29_next_year_copies_pools_indicators_and_ranks():
    county = counties.pair()
    first = counties.draft(county)
    counties.indicate(county, first, ("质量", 60, 60), ("管理", 40, 40), ("特色", 10, 40, "初中"))
    counties.apart(county, first, "甲分校", False)
    moved = counties.entrant(first, county, "丁中")
    primary = Pool.objects.get(scheme=first, name="小学")
    Entrant.objects.filter(pk=moved.pk).update(pool=primary)
    Indicator.objects.filter(scheme=first, name="特色").delete()
    schemes.reckonings.reckon(scheme=schemes.lock(first.pk), now=counties.NOW)
    published(first, county, 甲小=1, 乙小=5)
    scheme = counties.draft(county, year=2025)
    ids = county.ids
    assert listed(scheme) == {
        ids["甲小"]: ("小学", True, None, 1, False),
        ids["甲分校"]: ("小学", False, None, None, False),
        ids["乙小"]: ("小学", True, None, 5, False),
        ids["丁中"]: ("小学", True, None, None, False),
        ids["丙中"]: ("初中", True, None, None, False),
    }
    rows = Indicator.objects.filter(scheme=scheme).order_by("position")
    assert list(rows.values_list("name", "possible", "weight")) == [
        ("质量", 60, 60),
        ("管理", 40, 40),
    ]
    fresh = counties.draft(county, year=2026, copy_last=True)
    assert Indicator.objects.get(scheme=fresh).name == "得分"  # 2025 is not published


def test_x29_without_copying_last_years_schools_still_take_part():
    county = counties.pair()
    published(counties.draft(county), county, 乙小=3)
    Membership.objects.filter(school=county.ids["乙小"]).delete()
    scheme = counties.draft(county, year=2025, copy_last=False)
    assert listed(scheme)[county.ids["乙小"]] == ("小学", True, None, 3, False)


def test_a_school_closed_since_last_year_is_not_seeded():
    county = counties.pair()
    published(counties.draft(county), county)
    SchoolFacts.objects.filter(school=county.ids["丁中"]).update(period="[2024-09-01,2025-09-01)")
    scheme = counties.draft(county, year=2025)
    assert county.ids["丁中"] not in listed(scheme)


def test_a_year_has_one_open_version():
    county = counties.pair()
    scheme = counties.draft(county)
    with pytest.raises(Denied, match="已有未发布的考核方案"):
        counties.draft(county)
    published(scheme, county)
    with pytest.raises(Denied, match="由局领导发起更正"):
        counties.draft(county)
    assert Scheme.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"title": "  "}, "请填写名称"),
        ({"cut_off_on": datetime.date(2024, 8, 31)}, "2024—2025学年之内"),
        ({"cut_off_on": datetime.date(2025, 9, 1)}, "2025-08-31"),
    ],
)
def test_what_a_draft_must_say(asked, sentence):
    county = counties.pair()
    with pytest.raises(Denied, match=sentence):
        counties.draft(county, **asked)
    scheme = counties.draft(county)
    with pytest.raises(Denied, match=sentence):
        change(county, scheme, **asked)


def test_the_cut_off_day_moves_and_memberships_are_read_anew():
    county = counties.pair()
    scheme = counties.draft(county)
    AuditEvent.objects.all().delete()
    change(county, scheme)
    assert not AuditEvent.objects.exists()
    held = change(county, scheme, cut_off_on=datetime.date(2025, 5, 1), title="年终考核")
    assert (held.cut_off_on, held.title) == (datetime.date(2025, 5, 1), "年终考核")
    event = AuditEvent.objects.get()
    assert (event.act, event.details) == (
        "assessment.scheme.change",
        {"fields": ["名称", "成员关系截至"]},
    )


@pytest.mark.parametrize("role", [Role.BUREAU_HEAD, Role.LEADERSHIP, Role.BUREAU_PERSONNEL])
def test_only_the_education_section_makes_schemes(role):
    county = counties.pair()
    other = made.actor(role, at=county.district)
    with pytest.raises(Denied, match="只有教育股"):
        counties.draft(county, actor=other)
    scheme = counties.draft(county)
    with pytest.raises(Denied, match="只有教育股"):
        change(county, scheme, title="x", actor=other)


def test_another_countys_clerk_reaches_nothing():
    county = counties.pair()
    far = made.clerk_of(made.district("331124", "松阳县"), username="far")
    with pytest.raises(Denied, match="不在您的管理范围内"):
        counties.draft(county, actor=far)
    scheme = counties.draft(county)
    with pytest.raises(Denied, match="不在您的管理范围内"):
        change(county, scheme, title="x", actor=far)


@pytest.mark.parametrize(
    ("state", "sentence"), [("SUBMITTED", "先撤回送审"), ("PUBLISHED", "发布后的结果锁定")]
)
def test_x11_what_is_no_draft_is_locked_with_a_sentence(state, sentence):
    county = counties.pair()
    scheme = counties.draft(county)
    Scheme.objects.filter(pk=scheme.pk).update(state=state)
    with pytest.raises(Denied, match=sentence):
        change(county, scheme, title="x")
    with pytest.raises(Denied, match=sentence):
        counties.score(county, scheme, 甲小=90)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_begin_the_same_year_and_one_wins():
    county = counties.pair()

    def begin():
        counties.draft(county)

    told = at_once(begin, begin)
    assert Scheme.objects.count() == 1
    assert [it for it in told if isinstance(it, Denied)]


@pytest.mark.parametrize("many", [1, 3])
def test_queries_of_a_new_year_do_not_grow(many, django_assert_num_queries):
    names = {f"甲{n}": "小学" for n in range(many)} | {f"乙{n}": "初中" for n in range(many)}
    county = counties.build(
        names, {f"集团{n}": ("共建型", f"甲{n}", [f"乙{n}"]) for n in range(many)}
    )
    published(counties.draft(county), county)
    with django_assert_num_queries(38):
        counties.draft(county, year=2025)
