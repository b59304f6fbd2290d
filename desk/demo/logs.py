"""Logs of the demo's teachers on exchange: the last weeks until yesterday, and words of the host.

Made up, the same for the same day; every log is written at its own time by its own teacher.
"""

import datetime
from collections.abc import Mapping

from django.utils import timezone

from directory.selectors import people
from directory.selectors.calendar import calendar_for
from exchange.actions import logs
from exchange.selectors.logs import own_placements


DAY = datetime.timedelta(days=1)
BACK = 21  # days
TEACHERS = {"teacher": "principal2", "teacher2": "principal"}  # and the principal of the host
# (kinds, lessons given, lessons heard, a sentence), day after day
WRITTEN = (
    (("ATTENDANCE", "LESSON_GIVEN"), 3, None, ""),
    (
        ("ATTENDANCE", "LESSON_GIVEN", "LESSON_HEARD"),
        2,
        1,
        "听了五年级的数学课，课后一起改了板书。",
    ),
    (("ATTENDANCE", "LESSON_PLAN", "LESSON_GIVEN"), 2, None, "与本校老师一起备第三单元。"),
    (("ATTENDANCE", "LESSON_GIVEN", "RESEARCH"), 3, None, "教研组讨论作业设计，每人带一份来。"),
    (("ATTENDANCE", "MANAGEMENT"), None, None, "参加行政例会，排定下周值日。"),
)
COMMENTS = ("谢谢，备课记录已给教研组。", "课上得扎实，下周请带着年轻老师一起听。")


def load(*, today: datetime.date, users: Mapping) -> None:
    """Nothing for a teacher who is not on post; those of today are left to be written."""
    for name, host in TEACHERS.items():
        for placement in own_placements(_actor(users[name], today), today, today):
            _weeks(placement, users[name], users[host], today)


def _weeks(placement, user, host, today: datetime.date) -> None:
    first = max(placement.arrived_on, today - BACK * DAY)
    calendar = calendar_for(placement.district_id, first, today)
    days = [first + n * DAY for n in range((today - first).days)]
    for number, day in enumerate(it for it in days if calendar.is_workday(it)):
        kinds, given, heard, text = WRITTEN[number % len(WRITTEN)]
        entry = logs.write(
            placement_id=placement.pk, day=day, kinds=kinds, lessons_given=given,
            lessons_heard=heard, text=text, actor=_actor(user, day), now=_at(day, 16),
        )  # fmt: skip
        if number % 5 == 1:
            logs.comment(
                entry_id=entry.pk, text=COMMENTS[number // 5 % len(COMMENTS)],
                actor=_actor(host, day), now=_at(day, 17),
            )  # fmt: skip


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def _actor(user, on: datetime.date):
    return people.actor_for(user, on)[0]
