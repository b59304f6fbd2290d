"""A county in which schools share rooms, reached by real actions."""

import dataclasses
import datetime
from typing import Any

from django.utils import timezone

from directory.actions import bells
from directory.enums import Role
from groups.actions import groups
from resources.actions import bookings, facilities
from resources.actions.bookings import Asked
from resources.availability import Opened
from tests.factories import county as made


T = datetime.time
MONDAY = datetime.date(2024, 10, 14)
WEDNESDAY = datetime.date(2024, 10, 16)
NOW = datetime.datetime(2024, 10, 14, 0, 0, tzinfo=datetime.UTC)  # Monday 08:00 in Shanghai
LESSONS = (
    ("", T(8, 20), T(9)), ("", T(9, 10), T(9, 50)), ("", T(10, 20), T(11)),
    ("", T(13, 30), T(14, 10)), ("", T(14, 20), T(15)), ("课后", T(15, 30), T(17)),
)  # fmt: skip
WEEK = [Opened(day, first_lesson=1, last_lesson=6) for day in range(1, 6)]
FACTS = {
    "name": "录播教室（二）", "kind": "RECORDING_ROOM", "place": "综合楼 3 层", "capacity": 48,
    "sharing": "GROUP", "needs_approval": True,
}  # fmt: skip
THIRD = Asked(first_lesson=3, last_lesson=3)


@dataclasses.dataclass(frozen=True)
class Scene:
    county: Any
    owner: Any  # the school
    member: Any
    partner: Any
    outside: Any
    room: Any
    principal: Any  # actors
    teacher: Any
    member_clerk: Any
    member_teacher: Any
    partner_clerk: Any
    outside_clerk: Any


def shared_room(**facts) -> Scene:
    """实验小学 shares a room with its group; 五大堡乡小 is in no group."""
    county = made.district()
    owner, member, partner, outside = (
        made.school(county, name, stage="PRIMARY")
        for name in ("实验小学", "举水乡小", "江根乡小", "五大堡乡小")
    )
    bells.set_bells(
        school_id=owner.pk, name="作息", first_day=made.DAY, lessons=LESSONS, actor=None,
        now=made.NOW,
    )  # fmt: skip
    groups.found(
        district_id=county.pk, name="实验小学教育集团", type="CO_BUILT", core_id=owner.pk,
        member_ids=[member.pk, partner.pk], first_day=made.DAY, actor=None, now=made.NOW,
    )  # fmt: skip

    def at(role, school):
        return made.actor(role, at=school, on=MONDAY)

    return Scene(
        county, owner, member, partner, outside, room(owner, **facts),
        at(Role.PRINCIPAL, owner), at(Role.TEACHER, owner),
        at(Role.SCHOOL_CLERK, member), at(Role.TEACHER, member),
        at(Role.SCHOOL_CLERK, partner), at(Role.SCHOOL_CLERK, outside),
    )  # fmt: skip


def room(school, openings=WEEK, **facts):
    return facilities.add(
        school_id=school.pk, facts=FACTS | facts, openings=openings, actor=None, now=NOW
    )


def book(scene, actor, school, asked=THIRD, day=WEDNESDAY, **extra):
    wanted = {"purpose": "同步课堂", "heads": 40, "facility_id": scene.room.pk, "now": NOW} | extra
    return bookings.book(school_id=school.pk, day=day, asked=asked, actor=actor, **wanted)


def local(period):
    return tuple(f"{timezone.localtime(it):%m-%d %H:%M}" for it in (period.lower, period.upper))
