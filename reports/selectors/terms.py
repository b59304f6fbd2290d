"""The terms of which reports are made, by the bureau's calendar."""

import datetime

from core.school_years import school_year_of
from directory.selectors import calendar
from directory.selectors.calendar import TermDays


def term(district_id: int, school_year: int, number: int) -> TermDays:
    """One term, 1 or 2. One query."""
    return calendar.terms_of(district_id, school_year)[number - 1]


def terms_around(district_id: int, day: datetime.date) -> list[TermDays]:
    """The terms of the day's school year, the one before and the one after. One query."""
    year = school_year_of(day)
    return calendar.terms_of_years(district_id, range(year - 1, year + 2))
