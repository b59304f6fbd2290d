"""Sessions: their list, the idle time-out, and the text that it gives back."""

import datetime
import re

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.test import Client

from core.models import AuditEvent
from directory.actions import accounts, sessions
from directory.enums import Role
from directory.models import Post, Session, User
from directory.sessions import device_of
from tests.directory.conftest import AT, PASSWORD, sign_in
from tests.factories import county as made


pytestmark = pytest.mark.usefixtures("fast", "pass_time")

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0"
TYPED = {"code": "331126001002", "name": "后田社区", "town": "濛洲街道", "attribute": "x"}


# ---- the list


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (EDGE, "Windows 电脑，Edge 浏览器"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/90 MicroMessenger/8.0", "安卓手机，微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Safari/604", "苹果手机，Safari 浏览器"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/91 UOS Professional", "Linux 电脑，统信浏览器"),
        ("curl/8.0", "未知设备"),
        ("", "未知设备"),
    ],
)  # fmt: skip
def test_device_in_plain_words(agent, name):
    assert device_of(agent) == name


def test_list_tells_devices_and_marks_this_one(clerk):
    other, this = Client(HTTP_USER_AGENT="iPhone Safari"), Client(HTTP_USER_AGENT=EDGE)
    sign_in(other)
    sign_in(this)
    page = this.get("/account/").content.decode().partition('class="devices"')[2]
    names = re.findall(r'class="b">([^<]+)</span>\s*<span class="(tag|sub)', page)
    assert names == [
        ("Windows 电脑，Edge 浏览器", "tag"),
        ("苹果手机，Safari 浏览器", "sub"),
    ]
    assert other.session.session_key not in page


def test_one_is_ended_then_all_others(clerk, teacher):
    this, second, third, stranger = Client(), Client(), Client(), Client()
    for client in (this, second, third):
        sign_in(client)
    sign_in(stranger, "teacher")
    handles = re.findall(r'name="session"\s+value="(\w+)"', this.get("/account/").content.decode())
    assert len(handles) == 2
    this.post("/account/sessions/end/", {"session": handles[0]})
    assert sorted(it.get("/").status_code for it in (second, third)) == [200, 302]
    this.post("/account/sessions/end/")
    assert {it.get("/").status_code for it in (second, third)} == {302}
    assert this.get("/").status_code == stranger.get("/").status_code == 200
    counts = AuditEvent.objects.filter(act="directory.session.end").order_by("pk")
    assert [it.details["count"] for it in counts] == [1, 1]


def test_nobody_ends_anothers_session_nor_the_one_in_use(clerk, teacher):
    this, victim = Client(), Client()
    sign_in(this)
    sign_in(victim, "teacher")
    from directory.selectors.security import handle_of  # noqa: PLC0415

    this.post("/account/sessions/end/", {"session": handle_of(victim.session.session_key)})
    assert victim.get("/").status_code == 200
    own = this.post("/account/sessions/end/", {"session": handle_of(this.session.session_key)})
    assert own.status_code == 403
    assert this.get("/").status_code == 200


def test_last_use_is_written_at_most_every_three_minutes(
    client, clerk, pass_time, django_assert_num_queries
):
    sign_in(client)
    seen = []
    for minute in (1, 2, 4, 5, 6, 8):
        pass_time(minute)
        client.get("/account/sessions/end/")
        seen.append((Session.objects.get().seen_at - AT).total_seconds() / 60)
    assert seen == [0, 0, 4, 4, 4, 8]


@pytest.mark.parametrize("others", [1, 3])
def test_page_asks_a_constant_number_of_queries(clerk, django_assert_num_queries, others):
    this = Client()
    for client in (*(Client() for _ in range(others)), this):
        sign_in(client)
    this.get("/account/")
    with django_assert_num_queries(4):
        this.get("/account/")


def test_rows_of_sessions_that_are_over_are_swept(client, clerk):
    sign_in(client)
    later = AT + datetime.timedelta(days=365 * 9)
    assert sessions.sweep(now=AT) == 0
    assert sessions.sweep(now=later) == 1


# ---- the idle time-out


def over_after(client, pass_time, minutes):
    """Whether a session, last used at ``AT``, is over so many minutes later."""
    pass_time(minutes)
    return client.get("/account/").status_code == 302


@pytest.mark.parametrize(("minutes", "over"), [(29, False), (30, False), (31, True)])
def test_bureau_is_signed_out_after_half_an_hour(client, clerk, pass_time, minutes, over):
    sign_in(client, remember="on")  # what is promised to teachers only
    assert over_after(client, pass_time, minutes) is over


@pytest.mark.parametrize(("minutes", "over"), [(240, False), (241, True)])
def test_teacher_has_four_hours(client, teacher, pass_time, minutes, over):
    sign_in(client, "teacher")
    assert over_after(client, pass_time, minutes) is over


def test_teacher_on_an_own_phone_has_the_week_that_the_form_says(client, teacher, pass_time):
    sign_in(client, "teacher", remember="on")
    assert client.cookies["sessionid"]["max-age"] == 7 * 86400
    assert over_after(client, pass_time, 6 * 24 * 60) is False


def test_teacher_with_another_post_is_no_longer_only_a_teacher(client, teacher, pass_time):
    post = Post.objects.get(user_id=teacher.user_id)
    accounts.give_post(
        user=post.user, role=Role.SCHOOL_CLERK, school=post.school, first_day=made.DAY, now=AT
    )
    sign_in(client, "teacher", remember="on")
    assert over_after(client, pass_time, 31) is True


def test_use_keeps_the_session_and_the_api_keeps_the_same_hours(client, clerk, pass_time):
    sign_in(client)
    for minute in range(0, 120, 25):
        assert over_after(client, pass_time, minute) is False
    pass_time(100 + 25)
    assert client.get("/api/v1/schools/").status_code == 200
    pass_time(125 + 34)
    assert client.get("/api/v1/schools/").status_code == 401


def test_zero_turns_it_off(client, clerk, pass_time, settings):
    settings.SESSION_IDLE_MINUTES = 0
    sign_in(client)
    assert over_after(client, pass_time, 60 * 24) is False


# ---- the text comes back


def lapse(client, pass_time, *, username="clerk"):
    sign_in(client, username)
    pass_time(60)


def test_form_posted_after_the_time_out_comes_back_and_is_not_sent(client, clerk, pass_time):
    lapse(client, pass_time)
    answer = client.post("/areas/new/", TYPED, headers={"Referer": "http://testserver/areas/new/"})
    assert answer["Location"] == "/sign-in/?next=/areas/new/"
    page = client.get(answer["Location"]).content.decode()
    assert "30 分钟没有操作" in page
    assert "刚才填写的内容留着" in page
    assert "后田社区" not in page
    wrong = client.post(answer["Location"], {"login": "clerk", "password": "wrong"})
    assert wrong.status_code == 200
    back = client.post(answer["Location"], {"login": "clerk", "password": PASSWORD})
    assert back["Location"] == "/areas/new/"
    assert "后田社区" not in client.get("/").content.decode()  # another page
    page = client.get("/areas/new/").content.decode()
    assert "刚才填写的内容" in page
    assert re.findall(r'data-kept-name="(\w+)">([^<]+)<', page) == list(TYPED.items())
    assert "后田社区" not in client.get("/areas/new/").content.decode()  # once
    assert not AuditEvent.objects.filter(act="directory.area_unit.enter").exists()


def test_typed_text_stands_encrypted(client, clerk, pass_time):
    lapse(client, pass_time)
    client.post("/areas/new/", TYPED)
    kept = client.session["kept"]
    assert "后田" not in kept
    assert "后田" not in str(dict(client.session))


def test_another_person_never_gets_it(client, clerk, teacher, pass_time):
    lapse(client, pass_time)
    client.post("/areas/new/", TYPED)
    sign_in(client, "teacher")
    assert "kept" in client.session
    assert "刚才填写" not in client.get("/account/").content.decode()
    assert "kept" not in client.session


def test_own_account_passwords_and_files_are_not_kept(client, clerk, pass_time):
    lapse(client, pass_time)
    client.post("/account/password/", {"password": "a", "password1": "b", "code": "c"})
    sign_in(client)
    assert "刚才填写" not in client.get("/account/password/").content.decode()


def test_what_is_too_long_says_so(client, clerk, pass_time):
    lapse(client, pass_time)
    client.post("/areas/new/", TYPED | {"town": "长" * 200_001})
    sign_in(client)
    page = client.get("/areas/new/").content.decode()
    assert "内容太长，没有留下" in page


def test_form_of_another_address_comes_back_to_its_page(client, clerk, pass_time):
    lapse(client, pass_time)
    for referer, page in (
        ("http://testserver/accounts/?q=x", "/accounts/%3Fq%3Dx"),
        ("http://evil.example/accounts/", "/accounts/slips/"),
    ):
        answer = client.post("/accounts/slips/", {"user": "1"}, headers={"Referer": referer})
        assert answer["Location"] == f"/sign-in/?next={page}"
        Session.objects.all().delete()
        client.cookies.clear()
        pass_time()
        lapse(client, pass_time)


def test_form_sent_after_signing_out_elsewhere_leads_back_to_its_page(client, db):
    came = {"Referer": "http://testserver/bookings/6/"}
    answer = client.post("/bookings/6/approve/", {"seen": "x"}, headers=came)
    assert answer["Location"] == "/sign-in/?next=/bookings/6/"
    assert client.get("/account/", headers=came)["Location"] == "/sign-in/?next=/account/"
    assert "kept" not in client.session


def test_address_of_a_button_opened_by_hand_is_told(client, clerk):
    sign_in(client)
    answer = client.get("/account/sessions/end/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "<h1>这个网址不能直接打开</h1>" in answer.content.decode()


def test_page_read_after_the_time_out_says_why_and_opens_again(client, teacher, pass_time):
    sign_in(client, "teacher")
    pass_time(241)
    answer = client.get("/account/?x=1")
    assert answer["Location"] == "/sign-in/?next=/account/%3Fx%3D1"
    page = client.get(answer["Location"]).content.decode()
    assert "4 小时没有操作" in page
    assert "刚才填写的内容" not in page
    sign_in(client, "teacher")
    assert "lapsed" not in client.session


def test_stranger_leaves_nothing_behind(client, db):
    client.post("/areas/new/", TYPED)
    assert Session.objects.count() == 0


def test_script_s_request_is_led_to_sign_in_as_before(client, clerk, pass_time):
    lapse(client, pass_time)
    answer = client.post("/areas/new/", TYPED, headers={"Accept": "application/json"})
    assert answer["Location"] == "/sign-in/?next=/areas/new/"
    assert "kept" not in client.session


# ---- the account that comes with the session's row


def told_else(key, value):
    def change(client):
        store = client.session
        store[key] = value
        store.save()

    return change


def account_else(**changed):
    return lambda client: User.objects.filter(username="clerk").update(**changed)


@pytest.mark.parametrize(
    "change",
    [
        account_else(password="!changed"),  # noqa: S106
        account_else(is_active=False),
        told_else(BACKEND_SESSION_KEY, "of.an.Older.Release"),
        told_else(HASH_SESSION_KEY, "x"),
        told_else(HASH_SESSION_KEY, None),
    ],
)
def test_session_that_is_not_good_is_nobodys(client, clerk, change):
    sign_in(client)
    assert client.get("/").status_code == 200
    change(client)
    assert client.get("/").status_code == 302


def test_account_is_that_of_the_sign_in_whatever_the_row_says(client, clerk, teacher):
    sign_in(client)
    Session.objects.filter(device__gt="").update(user=teacher.user_id)
    assert client.get("/").wsgi_request.user.username == "clerk"
