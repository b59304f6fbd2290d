"""Which facilities an actor sees, and when they are open."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from core.actor import Actor
from directory.enums import DayKind
from directory.selectors import calendar, lessons
from directory.selectors.lessons import Bells
from groups.selectors.partners import partners_on
from resources.availability import DayHours, Opened, hours_on
from resources.enums import Sharing
from resources.models import Blackout, Facility, Opening


def facilities_visible_to(actor: Actor, on: datetime.date | None = None) -> QuerySet[Facility]:
    """Facilities of the actor's districts and schools, and those that partners or the county share.

    A teacher sees what the school of the post sees. Withdrawn ones too: their calendar stays.
    """
    rows = Facility.objects.select_related("school")
    seen = Q(school__district__in=actor.district_ids)
    home = home_schools(actor)
    if home:
        partners = partners_on(home, [on or actor.on])[on or actor.on]
        seen |= Q(school__in=home)
        seen |= Q(sharing=Sharing.GROUP, school__in=partners)
        seen |= Q(sharing=Sharing.DISTRICT, school__in=partners)
        seen |= Q(sharing=Sharing.DISTRICT, school__district=actor.home_district_id)
    return rows.filter(seen)


def home_schools(actor: Actor) -> frozenset[int]:
    """The schools for which the actor may book: the own ones; a teacher's is that of the post."""
    if actor.school_ids or not actor.may("BOOK"):
        return actor.school_ids
    return frozenset({actor.home_school_id} - {None})


def facility_visible_to(
    actor: Actor, facility_id: int, on: datetime.date | None = None
) -> Facility | None:
    return facilities_visible_to(actor, on).filter(pk=facility_id).first()


def facilities_of(actor: Actor, school_ids: Collection[int], on: datetime.date):
    """Visible facilities of these schools, for the tab of their group."""
    return facilities_visible_to(actor, on).filter(school__in=school_ids)


def openings_of(facility_id: int) -> list[Opening]:
    """The caller has checked that the facility is visible."""
    return list(Opening.objects.filter(facility=facility_id).order_by("weekday", "pk"))


def blackouts_of(facility_id: int, since: datetime.date) -> list[Blackout]:
    """Blackouts that end after that day; the caller has checked that the facility is visible."""
    rows = Blackout.objects.filter(facility=facility_id, period__overlap=DateRange(since, None))
    return list(rows.order_by("period"))


@dataclasses.dataclass(frozen=True)
class Hours:
    """The hours of some facilities over some days, loaded at once."""

    openings: Mapping[int, Sequence[Opened]]
    blackouts: Mapping[int, Sequence[tuple]]
    bells: Bells
    off: Mapping[int, Mapping[datetime.date, str]]  # by district
    unknown_years: tuple[int, ...]  # whose holidays are not announced yet

    def on(self, facility: Facility, day: datetime.date) -> DayHours:
        return hours_on(
            day,
            openings=self.openings.get(facility.pk, ()),
            lessons=lessons.lessons_on(self.bells, facility.school_id, day),
            off=self.off.get(facility.school.district_id, {}),
            blackouts=self.blackouts.get(facility.pk, ()),
            withdrawn_from=facility.withdrawn_from,
        )


def hours_between(
    facilities: Collection[Facility], first: datetime.date, last: datetime.date
) -> Hours:
    """Four queries, one more for every further district: openings, blackouts, lessons, holidays."""
    ids = [it.pk for it in facilities]
    openings, blackouts = defaultdict(list), defaultdict(list)
    for row in (
        Opening.objects.filter(facility__in=ids)
        .order_by("pk")
        .values_list(
            "facility_id", "weekday", "first_lesson", "last_lesson", "starts_at", "ends_at"
        )
    ):
        openings[row[0]].append(Opened(*row[1:]))
    rows = Blackout.objects.filter(
        facility__in=ids, period__overlap=DateRange(first, last, "[]")
    ).order_by("period")
    for facility_id, period, reason in rows.values_list("facility_id", "period", "reason"):
        blackouts[facility_id].append((period.lower, period.upper, reason))
    off, unknown = {}, set()
    for district_id in {it.school.district_id for it in facilities}:
        off[district_id], years = _off_days(district_id, first, last)
        unknown |= years
    return Hours(
        openings=openings,
        blackouts=blackouts,
        bells=lessons.bells_between({it.school_id for it in facilities}, first, last),
        off=off,
        unknown_years=tuple(sorted(unknown)),
    )


def _off_days(district_id: int, first, last) -> tuple[dict[datetime.date, str], set[int]]:
    """The holidays of that time with their names; the bureau's own rows win (``calendar_for``)."""
    year = datetime.date(first.year, 1, 1), datetime.date(last.year, 12, 31)
    rows = [it for it in calendar.days_of(district_id, *year) if it.kind != DayKind.EVENT]
    days = {it.day: it for it in rows}  # the own ones come after the national
    known = {it.day.year for it in rows if it.district_id is None or it.kind == DayKind.HOLIDAY}
    off = {day: it.name for day, it in days.items() if it.kind == DayKind.HOLIDAY}
    return off, set(range(first.year, last.year + 1)) - known
