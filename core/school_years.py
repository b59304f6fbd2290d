"""School years as people name them."""

import datetime


FIRST_MONTH = 9  # 1 September; the year ends on 31 August


def school_year_of(day: datetime.date) -> int:
    """The calendar year in which the day's school year starts."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def school_year_name(day: datetime.date) -> str:
    """The day's school year as it is written, 2026—2027学年."""
    start = school_year_of(day)
    return f"{start}—{start + 1}学年"
