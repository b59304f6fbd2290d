"""What a report is of: its key, its span and its as-of day. Pure."""

import calendar
import dataclasses
import datetime

from core.school_years import FIRST_MONTH, school_year_label, school_year_of
from reports.enums import ReportKind


@dataclasses.dataclass(frozen=True)
class Subject:
    """One paper, whatever its version. ``month`` is the first day of a bulletin's month."""

    kind: ReportKind
    district_id: int
    school_year: int
    group_id: int | None = None
    month: datetime.date | None = None

    @property
    def key(self) -> str:
        """The same for everybody who asks for the same paper, so that they share one job (X-14)."""
        rest = (self.group_id or "", self.month or "")
        return f"report:{self.kind}:{self.district_id}:{self.school_year}:{rest[0]}:{rest[1]}"

    @property
    def first_day(self) -> datetime.date:
        return self.month or datetime.date(self.school_year, FIRST_MONTH, 1)

    @property
    def last_day(self) -> datetime.date:
        """The last day of its span, inclusive."""
        if self.month:
            days = calendar.monthrange(self.month.year, self.month.month)[1]
            return self.month.replace(day=days)
        return datetime.date(self.school_year + 1, FIRST_MONTH, 1) - datetime.timedelta(days=1)

    @property
    def span_label(self) -> str:
        if self.month:
            return f"{self.month.year}年{self.month.month}月"
        return school_year_label(self.school_year)

    def as_of(self, today: datetime.date) -> datetime.date:
        """The day whose state it shows: the last of its span, today while that lies ahead."""
        return min(self.last_day, today)


def yearly(district_id: int, school_year: int) -> Subject:
    return Subject(ReportKind.YEARLY, district_id, school_year)


def of_group(district_id: int, school_year: int, group_id: int) -> Subject:
    return Subject(ReportKind.GROUP, district_id, school_year, group_id=group_id)


def monthly(district_id: int, month: datetime.date) -> Subject:
    first = month.replace(day=1)
    return Subject(ReportKind.MONTHLY, district_id, school_year_of(first), month=first)


def due_on(kind: ReportKind, day_of_month: int, today: datetime.date) -> datetime.date:
    """The latest day up to today on which a schedule falls.

    A bulletin falls every month, a yearly report in September (of the year that has ended).
    """
    if kind == ReportKind.MONTHLY:
        here = today.replace(day=day_of_month)
        if here <= today:
            return here
        return (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=day_of_month)
    here = datetime.date(today.year, FIRST_MONTH, day_of_month)
    return here if here <= today else here.replace(year=today.year - 1)


def month_before(day: datetime.date) -> datetime.date:
    """The first day of the month before the day's."""
    return (day.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


def next_due(
    kind: ReportKind, day_of_month: int, made_on: datetime.date | None, today: datetime.date
) -> datetime.date:
    """The day on which a schedule makes its next report: today, when it is due and not made yet."""
    due = due_on(kind, day_of_month, today)
    if made_on is None or due > made_on:
        return due
    if kind == ReportKind.MONTHLY:
        return (due.replace(day=1) + datetime.timedelta(days=32)).replace(day=day_of_month)
    return due.replace(year=due.year + 1)
