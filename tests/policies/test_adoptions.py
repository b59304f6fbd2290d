"""A district adopts an ordered list of packs from a day on."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.errors import Denied
from core.models import AuditEvent
from core.periods import last_day, period
from directory.actions import closings
from directory.enums import Role
from policies import selectors
from policies.actions import adoptions
from policies.models import AdoptedPack, Adoption
from tests.factories import county as made
from tests.groups.test_races import at_once, sentences


pytestmark = pytest.mark.django_db
DAY = made.DAY
LATER = datetime.date(2025, 9, 1)
LIST = [("b3-qingyuan", None, None), ("b1-bundled", None, None)]


def adopt(county, packs=LIST, first_day=DAY, reason="县政府会议定", actor=None, now=made.NOW):
    return adoptions.adopt(
        district_id=county.pk, packs=packs, first_day=first_day, reason=reason, actor=actor, now=now
    )


def told(county):
    """Every adoption, the earliest first: days, codes, whether it was withdrawn."""
    return [
        (
            str(it.first_day),
            it.last_day and str(it.last_day),
            [adopted.pack.code for adopted in it.packs],
            it.withdrawn_at is not None,
        )
        for it in reversed(selectors.adoptions_of(county.pk))
    ]


def test_an_adoption_holds_from_its_day_and_is_recorded():
    county = made.district()
    clerk = made.clerk_of(county)
    adopt(county, actor=clerk)
    assert told(county) == [("2024-09-01", None, ["b3-qingyuan", "b1-bundled"], False)]
    event = AuditEvent.objects.get(act="policies.adoption.adopt")
    assert (event.district_id, event.actor_name, event.details) == (
        county.pk, clerk.name, {"from": "2024-09-01", "reason": "县政府会议定"},
    )  # fmt: skip
    before = DAY - datetime.timedelta(days=1)
    assert selectors.rules_for(county.pk, before).get("bundle_weights") is None
    assert selectors.rules_for(county.pk, DAY).get("bundle_weights").source == "B1-9 五、4"


def test_the_next_adoption_ends_the_one_in_force_the_day_before():
    county = made.district()
    adopt(county)
    adopt(county, [("a-xx-county", None, None)], LATER)
    assert told(county) == [
        ("2024-09-01", "2025-08-31", ["b3-qingyuan", "b1-bundled"], False),
        ("2025-09-01", None, ["a-xx-county"], False),
    ]
    assert selectors.adoption_on(county.pk, LATER).packs[0].pack.code == "a-xx-county"
    assert selectors.rules_for(county.pk, LATER).get("bundle_weights") is None
    last_year = LATER - datetime.timedelta(days=1)
    assert selectors.rules_for(county.pk, last_year).get("bundle_weights") is not None


def test_one_of_the_very_day_is_put_right_and_stays_readable():
    county = made.district()
    adopt(county)
    adopt(county, [("a-xx-county", None, None)])
    assert told(county) == [
        ("2024-09-01", None, ["b3-qingyuan", "b1-bundled"], True),
        ("2024-09-01", None, ["a-xx-county"], False),
    ]


def test_x22_the_days_that_a_document_names_are_kept_as_confirmed():
    county = made.district()
    days = datetime.date(2019, 10, 1), datetime.date(2024, 9, 30)
    adopt(county, [("c-chengdu", *days)])
    (row,) = AdoptedPack.objects.all()
    assert (row.position, row.valid_from, row.valid_until) == (1, *days)
    stated = selectors.rules_for(county.pk, DAY).get("bundled_assessment")
    assert (stated.lapsed, stated.valid_until) == (False, days[1])
    after = days[1] + datetime.timedelta(days=1)
    assert selectors.rules_for(county.pk, after).get("bundled_assessment").lapsed


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"packs": []}, "请至少采用一个方案"),
        ({"packs": [("zz", None, None)]}, "没有政策包 zz；可以采用：a-xx-county、"),
        ({"packs": [("national", None, None)]}, "没有政策包 national"),
        ({"packs": [LIST[1], LIST[0], LIST[1]]}, "《城乡学校发展共同体建设方案》列了两次"),
        ({"packs": [("c-chengdu", LATER, DAY)]}, "有效期至不能早于执行日期"),
        ({"reason": "  "}, "请填写原因"),
        ({"reason": "长" * 201}, "原因不能超过 200 字"),
    ],
)
def test_a_faulty_list_is_refused_and_nothing_is_saved(changed, sentence):
    county = made.district()
    with pytest.raises(Denied, match=sentence):
        adopt(county, **changed)
    assert (Adoption.objects.count(), AuditEvent.objects.filter(act__contains="adopt").count()) == (
        0,
        0,
    )


def test_a_day_before_an_adoption_entered_later_is_refused():
    county = made.district()
    adopt(county, first_day=LATER)
    with pytest.raises(Denied, match="已录入自 2025-09-01 起的变更（命令行）"):
        adopt(county)


def test_a_day_that_a_published_result_has_closed_is_refused():
    county = made.district()
    closings.close(
        district_id=county.pk, until=DAY, source="scheme", source_id=1,
        reason="2023—2024学年考核结果已发布", actor=None, now=made.NOW,
    )  # fmt: skip
    with pytest.raises(Denied, match="2024-09-01 及以前的规则已锁定：2023—2024学年考核结果已发布"):
        adopt(county)
    adopt(county, first_day=DAY + datetime.timedelta(days=1))


@pytest.mark.parametrize(
    ("role", "may"),
    [(role, role in {Role.BUREAU_EDUCATION, Role.BUREAU_HEAD}) for role in Role],
)
def test_only_the_education_section_and_the_head_adopt(role, may):
    county = made.district()
    at = county if role.startswith(("BUREAU", "LEADER", "EVAL")) else made.school(county, "甲小学")
    actor = made.actor(role, at=at)
    if may:
        adopt(county, actor=actor)
    else:
        with pytest.raises(Denied, match="只有教育股和局领导"):
            adopt(county, actor=actor)
    assert Adoption.objects.exists() is may


def test_a_clerk_of_another_county_adopts_nothing_here():
    county, other = made.district(), made.district("331127", "景宁县")
    with pytest.raises(Denied, match="不在您的管理范围内"):
        adopt(county, actor=made.clerk_of(other))


@pytest.mark.parametrize("withdrawn", [False, True])
def test_the_database_keeps_one_adoption_at_a_time_and_a_reason(withdrawn):
    county = made.district()
    first = adopt(county)
    if withdrawn:
        Adoption.objects.filter(pk=first.pk).update(withdrawn_at=made.NOW)
    values = {
        "district_id": county.pk, "period": period(LATER), "created_at": made.NOW,
        "created_by_name": "某人",
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="has_a_reason"), transaction.atomic():
        Adoption.objects.create(**values, reason="")
    if withdrawn:
        Adoption.objects.create(**values, reason="另一组")
    else:
        with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
            Adoption.objects.create(**values, reason="另一组")


@pytest.mark.django_db(transaction=True)
def test_two_clerks_adopt_at_the_same_instant_and_one_list_holds():
    county = made.district()
    clerk = made.clerk_of(county)
    results = at_once(
        lambda: adopt(county, actor=clerk),
        lambda: adopt(county, [("a-xx-county", None, None)], actor=clerk),
    )
    assert sentences(results) == []  # one after the other; the later one puts the earlier right
    assert sorted(Adoption.objects.values_list("withdrawn_at", flat=True), key=bool) == [
        None,
        made.NOW,
    ]
    (held,) = Adoption.objects.filter(withdrawn_at__isnull=True)
    assert (held.period.lower, last_day(held.period)) == (DAY, None)


@pytest.mark.django_db(transaction=True)
def test_an_adoption_waits_for_the_result_that_is_being_published():
    county = made.district()
    results = at_once(
        lambda: adopt(county),
        lambda: closings.close(
            district_id=county.pk, until=DAY, source="scheme", source_id=1, reason="已发布",
            actor=None, now=made.NOW,
        ),
    )  # fmt: skip
    refused = sentences(results)
    assert len(refused) == (0 if Adoption.objects.exists() else 1)


@pytest.mark.parametrize("packs", [1, 3])
def test_the_rules_of_a_day_take_two_queries(packs, django_assert_num_queries):
    county = made.district()
    codes = ["b3-qingyuan", "b1-bundled", "a-xx-county"][:packs]
    adopt(county, [(code, None, None) for code in codes])
    with django_assert_num_queries(2):
        selectors.rules_for(county.pk, DAY)
    with django_assert_num_queries(2):
        selectors.adoptions_of(county.pk)
