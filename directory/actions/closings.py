"""The closing day: up to when schools and groups stay as they are, since a result rests on it."""

import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import refusals_told
from directory.actions import districts
from directory.guards import closings as guards
from directory.models import Closing


def hold(*, district_id: int) -> None:
    """Wait for changes under way in the district, and let new ones wait till this transaction ends.

    Asked before what closes the days is reckoned: a change is then seen by it, or is refused
    afterwards. Rows come before the advisory lock, as in every action that asks ``check_open``.
    """
    districts.hold(district_id=district_id)
    guards.lock(district_id, shared=False)


@refusals_told()
@transaction.atomic
def close(
    *,
    district_id: int,
    until: datetime.date,
    source: str,
    source_id: int,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> Closing:
    """Close the district's schools and groups up to that day, inclusive (rule 7 of ``domain.md``).

    Called by the app above inside its own transaction; who may is asked there.
    """
    hold(district_id=district_id)
    closing = Closing.objects.create(
        district_id=district_id,
        until=until,
        source=source,
        source_id=source_id,
        reason=reason,
        closed_at=now,
        closed_by=actor.name if actor else "命令行",
    )
    audit.record(
        act="directory.closing.close", actor=actor, now=now, object_type="closing",
        object_id=closing.pk, object_label=reason, district_id=district_id,
        details={"last_day": str(until)},
    )  # fmt: skip
    return closing


@transaction.atomic
def reopen(
    *,
    district_id: int,
    source: str,
    source_id: int,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> int:
    """End the closing of that source, for a correction; returns how many were in force."""
    hold(district_id=district_id)
    held = Closing.objects.filter(
        district_id=district_id, source=source, source_id=source_id, ended_at__isnull=True
    )
    ended = held.update(ended_at=now, ended_reason=reason[:200])
    if ended:
        audit.record(
            act="directory.closing.reopen", actor=actor, now=now, object_type="closing",
            object_id=source_id, object_label=source, district_id=district_id,
            details={"reason": reason[:200]},
        )  # fmt: skip
    return ended
