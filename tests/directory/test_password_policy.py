"""PASSWORD_POLICY=asvs|djbh, and changing one's own password."""

import datetime
import os
import subprocess
import sys

import pytest
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from core.models import AuditEvent
from directory.actions import accounts
from directory.enums import Role
from directory.models import ApiToken, Session, User
from tests.architecture.test_house import ROOT
from tests.factories import county as made


PASSWORD, NEW = "Bamboo-2024-eins", "竹海 2024 zwei drei"
AT = datetime.datetime.fromisoformat("2024-10-15T09:00:00+08:00")
COMMON = {"NAME": "directory.forms.passwords.NotBreached"}
DJBH = get_password_validators(
    [
        {"NAME": "directory.forms.passwords.LongEnough", "OPTIONS": {"min_length": 8}},
        {"NAME": "directory.forms.passwords.ThreeClasses"},
        COMMON,
    ]
)
SHORT, CLASSES, KNOWN, DIGITS = "太短", "至少要有三种", "太常见", "数字"


@pytest.fixture(autouse=True)
def fast(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setenv("TONGXING_NOW", str(AT))


@pytest.fixture
def clerk(db):
    actor = made.actor(Role.BUREAU_EDUCATION, at=made.district(), username="clerk")
    accounts.open_account(username="clerk", name="", password=PASSWORD, now=AT)
    return actor


@pytest.fixture
def djbh(settings):
    settings.PASSWORD_POLICY = "djbh"  # noqa: S105 - the name of a policy


def faults(password, validators=None):
    try:
        validate_password(password, User(username="clerk", name="某人"), validators)
    except ValidationError as refused:
        return refused.messages
    return []


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("竹海听风 2024 庆元", []),
        ("correct horse battery", []),
        ("demo-Pass-2026", []),
        ("Qingyuan-2026", []),
        ("eleven-chrs", [SHORT]),
        ("Password2026!", [KNOWN]),
        ("!!2026Password", [KNOWN]),
        ("qwerty123456", [KNOWN]),
        ("woaini1woaini1", [KNOWN]),  # the same twice
        ("abababababab", [KNOWN]),
        ("abcdefghijklm", [KNOWN]),
        ("a" * 12, [KNOWN]),
        ("330184198501012345", [DIGITS]),
        ("123456789012", [KNOWN, DIGITS]),
    ],
)
def test_asvs(password, told):
    found = faults(password)
    assert len(found) == len(told)
    assert all(part in sentence for part, sentence in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Zhuhai-7", []),
        ("zhuhai-7", []),  # small letters, a digit, a sign
        ("Zhu-7", [SHORT]),
        ("zhuhaizz7", [CLASSES]),
        ("zhuhaiting", [CLASSES]),
        ("竹海听风竹海-7a", []),
        ("Password1", [KNOWN]),
    ],
)
def test_djbh(password, told):
    found = faults(password, DJBH)
    assert len(found) == len(told)
    assert all(part in sentence for part, sentence in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        ({}, 0, "12 False"),
        ({"PASSWORD_POLICY": "djbh"}, 0, "8 True"),
        ({"PASSWORD_POLICY": "none"}, 1, "PASSWORD_POLICY 只能是 asvs 或 djbh"),
    ],
)
def test_settings_choose_the_policy(given, code, told):
    ask = (
        "from config import settings as s; v = s.AUTH_PASSWORD_VALIDATORS;"
        "print(v[1]['OPTIONS']['min_length'], any('ThreeClasses' in it['NAME'] for it in v))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=os.environ | given, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert told in done.stdout + done.stderr


def test_county_s_own_list_replaces_the_shipped_one(tmp_path):
    own = tmp_path / "list.txt"
    own.write_text("qingyuan\n", encoding="utf-8")
    options = {"OPTIONS": {"password_list_path": str(own)}}
    assert KNOWN in faults("Qingyuan-2026", get_password_validators([COMMON | options]))[0]


# ---- changing it


def sign_in(client, password=PASSWORD):
    return client.post("/sign-in/", {"login": "clerk", "password": password})


def change(client, old=PASSWORD, new=NEW, again=None):
    given = {"password": old, "password1": new, "password2": again or new}
    return client.post("/account/password/", given)


def test_change_ends_the_other_sessions_and_tokens_and_keeps_this_one(clerk):
    this, other = Client(), Client()
    sign_in(this)
    sign_in(other)
    other.post(
        "/api/v1/token/", {"username": "clerk", "password": PASSWORD},
        content_type="application/json",
    )  # fmt: skip
    assert ApiToken.objects.count() == 1
    assert change(this)["Location"] == "/account/?done=password"
    assert this.get("/account/?done=password").status_code == 200
    assert other.get("/").status_code == 302
    assert Session.objects.count() == 1
    assert User.objects.get(username="clerk").password_set_at == AT
    event = AuditEvent.objects.get(act="directory.account.change_password")
    assert event.user_id == clerk.user_id
    assert sign_in(Client(), NEW).status_code == 302


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"new": PASSWORD}, "不能与现在的相同"),
        ({"new": "short"}, "至少 12 位"),
        ({"again": "another-one-12"}, "两次输入的密码不一样"),
    ],
)
def test_change_is_refused_with_a_sentence_and_shows_no_password(client, clerk, given, told):
    sign_in(client)
    page = change(client, **given).content.decode()
    assert told in page
    assert NEW not in page
    assert PASSWORD not in page


def test_guessing_the_present_password_is_counted_as_at_sign_in(client, clerk):
    sign_in(client)
    statuses = [change(client, old="wrong").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert change(client).status_code == 429


# ---- djbh: renewed every 90 days


@pytest.mark.parametrize(("days", "due"), [(89, False), (90, False), (91, True)])
def test_djbh_asks_for_a_new_one_before_anything_else(client, clerk, djbh, days, due):
    User.objects.update(password_set_at=AT - datetime.timedelta(days=days))
    sign_in(client)
    answer = client.get("/")
    assert answer.status_code == (302 if due else 200)
    if due:
        assert answer["Location"] == "/account/password/"
        assert client.get("/api/v1/schools/").status_code == 403
        assert "已满 90 天" in client.get("/account/password/").content.decode()
        change(client)
        assert client.get("/").status_code == 200


def test_djbh_asks_where_the_day_is_not_known_and_asvs_never_does(client, clerk, settings):
    User.objects.update(password_set_at=None)
    sign_in(client)
    assert client.get("/").status_code == 200
    settings.PASSWORD_POLICY = "djbh"  # noqa: S105 - the name of a policy
    assert client.get("/")["Location"] == "/account/password/"
    assert client.post("/sign-out/").status_code == 302


def test_djbh_gives_no_token_for_a_password_that_is_due(client, clerk, djbh):
    User.objects.update(password_set_at=None)
    body = {"username": "clerk", "password": PASSWORD}
    answer = client.post("/api/v1/token/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "已满 90 天" in str(answer.json())
