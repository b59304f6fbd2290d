"""One school's points by hand (rules 9 and 10)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from assessment.actions import scores
from assessment.guards.points import fault_of_score
from assessment.models import Result, Score
from core.errors import Denied
from core.models import AuditEvent
from directory.enums import Role
from tests.assessment import counties
from tests.factories import county as made


pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return counties.pair()


@pytest.fixture
def scheme(county):
    return counties.draft(county)


def enter(county, scheme, name, actor=None, **points):
    ids = dict(scheme.indicators.values_list("name", "pk"))
    return scores.enter(
        entrant_id=counties.entrant(scheme, county, name).pk,
        points={
            ids[it]: value if value is None else Decimal(value) for it, value in points.items()
        },
        actor=actor or county.clerk,
        now=counties.NOW,
    )


def test_rule_9_points_are_entered_changed_and_taken_away(county, scheme):
    enter(county, scheme, "甲小", 得分="84.205000")
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "84.205"}
    enter(county, scheme, "甲小", 得分="85")
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "85"}
    assert Result.objects.get(scheme=scheme, school=county.ids["甲小"]).own == 85
    enter(county, scheme, "甲小", 得分=None)
    assert counties.entered(scheme) == {}
    assert Result.objects.get(scheme=scheme, school=county.ids["甲小"]).status == "WAITING"
    events = AuditEvent.objects.filter(act="assessment.score.enter").order_by("pk")
    assert [it.details for it in events] == [{"fields": ["得分"]}] * 3
    assert {it.school_id for it in events} == {county.ids["甲小"]}


def test_what_stays_the_same_is_no_change(county, scheme):
    enter(county, scheme, "甲小", 得分="85")
    AuditEvent.objects.all().delete()
    enter(county, scheme, "甲小", 得分="85.00")
    enter(county, scheme, "乙小", 得分=None)
    assert not AuditEvent.objects.exists()


def test_zero_is_a_score(county, scheme):
    enter(county, scheme, "甲小", 得分="0")
    assert counties.entered(scheme) == {(county.ids["甲小"], "得分"): "0"}


def test_other_indicators_stay_as_they_are(county, scheme):
    counties.indicate(county, scheme, ("质量", 60, 60), ("管理", 40, 40))
    enter(county, scheme, "甲小", 质量="50", 管理="30")
    enter(county, scheme, "甲小", 管理="31")
    ids = county.ids
    assert counties.entered(scheme) == {(ids["甲小"], "质量"): "50", (ids["甲小"], "管理"): "31"}
    assert Result.objects.get(scheme=scheme, school=ids["甲小"]).own == 81


def test_every_wrong_field_is_told_and_nothing_saved(county, scheme):
    counties.indicate(county, scheme, ("质量", 60, 60), ("管理", 40, 40))
    quality, order = scheme.indicators.order_by("position")
    with pytest.raises(ValidationError) as told:
        enter(county, scheme, "甲小", 质量="505", 管理="-3")
    assert told.value.message_dict == {
        scores.field_of(quality.pk): ["得分超过满分 60，是否应为 50.5？"],
        scores.field_of(order.pk): ["得分不能为负数，是否应为 3？"],
    }
    assert not Score.objects.exists()


@pytest.mark.parametrize(
    ("points", "possible", "fault"),
    [
        ("92.5", "100", ""),
        ("0", "100", ""),
        ("100", "100", ""),
        ("12.123456", "20", ""),
        ("925", "100", "得分超过满分 100，是否应为 92.5？"),
        ("100.1", "100", "得分超过满分 100，是否应为 10.01？"),
        ("825", "40.000", "得分超过满分 40，是否应为 8.25？"),
        ("-5", "100", "得分不能为负数，是否应为 5？"),
        ("-500", "100", "得分不能为负数，请核对。"),
        ("1.2345678", "100", "得分最多 6 位小数，是否应为 1.234568？"),
        ("NaN", "100", "得分应为数字。"),
        ("Infinity", "100", "得分应为数字。"),
    ],
)
def test_what_may_be_entered_and_what_is_likely_meant(points, possible, fault):
    assert fault_of_score(Decimal(points), Decimal(possible)) == fault


def test_an_indicator_of_another_pool_or_year_is_refused(county, scheme):
    counties.indicate(county, scheme, ("质量", 60, 60), ("特色", 40, 40, "初中"))
    with pytest.raises(Denied, match="指标有变化"):
        enter(county, scheme, "甲小", 特色="5")
    other = counties.draft(county, year=2025)
    with pytest.raises(Denied, match="指标有变化"):
        scores.enter(
            entrant_id=counties.entrant(scheme, county, "甲小").pk,
            points={other.indicators.get().pk: Decimal(5)}, actor=county.clerk, now=counties.NOW,
        )  # fmt: skip


@pytest.mark.parametrize("role", [Role.BUREAU_HEAD, Role.LEADERSHIP, Role.BUREAU_FINANCE])
def test_only_the_education_section_enters_scores(county, scheme, role):
    with pytest.raises(Denied, match="只有教育股"):
        enter(county, scheme, "甲小", made.actor(role, at=county.district), 得分="90")


@pytest.mark.parametrize("many", [1, 3])
def test_queries_do_not_grow_with_indicators(county, scheme, many, django_assert_num_queries):
    names = [f"指标{n}" for n in range(many)]
    counties.indicate(county, scheme, *((name, 100, 10) for name in names))
    with django_assert_num_queries(27):
        enter(county, scheme, "甲小", **dict.fromkeys(names, "50"))
