"""The only place that reads the clock. Everything else takes the time as an argument."""

import datetime
import os

from django.utils import timezone


def now() -> datetime.datetime:
    """The present instant, aware. ``TONGXING_NOW`` (ISO 8601 with offset) fixes it for tests."""
    fixed = os.environ.get("TONGXING_NOW")
    return datetime.datetime.fromisoformat(fixed) if fixed else timezone.now()


def today() -> datetime.date:
    """The present day in the product's time zone (Asia/Shanghai), whatever the machine says."""
    return timezone.localdate(now())


def day_of(instant: datetime.datetime) -> datetime.date:
    """The day in the product's time zone that holds the instant."""
    return timezone.localdate(instant)
