"""States that tests start from, reached by real actions. Every person is made up."""

import datetime

from directory.actions import accounts, districts, schools
from directory.enums import Role
from directory.selectors import people


DAY = datetime.date(2024, 9, 1)
NOW = datetime.datetime(2024, 9, 1, 8, tzinfo=datetime.UTC)


def district(code="331126", name="庆元县", **extra):
    return districts.add(code=code, name=name, now=NOW, **extra)[0]


def school(county, name, *, first_day=DAY, **facts):
    """A school of the county; ``facts`` as in ``schools.CHANGEABLE``."""
    return schools.enter(
        district=county, facts={"name": name, **facts}, first_day=first_day, actor=None, now=NOW
    )


def user(username, name="某人"):
    return accounts.open_account(username=username, name=name, password=None, now=NOW)[0]


def actor(role, *, at, username=None, on=DAY):
    """An actor whose only post is ``role`` at a district or school, given on that day."""
    person = user(username or f"{role.lower()}-{at._meta.model_name}-{at.pk}")
    unit = {at._meta.model_name: at}
    accounts.give_post(user=person, role=role, first_day=DAY, now=NOW, **unit)
    return people.actor_for(person, on)[0]


def clerk_of(county, **extra):
    return actor(Role.BUREAU_EDUCATION, at=county, **extra)
