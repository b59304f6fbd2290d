"""Around the to-dos: a host's teachers and rooms, a teacher's week, a county's figures."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk.selectors.around import around
from directory.enums import Role
from directory.models import User
from directory.selectors import people
from exchange.actions import logs
from exchange.models import Placement
from tests.factories import county as made
from tests.factories import exchange as placed
from tests.resources import scenes


TODAY = datetime.date(2024, 10, 17)  # a Thursday
NOW = datetime.datetime(2024, 10, 17, 2, tzinfo=datetime.UTC)
FIRST = datetime.date(2024, 9, 1)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv("TONGXING_NOW", NOW.isoformat())


@pytest.fixture
def scene(db):
    return scenes.shared_room()


def host_of(school):
    return made.actor(Role.PRINCIPAL, at=school, on=TODAY)


def guest(scene, number, **facts):
    person = placed.teacher(scene.owner, number, f"教师{number}")
    return placed.placement(person, scene.owner, scene.member, FIRST, **facts)


def log(placement, day):
    user = placement.teacher.user
    if user is None:
        name = f"t{placement.teacher.staff_number}"
        made.actor(Role.TEACHER, at=placement.sending, username=name, on=TODAY)
        user = placement.teacher.user = User.objects.get(username=name)
        placement.teacher.save(update_fields=["user"])
    logs.write(
        placement_id=placement.pk, day=day, kinds=["LESSON_GIVEN"], now=NOW,
        actor=people.actor_for(user, TODAY)[0],
    )  # fmt: skip


def test_b4_2_a_host_sees_who_is_on_post_and_who_has_not_logged_this_week(scene):
    writes, silent = guest(scene, "1"), guest(scene, "2")
    guest(scene, "3", kind="ITINERANT")  # comes on some days only
    guest(scene, "4", state="APPROVED")
    placed.placement(writes.teacher, scene.owner, scene.partner, FIRST, kind="ITINERANT")
    log(writes, datetime.date(2024, 10, 14))
    log(writes, datetime.date(2024, 10, 11))  # of the week before
    seen = around(host_of(scene.member), TODAY, NOW)
    told = [(it.row.teacher, it.written, it.due, it.is_silent) for it in seen.guests]
    assert told == [("教师2", 0, 3, True), ("教师1", 1, 3, False), ("教师3", 0, 3, False)]
    assert seen.silent == 1
    Placement.objects.filter(pk=silent.pk).update(arrived_on=TODAY)
    assert around(host_of(scene.member), TODAY, NOW).silent == 0  # came today, nothing is late
    assert around(host_of(scene.outside), TODAY, NOW).guests == []


def test_a17_a_host_sees_who_uses_the_own_rooms_in_the_next_days(scene):
    teacher, principal = scene.teacher, scene.principal
    for day in (16, 17, 18):
        scenes.book(scene, teacher, scene.owner, day=datetime.date(2024, 10, day))
    seen = around(principal, TODAY, NOW)
    assert [(it.booking.day.day, it.clock, it.school, it.is_today) for it in seen.rooms] == [
        (17, "10:20—11:00", "实验小学", True), (18, "10:20—11:00", "实验小学", False),
    ]  # fmt: skip
    assert seen.rooms_today == 1
    assert around(scene.member_clerk, TODAY, NOW).rooms is None  # has no room of its own
    mine = around(teacher, TODAY, NOW)
    assert [it.booking.day.day for it in mine.booked] == [17, 18]
    assert (mine.week, mine.guests, mine.figures) == (None, None, None)  # not on exchange


def test_x13_the_countys_figures_are_those_of_their_pages(scene, client):
    guest(scene, "1")
    guest(scene, "2", state="APPROVED")
    head = made.actor(Role.LEADERSHIP, at=scene.county, on=TODAY)
    found = {it.key: (it.value, address) for it, address in around(head, TODAY, NOW).figures}
    assert found == {
        "groups": (1, reverse("group-list") + "?state=ACTIVE"),
        "covered": (3, reverse("group-covered")),
        "on_post": (1, reverse("placement-list") + "?state=ON_POST"),
        "rooms": (0, reverse("facility-wall")),
    }
    client.force_login(User.objects.get(pk=head.user_id))
    page = client.get("/").content.decode()
    assert "辖区概况" in page
    listed = client.get(found["on_post"][1]).content.decode()
    assert "1 人次" in listed


def test_a_teachers_week_leads_to_each_days_log(scene, client):
    placement = guest(scene, "1")
    log(placement, datetime.date(2024, 10, 14))
    client.force_login(placement.teacher.user)
    page = client.get("/").content.decode()
    assert "本周日志" in page
    address = reverse("log-write", args=[placement.pk, "2024-10-15"])
    assert f'href="{address}"' in page
    assert reverse("log-write", args=[placement.pk, "2024-10-14"]) not in page


@pytest.mark.parametrize("role", ["host", "head"])
def test_the_panels_ask_as_often_for_three_rows_as_for_one(scene, client, role):
    at, post = (scene.member, Role.PRINCIPAL) if role == "host" else (
        scene.county, Role.LEADERSHIP)  # fmt: skip
    actor = made.actor(post, at=at, on=TODAY)

    def count():
        with CaptureQueriesContext(connection) as seen:
            around(actor, TODAY, NOW)
        return len(seen)

    log(guest(scene, "1"), TODAY)
    one = count()
    for number in "23":
        log(guest(scene, number), TODAY)
    assert (one, count()) == ((6, 6) if role == "host" else (9, 9))
