import dataclasses
import datetime
from collections.abc import Collection, Mapping, Sequence

from core.periods import last_day
from core.school_years import default_term, term_name
from core.statements import Ask, Rows
from core.workdays import Calendar, calendar_of
from directory.enums import DayKind
from directory.models import CalendarDay, Term


# National rows before the own ones, which win.
HOLIDAYS = """
SELECT district_id, day, kind, name
  FROM directory_calendarday
 WHERE (district_id IS NULL OR district_id = ANY(%s)) AND day BETWEEN %s AND %s AND kind <> 'EVENT'
 ORDER BY district_id NULLS FIRST, day, kind
"""


def calendar_for(district_id: int | None, first: datetime.date, last: datetime.date) -> Calendar:
    """The workdays of a district for the years of that time: national table and own days.

    Calendars are not secret; every app counts with this one.
    """
    rows = CalendarDay.objects.filter(
        day__range=(datetime.date(first.year, 1, 1), datetime.date(last.year, 12, 31))
    ).exclude(kind=DayKind.EVENT)
    national, own = [], []
    for row in rows.filter(district=None) | rows.filter(district_id=district_id):
        (own if row.district_id else national).append((row.day, row.kind == DayKind.WORKDAY))
    return calendar_of(national, own)


def days_of(
    district_id: int | None, first: datetime.date, last: datetime.date
) -> list[CalendarDay]:
    """National and own rows of that time by day, the own ones after the national of that day."""
    rows = CalendarDay.objects.filter(day__range=(first, last))
    both = rows.filter(district=None) | rows.filter(district_id=district_id)
    return sorted(both, key=lambda row: (row.day, row.district_id is not None, row.kind))


@dataclasses.dataclass(frozen=True)
class Holidays:
    """A district's holidays with their names, and the years whose holidays nobody has entered."""

    off: Mapping[datetime.date, str]
    unknown_years: frozenset[int]


def holidays_of(
    district_ids: Collection[int], first: datetime.date, last: datetime.date
) -> dict[int, Holidays]:
    """By district, for the years of that time; its own rows win over the national. One query."""
    return ask_holidays(district_ids, first, last).told()


def ask_holidays(district_ids: Collection[int], first: datetime.date, last: datetime.date) -> Ask:
    """``holidays_of``, to be asked together with others."""
    asked = [
        list(district_ids),
        datetime.date(first.year, 1, 1),
        datetime.date(last.year, 12, 31),
    ]
    years = frozenset(range(first.year, last.year + 1))
    return Ask(HOLIDAYS, asked, lambda rows: {it: _holidays(rows, it, years) for it in asked[0]})


def _holidays(rows: Rows, district_id: int, years: frozenset[int]) -> Holidays:
    off, known = {}, set()
    for own, day, kind, name in rows:
        if own in {None, district_id}:
            off[day] = name if kind == DayKind.HOLIDAY else None
            if own is None or kind == DayKind.HOLIDAY:
                known.add(day.year)
    named = {day: name for day, name in off.items() if name is not None}
    return Holidays(named, years - known)


@dataclasses.dataclass(frozen=True)
class TermDays:
    """A term by its inclusive days; ``own`` when the bureau has set it."""

    school_year: int
    number: int
    first: datetime.date
    last: datetime.date
    own: bool

    @property
    def name(self) -> str:
        return term_name(self.number)


def terms_of(district_id: int | None, school_year: int) -> list[TermDays]:
    """Both terms of a school year: the bureau's, else those of the rule."""
    return terms_of_years(district_id, [school_year])


def terms_of_years(district_id: int | None, school_years: Sequence[int]) -> list[TermDays]:
    """Both terms of each of these school years, as ``terms_of``. One query."""
    rows = Term.objects.filter(district_id=district_id, school_year__in=school_years)
    own = {(row.school_year, row.number): row.period for row in rows}
    return [
        TermDays(year, number, own[year, number].lower, last_day(own[year, number]), own=True)
        if (year, number) in own
        else TermDays(year, number, *default_term(year, number), own=False)
        for year in school_years
        for number in (1, 2)
    ]


def term_on(district_id: int | None, day: datetime.date) -> TermDays | None:
    """The term that holds the day; None in a gap that the bureau's calendar leaves.

    Where a term of the bureau's begins before the rule ends the last one, the bureau's counts.
    """
    held = [
        term
        for term in terms_of_years(district_id, (day.year - 1, day.year))
        if term.first <= day <= term.last
    ]
    return min(held, key=lambda term: not term.own, default=None)
