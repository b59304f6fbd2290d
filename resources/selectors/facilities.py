"""Which facilities an actor sees, and when they are open."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from core import statements
from core.actor import Actor
from core.statements import Ask, Rows
from directory.selectors import calendar, lessons
from directory.selectors.calendar import Holidays
from directory.selectors.lessons import Bells
from groups.selectors.partners import partners_on
from resources.availability import DayHours, Opened, hours_on
from resources.enums import Sharing
from resources.models import Blackout, Facility, Opening


FIELDS = [it.attname for it in Facility._meta.concrete_fields]  # noqa: SLF001 - documented
COLUMNS = ", ".join(f"facility.{it}" for it in FIELDS)
ONE = f"""
SELECT {COLUMNS}, school.district_id
  FROM resources_facility facility
  JOIN directory_school school ON school.id = facility.school_id
 WHERE facility.id = %s
"""  # noqa: S608 - columns
SHARED = f"{ONE} FOR SHARE OF facility"
OPENINGS = """
SELECT facility_id, weekday, first_lesson, last_lesson, starts_at, ends_at
  FROM resources_opening
 WHERE facility_id = ANY(%s)
 ORDER BY id
"""
BLACKOUTS = """
SELECT facility_id, period, reason
  FROM resources_blackout
 WHERE facility_id = ANY(%s) AND period && daterange(%s::date, %s::date, '[]')
 ORDER BY period
"""


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


def with_lendable(rows: QuerySet[Facility], on: datetime.date) -> QuerySet[Facility]:
    """Each with ``lendable``: other schools may book it on that day (A-17)."""
    held = Q(created_at__date__lte=on) & ~Q(sharing=Sharing.OWN)
    in_use = Q(withdrawn_from__isnull=True) | Q(withdrawn_from__gt=on)
    return rows.alias(lendable=ExpressionWrapper(held & in_use, output_field=BooleanField()))


def facility_visible_to(
    actor: Actor, facility_id: int, on: datetime.date | None = None
) -> Facility | None:
    """One of ``facilities_visible_to``; who books the own room asks nobody's groups."""
    facility = one(facility_id)
    return facility if facility and _sees(actor, facility, on or actor.on) else None


def one(facility_id: int, *, shared: bool = False) -> Facility | None:
    """A facility with the district of its school; the caller checks the scope.

    ``shared`` locks it against changes in the caller's transaction, while others share it too.
    """
    for *told, district_id in statements.rows(SHARED if shared else ONE, [facility_id]):
        facility = Facility.from_db("default", FIELDS, told)
        facility.district_id = district_id
        return facility
    return None


def _sees(actor: Actor, facility: Facility, on: datetime.date) -> bool:
    home = home_schools(actor)
    if facility.district_id in actor.district_ids or facility.school_id in home:
        return True
    if not home or facility.sharing == Sharing.OWN:
        return False
    if facility.sharing == Sharing.DISTRICT and facility.district_id == actor.home_district_id:
        return True
    return facility.school_id in partners_on(home, [on])[on]


def home_schools(actor: Actor) -> frozenset[int]:
    """The schools for which the actor may book: the own ones; a teacher's is that of the post."""
    if actor.school_ids or not actor.may("BOOK"):
        return actor.school_ids
    return frozenset({actor.home_school_id} - {None})


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
    holidays: Mapping[int, Holidays]  # by district

    @property
    def unknown_years(self) -> tuple[int, ...]:
        """Years whose holidays are not announced yet."""
        return tuple(sorted({year for it in self.holidays.values() for year in it.unknown_years}))

    def on(self, facility: Facility, day: datetime.date) -> DayHours:
        return hours_on(
            day,
            openings=self.openings.get(facility.pk, ()),
            lessons=lessons.lessons_on(self.bells, facility.school_id, day),
            off=self.holidays[facility.district_id].off,
            blackouts=self.blackouts.get(facility.pk, ()),
            withdrawn_from=facility.withdrawn_from,
        )


def hours_between(
    facilities: Collection[Facility], first: datetime.date, last: datetime.date
) -> Hours:
    """Four queries in one exchange: openings, blackouts, lessons, holidays."""
    ids = [it.pk for it in facilities]
    openings, blackouts, bells, holidays = statements.together(
        Ask(OPENINGS, [ids], _openings),
        Ask(BLACKOUTS, [ids, first, last], _blackouts),
        lessons.ask_bells({it.school_id for it in facilities}, first, last),
        calendar.ask_holidays({it.district_id for it in facilities}, first, last),
    )
    return Hours(openings, blackouts, bells, holidays)


def _openings(rows: Rows) -> dict[int, list[Opened]]:
    found = defaultdict(list)
    for facility_id, *opened in rows:
        found[facility_id].append(Opened(*opened))
    return found


def _blackouts(rows: Rows) -> dict[int, list[tuple]]:
    found = defaultdict(list)
    for facility_id, period, reason in rows:
        found[facility_id].append((period.lower, period.upper, reason))
    return found
