"""Guessing is bounded, and nobody can turn the bound on somebody else."""

import pytest
from django.test import Client

from core.models import AuditEvent
from directory import lockout
from directory.actions import accounts
from directory.enums import Role
from tests.factories import county as made


PASSWORD = "Bamboo-2024-eins"  # noqa: S105
THEIRS, HOME = "10.6.6.6", "10.0.0.1"


@pytest.fixture(autouse=True)
def fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner(db):
    made.actor(Role.BUREAU_EDUCATION, at=made.district(), username="Owner")
    accounts.open_account(username="Owner", name="", password=PASSWORD, now=made.NOW)


def attempt(client, login="owner", password=PASSWORD):
    return client.post("/sign-in/", {"login": login, "password": password}).status_code


def guess(times, *, address=THEIRS, login="owner", each=False):
    """So many wrong passwords, from one address or each from another."""
    return [
        attempt(Client(REMOTE_ADDR=f"10.9.{n // 250}.{n % 250}" if each else address), login, "x")
        for n in range(times)
    ]


def test_a_hundred_failures_from_elsewhere_do_not_stop_the_owner(owner):
    assert guess(100)[4:] == [429] * 96
    assert attempt(Client(REMOTE_ADDR=HOME)) == 302


def test_an_attack_from_many_addresses_leaves_strangers_two_tries_and_the_owner_is_let_in(owner):
    guess(lockout.ACCOUNT_FAILURES, each=True)
    stranger = Client(REMOTE_ADDR=THEIRS)
    answer = stranger.post("/sign-in/", {"login": "owner", "password": "x"})
    assert "还可以试 1 次" in answer.content.decode()
    assert [attempt(stranger, password="x"), attempt(stranger)] == [200, 429]  # noqa: S106
    assert attempt(Client(REMOTE_ADDR=HOME)) == 302


def test_a_known_device_goes_in_where_its_address_is_shut(owner):
    """Pupils on the school's network guess at the principal's password."""
    own = Client(REMOTE_ADDR=THEIRS)
    assert attempt(own) == 302
    own.post("/sign-out/")
    guess(8)
    assert attempt(Client(REMOTE_ADDR=THEIRS)) == 429
    assert attempt(own) == 302


def test_a_known_device_that_guesses_is_stopped_and_stops_nobody(owner):
    own = Client(REMOTE_ADDR=HOME)
    attempt(own)
    own.post("/sign-out/")
    assert [attempt(own, password="x") for _ in range(6)][-2:] == [429, 429]  # noqa: S106
    assert attempt(own) == 429
    assert attempt(Client(REMOTE_ADDR=HOME)) == 302


def test_a_device_is_known_to_its_own_account_only(owner):
    own = Client(REMOTE_ADDR=THEIRS)
    attempt(own)
    own.post("/sign-out/")
    for _ in range(5):
        attempt(own, "another", "x")
    assert attempt(own, "another") == 429


def test_a_made_up_device_is_no_device(owner):
    guess(5)
    stranger = Client(REMOTE_ADDR=THEIRS)
    stranger.cookies[lockout.COOKIE] = "e30:made-up:signature"
    assert attempt(stranger) == 429


def test_an_address_that_tries_account_after_account_waits_but_for_known_devices(owner, settings):
    settings.ADDRESS_FAILURES = 20
    own = Client(REMOTE_ADDR=THEIRS)
    attempt(own)
    own.post("/sign-out/")
    for n in range(20):
        guess(1, login=f"t{n}")
    stranger = Client(REMOTE_ADDR=THEIRS)
    answer = stranger.post("/sign-in/", {"login": "owner", "password": PASSWORD})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert "逐个账号试密码" in answer.content.decode()
    assert attempt(own) == 302
    assert attempt(Client(REMOTE_ADDR=HOME)) == 302


def test_the_cookie_names_nobody_and_is_out_of_scripts_reach(owner):
    own = Client()
    attempt(own)
    cookie = own.cookies[lockout.COOKIE]
    assert "owner" not in cookie.value.lower()
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_shared_computer_remembers_its_last_eight_accounts(rf):
    request = rf.get("/")
    from django.http import HttpResponse  # noqa: PLC0415

    for n in range(lockout.ACCOUNTS_OF_A_DEVICE + 1):
        answer = HttpResponse()
        lockout.remember(request, answer, f"T{n}")
        request.COOKIES = {lockout.COOKIE: answer.cookies[lockout.COOKIE].value}
    assert [n for n in range(9) if lockout.known(request, f"t{n}")] == list(range(1, 9))


def test_the_lock_is_recorded_once(owner):
    guess(9)
    assert AuditEvent.objects.filter(act="directory.account.locked").count() == 1
