"""When a facility can be had: opening, lessons and clock times, dates of a series. Pure.

A span is a pair of clock times within one day, half-open: what ends at 10:00 does not meet what
begins at 10:00. A lesson is the span of its clock times, so lessons and clock times conflict with
each other (X-7).
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from resources.enums import WEEKDAYS, DateState


Span = tuple[datetime.time, datetime.time]
ONE_WEEK = datetime.timedelta(days=7)
MOST_OFFERED = 3  # free spans told to somebody whose booking was refused


class LessonLike(Protocol):
    number: int
    starts: datetime.time
    ends: datetime.time


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """Opening on a weekday (1 is Monday): lessons from … to …, or clock times; never both."""

    weekday: int
    first_lesson: int | None = None
    last_lesson: int | None = None
    starts: datetime.time | None = None
    ends: datetime.time | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class DayHours:
    """What a facility is on a day: ``shut`` says why it is closed all day, else ``open`` holds."""

    day: datetime.date
    lessons: tuple[LessonLike, ...] = ()
    open: tuple[Span, ...] = ()
    shut: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Slot:
    """A free span; with its lessons where it is made of whole ones."""

    day: datetime.date
    starts: datetime.time
    ends: datetime.time
    first_lesson: int | None = None
    last_lesson: int | None = None


def hours_on(
    day: datetime.date,
    *,
    openings: Iterable[Opened],
    lessons: Sequence[LessonLike],
    off: Mapping[datetime.date, str],
    blackouts: Iterable[tuple[datetime.date, datetime.date | None, str]],
    withdrawn_from: datetime.date | None = None,
) -> DayHours:
    """The hours of a facility on one day.

    ``off`` are the holidays of the workday calendar with their names; a weekend on which people
    work keeps the hours of its own weekday. ``blackouts`` are ``[first day, end)`` with a reason.
    Withdrawal comes before blackout, blackout before holiday, holiday before the weekday. A lesson
    that the schedule of that day does not have opens nothing.
    """
    if withdrawn_from is not None and day >= withdrawn_from:
        return DayHours(day, tuple(lessons), shut="场地已停用")
    for first, end, reason in blackouts:
        if first <= day and (end is None or day < end):
            return DayHours(day, tuple(lessons), shut=reason)
    if day in off:
        return DayHours(day, tuple(lessons), shut=off[day] or "放假")
    spans = []
    for it in openings:
        if it.weekday == day.isoweekday():
            span = (it.starts, it.ends) if it.starts else _of_lessons(lessons, it)
            if span:
                spans.append(span)
    if not spans:
        return DayHours(day, tuple(lessons), shut=f"{WEEKDAYS[day.weekday()]}不开放")
    return DayHours(day, tuple(lessons), open=tuple(merged(spans)))


def _of_lessons(lessons: Sequence[LessonLike], opened: Opened) -> Span | None:
    held = [it for it in lessons if opened.first_lesson <= it.number <= opened.last_lesson]
    return (held[0].starts, held[-1].ends) if held else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that meet or touch as one."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def clock_of(lessons: Sequence[LessonLike], first: int, last: int) -> Span | None:
    """Clock times from the beginning of one lesson to the end of another; None without them."""
    by_number = {it.number: it for it in lessons}
    if first not in by_number or last not in by_number or last < first:
        return None
    return by_number[first].starts, by_number[last].ends


def touched(lessons: Sequence[LessonLike], span: Span) -> list[LessonLike]:
    """The lessons that a span of clock times meets."""
    return [it for it in lessons if meet((it.starts, it.ends), span)]


def shut_for(hours: DayHours, asked: Span) -> str:
    """Why the facility is closed in that span; empty when it is open all through."""
    if hours.shut:
        return hours.shut
    if any(starts <= asked[0] and asked[1] <= ends for starts, ends in hours.open):
        return ""
    return f"当天开放 {said(hours.open)}"


def said(spans: Iterable[Span]) -> str:
    return "、".join(f"{starts:%H:%M}—{ends:%H:%M}" for starts, ends in spans)


def weekly(weekday: int, first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Every date of that weekday (1 is Monday) from the first to the last day, both counted."""
    day = first + datetime.timedelta(days=(weekday - first.isoweekday()) % 7)
    found = []
    while day <= last:
        found.append(day)
        day += ONE_WEEK
    return found


def state_of(
    hours: DayHours, asked: Span | None, taken: Iterable[Span], *, over: bool
) -> tuple[DateState, str]:
    """The state of a date of a series before anything is saved, and why (X-7).

    ``asked`` is None where the day has no such lesson; ``taken`` are active bookings of the day.
    """
    if over:
        return DateState.OVER, "这个时段已经过去"
    if asked is None:
        return DateState.SHUT, hours.shut or "当天的作息时间没有这一节"
    if reason := shut_for(hours, asked):
        return DateState.SHUT, reason
    if any(meet(asked, span) for span in taken):
        return DateState.TAKEN, ""
    return DateState.FREE, ""


def free_slots(
    days: Iterable[tuple[DayHours, Sequence[Span]]],
    *,
    minutes: int,
    lessons: int = 0,
    after: datetime.datetime,
    most: int = MOST_OFFERED,
) -> list[Slot]:
    """The next free spans in order of time, told to whom was refused (X-6).

    As many whole ``lessons`` in a row as were asked for; by the clock (``lessons`` 0) the first
    ``minutes`` of each gap. ``days`` give hours and what is taken; nothing begins before ``after``
    (local time, naive).
    """
    found: list[Slot] = []
    for hours, taken in days:
        if hours.shut:
            continue
        runs = _runs(hours, lessons) if lessons else _gaps(hours, taken, minutes, after)
        for slot in runs:
            span = (slot.starts, slot.ends)
            begins = datetime.datetime.combine(slot.day, slot.starts)
            if begins < after or shut_for(hours, span) or any(meet(span, it) for it in taken):
                continue
            found.append(slot)
            if len(found) == most:
                return found
    return found


def _runs(hours: DayHours, length: int) -> Iterable[Slot]:
    for at in range(len(hours.lessons) - length + 1):
        first, last = hours.lessons[at], hours.lessons[at + length - 1]
        yield Slot(hours.day, first.starts, last.ends, first.number, last.number)


def _gaps(hours: DayHours, taken: Sequence[Span], minutes: int, after) -> Iterable[Slot]:
    length = datetime.timedelta(minutes=minutes)
    begins = [starts for starts, _ in hours.open] + [ends for _, ends in taken]
    if after.date() == hours.day:
        quarter = -(-(after.hour * 60 + after.minute + 1) // 15)  # the next quarter of an hour
        if quarter < 96:
            begins.append(datetime.time(quarter // 4, quarter % 4 * 15))
    for starts in sorted(set(begins)):
        ends = datetime.datetime.combine(hours.day, starts) + length
        if ends.date() == hours.day:
            yield Slot(hours.day, starts, ends.time())
