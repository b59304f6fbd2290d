"""What a report is of: its key, its span and its as-of day. Pure."""

import calendar
import dataclasses
import datetime
from collections.abc import Sequence

from core.school_years import FIRST_MONTH, school_year_label, school_year_of, term_name
from directory.selectors.calendar import TermDays
from reports.enums import ReportKind


@dataclasses.dataclass(frozen=True)
class Subject:
    """One paper, whatever its version. ``month`` is the first day of a bulletin's month.

    ``term`` with the days that the bureau's calendar gives it; they are no part of the key.
    """

    kind: ReportKind
    district_id: int
    school_year: int
    group_id: int | None = None
    month: datetime.date | None = None
    term: TermDays | None = None

    @property
    def key(self) -> str:
        """The same for everybody who asks for the same paper, so that they share one job (X-14)."""
        part = self.term.number if self.term else self.month or ""
        group = self.group_id or ""
        return f"report:{self.kind}:{self.district_id}:{self.school_year}:{group}:{part}"

    @property
    def first_day(self) -> datetime.date:
        if self.term:
            return self.term.first
        return self.month or datetime.date(self.school_year, FIRST_MONTH, 1)

    @property
    def last_day(self) -> datetime.date:
        """The last day of its span, inclusive."""
        if self.term:
            return self.term.last
        if self.month:
            days = calendar.monthrange(self.month.year, self.month.month)[1]
            return self.month.replace(day=days)
        return datetime.date(self.school_year + 1, FIRST_MONTH, 1) - datetime.timedelta(days=1)

    @property
    def span_label(self) -> str:
        return span_label(self.school_year, self.month, self.term and self.term.number)

    def as_of(self, today: datetime.date) -> datetime.date:
        """The day whose state it shows: the last of its span, today while that lies ahead."""
        return min(self.last_day, today)


def span_label(school_year: int, month: datetime.date | None, term: int | None) -> str:
    """What a paper is of, as it is written: 2025年9月, 2025—2026学年第一学期, 2025—2026学年."""
    if month:
        return f"{month.year}年{month.month}月"
    return school_year_label(school_year) + (term_name(term) if term else "")


def yearly(district_id: int, school_year: int) -> Subject:
    return Subject(ReportKind.YEARLY, district_id, school_year)


def of_group(district_id: int, school_year: int, group_id: int) -> Subject:
    return Subject(ReportKind.GROUP, district_id, school_year, group_id=group_id)


def monthly(district_id: int, month: datetime.date) -> Subject:
    first = month.replace(day=1)
    return Subject(ReportKind.MONTHLY, district_id, school_year_of(first), month=first)


def of_term(district_id: int, term: TermDays) -> Subject:
    return Subject(ReportKind.TERM, district_id, term.school_year, term=term)


def month_before(day: datetime.date) -> datetime.date:
    """The first day of the month before the day's."""
    return (day.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


def month_after(day: datetime.date) -> datetime.date:
    """The first day of the month after the day's."""
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def days_due(
    kind: ReportKind, day_of_month: int, today: datetime.date, terms: Sequence[TermDays]
) -> list[datetime.date]:
    """The days around today on which a schedule falls: in the month after each span's end.

    A bulletin falls every month, a yearly report in September. ``terms``: those of the school
    years around today.
    """
    if kind == ReportKind.MONTHLY:
        months = [month_before(today), today, month_after(today)]
    elif kind == ReportKind.TERM:
        months = [month_after(term.last) for term in terms]
    else:
        months = [datetime.date(today.year + n, FIRST_MONTH, 1) for n in (-1, 0, 1)]
    return sorted(month.replace(day=day_of_month) for month in months)


def due_on(
    kind: ReportKind, day_of_month: int, today: datetime.date, terms: Sequence[TermDays]
) -> datetime.date:
    """The latest day up to today on which a schedule falls; ``terms`` as of ``days_due``."""
    return max(day for day in days_due(kind, day_of_month, today, terms) if day <= today)


def next_due(
    kind: ReportKind,
    day_of_month: int,
    made_on: datetime.date | None,
    today: datetime.date,
    terms: Sequence[TermDays],
) -> datetime.date:
    """The day on which a schedule makes its next report: today, when it is due and not made yet."""
    due = due_on(kind, day_of_month, today, terms)
    if made_on is None or due > made_on:
        return due
    return min(day for day in days_due(kind, day_of_month, today, terms) if day > due)
