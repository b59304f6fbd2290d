"""The demo county's shared rooms, with bookings around the week of loading. All made up."""

import datetime
from collections.abc import Mapping

from core.actor import Actor
from core.errors import Denied
from directory.selectors import people, schools
from resources.actions import bookings, facilities, series
from resources.actions.bookings import Asked
from resources.availability import Opened, weekly
from resources.enums import FacilityKind, Sharing


WEEKDAYS = range(1, 6)
LESSONS = [Opened(day, first_lesson=1, last_lesson=6) for day in WEEKDAYS]
AFTER = [Opened(day, starts=datetime.time(16, 10), ends=datetime.time(17, 30)) for day in WEEKDAYS]
# school, name, kind, place, holds, who may book, asks approval, opening
ROOMS = (
    ("实验小学", "录播教室（二）", FacilityKind.RECORDING_ROOM, "综合楼 3 层", 48, Sharing.GROUP,
     True, [*LESSONS, *AFTER]),
    ("实验小学", "科学实验室", FacilityKind.LABORATORY, "实验楼 2 层", 50, Sharing.GROUP, True,
     LESSONS),
    ("实验小学", "体育馆", FacilityKind.GYMNASIUM, "操场东侧", 300, Sharing.DISTRICT, True,
     [*LESSONS, Opened(6, starts=datetime.time(8), ends=datetime.time(17))]),
    ("举水乡小", "图书室", FacilityKind.LIBRARY, "教学楼 1 层", 40, Sharing.GROUP, False, LESSONS),
    ("城东小学", "报告厅", FacilityKind.HALL, "行政楼 1 层", 260, Sharing.DISTRICT, True,
     [*LESSONS, *AFTER]),
    ("庆元二中", "物理实验室", FacilityKind.LABORATORY, "科技楼 3 层", 54, Sharing.GROUP, True,
     [Opened(day, first_lesson=1, last_lesson=8) for day in WEEKDAYS]),
)  # fmt: skip
# Of the first room, in the week of loading: weekday, lesson, purpose, who, for which school.
HELD = (
    (1, 1, "同步课堂·四年级科学", "teacher", "实验小学"),
    (2, 2, "语文教研", "principal", "实验小学"),
    (3, 3, "公开课试讲", "teacher", "实验小学"),
    (4, 4, "数学展示课", "principal", "实验小学"),
    (5, 5, "名师课堂·五年级英语", "teacher", "实验小学"),
)
# Next week: requests of other schools for the first and the third room, two for one time.
ASKED = (
    (0, 2, 3, "同步课堂·五年级英语", "teacher2", "举水乡小"),
    (0, 4, 2, "英语磨课", "teacher2", "举水乡小"),
    (2, 4, 5, "少年篮球训练", "teacher2", "举水乡小"),
    (2, 4, 5, "乡村少年宫展演", "principal2", "安南乡小"),
)
WEEKLY = (3, 2, "同步课堂·六年级数学", "principal", "实验小学")
EXAM_WEEK = "期中考试周停用"


def load(*, district, today: datetime.date, now: datetime.datetime, users: Mapping) -> None:
    """Rooms, a blackout, bookings of this and the next week; a school that is not there is passed.

    Each booking is made by its own person as things stood the week before, by the same actions as
    on the screen; what a holiday or a free day forbids is left out.
    """
    held = schools.by_name(district.pk, today)
    rooms = [
        facilities.add(
            school_id=held[school].pk,
            facts={
                "name": name, "kind": kind, "place": place, "capacity": holds,
                "sharing": sharing, "needs_approval": approval,
            },
            openings=openings, actor=None, now=now,
        )
        for school, name, kind, place, holds, sharing, approval, openings in ROOMS
        if school in held
    ]  # fmt: skip
    if not rooms or rooms[0].name != ROOMS[0][1]:
        return
    room, monday = rooms[0], today - datetime.timedelta(days=today.weekday())
    exam = monday + datetime.timedelta(weeks=4)
    facilities.black_out(
        facility_id=room.pk, first_day=exam, last_day=exam + datetime.timedelta(days=4),
        reason=EXAM_WEEK, actor=None, now=now,
    )  # fmt: skip
    before = now - datetime.timedelta(days=7)
    actors = _Actors(users, held, before)
    for weekday, lesson, purpose, who, school in HELD:
        actors.book(room, who, school, monday, weekday, lesson, purpose)
    for number, weekday, lesson, purpose, who, school in ASKED:
        room_asked = rooms[number]
        actors.book(
            room_asked, who, school, monday + datetime.timedelta(weeks=1), weekday, lesson, purpose
        )
    weekday, lesson, purpose, who, school = WEEKLY
    dates = weekly(weekday, monday, monday + datetime.timedelta(weeks=11))
    if actor := actors.at(who, school):
        series.book(
            facility_id=room.pk, school_id=held[school].pk, weekday=weekday,
            asked=Asked(lesson, lesson), first_day=dates[0], last_day=dates[-1], days=dates,
            purpose=purpose, heads=45, actor=actor, now=before,
        )  # fmt: skip


class _Actors:
    """The demo accounts in the posts that they held on the day of booking."""

    def __init__(self, users: Mapping, held: Mapping, now: datetime.datetime):
        self.users, self.held, self.now = users, held, now

    def at(self, who: str, school: str) -> Actor | None:
        if who not in self.users or school not in self.held:
            return None
        day, school_id = self.now.date(), self.held[school].pk
        posts = people.posts_of(self.users[who], day).filter(school=school_id)
        post = posts.order_by("pk").first()
        return post and people.actor_for(self.users[who], day, post.pk)[0]

    def book(self, room, who, school, monday, weekday, lesson, purpose) -> None:
        """One booking; a holiday has none."""
        actor = self.at(who, school)
        if actor is None:
            return
        try:
            bookings.book(
                facility_id=room.pk, school_id=self.held[school].pk,
                day=monday + datetime.timedelta(days=weekday - 1), asked=Asked(lesson, lesson),
                purpose=purpose, heads=40, actor=actor, now=self.now,
            )  # fmt: skip
        except Denied:
            return
