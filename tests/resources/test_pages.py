"""Pages of facilities and bookings: who sees what, what is kept, how many queries."""

import datetime

import pytest
from django.contrib.auth import get_user_model  # noqa: TID251 - signs the test's people in
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from core.models import AuditEvent
from core.ports import dependents
from directory.selectors import lessons
from groups.models import EducationGroup
from resources.actions import bookings, facilities
from resources.actions.bookings import Asked
from resources.models import Booking, Feed
from resources.selectors import todos, weeks
from resources.selectors.facilities import facilities_visible_to
from tests.resources import scenes
from tests.resources.scenes import MONDAY, NOW, THIRD, WEDNESDAY, T, book


pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", NOW.isoformat())
    return scenes.shared_room()


@pytest.fixture
def enter(client):
    def enter(actor):
        client.force_login(get_user_model().objects.get(pk=actor.user_id))
        return client

    return enter


def text(answer, code=200):
    assert answer.status_code == code
    return answer.content.decode()


def test_a17_the_list_holds_what_is_shared(scene, enter):
    scenes.room(scene.owner, name="校史室", sharing="OWN")
    scenes.room(scene.outside, name="操场", sharing="DISTRICT")
    seen = {
        "owner": (scene.teacher, {"录播教室（二）", "校史室", "操场"}),
        "member": (scene.member_teacher, {"录播教室（二）", "操场"}),
        "outside": (scene.outside_clerk, {"操场"}),
    }
    for actor, names in seen.values():
        page = text(enter(actor).get(reverse("facility-list")))
        assert {it for it in ("录播教室（二）", "校史室", "操场") if it in page} == names
    for address in ("facility-detail", "booking-new", "facility-edit"):
        answer = enter(scene.outside_clerk).get(reverse(address, args=[scene.room.pk]))
        assert answer.status_code == 404


def test_x7_the_week_lays_lessons_and_clock_on_the_same_lines(scene):
    book(scene, scene.teacher, scene.owner, Asked(starts=T(13, 40), ends=T(15)))
    book(scene, scene.member_clerk, scene.member)
    book(scene, scene.partner_clerk, scene.partner, Asked(first_lesson=2, last_lesson=3))
    week = weeks.week_of(scene.principal, scene.room, MONDAY, NOW)
    assert [it.label for it in week.rows] == [
        "第1节", "第2节", "大课间", "第3节", "午休", "第4节", "第5节", "大课间", "课后",
    ]  # fmt: skip
    wednesday = {
        row.label: (cell.rows, sorted(it.school for it in cell.events))
        for row, cells in week.lines
        for cell in cells
        if cell.day == WEDNESDAY and cell.events
    }
    assert wednesday == {
        "第2节": (3, ["举水乡小", "江根乡小"]),  # the requests meet in the third lesson
        "第4节": (2, ["实验小学"]),
    }
    saturday = [c for _, cells in week.lines for c in cells if c.day == datetime.date(2024, 10, 19)]
    assert [(it.rows, it.shut) for it in saturday] == [(9, "不开放")]
    assert sum(c.free for _, cells in week.lines for c in cells) == 27


def test_one_word_says_of_a_booking_on_every_page_that_its_time_is_over(scene, enter, monkeypatch):
    used = book(scene, scene.member_teacher, scene.member)
    bookings.approve(booking_id=used, rivals=[], actor=scene.principal, now=NOW)
    lapsed = book(scene, scene.partner_clerk, scene.partner, Asked(first_lesson=4, last_lesson=4))
    room = reverse("facility-detail", args=[scene.room.pk])
    pages = (f"{room}?day={WEDNESDAY}", f"{reverse('facility-wall')}?week={WEDNESDAY}")
    said = {
        "2024-10-16T10:59:00+08:00": (("已确认", "待审批"), ("待审批",)),
        "2024-10-16T11:00:00+08:00": (("已使用", "待审批"), ("已使用", "待审批")),
        "2024-10-16T13:30:00+08:00": (("已使用", "过期未批"), ("已使用", "过期未批")),
    }
    for at, (words, on_the_wall) in said.items():
        monkeypatch.setenv("TONGXING_NOW", at)
        client = enter(scene.principal)
        week, wall = (text(client.get(it)) for it in pages)
        assert all(it in week.split('class="tfoot"')[0] for it in words)
        assert all(it in wall for it in on_the_wall)
        for pk, word in zip((used, lapsed), words, strict=True):
            assert word in text(client.get(reverse("booking-detail", args=[pk])))
        waiting = text(client.get(reverse("booking-requests")))
        assert ("过期未批" in waiting) == (words[1] == "过期未批")
        mine = text(enter(scene.member_teacher).get(reverse("booking-mine")))
        assert words[0] in mine


def test_x7_a_room_of_a_school_without_lesson_times_has_hours(scene):
    room = scenes.room(scene.member, [scenes.Opened(1, starts=T(8, 30), ends=T(10))], name="球场")
    week = weeks.week_of(scene.principal, room, MONDAY, NOW)
    assert [it.clock for it in week.rows] == ["08:30—09:00", "09:00—10:00"]


@pytest.mark.parametrize("count", [1, 3, 60])
def test_a_week_of_sixty_facilities_needs_ten_queries(scene, count, django_assert_max_num_queries):
    for number in range(count - 1):
        scenes.room(scene.owner, name=f"教室{number}")
    book(scene, scene.teacher, scene.owner)
    with django_assert_max_num_queries(10):
        shown = list(facilities_visible_to(scene.principal))
        assert len(weeks.wall_of(scene.principal, shown, MONDAY, NOW).lines) == count


@pytest.mark.parametrize("count", [1, 3])
def test_pages_need_the_same_queries_for_any_number(scene, enter, count, django_assert_num_queries):
    for number in range(count):
        day = WEDNESDAY + datetime.timedelta(weeks=number)
        book(scene, scene.member_clerk, scene.member, day=day)
    client = enter(scene.principal)
    counted = {}
    for name in QUERIES:
        args = [scene.room.pk] if name == "facility-detail" else []
        with CaptureQueriesContext(connection) as asked:
            text(client.get(reverse(name, args=args)))
        counted[name] = len(asked)
    assert counted == QUERIES


QUERIES = {
    "facility-list": 9, "facility-wall": 11, "booking-requests": 4, "booking-mine": 5,
    "facility-detail": 13,
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_x13_the_used_list_needs_the_same_queries_for_any_number(
    scene, enter, count, django_assert_num_queries, monkeypatch
):
    for number in range(count):
        day = WEDNESDAY + datetime.timedelta(weeks=number)
        pk = book(scene, scene.member_clerk, scene.member, day=day)
        bookings.approve(booking_id=pk, rivals=[], actor=scene.principal, now=NOW)
    monkeypatch.setenv("TONGXING_NOW", "2024-11-15T09:00:00+08:00")
    client = enter(scene.principal)
    with django_assert_num_queries(6):
        page = text(client.get(reverse("booking-used")))
    assert f"共 {count} 次" in page


def test_a_booking_stands_under_the_list_on_which_its_reader_finds_it(scene, enter, monkeypatch):
    pk = book(scene, scene.member_teacher, scene.member)
    address = reverse("booking-detail", args=[pk])

    def tabs_of(*actors):
        tabs = (text(enter(it).get(address)).split("本栏目页面")[1] for it in actors)
        return [it.split('aria-current="page">')[1].split("<")[0] for it in tabs]

    readers = (scene.principal, scene.member_teacher, scene.member_clerk)
    assert tabs_of(*readers) == ["审批", "我的预约", "场地"]
    bookings.approve(booking_id=pk, rivals=[], actor=scene.principal, now=NOW)
    assert tabs_of(*readers) == ["场地", "我的预约", "场地"]
    monkeypatch.setenv("TONGXING_NOW", "2024-10-17T09:00:00+08:00")
    assert tabs_of(*readers) == ["使用记录", "我的预约", "使用记录"]


def test_a17_the_form_keeps_what_was_typed_and_books(scene, enter):
    client, address = enter(scene.member_teacher), reverse("booking-new", args=[scene.room.pk])
    told = {
        "school": scene.member.pk, "day": "2024-10-16", "first_lesson": "3", "starts": "10:20",
        "purpose": "同步课堂·五年级英语",
    }  # fmt: skip
    page = text(client.post(address, told))
    assert "节次和钟点只填一种" in page
    assert "同步课堂·五年级英语" in page
    late = text(
        client.post(address, told | {"first_lesson": "", "starts": "22:00", "ends": "1:00"})
    )
    assert "一次预约不能跨过午夜" in late
    answer = client.post(address, told | {"starts": ""})
    booking = Booking.objects.get()
    assert answer["Location"] == reverse("booking-detail", args=[booking.pk])
    assert "等待实验小学审批" in text(client.get(answer["Location"]))


def test_x7_the_preview_saves_nothing_and_the_ticked_dates_are_taken(scene, enter):
    book(scene, scene.teacher, scene.owner, day=WEDNESDAY + datetime.timedelta(weeks=1))
    client, address = enter(scene.principal), reverse("booking-new", args=[scene.room.pk])
    answer = client.post(address, {
        "school": scene.owner.pk, "day": "2024-10-16", "first_lesson": "3", "purpose": "社团",
        "weekly": "on", "until": "2024-11-06",
    })  # fmt: skip
    preview = text(client.get(answer["Location"]))
    assert Booking.objects.count() == 1
    assert "每周三 第3节 10:20—11:00" in preview
    assert "实验小学 同步课堂 10:20—11:00" in preview
    assert "改约 08:20" in preview
    assert preview.count("checked") == 3
    refused = client.post(answer["Location"], {"day": ["x"]})
    assert "请至少选一个可约的日期" in text(refused, 422)
    done = client.post(answer["Location"], {"day": ["2024-10-16", "2024-11-06"]})
    page = text(client.get(done["Location"]))
    assert "4 个，已约 2 个" in page
    assert page.count(">补约<") == 1
    client.post(done["Location"], {"day": "2024-10-30"})
    assert "4 个，已约 3 个" in text(client.get(done["Location"]))
    assert "这一天已经约过" in text(client.post(done["Location"], {"day": "2024-10-30"}), 422)


def test_x6_the_owner_sees_the_rivals_before_approving(scene, enter):
    first = book(scene, scene.member_clerk, scene.member)
    second = book(scene, scene.partner_clerk, scene.partner, purpose="集体备课")
    client = enter(scene.principal)
    assert "另有 1 个申请" in text(client.get(reverse("booking-requests")))
    page = text(client.get(reverse("booking-detail", args=[first])))
    assert "批准举水乡小，退回 1 个" in " ".join(page.split())
    assert "集体备课" in page
    approve = reverse("booking-approve", args=[first])
    assert "请重新核对下面列出的申请" in text(client.post(approve), 422)
    assert client.post(approve, {"rival": [second]}).status_code == 302
    lost = text(enter(scene.partner_clerk).get(reverse("booking-mine")))
    assert "这个时段已给举水乡小使用。" in lost
    assert "可改约：10月16日 第4节 13:30—14:10；" in lost


def test_x6_a_refusal_needs_its_reason(scene, enter):
    asked = book(scene, scene.member_clerk, scene.member)
    client, address = enter(scene.principal), reverse("booking-refuse", args=[asked])
    assert "请写明原因" in text(client.post(address, {"reason": ""}), 422)
    assert client.post(address, {"reason": "当天检修"}).status_code == 302
    assert Booking.objects.get().reason == "当天检修"
    assert enter(scene.outside_clerk).post(address, {"reason": "x"}).status_code == 404


def test_x33_todos_of_the_owner_and_of_whoever_was_refused(scene):
    asked = book(scene, scene.member_teacher, scene.member)
    (line,) = todos.todos_for(scene.principal, MONDAY)
    assert (line.title, line.act, line.due_on) == ("举水乡小申请录播教室（二）", "审批", WEDNESDAY)
    assert todos.todos_for(scene.member_clerk, MONDAY) == []
    assert todos.todos_for(scene.teacher, MONDAY) == []
    bookings.refuse(booking_id=asked, reason="检修", actor=scene.principal, now=NOW)
    (line,) = todos.todos_for(scene.member_teacher, MONDAY)
    assert line.detail == "2024-10-16 同步课堂：检修"


def test_the_feed_is_secret_and_ends_with_the_post(scene, enter, client):
    book(scene, scene.member_teacher, scene.member)
    enter(scene.member_teacher).post(reverse("booking-feed"))
    key = Feed.objects.get().feed_key
    assert key in text(client.get(reverse("booking-mine")))
    client.logout()
    answer = client.get(reverse("feed-ics", args=[key]))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(event["summary"]), str(event["status"])) == ("同步课堂（举水乡小）", "TENTATIVE")
    assert event["dtstart"].dt == datetime.datetime(2024, 10, 16, 2, 20, tzinfo=datetime.UTC)
    client.get(reverse("feed-ics", args=[key]))
    read = AuditEvent.objects.get(act="resources.feed.read")  # once a day and address
    assert (read.address, read.user_id) == ("127.0.0.1", scene.member_teacher.user_id)
    assert client.get(reverse("feed-ics", args=["wrong"])).status_code == 404
    enter(scene.member_teacher).post(reverse("booking-feed"))
    client.logout()
    assert client.get(reverse("feed-ics", args=[key])).status_code == 404


def test_a17_the_owner_enters_changes_and_closes_a_room(scene, enter):
    client = enter(scene.principal)
    told = {
        "school": scene.owner.pk, "name": "舞蹈室", "kind": "FUNCTION_ROOM", "sharing": "GROUP",
        "lessons_1": "1－3，５", "clock_6": "9：00至11:30",
    }  # fmt: skip
    assert "不是节次" in text(client.post(reverse("facility-new"), told | {"lessons_2": "x"}))
    assert "已有同名场地" in text(
        client.post(reverse("facility-new"), told | {"name": scene.room.name})
    )
    page = text(client.post(reverse("facility-new"), told, follow=True))
    assert "第1—3节" in page
    assert "周六 09:00—11:30" in page
    room = [scene.room.pk]
    client.post(reverse("facility-blackouts", args=room), {
        "first_day": "2024-10-16", "last_day": "2024-10-17", "reason": "检修",
    })  # fmt: skip
    assert "10月16日—10月17日 检修" in text(client.get(reverse("facility-detail", args=room)))
    client.post(
        reverse("facility-withdraw", args=room), {"first_day": "2024-10-14", "reason": "改建"}
    )
    assert "起停用：改建" in text(client.get(reverse("facility-detail", args=room)))
    client.post(reverse("facility-withdraw", args=room), {"put_back": "1"})
    assert "起停用" not in text(client.get(reverse("facility-detail", args=room)))
    assert enter(scene.teacher).get(reverse("facility-edit", args=room)).status_code == 404


def test_rule7_what_reaches_past_a_day_is_listed(scene):
    book(scene, scene.member_clerk, scene.member)
    lines = [it for ask in dependents for it in ask(scene.member.pk, MONDAY)]
    assert lines == ["预约：2024-10-16 录播教室（二），同步课堂（待审批）"]
    assert [it for ask in dependents for it in ask(scene.member.pk, WEDNESDAY)] == []


def test_the_tab_of_a_group_and_the_api(scene, enter):
    held = book(scene, scene.teacher, scene.owner)
    client = enter(scene.member_clerk)
    page = text(client.get(reverse("group-facilities", args=[EducationGroup.objects.get().pk])))
    assert "录播教室（二）" in page or "第1周" in page
    rows = client.get(reverse("api-facility-list")).json()["results"]
    assert [it["school"]["name"] for it in rows] == ["实验小学"]
    assert client.get(reverse("api-booking-list")).json()["count"] == 0
    (row,) = enter(scene.principal).get(reverse("api-booking-list")).json()["results"]
    assert (row["id"], row["state"], row["starts_at"]) == (
        held, "ACTIVE", "2024-10-16T10:20:00+08:00",
    )  # fmt: skip


def test_lessons_of_a_day_are_those_of_the_schedule_in_force(scene):
    bells = lessons.bells_between([scene.owner.pk], MONDAY, WEDNESDAY)
    assert len(lessons.lessons_on(bells, scene.owner.pk, WEDNESDAY)) == 6
    assert lessons.lessons_on(bells, scene.member.pk, WEDNESDAY) == ()
    assert THIRD.lessons == 1
    assert facilities.CHANGEABLE[0] == "name"
