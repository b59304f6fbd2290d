"""Dated grants by upper apps: the only permission per object."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.models import AuditEvent
from directory.actions import grants
from directory.enums import GrantRole, Role
from directory.models import Grant
from directory.selectors import people, teachers
from tests.factories import county as made
from tests.factories import exchange


NEXT = datetime.date(2024, 9, 2)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def school(county):
    return made.school(county, "实验小学")


@pytest.fixture
def evaluator(county):
    return made.actor(Role.EVALUATOR, at=county)


def give(**changed):
    asked = {
        "role": GrantRole.EVALUATOR,
        "source": "assessment.evaluation",
        "source_id": 7,
        "called": "2024 年考核评估",
        "first_day": made.DAY,
        "actor": None,
        "now": made.NOW,
    }
    return grants.give(**(asked | changed))


def end(last_day, reason="评估结束"):
    return grants.end(
        source="assessment.evaluation", source_id=7, called="2024 年考核评估",
        last_day=last_day, reason=reason, actor=None, now=made.NOW,
    )  # fmt: skip


def seen(evaluator, on):
    user = made.user(f"evaluator-district-{evaluator.home_district_id}")
    actor = people.actor_for(user, on)[0]
    return set(actor.granted_school_ids), set(actor.granted_group_ids)


def test_grant_reaches_its_user_for_its_period(evaluator, school):
    give(user_id=evaluator.user_id, school_id=school.pk, last_day=NEXT)
    assert seen(evaluator, made.DAY) == ({school.pk}, set())
    assert seen(evaluator, NEXT) == ({school.pk}, set())
    assert seen(evaluator, NEXT + datetime.timedelta(days=1)) == (set(), set())


def test_grant_to_a_post_on_a_group(evaluator):
    give(post_id=evaluator.post_id, group_id=5)
    assert seen(evaluator, made.DAY) == (set(), {5})


def test_given_twice_is_one_and_records_once(evaluator, school):
    first = give(user_id=evaluator.user_id, school_id=school.pk)
    again = give(user_id=evaluator.user_id, school_id=school.pk)
    assert first.pk == again.pk
    assert AuditEvent.objects.filter(act="directory.grant.give").count() == 1


def test_one_source_grants_several_schools_but_none_twice(evaluator, county, school):
    other = made.school(county, "举水乡小")
    give(user_id=evaluator.user_id, school_id=school.pk)
    give(user_id=evaluator.user_id, school_id=other.pk)
    assert seen(evaluator, made.DAY)[0] == {school.pk, other.pk}
    with pytest.raises(ValidationError, match="同一来源的授权重复"):
        give(user_id=evaluator.user_id, school_id=school.pk, first_day=NEXT)


@pytest.mark.parametrize(
    "to",
    [{"school_id": 1}, {"user_id": 1, "post_id": 1, "school_id": 1}, {"user_id": 1}],
    ids=["nobody", "both", "on nothing"],
)
def test_grant_to_nobody_or_on_nothing_is_refused(evaluator, school, to):
    real = {"user_id": evaluator.user_id, "post_id": evaluator.post_id, "school_id": school.pk}
    with pytest.raises(ValidationError):
        give(**{key: real[key] for key in to})
    assert not Grant.objects.exists()


def test_end_closes_what_is_open_keeps_the_rows_and_says_why(evaluator, school):
    give(user_id=evaluator.user_id, school_id=school.pk)
    give(user_id=evaluator.user_id, group_id=5, first_day=datetime.date(2024, 12, 1))
    assert end(made.DAY) == 2
    assert seen(evaluator, made.DAY) == ({school.pk}, set())
    assert seen(evaluator, NEXT) == (set(), set())
    assert seen(evaluator, datetime.date(2024, 12, 2)) == (set(), set())
    assert set(Grant.objects.values_list("ended_reason", flat=True)) == {"评估结束"}
    assert end(made.DAY) == 0
    told = AuditEvent.objects.filter(act__startswith="directory.grant.").values_list("object_label")
    assert [*told] == [("评估 2024 年考核评估",)] * 4


def test_ended_grant_can_be_given_again(evaluator, school):
    give(user_id=evaluator.user_id, school_id=school.pk)
    end(made.DAY)
    give(user_id=evaluator.user_id, school_id=school.pk, first_day=NEXT)
    assert seen(evaluator, NEXT) == ({school.pk}, set())


def test_x9_a_grant_to_a_schools_posts_reaches_whoever_holds_them(county, school):
    other = made.school(county, "举水乡小")
    teacher = exchange.teacher(other)
    give(unit_id=school.pk, teacher_id=teacher.pk, role=GrantRole.HOST)
    for role, seen_by in [(Role.PRINCIPAL, True), (Role.SCHOOL_CLERK, True), (Role.TEACHER, False)]:
        actor = made.actor(role, at=school)
        assert (actor.granted_teacher_ids == {teacher.pk}) is seen_by
        assert teachers.teachers_visible_to(actor).exists() is seen_by
    later = made.actor(Role.PRINCIPAL, at=school, username="successor")
    assert teachers.teachers_visible_to(later).get() == teacher
    stranger = made.actor(Role.PRINCIPAL, at=made.school(county, "三校"))
    assert not teachers.teachers_visible_to(stranger).exists()
    end(made.DAY)
    assert later.on == made.DAY
    again = people.actor_for(made.user("successor"), NEXT)[0]
    assert not teachers.teachers_visible_to(again).exists()
