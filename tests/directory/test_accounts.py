"""Accounts: who opens which, in bulk from the teachers on file (X-26)."""

import datetime
import re

import pytest

from core.errors import Denied
from core.models import AuditEvent
from core.periods import period
from directory.actions import accounts, slips
from directory.enums import ISSUES, PERMISSIONS, AccountState, Permission, Role
from directory.models import ActivationSlip, Employment, Post, Teacher, User
from directory.selectors import accounts as selectors
from tests.factories import county as made


TODAY = datetime.date(2024, 10, 15)
CLOCK = "2024-10-15T09:00:00+08:00"
NOW = datetime.datetime.fromisoformat(CLOCK)
NONCE = "a-form-that-was-drawn-once"


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
def village(county):
    return made.school(county, "举水乡小")


@pytest.fixture
def clerk(school):
    return made.actor(Role.SCHOOL_CLERK, at=school, username="clerk", on=TODAY)


def teacher(school, number="1001", name="教师甲", *, unit=True):
    row = Teacher.objects.create(
        district=school.district, staff_number=number, name=name, search=name, sort_key=name,
        created_at=NOW,
    )  # fmt: skip
    if unit:
        Employment.objects.create(
            teacher=row, employer=school, unit=school, period=period(made.DAY)
        )
    return row


def open_for(actor, *teachers):
    return accounts.open_for_teachers(
        teacher_ids=[row.pk for row in teachers], first_day=TODAY, actor=actor, now=NOW
    )


def both(actor, *teachers, nonce=NONCE):
    return slips.open_and_issue(
        teacher_ids=[row.pk for row in teachers], nonce=nonce, actor=actor, now=NOW
    )


def test_x26_account_is_named_by_the_staff_number_and_teaches_at_the_unit(clerk, school):
    row = teacher(school, "１００１ ")
    users, passed_over = open_for(clerk, row)
    assert passed_over == []
    assert [(user.username, user.name, user.has_usable_password()) for user in users] == [
        ("1001", "教师甲", False)
    ]
    row.refresh_from_db()
    post = Post.objects.get(user=users[0])
    assert (row.user_id, post.role, post.school_id, post.period.lower) == (
        users[0].pk,
        Role.TEACHER,
        school.pk,
        TODAY,
    )
    acts = AuditEvent.objects.filter(user_id=clerk.user_id).order_by("act")
    assert [event.act for event in acts] == ["directory.account.open", "directory.post.give"]


def test_name_that_another_county_took_gets_the_district_code(clerk, school):
    made.user("a1001")
    made.user("A1002-331126")
    made.user("a1002")
    rows = [teacher(school, "A1001"), teacher(school, "a1002", "教师乙")]
    users, _ = open_for(clerk, *rows)
    assert [user.username for user in users] == ["A1001-331126", f"a1002-331126-{rows[1].pk}"]


def test_names_of_one_batch_differ_whatever_their_case(clerk, school):
    users, _ = open_for(clerk, teacher(school, "b1"), teacher(school, "B1", "教师乙"))
    assert [user.username for user in users] == ["b1", "B1-331126"]


def test_teacher_without_a_unit_is_passed_over_with_the_cure(county, school):
    bureau = made.clerk_of(county, on=TODAY)
    users, passed_over = open_for(bureau, teacher(school, unit=False))
    assert users == []
    assert passed_over == [("教师甲", "没有任教单位，请先在教师名册登记")]


def test_one_teacher_out_of_scope_and_nothing_is_opened(clerk, school, village):
    with pytest.raises(Denied, match="不在您的管理范围内"):
        open_for(clerk, teacher(school), teacher(village, "2001", "教师丁"))
    assert not User.objects.filter(username__in=["1001", "2001"]).exists()


def test_same_form_twice_opens_one_account_and_shows_the_same_slip(clerk, school):
    row = teacher(school)
    (first,), _ = both(clerk, row)
    (second,), passed_over = both(clerk, row)
    assert (first.code, passed_over) == (second.code, [])
    assert User.objects.filter(username__startswith="1001").count() == 1


def test_account_that_somebody_else_opened_meanwhile_keeps_its_code(clerk, school):
    row = teacher(school)
    both(clerk, row)
    issued, passed_over = both(clerk, row, nonce="the form of another window")
    assert issued == []
    assert passed_over == [("教师甲", "已有账号，如需激活码请到“账号”页发放")]
    assert ActivationSlip.objects.get().voided_at is None


def test_refused_slip_leaves_no_account(county, school):
    """All of it or nothing: here the audit event of the slips can not be written."""
    clerk = made.clerk_of(county, on=TODAY)
    row = teacher(school)
    broken = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    with pytest.raises((OverflowError, ValueError)):
        slips.open_and_issue(teacher_ids=[row.pk], nonce=NONCE, actor=clerk, now=broken)
    assert not User.objects.filter(username="1001").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_bulk_asks_a_constant_number_of_queries(clerk, school, count, django_assert_num_queries):
    rows = [teacher(school, f"10{number}", f"教师{number}") for number in range(count)]
    with django_assert_num_queries(22):
        both(clerk, *rows)


def test_nobody_issues_what_is_not_theirs_to_give():
    """Sections hand out no power to approve, audit or see personal data of the county."""
    assert set(ISSUES) == {role for role in Role if Permission.ISSUE_ACCOUNTS in PERMISSIONS[role]}
    for role in (Role.PRINCIPAL, Role.SCHOOL_CLERK):
        assert ISSUES[role] == {Role.SCHOOL_CLERK, Role.TEACHER}
    for section in (Role.BUREAU_EDUCATION, Role.BUREAU_PERSONNEL):
        assert not ISSUES[section] & {Role.BUREAU_HEAD, Role.LEADERSHIP}
    assert Role.BUREAU_PERSONNEL not in ISSUES[Role.BUREAU_EDUCATION]


@pytest.mark.parametrize("role", Role)
def test_who_opens_which_account(county, school, role):
    at = county if role not in {Role.PRINCIPAL, Role.SCHOOL_CLERK, Role.TEACHER} else school
    actor = made.actor(role, at=at, on=TODAY)
    opened = set()
    for wanted in Role:
        in_school = wanted in {Role.PRINCIPAL, Role.SCHOOL_CLERK, Role.TEACHER}
        unit = {"school_id": school.pk} if in_school else {"district_id": county.pk}
        try:
            accounts.open_with_post(
                username=f"new-{wanted}", name="新人", role=wanted, first_day=TODAY, actor=actor,
                now=NOW, **unit,
            )  # fmt: skip
        except Denied:
            continue
        opened.add(wanted)
    expected = set(ISSUES.get(role, ()))
    if at is school:
        expected &= {Role.SCHOOL_CLERK, Role.TEACHER}
    assert opened == expected


def test_x10_second_post_for_the_same_person_and_never_for_another(clerk, school):
    asked = {"role": Role.SCHOOL_CLERK, "first_day": TODAY, "school_id": school.pk}
    made.user("1001", "教师甲")
    user, created = accounts.open_with_post(
        username="1001", name="教 師甲", actor=clerk, now=NOW, **asked
    )
    assert (created, user.name) == (False, "教师甲")
    with pytest.raises(Denied, match="已有人使用，且姓名不是"):
        accounts.open_with_post(username="1001", name="别人", actor=clerk, now=NOW, **asked)


def test_states_of_accounts(county, school):
    bureau = made.clerk_of(county, username="bureau", on=TODAY)

    def open_one(username, first, last=None, password="!"):  # noqa: S107
        user = made.user(username)
        User.objects.filter(pk=user.pk).update(password=password)
        Post.objects.create(user=user, role=Role.TEACHER, school=school, period=period(first, last))

    open_one("waits", made.DAY)
    open_one("works", made.DAY, password="argon2$x")  # noqa: S106
    open_one("soon", datetime.date(2025, 2, 1))
    open_one("gone", made.DAY, datetime.date(2024, 10, 14), password="argon2$x")  # noqa: S106
    open_one("last-day", made.DAY, TODAY, password="argon2$x")  # noqa: S106
    rows = selectors.accounts_visible_to(bureau)
    assert {row.username: row.state for row in rows if row.username != "bureau"} == {
        "waits": AccountState.WAITING,
        "works": AccountState.IN_USE,
        "soon": AccountState.UPCOMING,
        "gone": AccountState.CLOSED,
        "last-day": AccountState.IN_USE,
    }


def test_each_sees_the_accounts_of_their_units_only(county, school, village, clerk):
    campus = made.school(county, "坑西小学", kind="CAMPUS", parent_id=school.pk)
    for username, unit in (("own", school), ("below", campus), ("other", village)):
        user = made.user(username)
        accounts.give_post(user=user, role=Role.TEACHER, school=unit, first_day=made.DAY, now=NOW)
    far = made.district("331124", "松阳县")
    bureau, stranger = made.clerk_of(county, username="b"), made.clerk_of(far, username="f")
    clerk = made.actor(Role.SCHOOL_CLERK, at=school, username="clerk", on=TODAY)

    def names(actor):
        return {row.username for row in selectors.accounts_visible_to(actor)}

    assert names(clerk) == {"clerk", "own", "below"}
    assert names(bureau) == {"b", "clerk", "own", "below", "other"}
    assert names(stranger) == {"f"}
    assert names(made.actor(Role.LEADERSHIP, at=county)) == set()


def test_list_shows_no_post_of_another_unit(client, county, school, village, clerk):
    user = made.user("both", "双职甲")
    for unit in (school, village):
        accounts.give_post(user=user, role=Role.TEACHER, school=unit, first_day=made.DAY, now=NOW)
    client.force_login(made.user("clerk"))
    page = client.get("/accounts/?q=both").content.decode()
    assert "教师 实验小学" in page
    assert "举水乡小" not in page
    assert f'name="user" value="{user.pk}"' not in page  # no code for more than one's own


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=1001", {"1001"}),
        ("q=教师", {"1001", "1002"}),
        ("state=WAITING", {"1001", "1002"}),
        ("state=CLOSED", set()),
        ("role=SCHOOL_CLERK", {"clerk"}),
        ("state=WAITING&sort=-username", {"1001", "1002"}),
        ("state=nonsense&role=x", {"1001", "1002", "clerk"}),
    ],
)
def test_list_filters_and_searches(client, clerk, school, query, found):
    open_for(clerk, teacher(school), teacher(school, "1002", "教师乙"))
    User.objects.filter(username="clerk").update(password="argon2$x")  # noqa: S106
    client.force_login(made.user("clerk"))
    page = client.get(f"/accounts/?{query}").content.decode()
    assert set(re.findall(r'data-l="账号">([^<]+)<', page)) == found


def test_bulk_page_opens_and_prints(client, clerk, school, village):
    rows = [teacher(school), teacher(school, "1002", "教师乙")]
    teacher(village, "2001", "教师丁")
    client.force_login(made.user("clerk"))
    page = client.get("/accounts/new/").content.decode()
    assert "教师甲" in page
    assert "教师丁" not in page
    listed = ",".join(str(row.pk) for row in rows) + ","
    nonce = re.search(r'name="nonce" value="([^"]+)"', page).group(1)
    asked = {"page": listed, "all": "1", "nonce": nonce}
    first = client.post("/accounts/new/", asked).content.decode()
    codes = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", first)
    assert len(set(codes)) == 2
    again = client.post("/accounts/new/", asked).content.decode()
    assert re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", again) == codes
    assert "教师都已有账号" in client.get("/accounts/new/").content.decode()


def test_bulk_page_refuses_teachers_of_others(client, clerk, village):
    row = teacher(village, "2001", "教师丁")
    client.force_login(made.user("clerk"))
    for wanted in (row.pk, 999_999, "1;2"):
        answer = client.post("/accounts/new/", {"teacher": [wanted], "nonce": NONCE})
        assert answer.status_code == 404
    assert not User.objects.filter(username="2001").exists()


def test_single_form_keeps_what_was_typed_and_names_the_cure(client, county, school):
    made.clerk_of(county, username="bureau")
    client.force_login(made.user("bureau"))
    page = client.get("/accounts/add/").content.decode()
    assert "庆元县教育局" in page
    asked = {
        "name": "校长甲", "username": "p1", "role": Role.PRINCIPAL, "unit": f"district:{county.pk}",
        "first_day": "2024-10-15",
    }  # fmt: skip
    answer = client.post("/accounts/add/", asked)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "“校长”是学校身份，请选择学校。" in page
    assert 'value="校长甲"' in page
    answer = client.post("/accounts/add/", asked | {"unit": f"school:{school.pk}"})
    assert answer["Location"] == "/accounts/?q=p1"
    assert Post.objects.get(user__username="p1").school_id == school.pk


def test_forged_unit_or_role_of_the_single_form_is_refused(client, clerk, village, school):
    client.force_login(made.user("clerk"))
    asked = {"name": "某甲", "username": "x1", "first_day": "2024-10-15"}
    for forged in (
        {"role": Role.TEACHER, "unit": f"school:{village.pk}"},
        {"role": Role.PRINCIPAL, "unit": f"school:{school.pk}"},
    ):
        assert client.post("/accounts/add/", asked | forged).status_code == 200
    assert not User.objects.filter(username="x1").exists()


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/new/", "/accounts/add/",
                                  "/accounts/slips/open/"])  # fmt: skip
def test_pages_are_for_those_who_issue(client, county, school, path):
    for role, at in ((Role.TEACHER, school), (Role.LEADERSHIP, county)):
        actor = made.actor(role, at=at)
        client.force_login(User.objects.get(pk=actor.user_id))
        assert client.get(path).status_code == 403
    client.logout()
    assert client.get(path)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_ten_queries_at_most(client, county, school, rows, django_assert_num_queries):
    made.clerk_of(county, username="bureau")
    made_rows = [teacher(school, f"10{number}", f"教师{number}") for number in range(rows + 3)]
    open_for(None, *made_rows[:rows])
    client.force_login(made.user("bureau"))
    with django_assert_num_queries(5):
        client.get("/accounts/")
    with django_assert_num_queries(4):
        client.get("/accounts/new/")
