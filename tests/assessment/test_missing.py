"""谁还没交 (X-31): who lacks what, whom that keeps waiting, whom to ask."""

from decimal import Decimal

import pytest

from assessment.actions import entrants
from assessment.selectors.missing import Counts, counts_of, missing_of
from directory.enums import Role
from directory.models import School
from tests.assessment import counties
from tests.factories import county as made


pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


def told(county, scheme, actor=None):
    pools = missing_of(actor or county.clerk, scheme, county.clerk.on)
    return {
        pool.pool.name: [(it.school.name, it.told, it.keeps, it.heads) for it in pool.schools]
        for pool in pools
    }


def test_x31_by_pool_with_what_is_missing_and_who_waits(county, scheme):
    counties.apart(county, scheme, "甲分校", False)
    counties.score(county, scheme, 甲小=90, 丙中=80)
    head = School.objects.get(pk=county.ids["乙小"])
    made.actor(Role.PRINCIPAL, at=head, username="head")
    assert told(county, scheme) == {
        "小学": [("乙小", "得分", ("甲分校", "甲小"), ("某人",))],
        "初中": [("丁中", "得分", (), ())],
    }
    pools = missing_of(county.clerk, scheme, county.clerk.on)
    assert [(it.handed_in, it.count) for it in pools] == [(1, 2), (1, 2)]


def test_x31_some_indicators_are_named_and_all_are_counted(county, scheme):
    counties.indicate(county, scheme, ("质量", 60, 60), ("管理", 40, 30), ("特色", 10, 10, "小学"))
    ids = dict(scheme.indicators.values_list("name", "pk"))
    counties.scores.enter(
        entrant_id=counties.entrant(scheme, county, "甲小").pk, points={ids["质量"]: Decimal(50)},
        actor=county.clerk, now=counties.NOW,
    )  # fmt: skip
    shown = {name: what for pool in told(county, scheme).values() for name, what, *_ in pool}
    assert shown["甲小"] == "管理、特色"
    assert shown["乙小"] == "全部 3 项"
    assert shown["丙中"] == "全部 2 项"


def test_x31_a_school_taken_out_is_not_asked(county, scheme):
    held = counties.entrant(scheme, county, "乙小")
    entrants.take_out(entrant_id=held.pk, reason="新建", actor=county.clerk, now=counties.NOW)
    assert "乙小" not in [name for name, *_ in told(county, scheme)["小学"]]
    assert counts_of(county.clerk, [scheme.pk]) == {scheme.pk: Counts(4, 4, 4)}


def test_counts_of_versions_agree_with_the_page(county, scheme):
    counties.apart(county, scheme, "甲分校", False)
    counties.indicate(county, scheme, ("质量", 60, 60), ("特色", 40, 40, "小学"))
    ids = dict(scheme.indicators.values_list("name", "pk"))
    for name, points in (
        ("甲小", {"质量": 5, "特色": 5}),
        ("乙小", {"质量": 5}),
        ("丙中", {"质量": 5}),
    ):
        counties.scores.enter(
            entrant_id=counties.entrant(scheme, county, name).pk,
            points={ids[it]: Decimal(value) for it, value in points.items()}, actor=county.clerk,
            now=counties.NOW,
        )  # fmt: skip
    counts = counts_of(county.clerk, [scheme.pk])[scheme.pk]
    assert (counts.entrants, counts.scored, counts.missing) == (5, 2, 2)
    assert sum(len(pool) for pool in told(county, scheme).values()) == 2


def test_another_countys_clerk_reads_nothing(county, scheme):
    far = made.clerk_of(made.district("331124", "松阳县"), username="far")
    assert told(county, scheme, far) == {}
    assert counts_of(far, [scheme.pk]) == {}


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow_with_schools(many, django_assert_num_queries):
    names = {f"甲{n}": "小学" for n in range(many)} | {f"乙{n}": "初中" for n in range(many)}
    county = counties.build(
        names, {f"集团{n}": ("共建型", f"甲{n}", [f"乙{n}"]) for n in range(many)}
    )
    scheme = counties.draft(county)
    with django_assert_num_queries(12):
        missing_of(county.clerk, scheme, county.clerk.on)
    with django_assert_num_queries(1):
        counts_of(county.clerk, [scheme.pk])
