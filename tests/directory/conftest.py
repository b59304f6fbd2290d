"""People who sign in with a password, for the tests of sign-in and sessions."""

import datetime

import pytest

from directory.actions import accounts
from directory.enums import Role
from tests.factories import county as made


PASSWORD = "Bamboo-2024-eins"  # noqa: S105
AT = datetime.datetime.fromisoformat("2024-10-15T09:00:00+08:00")


@pytest.fixture
def fast(settings):
    """Passwords hashed in no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def county(db):
    return made.district()


def person(role, at, username):
    actor = made.actor(role, at=at, username=username)
    accounts.open_account(username=username, name="", password=PASSWORD, now=AT)
    return actor


@pytest.fixture
def clerk(county):
    return person(Role.BUREAU_EDUCATION, county, "clerk")


@pytest.fixture
def teacher(county):
    return person(Role.TEACHER, made.school(county, "实验小学"), "teacher")


@pytest.fixture
def pass_time(monkeypatch):
    def pass_time(minutes=0):
        monkeypatch.setenv("TONGXING_NOW", str(AT + datetime.timedelta(minutes=minutes)))

    pass_time()
    return pass_time


def sign_in(client, username="clerk", **more):
    answer = client.post("/sign-in/", {"login": username, "password": PASSWORD} | more)
    assert answer.status_code == 302, answer.content.decode()
    return answer
