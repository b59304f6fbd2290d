import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from core.periods import last_day, period
from directory import actions, selectors
from directory.enums import DESCRIPTION, DISTRICT_ROLES, SCHOOL_ROLES, Role
from directory.models import Post, User


DAY = datetime.date(2024, 9, 1)
NOW = datetime.datetime(2024, 9, 1, 8, tzinfo=datetime.UTC)


@pytest.fixture
def county(db):
    return actions.add_district(code="331126", name="庆元县")[0]


@pytest.fixture
def school(county):
    return actions.add_school(district=county, name="实验小学")[0]


@pytest.fixture
def person(db):
    return actions.open_account(username="someone", name="某人", password=None, now=NOW)[0]


def test_every_role_has_a_description_and_a_kind_of_unit():
    assert set(DESCRIPTION) == set(Role) == DISTRICT_ROLES | SCHOOL_ROLES
    assert not DISTRICT_ROLES & SCHOOL_ROLES


def test_period_is_half_open_inside_and_inclusive_outside():
    stored = period(DAY, datetime.date(2025, 8, 31))
    assert stored.upper == datetime.date(2025, 9, 1)
    assert last_day(stored) == datetime.date(2025, 8, 31)
    assert last_day(period(DAY)) is None


@pytest.mark.parametrize(("role", "at_school"), [(Role.PRINCIPAL, False), (Role.BUREAU_HEAD, True)])
def test_post_belongs_to_the_unit_of_its_role(county, school, person, role, at_school):
    unit = {"school": school} if at_school else {"district": county}
    with pytest.raises(ValidationError, match="局内身份须指定教育局，学校身份须指定学校"):
        actions.give_post(user=person, role=role, first_day=DAY, **unit)
    with pytest.raises(IntegrityError):
        Post.objects.create(user=person, role=role, period=period(DAY), **unit)


def test_same_post_twice_at_one_time_is_refused_by_the_database(school, person):
    actions.give_post(user=person, role=Role.TEACHER, first_day=DAY, school=school)
    with pytest.raises(IntegrityError, match="directory_post_once_per_school"):
        Post.objects.create(
            user=person, role=Role.TEACHER, school=school, period=period(datetime.date(2025, 1, 1))
        )


def test_giving_a_post_that_is_held_changes_nothing(school, person):
    first = actions.give_post(user=person, role=Role.TEACHER, first_day=DAY, school=school)
    later = datetime.date(2025, 1, 1)
    again = actions.give_post(user=person, role=Role.TEACHER, first_day=later, school=school)
    assert again == first


def test_x10_actor_wears_the_chosen_post_and_only_their_own(county, school, person):
    teacher = actions.give_post(user=person, role=Role.TEACHER, first_day=DAY, school=school)
    office = actions.give_post(
        user=person, role=Role.BUREAU_EDUCATION, first_day=DAY, district=county
    )
    stranger = actions.open_account(username="other", name="他人", password=None, now=NOW)[0]
    theirs = actions.give_post(user=stranger, role=Role.PRINCIPAL, first_day=DAY, school=school)

    actor, hat = selectors.actor_for(person, DAY)
    assert (actor.post_id, actor.school_ids, actor.district_ids) == (
        teacher.pk,
        frozenset({school.pk}),
        frozenset(),
    )
    assert (hat.role, hat.unit, hat.bureau) == ("教师", "实验小学", "庆元县教育局")
    actor, hat = selectors.actor_for(person, DAY, office.pk)
    assert (actor.post_id, actor.district_ids) == (office.pk, frozenset({county.pk}))
    assert hat.role == "教育股"
    assert selectors.actor_for(person, DAY, theirs.pk)[0].post_id == teacher.pk


def test_actor_without_a_post_in_force_sees_nothing(county, school, person):
    actions.give_post(user=person, role=Role.TEACHER, first_day=DAY, school=school)
    actor, hat = selectors.actor_for(person, DAY - datetime.timedelta(days=1))
    assert hat is None
    assert list(selectors.schools_visible_to(actor)) == []


def test_schools_visible_are_those_of_the_district_or_the_own_one(county, school, person):
    other = actions.add_school(district=county, name="举水乡小")[0]
    elsewhere = actions.add_district(code="331124", name="松阳县")[0]
    actions.add_school(district=elsewhere, name="实验小学")
    office = actions.give_post(
        user=person, role=Role.BUREAU_EDUCATION, first_day=DAY, district=county
    )
    actions.give_post(user=person, role=Role.EVALUATOR, first_day=DAY, district=county)
    in_office = selectors.actor_for(person, DAY, office.pk)[0]
    assert set(selectors.schools_visible_to(in_office)) == {school, other}
    evaluator = next(p for p in selectors.posts_of(person, DAY) if p.role == Role.EVALUATOR)
    assert set(selectors.schools_visible_to(selectors.actor_for(person, DAY, evaluator.pk)[0])) == (
        set()
    )


def test_account_without_password_cannot_sign_in(person):
    assert not person.has_usable_password()
    assert not User.objects.get(pk=person.pk).check_password("")


def test_school_code_has_ten_digits(county):
    with pytest.raises(IntegrityError, match="directory_school_code_has_ten_digits"):
        actions.add_school(district=county, name="某校", code="12")
