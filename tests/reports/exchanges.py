"""Placements, logs and bookings around the ends of a school year, for papers and dashboard."""

import datetime
from types import SimpleNamespace

from django.utils import timezone

from directory.enums import Role
from directory.models import User
from exchange.models import LogEntry
from resources.models import Booking, Facility
from tests.factories import county as made
from tests.factories import exchange as people
from tests.groups.scenes import found
from tests.resources import scenes as rooms


YEAR = 2025
T = datetime.time
DAY = datetime.timedelta(days=1)
LESSON = (T(9, 10), T(9, 50))


def county():
    """实验小学 with two members; 实验二小 with one, where nothing happens; 江滨小学 alone."""
    county = made.district()
    names = {"core": "实验小学", "member": "举水乡小", "second": "竹口小学", "alone": "江滨小学",
             "other": "实验二小", "far": "五都小学"}  # fmt: skip
    scene = SimpleNamespace(county=county)
    for key, name in names.items():
        setattr(scene, key, made.school(county, name, stage="PRIMARY"))
    scene.group_id = found(
        county, scene.core, [scene.member, scene.second], "实验教共体", made.DAY
    ).pk
    scene.quiet_id = found(county, scene.other, [scene.far], "二小教共体", made.DAY).pk
    scene.clerk = made.clerk_of(county, on=datetime.date(YEAR + 1, 10, 10))
    return scene


def laid(scene, year: int = YEAR) -> None:
    """Everything of that school year, and what lies just before and behind it."""
    place(scene, year)
    write(scene, year)
    book(scene, year)


def place(scene, year: int) -> None:
    """Six placements count; the teacher of two of them once."""
    first, last = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
    core, member, second, alone = scene.core, scene.member, scene.second, scene.alone
    teachers = {
        name: people.teacher(school, f"{number}", f"教师{name}")
        for number, (name, school) in enumerate(
            {"甲": core, "乙": member, "丙": core, "丁": member, "戊": core, "己": core,
             "庚": core, "辛": core, "壬": core}.items(), 1001,
        )
    }  # fmt: skip

    def go(name, to, begins, ends, **facts):
        sending = member if name in "乙丁" else core
        group = None if to is alone else scene.group_id
        return people.placement(
            teachers[name], sending, to, begins, ends, **{"group_id": group} | facts
        )

    began = first.replace(year=year - 1)
    scene.running = go("甲", member, began, last.replace(year=year + 2))
    go("乙", core, began + DAY, first, kind="SHADOWING")  # its last day is the year's first
    go("丙", second, first, last, kind="SUPPORT")  # and here the year's last
    cut = datetime.date(year + 1, 2, 28)
    go("丁", second, first + 30 * DAY, cut, kind="ITINERANT", state="TERMINATED")
    go("丁", core, first + 30 * DAY, last + 90 * DAY, kind="ITINERANT")
    scene.outside = go("戊", alone, first, last.replace(year=year + 2))
    go("己", member, began, first - DAY)  # over before
    go("庚", member, first + 90 * DAY, last.replace(year=year + 2), state="APPROVED")
    go("辛", member, last + DAY, last.replace(year=year + 2))  # begins after
    go("壬", member, first, last, state="WITHDRAWN")


def write(scene, year: int) -> None:
    first, last = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
    for placement, day, kinds, given, heard in (
        (scene.running, first - DAY, ["LESSON_GIVEN"], 4, None),
        (scene.running, first, ["ATTENDANCE", "LESSON_HEARD"], None, 1),
        (scene.running, last, ["ATTENDANCE", "LESSON_GIVEN"], 2, None),
        (scene.outside, first + 60 * DAY, ["RESEARCH"], None, None),
        (scene.outside, last + DAY, ["RESEARCH"], None, None),
    ):
        LogEntry.objects.create(
            placement=placement, day=day, kinds=kinds, lessons_given=given, lessons_heard=heard,
            written_at=made.NOW, changed_at=made.NOW,
        )  # fmt: skip


def book(scene, year: int) -> None:
    """The core's room, a member's withdrawn one and another member's hall for the county."""
    first, last = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
    room, hall = rooms.room(scene.core), rooms.room(scene.second, sharing="DISTRICT")
    rooms.room(scene.core, name="会议室", sharing="OWN")
    shut = rooms.room(scene.member)
    Facility.objects.filter(pk=shut.pk).update(withdrawn_from=last, withdrawn_reason="维修")
    lesson, clock = LESSON, (T(16, 10), T(17, 10))
    for facility, school, day, span, lessons, state in (
        (room, scene.core, first + 40 * DAY, (T(9, 10), T(11)), (2, 3), "ACTIVE"),
        (room, scene.member, first, lesson, (2, 2), "ACTIVE"),
        (room, scene.member, last, lesson, (2, 2), "ACTIVE"),
        (room, scene.member, first - DAY, lesson, (2, 2), "ACTIVE"),
        (room, scene.member, last + DAY, lesson, (2, 2), "ACTIVE"),
        (room, scene.member, first + 50 * DAY, lesson, (2, 2), "REQUESTED"),
        (room, scene.member, first + 51 * DAY, lesson, (2, 2), "CANCELLED"),
        (hall, scene.core, first + 52 * DAY, clock, (None, None), "ACTIVE"),
        (hall, scene.alone, first + 53 * DAY, clock, (None, None), "ACTIVE"),
        (shut, scene.member, first + 54 * DAY, lesson, (2, 2), "ACTIVE"),
    ):
        booked(facility, school, day, span, lessons, state)
    scene.room = room


def booked(facility, school, day, span=LESSON, lessons=(2, 2), state="ACTIVE"):
    person = User.objects.filter(username="booker").first() or made.user("booker")
    starts, ends = (timezone.make_aware(datetime.datetime.combine(day, at)) for at in span)
    return Booking.objects.create(
        facility=facility, school=school, user=person, user_name="某人", period=(starts, ends),
        day=day, first_lesson=lessons[0], last_lesson=lessons[1], purpose="同步课堂", state=state,
        created_at=made.NOW, decided_at=made.NOW, reason="不用了" if state == "CANCELLED" else "",
    )  # fmt: skip


def reader(scene, role: Role):
    return made.actor(
        role, at=scene.county, username=f"{role.lower()}-y", on=datetime.date(YEAR + 1, 8, 31)
    )
