"""Validity periods: half-open ``[start, end)`` in the database, inclusive days on screen."""

import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange


def period(first_day: datetime.date, last_day: datetime.date | None = None) -> DateRange:
    """Build the stored range from the inclusive days that people write down; no last day: open."""
    return DateRange(first_day, last_day and last_day + datetime.timedelta(days=1), "[)")


def last_day(value: DateRange) -> datetime.date | None:
    """The inclusive last day of a stored range, or None while it is open."""
    return value.upper and value.upper - datetime.timedelta(days=1)


class PeriodQuerySet(models.QuerySet):
    """Rows with a ``period``."""

    def on(self, day: datetime.date):
        """The rows in force on that day."""
        return self.filter(period__contains=day)


def no_overlap(*fields: str, name: str, message: str, condition=None) -> ExclusionConstraint:
    """At most one row per ``fields`` may be valid on any one day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in fields),
            ("period", RangeOperators.OVERLAPS),
        ],
        condition=condition,
        violation_error_message=message,
    )


__all__ = ["DateRangeField", "PeriodQuerySet", "last_day", "no_overlap", "period"]
