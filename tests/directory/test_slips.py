"""Activation slips: one-time codes for people without e-mail (X-26)."""

import datetime
import re

import pytest

from core.errors import Denied
from core.models import AuditEvent
from directory.actions import accounts, slips
from directory.enums import Role
from directory.models import ActivationSlip, Post, Session, User
from tests.factories import county as made


TODAY = datetime.date(2024, 10, 15)
CLOCK = "2024-10-15T09:00:00+08:00"
NOW = datetime.datetime.fromisoformat(CLOCK)
NONCE = "a-form-that-was-drawn-once"
PASSWORD = "Bamboo-2024-eins"  # noqa: S105


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", CLOCK)


@pytest.fixture
def county(db):
    return made.district()


@pytest.fixture
def school(county):
    return made.school(county, "实验小学")


@pytest.fixture
def clerk(school):
    return made.actor(Role.SCHOOL_CLERK, at=school, username="clerk", on=TODAY)


@pytest.fixture
def teacher(school):
    return person("1001", Role.TEACHER, school=school)


def person(username, role, *, name="教师甲", **unit):
    user = made.user(username, name)
    accounts.give_post(user=user, role=role, first_day=made.DAY, now=made.NOW, **unit)
    return user


def issue(actor, *users, nonce=NONCE, now=NOW):
    return slips.issue(user_ids=[user.pk for user in users], nonce=nonce, actor=actor, now=now)


def activate(user, code, *, password=PASSWORD, now=NOW):
    return slips.activate(
        username=user.username, code=code, password=password, address=None, now=now,
        on=now.date(),
    )  # fmt: skip


def send(client, username, code, first=PASSWORD, second=None):
    asked = {"username": username, "code": code, "password1": first}
    return client.post("/activate/", asked | {"password2": first if second is None else second})


def test_code_is_twelve_clear_characters_in_fours_and_only_its_hash_is_stored(clerk, teacher):
    (slip,) = issue(clerk, teacher)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", slip.code)
    stored = ActivationSlip.objects.get()
    assert slip.code.replace("-", "") not in str(vars(stored))
    assert re.fullmatch(r"[0-9a-f]{64}", stored.code_hash)
    assert stored.expires_at == NOW + datetime.timedelta(days=14)
    assert stored.issued_by_id == clerk.user_id


def test_codes_of_a_batch_differ(clerk, school):
    people = [person(f"t{number}", Role.TEACHER, school=school) for number in range(30)]
    codes = {slip.code for slip in issue(clerk, *people)}
    assert len(codes) == 30


def test_new_code_voids_the_old_one(clerk, teacher):
    (first,) = issue(clerk, teacher)
    (second,) = issue(clerk, teacher, nonce="another form altogether")
    with pytest.raises(Denied, match=r"已作废.*请用最新的纸条"):
        activate(teacher, first.code)
    activate(teacher, second.code)
    assert User.objects.get(pk=teacher.pk).check_password(PASSWORD)


def test_same_form_twice_gives_the_same_slips_and_one_event(clerk, teacher):
    first, second = issue(clerk, teacher), issue(clerk, teacher)
    assert [slip.code for slip in first] == [slip.code for slip in second]
    assert ActivationSlip.objects.count() == 1
    assert AuditEvent.objects.filter(act="directory.slip.issue").count() == 1


def test_same_form_after_the_code_was_used_shows_no_code(clerk, teacher):
    (slip,) = issue(clerk, teacher)
    activate(teacher, slip.code)
    (again,) = issue(clerk, teacher)
    assert (again.code, again.note) == ("", "已使用")


def test_another_clerks_form_with_the_same_nonce_has_other_codes(school, clerk, teacher):
    other = made.actor(Role.SCHOOL_CLERK, at=school, username="clerk2", on=TODAY)
    assert issue(clerk, teacher)[0].code != issue(other, teacher)[0].code


@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.replace('-', ' ')} "],
    ids=["lower case", "without hyphens", "with blanks"],
)
def test_code_is_read_however_it_is_typed(clerk, teacher, typed):
    (slip,) = issue(clerk, teacher)
    assert activate(teacher, typed(slip.code)).pk == teacher.pk


def test_full_width_code_is_read():
    assert slips.normal("\uff41\uff42２３－") == "AB23"


def test_used_and_expired_codes_say_what_to_do(clerk, teacher):
    (slip,) = issue(clerk, teacher)
    with pytest.raises(Denied, match=r"已过期.*重发激活码"):
        activate(teacher, slip.code, now=NOW + datetime.timedelta(days=14))
    activate(teacher, slip.code)
    with pytest.raises(Denied, match="已经用过，请直接登录"):
        activate(teacher, slip.code)


def test_unknown_account_and_wrong_code_get_the_same_answer(client, clerk, teacher):
    issue(clerk, teacher)
    answers = [
        send(client, username, "AAAA-BBBB-CCCC").content.decode() for username in ("1001", "nobody")
    ]
    told = [re.findall(r'class="fault">([^<]+)<', answer) for answer in answers]
    assert told[0] == told[1]
    assert "账号或激活码不对" in told[0][0]


def test_code_of_another_account_does_not_fit(clerk, teacher, school):
    other = person("1002", Role.TEACHER, school=school)
    _, second = issue(clerk, teacher, other)
    with pytest.raises(slips.WrongCode):
        activate(teacher, second.code)


def test_sixth_guess_is_locked_out_even_with_the_right_code(client, clerk, teacher):
    (slip,) = issue(clerk, teacher)
    statuses = [send(client, "1001", "AAAABBBBCCCC").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert send(client, "1001", slip.code).status_code == 429
    assert ActivationSlip.objects.get().used_at is None
    assert AuditEvent.objects.filter(act="directory.account.locked").count() == 1


def test_guesses_store_neither_code_nor_password(client, teacher):
    from axes.models import AccessAttempt  # noqa: PLC0415 - a table of theirs

    send(client, "1001", "WXYZWXYZWXYZ")
    kept = str(AccessAttempt.objects.values().get())
    assert "WXYZ" not in kept
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("short", None, "至少 12"),
        ("1001-1001", None, "相似"),
        ("2024101512", None, "数字"),
        ("password123", None, "常"),
        (PASSWORD, "other-Pass-1", "两次输入的密码不一样"),
        ("", "", "请设一个自己的密码"),
    ],
)
def test_weak_or_mistyped_passwords_are_refused_in_chinese(
    client, clerk, school, first, second, told
):
    user = person("1001-1001", Role.TEACHER, school=school)
    (slip,) = issue(clerk, user)
    answer = send(client, "1001-1001", slip.code, first, second)
    page = answer.content.decode()
    faults = "".join(re.findall(r"invalid-feedback.*?</div>", page, re.DOTALL))
    assert told in faults
    assert not re.search(r"[a-z]{4,} [a-z]{3,} [a-z]{2,}", re.sub(r"<[^>]*>", "", faults))
    assert ActivationSlip.objects.get().used_at is None
    assert slip.code in page  # what was typed stays, but the passwords
    assert PASSWORD not in page


def test_activation_sets_the_password_ends_sessions_and_leads_to_sign_in(client, clerk, teacher):
    teacher.set_password("An-old-pass-9")
    teacher.save()
    client.force_login(teacher)
    (slip,) = issue(clerk, teacher)
    assert client.get("/").status_code == 200  # the old password works until the code is used
    assert send(client, "1001", slip.code)["Location"] == "/activate/done/"
    assert client.get("/activate/done/").status_code == 200
    assert client.get("/")["Location"].startswith("/sign-in/")
    answer = client.post("/sign-in/", {"login": "1001", "password": PASSWORD})
    assert answer["Location"] == "/"
    used = AuditEvent.objects.get(act="directory.slip.use")
    assert (used.user_id, used.district_id) == (teacher.pk, Post.objects.get(
        user=teacher).school.district_id)  # fmt: skip


def test_activation_opens_the_lock_of_forgotten_passwords(client, clerk, teacher):
    for _ in range(5):
        client.post("/sign-in/", {"login": "1001", "password": "forgotten"})
    assert client.post("/sign-in/", {"login": "1001", "password": "x"}).status_code == 429
    (slip,) = issue(clerk, teacher)
    send(client, "1001", slip.code)
    answer = client.post("/sign-in/", {"login": "1001", "password": PASSWORD})
    assert answer.status_code == 302


def test_closed_account_is_not_activated(clerk, teacher):
    (slip,) = issue(clerk, teacher)
    from directory.actions import posts  # noqa: PLC0415

    post = Post.objects.get(user=teacher)
    posts.end(post_id=post.pk, last_day=TODAY, reason="退休", actor=None, now=NOW)
    with pytest.raises(Denied, match="账号已停用"):
        activate(teacher, slip.code, now=NOW + datetime.timedelta(days=1))


def test_school_resets_nobody_who_holds_more_than_it_may_issue(clerk, county, school):
    """Who sets a password can act in every post of the account."""
    village = made.school(county, "举水乡小")
    principal = person("p", Role.PRINCIPAL, school=school)
    elsewhere = person("e", Role.TEACHER, school=village)
    two_hats = person("h", Role.TEACHER, school=school)
    accounts.give_post(
        user=two_hats, role=Role.BUREAU_HEAD, district=county, first_day=TODAY, now=NOW
    )
    for user in (principal, elsewhere, two_hats):
        with pytest.raises(Denied):
            issue(clerk, user)
    assert not ActivationSlip.objects.exists()


def test_sections_of_the_bureau_do_not_reset_their_head(county):
    clerk = made.clerk_of(county, on=TODAY)
    head = person("head", Role.BUREAU_HEAD, district=county)
    with pytest.raises(Denied, match="请联系局领导"):
        issue(clerk, head)
    assert issue(made.actor(Role.BUREAU_HEAD, at=county, on=TODAY, username="h2"), head)[0].code


def test_account_whose_posts_are_over_gets_no_code(clerk, teacher):
    Post.objects.filter(user=teacher).delete()
    with pytest.raises(Denied, match="任职都已结束"):
        issue(clerk, teacher)


def test_sheet_shows_the_codes_once_and_is_kept_by_nobody(client, clerk, teacher):
    client.force_login(made.user("clerk"))
    answer = client.post("/accounts/slips/", {"user": [teacher.pk], "nonce": NONCE})
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    (code,) = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert {"教师甲", "实验小学", "1001", "http://testserver/activate/"} <= set(
        re.findall(r"教师甲|实验小学|1001|http://testserver/activate/", page)
    )
    assert client.get("/accounts/slips/")["Location"] == "/accounts/slips/open/"
    register = client.get("/accounts/slips/open/").content.decode()
    assert "教师甲" in register
    assert code not in register
    assert code not in "".join(
        str(row) for row in (*AuditEvent.objects.values(), *Session.objects.values())
    )


def test_slips_for_accounts_out_of_scope_are_404(client, clerk, county):
    village = made.school(county, "举水乡小")
    elsewhere = person("e", Role.TEACHER, school=village)
    client.force_login(made.user("clerk"))
    for user_id in (elsewhere.pk, 999_999, "x"):
        asked = {"user": [user_id], "nonce": NONCE}
        assert client.post("/accounts/slips/", asked).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_slips_ask_a_constant_number_of_queries(
    client, clerk, school, rows, django_assert_num_queries
):
    users = [person(f"t{number}", Role.TEACHER, school=school) for number in range(rows)]
    client.force_login(made.user("clerk"))
    with django_assert_num_queries(12):
        client.post("/accounts/slips/", {"user": [user.pk for user in users], "nonce": NONCE})
    with django_assert_num_queries(3):
        client.get("/accounts/slips/open/")
