"""Logs: who reads which, a teacher's week, and the list of a host."""

import dataclasses
import datetime
from collections.abc import Sequence

from django.db.models import Count, QuerySet

from core.actor import Actor
from core.clock import day_of
from core.periods import last_day
from core.workdays import Calendar
from directory.enums import DayKind
from directory.selectors import calendar, schools
from exchange.enums import LogKind
from exchange.models import LogEntry, LogPhoto, Placement
from exchange.selectors.placements import placements_visible_to


WEEK = datetime.timedelta(days=7)
ONE_DAY = datetime.timedelta(days=1)
WEEKDAYS = "一二三四五六日"


def logs_visible_to(actor: Actor) -> QuerySet[LogEntry]:
    """The own; of teachers whom the own schools send or host; of the actor's districts (B4-1)."""
    return LogEntry.objects.filter(placement__in=placements_visible_to(actor))


def own_placements(actor: Actor, first: datetime.date, last: datetime.date) -> list[Placement]:
    """The teacher's placements with a day on post in that time, by their first day."""
    if actor.teacher_id is None:
        return []
    rows = Placement.objects.filter(
        teacher=actor.teacher_id, arrived_on__lte=last, period__endswith__gt=first
    )
    return list(rows.order_by("period", "pk"))


@dataclasses.dataclass(frozen=True)
class Entry:
    """A log entry as pages draw it."""

    entry: LogEntry
    teacher: str = ""
    school: str = ""

    @property
    def pk(self) -> int:
        return self.entry.pk

    @property
    def kinds(self) -> list[str]:
        """Kinds with their number of lessons: 上课 3 节."""
        counts = {
            LogKind.LESSON_GIVEN: self.entry.lessons_given,
            LogKind.LESSON_HEARD: self.entry.lessons_heard,
        }
        return [
            f"{kind.label} {counts[kind]} 节" if counts.get(kind) else kind.label
            for kind in map(LogKind, self.entry.kinds)
        ]

    @property
    def told(self) -> str:
        return "、".join(self.kinds)

    @property
    def days_late(self) -> int:
        """How many days after its day it was written."""
        return (day_of(self.entry.written_at) - self.entry.day).days


@dataclasses.dataclass(frozen=True)
class Day:
    """A day of a teacher's week: what is written, or why nothing need be."""

    day: datetime.date
    entry: Entry | None = None
    placement: Placement | None = None
    school: str = ""
    off: str = ""  # the holiday's name, or 周末
    is_today: bool = False
    is_later: bool = False

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.day.weekday()]

    @property
    def is_open(self) -> bool:
        """On post, come, a workday, and nothing written yet."""
        return bool(self.placement) and not self.entry and not self.off and not self.is_later


def week_of(actor: Actor, monday: datetime.date, today: datetime.date) -> list[Day]:
    """A teacher's week, Monday to Sunday; weekend days only where one is worked or written.

    A day of two placements stands once for each. At most six queries.
    """
    sunday = monday + WEEK - ONE_DAY
    held = own_placements(actor, monday, sunday)
    written = {}
    if held:
        rows = LogEntry.objects.filter(placement__in=held, day__range=(monday, sunday))
        rows = rows.annotate(pictures=Count("photos")).order_by("day", "pk")
        written = {(it.placement_id, it.day): it for it in rows}
    names = schools.names_on(today, {it.receiving_id for it in held})
    work = calendar.calendar_for(actor.home_district_id, monday, sunday)
    holidays = _holidays(actor.home_district_id, monday, sunday)
    return [
        line
        for n in range(7)
        for line in _day(monday + n * ONE_DAY, today, held, written, names, work, holidays)
    ]


def _day(day, today, held, written, names, work: Calendar, holidays) -> list[Day]:
    off = "" if work.is_workday(day) else holidays.get(day) or "周末"
    there = [it for it in held if it.arrived_on <= day <= last_day(it.period)]
    lines = [
        Day(
            day, placement=it, school=names.get(it.receiving_id, ""), off=off,
            entry=Entry(found) if (found := written.get((it.pk, day))) else None,
            is_today=day == today, is_later=day > today,
        )
        for it in there
    ] or [Day(day, off=off, is_today=day == today, is_later=day > today)]  # fmt: skip
    if off == "周末":
        return [it for it in lines if it.entry]
    return lines


def _holidays(district_id, first, last) -> dict[datetime.date, str]:
    rows = calendar.days_of(district_id, first, last)
    return {row.day: row.name for row in rows if row.kind == DayKind.HOLIDAY}


def entry_of(actor: Actor, entry_id: int, on: datetime.date) -> Entry | None:
    """None for one that the actor does not see. Two queries."""
    rows = logs_visible_to(actor).select_related("placement__teacher")
    entry = rows.filter(pk=entry_id).first()
    return entry and entries([entry], on)[0]


def entries(rows: Sequence[LogEntry], on: datetime.date) -> list[Entry]:
    """With the names of teacher and host school; rows carry their placement and teacher."""
    names = schools.names_on(on, {it.placement.receiving_id for it in rows})
    return [
        Entry(it, it.placement.teacher.name, names.get(it.placement.receiving_id, ""))
        for it in rows
    ]


def photos_of(entry_id: int) -> list[LogPhoto]:
    return list(LogPhoto.objects.filter(entry=entry_id).select_related("file").order_by("pk"))


def own_entry(placement_id: int, day: datetime.date) -> LogEntry | None:
    """The entry of that day; the caller sees the placement."""
    return LogEntry.objects.filter(placement=placement_id, day=day).first()


def may_read(actor: Actor, entry_id: int) -> bool:
    """The guard of a log's photos."""
    return logs_visible_to(actor).filter(pk=entry_id).exists()


def teachers_of(actor: Actor) -> list[tuple[str, str]]:
    """(id, name) of the teachers whose logs the actor reads, for a filter. One query."""
    rows = placements_visible_to(actor).filter(arrived_on__isnull=False)
    named = rows.order_by("teacher__sort_key", "teacher_id")
    return [
        (str(pk), name)
        for pk, name in dict.fromkeys(named.values_list("teacher_id", "teacher__name"))
    ]
