"""Periods, posts and the actor built from them; what an actor sees of schools."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from core.periods import last_day, period
from directory.actions import accounts
from directory.enums import DESCRIPTION, DISTRICT_ROLES, PERMISSIONS, SCHOOL_ROLES, Role, SchoolKind
from directory.models import Post, User
from directory.selectors import people, schools
from tests.factories import county as made


DAY, LATER = made.DAY, datetime.date(2025, 1, 1)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def school(county):
    return made.school(county, "实验小学")


@pytest.fixture
def person(db):
    return made.user("someone")


def give(person, role, *, on=DAY, **unit):
    return accounts.give_post(user=person, role=role, first_day=on, now=made.NOW, **unit)


def test_every_role_has_a_description_permissions_and_a_kind_of_unit():
    assert set(DESCRIPTION) == set(PERMISSIONS) == set(Role) == DISTRICT_ROLES | SCHOOL_ROLES
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
        give(person, role, **unit)
    with pytest.raises(IntegrityError):
        Post.objects.create(user=person, role=role, period=period(DAY), **unit)


def test_same_post_twice_at_one_time_is_refused_by_the_database(school, person):
    give(person, Role.TEACHER, school=school)
    with pytest.raises(IntegrityError, match="directory_post_once_per_school"):
        Post.objects.create(user=person, role=Role.TEACHER, school=school, period=period(LATER))


def test_giving_a_post_that_is_held_changes_nothing(school, person):
    first = give(person, Role.TEACHER, school=school)
    assert give(person, Role.TEACHER, on=LATER, school=school) == first


def test_x10_actor_wears_the_chosen_post_and_only_their_own(county, school, person):
    principal = give(person, Role.PRINCIPAL, school=school)
    office = give(person, Role.BUREAU_EDUCATION, district=county)
    theirs = give(made.user("other", "他人"), Role.PRINCIPAL, school=school)

    actor, hats = people.actor_for(person, DAY)
    assert (actor.post_id, actor.school_ids, actor.district_ids) == (
        principal.pk,
        frozenset({school.pk}),
        frozenset(),
    )
    assert [(hat.role, hat.unit, hat.bureau) for hat in hats] == [
        ("校长", "实验小学", "庆元县教育局"),
        ("教育股", "庆元县教育局", "庆元县教育局"),
    ]
    actor, hats = people.actor_for(person, DAY, office.pk)
    assert (actor.post_id, actor.district_ids) == (office.pk, frozenset({county.pk}))
    assert [hat.role for hat in hats] == ["教育股", "校长"]
    assert people.actor_for(person, DAY, theirs.pk)[0].post_id == principal.pk


def test_actor_without_a_post_in_force_sees_nothing(county, school, person):
    give(person, Role.PRINCIPAL, school=school)
    actor, hats = people.actor_for(person, DAY - datetime.timedelta(days=1))
    assert hats == []
    assert list(schools.schools_visible_to(actor, DAY)) == []


def test_schools_visible_are_those_of_the_district_or_the_own_ones(county, school, person):
    other = made.school(county, "举水乡小")
    campus = made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=school.pk)
    elsewhere = made.district("331124", "松阳县")
    made.school(elsewhere, "实验小学")

    def seen(actor):
        rows = schools.schools_visible_to(actor).order_by("school_id")
        return list(rows.values_list("school_id", flat=True))

    assert seen(made.clerk_of(county)) == [school.pk, other.pk, campus.pk]
    assert seen(made.actor(Role.PRINCIPAL, at=school)) == [school.pk, campus.pk]
    assert seen(made.actor(Role.TEACHER, at=school)) == []
    assert seen(made.actor(Role.EVALUATOR, at=county)) == []


def test_city_sees_the_counties_below_it_and_not_the_reverse(person):
    city = made.district("331100", "丽水市")
    county = made.district("331126", "庆元县", parent=city)
    school = made.school(county, "实验小学")
    above = made.actor(Role.BUREAU_EDUCATION, at=city)
    assert above.district_ids == {city.pk, county.pk}
    assert [row.school_id for row in schools.schools_visible_to(above)] == [school.pk]
    assert made.clerk_of(county).district_ids == {county.pk}


def test_names_of_a_day_fall_back_to_the_nearest(county, school):
    names = schools.names_on(DAY - datetime.timedelta(days=400), {school.pk})
    assert names == {school.pk: "实验小学"}


def test_account_without_password_cannot_sign_in(person):
    assert not person.has_usable_password()
    assert not User.objects.get(pk=person.pk).check_password("")


def test_school_code_has_ten_digits(county):
    with pytest.raises(ValidationError, match="学校标识码应为 10 位数字"):
        made.school(county, "某校", code="12")
