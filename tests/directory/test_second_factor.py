"""The second factor: set up, asked for at sign-in, forced on the bureau, reset by its head."""

import datetime
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client

from core.errors import Denied
from core.models import AuditEvent
from directory.actions import second_factor
from directory.enums import Role
from directory.models import Session, User
from tests.directory.conftest import PASSWORD, person
from tests.factories import county as made


pytestmark = pytest.mark.usefixtures("fast")

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
NOW = datetime.datetime(2024, 10, 15, 9, tzinfo=datetime.UTC)


@pytest.fixture
def head(county):
    return person(Role.BUREAU_HEAD, county, "head")


def code_now(secret=SECRET, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enrol(actor, *, secret=SECRET, code=None, password=PASSWORD):
    return second_factor.enrol(
        secret=secret, code=code or code_now(secret), password=password, this_key=None,
        actor=actor, now=NOW,
    )  # fmt: skip


def sign_in(client, username):
    return client.post("/sign-in/", {"login": username, "password": PASSWORD})


def acts(*wanted):
    rows = AuditEvent.objects.filter(act__startswith="directory.second_factor.")
    return list(rows.order_by("pk").values_list("act", flat=True)) == [
        f"directory.second_factor.{it}" for it in wanted
    ]


def test_secret_and_seed_stand_encrypted_and_codes_are_given_once(clerk):
    codes = enrol(clerk)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{8}", code) for code in codes)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    assert not any(code in stored for code in codes)
    assert acts("enrol")


@pytest.mark.parametrize(
    ("given", "told"),
    [({"code": "000000"}, "验证码不对"), ({"password": "wrong"}, "密码不对")],
)
def test_wrong_code_or_password_turns_nothing_on(clerk, given, told):
    if given.get("code") == code_now():
        given["code"] = "000001"
    with pytest.raises(Denied, match=told):
        enrol(clerk, **given)
    assert Authenticator.objects.count() == 0


def test_turning_it_on_ends_other_sessions(client, clerk):
    client.force_login(User.objects.get(pk=clerk.user_id))
    enrol(clerk)
    assert Session.objects.count() == 0
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_sign_in_asks_for_the_code_and_each_code_opens_once(clerk):
    enrol(clerk)
    code = code_now(step=1)  # within the tolerance, and not the one of setting it up
    client = Client()
    answer = sign_in(client, "clerk")
    assert answer["Location"].startswith("/sign-in/code/")
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert client.get("/sign-in/code/").status_code == 200
    assert client.post("/sign-in/code/", {"code": f" {code[:3]} {code[3:]}"})["Location"] == "/"
    assert client.get("/").status_code == 200
    again = Client()
    sign_in(again, "clerk")
    assert "验证码不对" in again.post("/sign-in/code/", {"code": code}).content.decode()


def test_address_asked_for_is_opened_after_the_code(clerk):
    codes = enrol(clerk)
    client = Client()
    client.post("/sign-in/?next=/schools/", {"login": "clerk", "password": PASSWORD})
    assert client.post("/sign-in/code/", {"code": codes[0]})["Location"] == "/schools/"


def test_recovery_code_opens_once_and_is_recorded(clerk):
    codes = enrol(clerk)
    for expected in (302, 200):
        client = Client()
        sign_in(client, "clerk")
        assert client.post("/sign-in/code/", {"code": codes[3]}).status_code == expected
    assert acts("enrol", "recover")


def test_sixth_wrong_code_is_locked_even_if_right(clerk):
    codes = enrol(clerk)
    client = Client()
    sign_in(client, "clerk")
    statuses = [client.post("/sign-in/code/", {"code": "1"}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    sign_in(elsewhere, "clerk")
    assert elsewhere.post("/sign-in/code/", {"code": codes[0]}).status_code == 302


def test_without_a_password_nobody_reaches_the_second_step(client, db):
    assert client.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_page_sets_it_up_and_shows_the_codes_once(client, clerk):
    sign_in(client, "clerk")
    page = client.get("/account/second-factor/").content.decode()
    secret = "".join(re.search(r'class="key">([^<]+)<', page)[1].split())
    assert "data:image/svg+xml" in page
    answer = client.post(
        "/account/second-factor/", {"code": code_now(secret), "password": PASSWORD}
    )
    assert "no-store" in answer["Cache-Control"]
    assert len(re.findall(r"<li>\d{4} \d{4}</li>", answer.content.decode())) == 10
    home = client.get("/account/").content.decode()
    assert "恢复码还剩 10 个" in home
    assert not re.search(r"\d{4} \d{4}<", home)
    assert client.get("/account/second-factor/")["Location"] == "/account/"
    assert client.get("/").status_code == 200  # this session goes on


def test_secret_in_preparation_is_not_readable_in_the_session(client, clerk):
    sign_in(client, "clerk")
    page = client.get("/account/second-factor/").content.decode()
    secret = "".join(re.search(r'class="key">([^<]+)<', page)[1].split())
    assert secret not in str(dict(client.session))


def test_new_codes_void_the_old_and_off_takes_all(client, clerk):
    old = enrol(clerk)
    new = second_factor.renew_codes(password=PASSWORD, actor=clerk, now=NOW)
    assert not set(old) & set(new)
    sign_in(client, "clerk")
    assert client.post("/sign-in/code/", {"code": old[0]}).status_code == 200
    assert client.post("/sign-in/code/", {"code": new[0]}).status_code == 302
    answer = client.post("/account/second-factor/off/", {"password": PASSWORD})
    assert answer["Location"] == "/account/?done=off"
    assert Authenticator.objects.count() == 0
    assert acts("enrol", "renew_codes", "recover", "remove")


# ---- REQUIRE_MFA


def test_bureau_must_set_it_up_before_anything_else(client, clerk, settings):
    settings.REQUIRE_MFA = True
    sign_in(client, "clerk")
    for address in ("/", "/schools/", "/account/", "/search/?q=x"):
        assert client.get(address)["Location"] == "/account/second-factor/"
    assert client.post("/schools/new/", {})["Location"] == "/account/second-factor/"
    told = client.get("/api/v1/schools/")
    assert (told.status_code, "两步验证" in told.json()["detail"]) == (403, True)
    page = client.get("/account/second-factor/").content.decode()
    assert "局内账号" in page
    secret = "".join(re.search(r'class="key">([^<]+)<', page)[1].split())
    client.post("/account/second-factor/", {"code": code_now(secret), "password": PASSWORD})
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/schools/").status_code == 200


def test_bureau_cannot_turn_it_off_where_it_is_required(clerk, settings):
    enrol(clerk)
    settings.REQUIRE_MFA = True
    with pytest.raises(Denied, match="不能关闭"):
        second_factor.remove(password=PASSWORD, actor=clerk, now=NOW)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.PRINCIPAL, Role.SCHOOL_CLERK])
def test_schools_are_never_forced(client, county, settings, role):
    settings.REQUIRE_MFA = True
    person(role, made.school(county, "实验小学"), "one")
    sign_in(client, "one")
    assert client.get("/").status_code == 200
    assert client.get("/account/").status_code == 200


def token(**given):
    pair = {"username": "clerk", "password": PASSWORD}
    return Client().post("/api/v1/token/", pair | given, content_type="application/json")


def test_token_of_the_api_needs_the_code_too(clerk):
    codes = enrol(clerk)
    for given in ({}, {"code": "000"}):
        answer = token(**given)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "#/code"
    assert token(code=codes[0]).status_code == 200
    assert token(code=codes[0]).status_code == 400


def test_token_is_refused_where_it_is_required_and_not_set_up(clerk, settings):
    settings.REQUIRE_MFA = True
    assert "两步验证" in str(token().json())


# ---- taken by the head of the bureau


def reset(actor, user_id, reason="手机丢失"):
    second_factor.reset(user_id=user_id, reason=reason, actor=actor, now=NOW)


def test_head_takes_it_with_a_reason_and_the_sessions_end(client, head, clerk):
    enrol(clerk)
    client.force_login(User.objects.get(pk=clerk.user_id))
    with pytest.raises(Denied, match="写明"):
        reset(head, clerk.user_id, "  ")
    reset(head, clerk.user_id)
    assert Authenticator.objects.count() == 0
    assert Session.objects.filter(user_id=clerk.user_id).count() == 0
    event = AuditEvent.objects.get(act="directory.second_factor.reset")
    assert (event.user_id, event.object_id) == (head.user_id, str(clerk.user_id))
    assert event.details["reason"] == "手机丢失"
    assert event.district_id == head.home_district_id
    with pytest.raises(Denied, match="没有开通"):
        reset(head, clerk.user_id)


def test_head_never_takes_ones_own_and_others_take_nobodys(head, clerk):
    enrol(head)
    with pytest.raises(Denied, match="自己的"):
        reset(head, head.user_id)
    with pytest.raises(Denied, match="局领导办理"):
        reset(clerk, head.user_id)


def test_head_reaches_no_other_county(client, head):
    elsewhere = made.district("331124", "松阳县")
    stranger = person(Role.BUREAU_EDUCATION, elsewhere, "stranger")
    enrol(stranger)
    with pytest.raises(Denied):
        reset(head, stranger.user_id)
    client.force_login(User.objects.get(pk=head.user_id))
    assert client.get(f"/accounts/{stranger.user_id}/second-factor/").status_code == 404


def test_page_of_the_head_resets_and_the_list_tells_who_has_one(client, head, clerk):
    enrol(clerk)
    client.force_login(User.objects.get(pk=head.user_id))
    address = f"/accounts/{clerk.user_id}/second-factor/"
    assert address in client.get("/accounts/").content.decode()
    assert "请写明" in client.post(address, {"reason": ""}).content.decode()
    assert client.post(address, {"reason": "手机丢失"})["Location"].startswith("/accounts/?q=clerk")
    assert address not in client.get("/accounts/").content.decode()


def test_command_takes_it_where_there_is_but_one_head_and_says_why(head, capsys):
    enrol(head)
    with pytest.raises(CommandError, match="没有账号"):
        call_command("reset_second_factor", "nobody", reason="手机丢失")
    with pytest.raises(CommandError, match="写明"):
        call_command("reset_second_factor", "head", reason=" ")
    call_command("reset_second_factor", "head", reason="手机丢失")
    assert "已解除" in capsys.readouterr().out
    event = AuditEvent.objects.get(act="directory.second_factor.reset")
    assert (event.user_id, event.actor_name) == (None, "命令行")
