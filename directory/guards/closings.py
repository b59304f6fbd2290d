"""What a published result locks (rule 7, X-11)."""

import datetime

from django.db import connection
from django.utils import timezone

from core.errors import Denied
from directory.models import Closing


LOCK = 0x013A  # the first half of the advisory lock; the district's id is the second


def lock(district_id: int, *, shared: bool) -> None:
    """Until the transaction ends: changes of a district go together, a closing goes alone."""
    how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s, %s)", [LOCK, district_id])


def closing_on(district_id: int, day: datetime.date) -> Closing | None:
    """The latest closing in force that covers the day, None where changes are open."""
    held = Closing.objects.filter(
        district_id=district_id, until__gte=day, ended_at__isnull=True
    ).order_by("-until", "pk")
    return held.first()


def check_open(district_id: int, day: datetime.date) -> None:
    """Refuse a change of schools or groups that would begin on or before the closing day.

    ``day`` is the first on which something would differ. Asked in the changing transaction: a
    closing waits for its end, and it for a closing under way.
    """
    lock(district_id, shared=True)
    closing = closing_on(district_id, day)
    if closing:
        raise Denied(
            f"{closing.until} 及以前的学校和集团关系已锁定：{closing.reason}"
            f"（{closing.closed_by}，{timezone.localtime(closing.closed_at):%Y-%m-%d}）。"
            "请填写之后的日期；确需更改的，由局领导对那一年的考核发起更正后再改。"
        )
