"""The bureau's own figures: set, put right, withdrawn; a lapsed rule dropped."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.errors import Denied
from core.models import AuditEvent
from core.periods import period
from directory.actions import closings
from directory.enums import Role
from policies import schema, selectors
from policies.actions import adoptions, figures
from policies.models import OwnFigure
from tests.factories import county as made
from tests.groups.test_races import at_once, sentences


pytestmark = pytest.mark.django_db
DAY = made.DAY
LATER = datetime.date(2025, 9, 1)
WEIGHTS = {"own": "0.7", "members": "0.3"}


@pytest.fixture
def county():
    return made.district()


def adopt(county, *packs, first_day=DAY):
    return adoptions.adopt(
        district_id=county.pk, packs=packs, first_day=first_day, reason="县定", actor=None,
        now=made.NOW,
    )  # fmt: skip


def set_own(county, identity="bundle_weights", values=None, first_day=DAY, actor=None, **extra):
    return figures.set_own(
        district_id=county.pk, identity=identity, figures=WEIGHTS if values is None else values,
        first_day=first_day, reason=extra.get("reason", "局务会定"), actor=actor, now=made.NOW,
    )  # fmt: skip


def act(verb, county, identity="bundle_weights", first_day=LATER, reason="不再适用"):
    return verb(
        district_id=county.pk, identity=identity, first_day=first_day, reason=reason, actor=None,
        now=made.NOW,
    )  # fmt: skip


def stated(county, on=DAY, identity="bundle_weights"):
    return selectors.rules_for(county.pk, on).get(identity)


def test_an_own_figure_wins_over_the_pack_and_is_recorded(county):
    adopt(county, ("b1-bundled", None, None))
    clerk = made.clerk_of(county)
    set_own(county, actor=clerk)
    assert (str(stated(county).rule.own), stated(county).source) == ("0.7", "本局规定")
    assert (stated(county).reason, stated(county).overridden.source) == ("局务会定", "B1-9 五、4")
    event = AuditEvent.objects.get(act="policies.figure.set_own")
    assert (event.actor_name, event.object_label, event.district_id) == (
        clerk.name, "捆绑权重", county.pk,
    )  # fmt: skip
    assert event.details == {
        "from": "2024-09-01", "reason": "局务会定", "identity": "bundle_weights",
    }  # fmt: skip


def test_a_figure_that_the_document_leaves_open_gets_a_value(county):
    adopt(county, ("a-xx-county", None, None))
    set_own(county, "quota.excellent", {"share": "0.15"})
    assert stated(county, identity="quota.excellent").rule.told() == "单列，15%"


def test_a_later_figure_ends_the_earlier_one_and_last_year_keeps_its_own(county):
    set_own(county)
    set_own(county, values={"own": "0.6", "members": "0.4"}, first_day=LATER)
    assert str(stated(county, LATER).rule.own) == "0.6"
    assert str(stated(county, LATER - datetime.timedelta(days=1)).rule.own) == "0.7"


def test_a_figure_of_the_very_day_is_put_right_and_stays_readable(county):
    set_own(county)
    set_own(county, values={"own": "0.6", "members": "0.4"})
    assert str(stated(county).rule.own) == "0.6"
    history = selectors.own_figures_of(county.pk, "bundle_weights")
    assert [(it.figures["own"], it.withdrawn_at is not None) for it in history] == [
        ("0.6", False),
        ("0.7", True),
    ]


def test_withdrawing_lets_the_packs_hold_again(county):
    adopt(county, ("b1-bundled", None, None))
    set_own(county)
    act(figures.withdraw, county)
    assert stated(county).source == "本局规定"
    assert stated(county, LATER).source == "B1-9 五、4"
    assert AuditEvent.objects.filter(act="policies.figure.withdraw").count() == 1
    with pytest.raises(Denied, match="没有规定，无需撤销"):
        act(figures.withdraw, county)


def test_x22_only_a_lapsed_rule_is_dropped_and_the_next_pack_does_not_step_in(county):
    adopt(
        county,
        ("c-chengdu", None, datetime.date(2025, 8, 31)),
        ("b3-qingyuan", None, None),
    )
    with pytest.raises(Denied, match="尚在有效期内，不能停用"):
        act(figures.drop, county, "bundled_assessment", DAY)
    assert stated(county, LATER, "bundled_assessment").lapsed
    act(figures.drop, county, "bundled_assessment")
    assert stated(county, LATER, "bundled_assessment") is None
    dropped = selectors.rules_for(county.pk, LATER).dropped
    assert dropped["bundled_assessment"].reason == "不再适用"
    act(figures.withdraw, county, "bundled_assessment", datetime.date(2025, 10, 1))
    assert stated(county, datetime.date(2025, 10, 1), "bundled_assessment").lapsed


@pytest.mark.parametrize(
    ("verb", "identity", "sentence"),
    [
        (figures.drop, "bundle_weights", "在这一天没有规定，无需停用"),
        (figures.drop, "exchange_term.TEAM", "现为本局规定；不再适用的，请撤销本局规定"),
        (figures.drop, "absence.TWELVE_MONTHS", "尚在有效期内，不能停用"),
        (figures.drop, "nothing", "没有这条规则"),
        (figures.withdraw, "bundle_weights", "没有规定，无需撤销"),
    ],
)
def test_what_can_not_be_dropped_or_withdrawn_says_why(county, verb, identity, sentence):
    set_own(county, "exchange_term.TEAM", {"length": 2, "unit": "YEARS"})
    with pytest.raises(Denied, match=sentence):
        act(verb, county, identity)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"identity": "weights"}, "没有这条规则"),
        ({"identity": "unit_scoring", "values": {}}, "这条规则没有数值"),
        ({"identity": "quota.excellent", "values": {}}, "请至少填写一项数值"),
        ({"reason": " "}, "请填写原因"),
        ({"first_day": datetime.date(2024, 8, 1)}, "已录入自 2024-09-01 起的变更"),
    ],
)
def test_an_own_figure_is_refused_with_a_sentence(county, changed, sentence):
    set_own(county)
    with pytest.raises(Denied, match=sentence):
        set_own(county, **changed)
    assert OwnFigure.objects.count() == 1


def test_figures_that_the_rule_can_not_have_are_refused_by_field(county):
    with pytest.raises(schema.WrongFigures) as refused:
        set_own(county, values={"own": "0.7", "members": "0.2"})
    assert refused.value.faults == {"": "两项权重之和应为 100%，现为 90%"}
    assert not OwnFigure.objects.exists()


def test_a_closed_day_and_a_foreign_hand_are_refused(county):
    principal = made.actor(Role.PRINCIPAL, at=made.school(county, "甲小学"))
    with pytest.raises(Denied, match="只有教育股和局领导"):
        set_own(county, actor=principal)
    with pytest.raises(Denied, match="不在您的管理范围内"):
        set_own(county, actor=made.clerk_of(made.district("331127", "景宁县")))
    closings.close(
        district_id=county.pk, until=LATER, source="scheme", source_id=1, reason="已发布",
        actor=None, now=made.NOW,
    )  # fmt: skip
    for verb in (figures.drop, figures.withdraw):
        with pytest.raises(Denied, match="及以前的规则已锁定"):
            act(verb, county)


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ({"figures": None, "dropped": False}, "is_dropped_or_has_figures"),
        ({"figures": WEIGHTS, "dropped": True}, "is_dropped_or_has_figures"),
        ({"figures": WEIGHTS, "reason": ""}, "has_a_reason"),
        ({"figures": WEIGHTS}, "one_at_a_time"),
    ],
)
def test_the_database_insists(county, values, broken):
    set_own(county)
    row = {
        "district_id": county.pk, "identity": "bundle_weights", "period": period(LATER),
        "created_at": made.NOW, "created_by_name": "某人", "reason": "原因", **values,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        OwnFigure.objects.create(**row)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_set_one_figure_at_the_same_instant():
    county = made.district()
    told = at_once(
        lambda: set_own(county),
        lambda: set_own(county, values={"own": "0.6", "members": "0.4"}),
    )
    assert sentences(told) == []
    assert OwnFigure.objects.filter(withdrawn_at__isnull=True).count() == 1
    assert OwnFigure.objects.count() == 2


def test_the_query_count_does_not_grow_with_the_figures(county, django_assert_num_queries):
    adopt(county, ("b1-bundled", None, None))
    set_own(county)
    with django_assert_num_queries(2):
        selectors.rules_for(county.pk, DAY)
    set_own(county, "quota.excellent", {"share": "0.15"})
    set_own(county, "quota.titles", {"share": "0.15"})
    with django_assert_num_queries(2):
        assert len(selectors.rules_for(county.pk, DAY).all()) > 3
