"""Workdays of the Chinese calendar: weekdays, less holidays, with make-up days. Pure."""

import dataclasses
import datetime
from collections.abc import Iterable


SATURDAY = 5
ONE_DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Calendar:
    """The days that are not what their weekday says, and the years whose table is known.

    In a year without a table every Monday to Friday counts as a workday; who shows a count says
    so (``unknown_years``).
    """

    off: frozenset[datetime.date] = frozenset()
    on: frozenset[datetime.date] = frozenset()
    known_years: frozenset[int] = frozenset()

    def is_workday(self, day: datetime.date) -> bool:
        if day in self.off:
            return False
        return day in self.on or day.weekday() < SATURDAY

    def workdays_between(self, first_day: datetime.date, last_day: datetime.date) -> int:
        """Workdays from the first to the last day, both counted."""
        return sum(self.is_workday(day) for day in days_between(first_day, last_day))

    def unknown_years(self, first_day: datetime.date, last_day: datetime.date) -> list[int]:
        """The years of that time whose holidays are not yet announced."""
        return [
            year
            for year in range(first_day.year, last_day.year + 1)
            if year not in self.known_years
        ]


def calendar_of(
    national: Iterable[tuple[datetime.date, bool]],
    own: Iterable[tuple[datetime.date, bool]],
) -> Calendar:
    """The calendar from (day, is workday) pairs; the bureau's own rows win over the national ones.

    The bureau makes a year known only by a holiday: one make-up day alone is no table.
    """
    national, own = dict(national), dict(own)
    days = national | own
    known = {day.year for day in national} | {day.year for day, on in own.items() if not on}
    return Calendar(
        off=frozenset(day for day, on in days.items() if not on),
        on=frozenset(day for day, on in days.items() if on),
        known_years=frozenset(known),
    )


def days_between(first_day: datetime.date, last_day: datetime.date) -> Iterable[datetime.date]:
    """Every day from the first to the last."""
    day = first_day
    while day <= last_day:
        yield day
        day += ONE_DAY
