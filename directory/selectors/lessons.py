"""Lesson times of schools over some days, for whoever lays a timetable or books a room."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.backends.postgresql.psycopg_any import DateRange

from directory.models import LessonPeriod


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
    rows = (
        LessonPeriod.objects.filter(
            schedule__school__in=school_ids,
            schedule__period__overlap=DateRange(first, last, "[]"),
        )
        .order_by("schedule__school", "schedule__period", "starts_at")
        .values_list(
            "schedule__school_id", "schedule__period", "number", "name", "starts_at", "ends_at"
        )
    )
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
