"""POST /api/v1/token/ and what the token opens."""

import datetime
from urllib.parse import urlencode

import pytest

from core import clock
from core.models import AuditEvent
from directory.actions import accounts, tokens
from directory.enums import Role
from directory.models import ApiToken, User
from tests.factories import county as made


PASSWORD, WRONG = "right-Password1", "wrong"


@pytest.fixture(autouse=True)
def fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clerk(db):
    return made.clerk_of(made.district(), username="clerk-of-county")


@pytest.fixture
def user(clerk):
    user = User.objects.get(pk=clerk.user_id)
    user.set_password(PASSWORD)
    user.save()
    return user


def ask(client, username="clerk-of-county", password=PASSWORD, **extra):
    body = {"username": username, "password": password}
    return client.post("/api/v1/token/", body, content_type="application/json", **extra)


def with_token(client, token, scheme="Bearer"):
    return client.get("/api/v1/districts/", headers={"Authorization": f"{scheme} {token}"})


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "bearer"])
def test_a_token_opens_the_lists_without_a_session(client, user, scheme):
    answer = ask(client)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"token"}
    assert "sessionid" not in client.cookies
    found = with_token(client, answer.json()["token"], scheme)
    assert [row["code"] for row in found.json()["results"]] == ["331126"]


def test_only_the_hash_is_kept_and_the_issue_recorded(client, user):
    token = ask(client).json()["token"]
    kept = ApiToken.objects.get()
    assert token not in str(vars(kept))
    event = AuditEvent.objects.get(act="directory.token.issue")
    assert (event.object_id, event.details["address"]) == (str(user.pk), "127.0.0.1")


def test_a_form_is_taken_too(client, user):
    body = urlencode({"username": user.username, "password": PASSWORD})
    kind = "application/x-www-form-urlencoded"
    assert client.post("/api/v1/token/", body, content_type=kind).status_code == 200


def test_a_new_password_ends_the_token(client, user):
    token = ask(client).json()["token"]
    accounts.open_account(username=user.username, name="", password=PASSWORD + "2", now=made.NOW)
    answer = with_token(client, token)
    assert answer.status_code == 401
    assert "口令已更改" in answer.json()["detail"]


def test_an_expired_token_opens_nothing_and_is_swept_by_the_next(client, user):
    token = tokens.issue(user=user, now=made.NOW - datetime.timedelta(days=9999))
    assert with_token(client, token).status_code == 401
    tokens.issue(user=user, now=made.NOW)
    assert ApiToken.objects.count() == 1


def test_a_closed_account_has_no_token(client, user):
    token = ask(client).json()["token"]
    User.objects.update(is_active=False)
    assert with_token(client, token).status_code == 401
    assert ask(client).status_code == 400


@pytest.mark.parametrize("token", ["", "x", "é", "\x00"])
def test_a_made_up_token_opens_nothing(client, db, token):
    assert with_token(client, token).status_code == 401


def test_a_wrong_pair_is_one_sentence_whoever_it_is(client, user):
    for username in (user.username, "nobody"):
        answer = ask(client, username, WRONG)
        assert answer.status_code == 400
        assert answer.json()["errors"] == [{"pointer": "#/password", "detail": "账号或密码不对。"}]


def test_missing_fields_are_named(client, db):
    answer = client.post("/api/v1/token/", {}, content_type="application/json")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"#/username", "#/password"}
    answer = client.post("/api/v1/token/", "{", content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_guessing_is_locked_out_with_retry_after(client, user, settings):
    answers = [ask(client, password=WRONG) for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert [answer.status_code for answer in answers[:-1]] == [400] * 4
    for answer in (answers[-1], ask(client)):
        assert answer.status_code == 429
        assert answer["Content-Type"] == "application/problem+json"
        assert int(answer["Retry-After"]) == 900
    assert ApiToken.objects.count() == 0
    elsewhere = ask(client, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 200


def test_success_forgets_the_failures(client, user, settings):
    for _ in range(2):
        for _ in range(settings.AXES_FAILURE_LIMIT - 1):
            assert ask(client, password=WRONG).status_code == 400
        assert ask(client).status_code == 200


def test_the_token_of_a_teacher_sees_as_little_as_the_screen(client, db):
    actor = made.actor(Role.TEACHER, at=made.school(made.district(), "实验小学"))
    token = tokens.issue(user=User.objects.get(pk=actor.user_id), now=clock.now())
    found = client.get("/api/v1/schools/", headers={"Authorization": f"Bearer {token}"})
    assert found.json()["count"] == 0
