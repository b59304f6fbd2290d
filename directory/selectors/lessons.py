"""Lesson times of schools over some days, for whoever lays a timetable or books a room."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.backends.postgresql.psycopg_any import DateRange

from core.statements import Ask, Rows


BELLS = """
SELECT schedule.school_id, schedule.period, lesson.number, lesson.name, lesson.starts_at,
       lesson.ends_at
  FROM directory_lessonperiod lesson
  JOIN directory_bellschedule schedule ON schedule.id = lesson.schedule_id
 WHERE schedule.school_id = ANY(%s) AND schedule.period && daterange(%s::date, %s::date, '[]')
 ORDER BY schedule.school_id, schedule.period, lesson.starts_at
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of the day; ``name`` is empty where the number says it (第3节)."""

    number: int
    name: str
    starts: datetime.time
    ends: datetime.time

    @property
    def label(self) -> str:
        return self.name or f"第{self.number}节"


Bells = Mapping[int, Sequence[tuple[DateRange, tuple[Lesson, ...]]]]


def bells_between(school_ids: Collection[int], first: datetime.date, last: datetime.date) -> Bells:
    """By school: each schedule in force on some day of that time, with its lessons. One query.

    Lesson times are not secret.
    """
    return ask_bells(school_ids, first, last).told()


def ask_bells(school_ids: Collection[int], first: datetime.date, last: datetime.date) -> Ask:
    """``bells_between``, to be asked together with others."""
    return Ask(BELLS, [list(school_ids), first, last], _bells)


def _bells(rows: Rows) -> Bells:
    found: dict[int, dict] = defaultdict(dict)
    for school_id, period, *lesson in rows:
        found[school_id].setdefault(period, []).append(Lesson(*lesson))
    return {
        school_id: [(period, tuple(lessons)) for period, lessons in schedules.items()]
        for school_id, schedules in found.items()
    }


def lessons_on(bells: Bells, school_id: int, day: datetime.date) -> tuple[Lesson, ...]:
    """The school's lessons on a day, the first first; none where it has entered none."""
    for period, lessons in bells.get(school_id, ()):
        if period.lower <= day and (period.upper is None or day < period.upper):
            return lessons
    return ()
