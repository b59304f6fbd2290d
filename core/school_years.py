"""School years as people name them."""

import datetime


FIRST_MONTH = 9  # 1 September; the year ends on 31 August


def school_year_of(day: datetime.date) -> int:
    """The calendar year in which the day's school year starts."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def school_year_name(day: datetime.date) -> str:
    """The day's school year as it is written, 2026—2027学年."""
    return school_year_label(school_year_of(day))


def school_year_label(start: int) -> str:
    """The school year that starts in that calendar year, 2026—2027学年."""
    return f"{start}—{start + 1}学年"


def term_name(number: int) -> str:
    """第一学期 or 第二学期."""
    return f"第{'一二'[number - 1]}学期"


def default_term(start: int, number: int) -> tuple[datetime.date, datetime.date]:
    """First and last day of a term where the bureau's calendar says nothing (both inclusive)."""
    if number == 1:
        return datetime.date(start, 9, 1), datetime.date(start + 1, 1, 31)
    return datetime.date(start + 1, 2, 1), datetime.date(start + 1, 8, 31)
