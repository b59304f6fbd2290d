"""Rules 1–3 of domain.md: in the actions, and in the database when somebody goes around them."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.errors import Denied
from core.models import AuditEvent
from core.periods import last_day, period
from directory.enums import Role, SchoolKind
from groups.actions import groups, memberships
from groups.models import Membership
from groups.selectors import groups as selectors
from groups.selectors import members as places
from tests.factories import county as made


LATER = datetime.date(2025, 9, 1)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def clerk(county):
    return made.clerk_of(county)


@pytest.fixture
def core(county):
    return made.school(county, "实验小学")


@pytest.fixture
def village(county):
    return made.school(county, "举水乡小")


@pytest.fixture
def campus(county, core):
    return made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=core.pk)


def found(county, core, *members, type="CO_BUILT", name="实验小学教育集团", actor=None):  # noqa: A002
    return groups.found(
        district_id=county.pk,
        name=name,
        type=type,
        core_id=core.pk,
        member_ids=[member.pk for member in members],
        first_day=made.DAY,
        actor=actor,
        now=made.NOW,
    )


def test_b3_1_founding_writes_core_members_and_one_event(county, core, village, clerk):
    group = found(county, core, village, actor=clerk)
    shown = places.members_of(clerk, group.pk)
    assert [(p.name, p.is_core) for p in shown] == [("实验小学", True), ("举水乡小", False)]
    event = AuditEvent.objects.get(act="groups.group.found")
    assert (event.user_id, event.object_label, event.district_id) == (
        clerk.user_id,
        "实验小学教育集团",
        county.pk,
    )


def test_b3_2_a_school_is_core_of_two_groups_of_different_type(
    county, core, campus, village, clerk
):
    found(county, core, campus, type="INTEGRATED", name="实验小学教共体")
    second = found(county, core, village)
    assert [other.name for other in places.members_of(clerk, second.pk)[0].core_elsewhere] == [
        "实验小学教共体"
    ]


def test_group_without_members_is_refused_and_nothing_saved(county, core):
    with pytest.raises(Denied, match="至少要有一所成员校"):
        found(county, core)
    assert not Membership.objects.exists()


def test_only_the_bureau_of_the_district_manages_groups(county, core, village):
    principal = made.actor(Role.PRINCIPAL, at=core)
    with pytest.raises(Denied, match="只有教育股"):
        found(county, core, village, actor=principal)
    elsewhere = made.clerk_of(made.district("331124", "松阳县"))
    with pytest.raises(Denied, match="不在您的管理范围内"):
        found(county, core, village, actor=elsewhere)


def test_rule_1_school_twice_in_one_group(county, core, village):
    group = found(county, core, village)
    with pytest.raises(ValidationError, match="该学校在这段时间已在本集团中"):
        memberships.join(
            group_id=group.pk, school_id=village.pk, first_day=LATER, actor=None, now=made.NOW
        )


def test_rule_1_two_cores_at_once(county, core, village):
    group = found(county, core, village)
    other = made.school(county, "城东小学")
    with pytest.raises(IntegrityError, match="one_core_at_a_time"), transaction.atomic():
        Membership.objects.create(
            group=group, type="CO_BUILT", role="CORE", school=other, period=period(LATER),
            created_at=made.NOW,
        )  # fmt: skip


def test_rule_1_at_most_one_integrated_group(county, core, campus):
    found(county, core, campus, type="INTEGRATED", name="甲教共体")
    second = made.school(county, "瓦窑小学", kind=SchoolKind.CAMPUS, parent_id=core.pk)
    with pytest.raises(ValidationError, match="只能参加一个融合型集团"):
        found(county, core, second, type="INTEGRATED", name="乙教共体")


def test_rule_1_campus_is_not_core_elsewhere(county, core, campus, village):
    found(county, core, campus, type="INTEGRATED", name="甲教共体")
    with pytest.raises(ValidationError, match="校区不能作其他集团的核心校"):
        found(county, campus, village, name="乙集团")


def test_rule_1_core_elsewhere_does_not_become_a_campus(county, core, campus, village):
    found(county, campus, village, name="乙集团")
    with pytest.raises(ValidationError, match="校区不能作其他集团的核心校"):
        found(county, core, campus, type="INTEGRATED", name="甲教共体")


def test_rule_1_membership_is_of_a_school_or_a_cluster(county, core, village):
    group = found(county, core, village)
    with pytest.raises(IntegrityError, match="of_a_school_or_a_cluster"), transaction.atomic():
        Membership.objects.create(
            group=group, type="CO_BUILT", role="MEMBER", period=period(LATER), created_at=made.NOW
        )


def test_rule_2_integrated_is_one_legal_person(county, core, village):
    with pytest.raises(Denied, match="“举水乡小”是独立法人"):
        found(county, core, village, type="INTEGRATED")


def test_rule_2_own_campus_is_no_member_of_a_co_built_group(county, core, campus):
    with pytest.raises(Denied, match="自己的校区或学部"):
        found(county, core, campus)


def test_rule_2_only_collaborative_groups_cross_districts(county, core):
    far = made.school(made.district("331124", "松阳县"), "古市小学")
    with pytest.raises(Denied, match="只有协作型集团可以跨区县"):
        found(county, core, far)
    group = found(county, core, far, type="COLLABORATIVE")
    there = made.clerk_of(far.district)
    shown = {m.name: m.is_own for m in places.members_of(there, group.pk)}
    assert shown == {"实验小学": False, "古市小学": True}


def test_rule_3_leaving_ends_the_period_and_keeps_the_row(county, core, village, clerk):
    third = made.school(county, "竹口小学")
    group = found(county, core, village, third)
    place = Membership.objects.get(school=village)
    june = datetime.date(2025, 6, 30)
    memberships.leave(
        membership_id=place.pk, last_day=june, reason="帮扶达标", actor=clerk, now=made.NOW
    )
    place.refresh_from_db()
    assert last_day(place.period) == june
    assert {m.name for m in places.members_of(clerk, group.pk, june)} == {
        "实验小学",
        "举水乡小",
        "竹口小学",
    }
    assert {m.name for m in places.members_of(clerk, group.pk, LATER)} == {
        "实验小学",
        "竹口小学",
    }


def test_last_member_and_core_do_not_leave(county, core, village, clerk):
    found(county, core, village)
    for school, sentence in ((core, "核心校不能退出"), (village, "至少要有一所成员校")):
        with pytest.raises(Denied, match=sentence):
            memberships.leave(
                membership_id=Membership.objects.get(school=school).pk,
                last_day=LATER,
                reason="试",
                actor=clerk,
                now=made.NOW,
            )


def test_leaving_before_joining_is_refused(county, core, village, clerk):
    third = made.school(county, "竹口小学")
    found(county, core, village, third)
    with pytest.raises(Denied, match="尚未成立或已解散"):
        memberships.leave(
            membership_id=Membership.objects.get(school=village).pk,
            last_day=datetime.date(2024, 8, 1),
            reason="试",
            actor=clerk,
            now=made.NOW,
        )


def test_dissolving_ends_everything_and_the_name_is_free_again(county, core, village, clerk):
    group = found(county, core, village)
    groups.dissolve(
        group_id=group.pk,
        last_day=datetime.date(2025, 8, 31),
        reason="周期结束",
        actor=clerk,
        now=made.NOW,
    )
    assert not Membership.objects.on(LATER).exists()
    assert not selectors.groups_visible_to(clerk, LATER).exists()
    again = groups.found(
        district_id=county.pk, name="实验小学教育集团", type="CO_BUILT", core_id=core.pk,
        member_ids=[village.pk], first_day=LATER, actor=clerk, now=made.NOW,
    )  # fmt: skip
    assert again.pk != group.pk


def test_groups_visible_are_those_concerned(county, core, village, clerk):
    mine = found(county, core, village)
    other_core, other = made.school(county, "城东小学"), made.school(county, "荷地镇小")
    theirs = found(county, other_core, other, name="城东小学教育集团")
    principal = made.actor(Role.PRINCIPAL, at=village)
    teacher = made.actor(Role.TEACHER, at=village)
    stranger = made.clerk_of(made.district("331124", "松阳县"))

    def seen(actor):
        return set(selectors.groups_visible_to(actor).values_list("group_id", flat=True))

    assert seen(clerk) == {mine.pk, theirs.pk}
    assert seen(principal) == {mine.pk}
    assert seen(teacher) == set()
    assert seen(stranger) == set()
    assert places.members_of(stranger, mine.pk) == []
