"""A weekly booking, date by date, before and after it is saved (X-7)."""

import dataclasses
import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core.actor import Actor
from directory.selectors import schools
from resources.availability import Slot, Span, meet, state_of, weekly
from resources.enums import LIVE, BookingState, DateState, Standing
from resources.models import Booking, BookingSeries, Facility
from resources.selectors.bookings import (
    live_between,
    local_span,
    moment,
    standing_of,
    taken_from,
)


@dataclasses.dataclass(frozen=True)
class SeriesDate:
    """One date: its state, why, what else is free that day, and its booking once there is one."""

    day: datetime.date
    state: DateState
    why: str
    rivals: int  # requests of other schools for the same time
    other: Slot | None = None  # the next free time of that same day, where this one is taken
    booking: Booking | None = None
    booked_as: Standing | None = None

    @property
    def is_free(self) -> bool:
        return self.state == DateState.FREE


@dataclasses.dataclass(frozen=True)
class Preview:
    dates: list[SeriesDate]
    unknown_years: tuple[int, ...]

    def count(self, state: DateState) -> int:
        return sum(it.state == state for it in self.dates)

    @property
    def free(self) -> int:
        return self.count(DateState.FREE)

    @property
    def taken(self) -> int:
        return self.count(DateState.TAKEN)

    @property
    def closed(self) -> int:
        return self.count(DateState.SHUT) + self.count(DateState.OVER)


def preview_of(
    facility: Facility,
    *,
    span_on,
    lessons: int,
    weekday: int,
    first_day: datetime.date,
    last_day: datetime.date,
    now: datetime.datetime,
    bookings: Iterable[Booking] = (),
) -> Preview:
    """Every date with its state; ``span_on(hours)`` gives the clock times asked for on a day.

    ``bookings`` are those of the series itself, once it is saved. Seven queries.
    """
    dates = weekly(weekday, first_day, last_day)
    if not dates:
        return Preview([], ())
    taken = taken_from(facility, dates)
    live = live_between([facility.pk], dates[0], dates[-1])[facility.pk]
    names = schools.names_on(dates[0], {it.school_id for it in live})
    own = {it.day: it for it in bookings}
    found = []
    for day in dates:
        hours = taken.hours.on(facility, day)
        span = span_on(hours)
        of_day = [it for it in live if it.day == day and it.pk != getattr(own.get(day), "pk", 0)]
        held = [it for it in of_day if it.state == BookingState.ACTIVE]
        over = bool(span) and moment(day, span[0]) <= now
        state, why = state_of(hours, span, [local_span(it.period) for it in held], over=over)
        other = None
        if state == DateState.TAKEN:
            why = "；".join(_said(it, names) for it in held if meet(local_span(it.period), span))
            other = _same_day(taken, day, span, lessons, now)
        waiting = sum(
            bool(span) and meet(local_span(it.period), span)
            for it in of_day
            if it.state == BookingState.REQUESTED
        )
        mine = own.get(day)
        booked_as = mine and standing_of(mine, now)
        found.append(SeriesDate(day, state, why, waiting, other, mine, booked_as))
    return Preview(found, taken.hours.unknown_years)


def _said(booking: Booking, names: dict[int, str]) -> str:
    starts, ends = local_span(booking.period)
    return f"{names.get(booking.school_id, '')} {booking.purpose} {starts:%H:%M}—{ends:%H:%M}"


def _same_day(taken, day, span: Span, lessons: int, now) -> Slot | None:
    free = taken.next_free(day=day, span=span, lessons=lessons, after=now)
    return free[0] if free and free[0].day == day else None


def series_visible_to(actor: Actor) -> QuerySet[BookingSeries]:
    """Series of the own account, of the own schools and at their facilities, of the districts."""
    return BookingSeries.objects.select_related("facility__school").filter(
        Q(user_id=actor.user_id)
        | Q(school__in=actor.school_ids)
        | Q(facility__school__in=actor.school_ids)
        | Q(facility__school__district__in=actor.district_ids)
    )


def bookings_of(series: BookingSeries) -> list[Booking]:
    """The live booking of each date; the caller has checked that the series is visible."""
    return list(series.bookings.filter(state__in=LIVE).order_by("day"))
