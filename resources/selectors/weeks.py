"""A week of a facility laid out by lessons and clock, and a week of many on one wall."""

import dataclasses
import datetime
from collections.abc import Collection, Sequence

from core.actor import Actor
from directory.selectors import schools
from resources.availability import DayHours, Span, meet, merged, said
from resources.enums import WEEKDAYS, BookingState, Standing
from resources.models import Booking, Facility
from resources.selectors.bookings import live_between, local_span, moment, standing_of
from resources.selectors.facilities import Hours, hours_between


LONG_BREAK, LUNCH = 20, 60  # minutes from which a break has a row, and is called 午休
HOUR = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Row:
    """A lesson, a break or an hour, as a line of the calendar."""

    label: str
    span: Span
    lesson: int | None = None

    @property
    def clock(self) -> str:
        return said([self.span])

    @property
    def is_break(self) -> bool:
        return self.label in {"大课间", "午休"}


@dataclasses.dataclass(frozen=True)
class Event:
    """A booking as the calendar shows it to whoever sees the facility."""

    booking: Booking
    school: str
    clock: str
    standing: Standing
    by_clock: bool  # its times are not those of its row
    is_open: bool  # the reader may open its page

    @property
    def edge(self) -> str:
        return {"ok": "ok", "warn": "wait"}.get(self.standing.kind, "over")


@dataclasses.dataclass(frozen=True)
class Cell:
    """What stands in one or more rows of a day: events, a closure, or nothing."""

    day: datetime.date
    row: Row
    rows: int = 1
    events: tuple[Event, ...] = ()
    shut: str | None = None  # why closed; empty where a neighbour says it already
    free: bool = False  # open, ahead and without an active booking


@dataclasses.dataclass(frozen=True)
class Day:
    day: datetime.date
    shut: str
    events: tuple[Event, ...]
    cells: tuple[Cell, ...]  # one for each row, none of them spanning


@dataclasses.dataclass(frozen=True)
class Week:
    days: list[Day]
    rows: list[Row]
    lines: list[tuple[Row, list[Cell]]]  # the table: cells that begin in a row
    unknown_years: tuple[int, ...]


def monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def week_of(
    actor: Actor, facility: Facility, monday: datetime.date, now: datetime.datetime
) -> Week:
    """One visible facility's week. Six queries."""
    days = [monday + datetime.timedelta(days=n) for n in range(7)]
    hours = hours_between([facility], days[0], days[-1])
    bookings = live_between([facility.pk], days[0], days[-1])[facility.pk]
    names = schools.names_on(monday, {it.school_id for it in bookings})
    of_day = [hours.on(facility, day) for day in days]
    spans = [local_span(it.period) for it in bookings]
    rows = _rows(of_day, spans)
    events = [_event(actor, facility, it, names, rows, now) for it in bookings]
    laid = [_day(it, rows, [e for e in events if e.booking.day == it.day], now) for it in of_day]
    return Week(laid, rows, _lines(laid, rows), hours.unknown_years)


def _rows(days: Sequence[DayHours], taken: Collection[Span]) -> list[Row]:
    """Lessons of the week with long breaks between; before and after them what is open or taken.

    Where a school has no lesson times, an hour each.
    """
    lessons = max((it.lessons for it in days), key=len, default=())
    spans = [*taken, *(span for it in days for span in it.open)]
    first = min((starts for starts, _ in spans), default=datetime.time(8))
    last = max((ends for _, ends in spans), default=datetime.time(17))
    if not lessons:
        return _hours(first, last)
    early = [it for it in merged(spans) if it[0] < lessons[0].starts]
    late = [it for it in merged(spans) if it[1] > lessons[-1].ends]
    rows = [Row("课前", (starts, min(ends, lessons[0].starts))) for starts, ends in early]
    for at, lesson in enumerate(lessons):
        if at and (gap := _minutes(lessons[at - 1].ends, lesson.starts)) >= LONG_BREAK:
            label = "午休" if gap >= LUNCH else "大课间"
            rows.append(Row(label, (lessons[at - 1].ends, lesson.starts)))
        rows.append(Row(lesson.label, (lesson.starts, lesson.ends), lesson.number))
    rows += [Row("放学后", (max(starts, lessons[-1].ends), ends)) for starts, ends in late]
    return rows


def _hours(first: datetime.time, last: datetime.time) -> list[Row]:
    at = datetime.datetime.combine(datetime.date.min, first)
    end = datetime.datetime.combine(datetime.date.min, last)
    rows = []
    while at < end:
        until = min((at + HOUR).replace(minute=0), end)
        rows.append(Row(f"{at:%H:%M}", (at.time(), until.time())))
        at = until
    return rows


def _minutes(starts: datetime.time, ends: datetime.time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


def _event(actor: Actor, facility: Facility, booking: Booking, names, rows, now) -> Event:
    span = local_span(booking.period)
    lesson_bounds = {it.span[0] for it in rows}, {it.span[1] for it in rows}
    concerned = {booking.school_id, facility.school_id} & actor.school_ids
    in_district = facility.district_id in actor.district_ids
    return Event(
        booking=booking,
        school=names.get(booking.school_id, ""),
        clock=said([span]),
        standing=standing_of(booking, now),
        by_clock=span[0] not in lesson_bounds[0] or span[1] not in lesson_bounds[1],
        is_open=booking.user_id == actor.user_id or bool(concerned) or in_district,
    )


def _day(hours: DayHours, rows: Sequence[Row], events: Sequence[Event], now) -> Day:
    cells, before = [], ""
    for row in rows:
        here = tuple(it for it in events if meet(local_span(it.booking.period), row.span))
        is_open = not hours.shut and any(meet(span, row.span) for span in hours.open)
        held = any(it.booking.state == BookingState.ACTIVE for it in here)
        reason = None if is_open or here else _closed(hours)
        cells.append(
            Cell(
                hours.day, row, events=here, shut="" if reason and reason == before else reason,
                free=is_open and not held and not row.is_break
                and moment(hours.day, row.span[0]) > now,
            )
        )  # fmt: skip
        before = reason
    return Day(hours.day, hours.shut, tuple(events), tuple(cells))


def _closed(hours: DayHours) -> str:
    """Why a line of a day is closed; the head of the column names the weekday already."""
    return "不开放" if hours.shut in {"", f"{WEEKDAYS[hours.day.weekday()]}不开放"} else hours.shut


def _lines(days: Sequence[Day], rows: Sequence[Row]) -> list[tuple[Row, list[Cell]]]:
    """Cells of the table: those of one event, or of one closure, as one over several rows."""
    begin: list[list[Cell]] = [[] for _ in rows]
    for day in days:
        at = 0
        while at < len(rows):
            end = at + 1
            events = dict.fromkeys(day.cells[at].events)
            while end < len(rows) and _joined(day.cells[end - 1], day.cells[end]):
                events |= dict.fromkeys(day.cells[end].events)
                end += 1
            first = day.cells[at]
            begin[at].append(
                dataclasses.replace(first, rows=end - at, events=tuple(events), free=first.free)
            )
            at = end
    return list(zip(rows, begin, strict=True))


def _joined(upper: Cell, lower: Cell) -> bool:
    if upper.shut is not None and lower.shut is not None:
        return lower.shut == ""
    return any(it in lower.events for it in upper.events)


@dataclasses.dataclass(frozen=True)
class WallCell:
    """A facility's day on the wall."""

    day: datetime.date
    shut: str
    events: tuple[Event, ...]


@dataclasses.dataclass(frozen=True)
class Wall:
    """Facilities, each with its owner's name and its days; ``names`` of schools by id."""

    lines: list[tuple[Facility, str, list[WallCell]]]
    names: dict[int, str]


def wall_of(
    actor: Actor,
    facilities: Sequence[Facility],
    monday: datetime.date,
    now: datetime.datetime,
    also: Collection[int] = (),
) -> Wall:
    """A week of many visible facilities; ``also`` are schools to be named besides.

    Six queries for any number of facilities in one district.
    """
    days = [monday + datetime.timedelta(days=n) for n in range(7)]
    hours: Hours = hours_between(facilities, days[0], days[-1])
    bookings = live_between([it.pk for it in facilities], days[0], days[-1])
    ids = {it.school_id for rows in bookings.values() for it in rows}
    names = schools.names_on(monday, ids | {it.school_id for it in facilities} | set(also))
    lines = []
    for facility in facilities:
        held = bookings.get(facility.pk, ())
        events = [_event(actor, facility, it, names, (), now) for it in held]
        cells = []
        for day in days:
            of_day = hours.on(facility, day)
            here = tuple(it for it in events if it.booking.day == day)
            cells.append(WallCell(day, _closed(of_day) if of_day.shut else "", here))
        lines.append((facility, names.get(facility.school_id, ""), cells))
    return Wall(lines, names)
