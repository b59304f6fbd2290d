"""Bookings: who sees them, what holds a facility, what is free next."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from core import statements
from core.actor import Actor
from directory.selectors import schools
from resources.availability import Slot, Span, free_slots
from resources.enums import LIVE, BookingState, Standing
from resources.models import Booking, Facility
from resources.selectors.facilities import Hours, hours_between


LOOKED_AHEAD = 14  # days in which a refused booking is offered another time
# Local clock times come from PostgreSQL, which is asked for many.
TAKEN = """
SELECT day, (lower(period) AT TIME ZONE %(zone)s)::time, (upper(period) AT TIME ZONE %(zone)s)::time
  FROM resources_booking
 WHERE facility_id = %(facility)s AND day BETWEEN %(first)s AND %(last)s AND state = 'ACTIVE'
 ORDER BY period
"""
HELD = """
SELECT state, school_id, user_name, purpose, (lower(period) AT TIME ZONE %(zone)s)::time,
       (upper(period) AT TIME ZONE %(zone)s)::time
  FROM resources_booking
 WHERE facility_id = %(facility)s AND day = %(day)s
   AND period && tstzrange(%(starts)s, %(ends)s) AND state IN ('ACTIVE', 'REQUESTED')
 ORDER BY period
"""


def bookings_visible_to(actor: Actor) -> QuerySet[Booking]:
    """Bookings of the own account, of the own schools and at their facilities, of the districts."""
    rows = Booking.objects.select_related("facility__school", "series")
    return rows.filter(
        Q(user_id=actor.user_id)
        | Q(school__in=actor.school_ids)
        | Q(facility__school__in=actor.school_ids)
        | Q(facility__school__district__in=actor.district_ids)
    )


def used_until(actor: Actor, on: datetime.date) -> QuerySet[Booking]:
    """Visible bookings that were confirmed, up to that day inclusive; each with ``lent``.

    ``lent`` is that another school than the owner of the facility booked it.
    """
    rows = bookings_visible_to(actor).filter(state=BookingState.ACTIVE, day__lte=on)
    lent = ~Q(school=F("facility__school"))
    return rows.alias(lent=ExpressionWrapper(lent, output_field=BooleanField()))


def schools_used(actor: Actor, on: datetime.date) -> dict[int, str]:
    """Names of the schools that own or use in ``used_until``. Two queries."""
    pairs = used_until(actor, on).order_by().values_list("facility__school", "school").distinct()
    return schools.names_on(on, {pk for pair in pairs for pk in pair})


def own_bookings(actor: Actor) -> QuerySet[Booking]:
    """What the actor booked, whatever became of it."""
    return Booking.objects.filter(user_id=actor.user_id).select_related("facility__school")


def requests_waiting(actor: Actor) -> QuerySet[Booking]:
    """Requests that only the actor's schools may answer (X-6), the earliest day first."""
    rows = Booking.objects.filter(state=BookingState.REQUESTED)
    if not actor.may("MANAGE_FACILITIES"):
        return rows.none()
    rows = rows.filter(facility__school__in=actor.school_ids)
    return rows.select_related("facility__school").order_by("day", "period", "pk")


def live_between(
    facility_ids: Collection[int], first: datetime.date, last: datetime.date
) -> dict[int, list[Booking]]:
    """Active bookings and requests by facility, in order of time; the caller checked the scope.

    On the calendar of a facility everybody who sees it reads who uses it, for what. One query.
    """
    rows = Booking.objects.filter(
        facility__in=facility_ids, day__range=(first, last), state__in=LIVE
    ).order_by("period", "pk")
    found = defaultdict(list)
    for row in rows:
        found[row.facility_id].append(row)
    return found


def rivals_of(booking: Booking) -> QuerySet[Booking]:
    """Requests of others that an approval of this one turns down (X-6)."""
    return _beside(booking).filter(state=BookingState.REQUESTED).order_by("pk")


def holder_of(booking: Booking) -> Booking | None:
    """The active booking that stands in the way of a request; None when its time is free."""
    return _beside(booking).filter(state=BookingState.ACTIVE).order_by("period").first()


def _beside(booking: Booking) -> QuerySet[Booking]:
    """Others of the same room at the same time; the day is what the index knows."""
    rows = Booking.objects.filter(
        facility=booking.facility_id, day=booking.day, period__overlap=booking.period
    )
    return rows.exclude(pk=booking.pk)


def local_span(period) -> Span:
    """Local clock times of a stored span, which lies within one day."""
    starts, ends = timezone.localtime(period.lower), timezone.localtime(period.upper)
    return starts.time(), ends.time()


def standing_of(booking: Booking, now: datetime.datetime) -> Standing:
    """The one word for a booking on every page: used once its time is over, 过期未批 once begun."""
    if booking.state == BookingState.ACTIVE and booking.period.upper <= now:
        return Standing.USED
    if booking.state == BookingState.REQUESTED and booking.period.lower <= now:
        return Standing.LAPSED
    return Standing(booking.state)


def moment(day: datetime.date, at: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, at))


@dataclasses.dataclass(frozen=True)
class Taken:
    """What is open and what is taken at one facility over the days ahead."""

    facility: Facility
    hours: Hours
    spans: dict[datetime.date, list[Span]]

    def next_free(
        self, *, day: datetime.date, span: Span, lessons: int, after: datetime.datetime
    ) -> list[Slot]:
        """The next free spans of the same length from that day on, none before ``after``."""
        minutes = (span[1].hour - span[0].hour) * 60 + span[1].minute - span[0].minute
        ahead = (day + datetime.timedelta(days=n) for n in range(LOOKED_AHEAD))
        return free_slots(
            ((self.hours.on(self.facility, it), self.spans.get(it, ())) for it in ahead),
            minutes=minutes,
            lessons=lessons,
            after=timezone.localtime(after).replace(tzinfo=None),
        )


def hours_ahead(facility: Facility, days: Sequence[datetime.date]) -> Hours:
    """Its hours from the first of these days until a fortnight after the last."""
    last = max(days) + datetime.timedelta(days=LOOKED_AHEAD)
    return hours_between([facility], min(days), last)


def taken_from(
    facility: Facility, days: Sequence[datetime.date], hours: Hours | None = None
) -> Taken:
    """What is taken from the first of these days until a fortnight after the last.

    ``hours`` are its ``hours_ahead`` where they are known.
    """
    first, last = min(days), max(days) + datetime.timedelta(days=LOOKED_AHEAD)
    spans = defaultdict(list)
    asked = {"facility": facility.pk, "first": first, "last": last, "zone": settings.TIME_ZONE}
    for day, *span in statements.rows(TAKEN, asked):
        spans[day].append(tuple(span))
    return Taken(facility, hours or hours_ahead(facility, days), spans)


@dataclasses.dataclass(frozen=True)
class Held:
    """What stands at a time for which somebody asks."""

    state: str
    school_id: int
    user_name: str
    purpose: str
    span: Span


def held_at(facility_id: int, starts: datetime.datetime, ends: datetime.datetime) -> list[Held]:
    """Active bookings and requests that meet that time of a day, in order of time. One query."""
    asked = {
        "facility": facility_id, "day": timezone.localtime(starts).date(), "starts": starts,
        "ends": ends, "zone": settings.TIME_ZONE,
    }  # fmt: skip
    return [Held(*told, (at, until)) for *told, at, until in statements.rows(HELD, asked)]


def school_names(bookings: Collection[Booking], on: datetime.date) -> dict[int, str]:
    """Names of the schools of bookings and of their facilities."""
    ids = {it.school_id for it in bookings} | {it.facility.school_id for it in bookings}
    return schools.names_on(on, ids)
