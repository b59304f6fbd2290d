import datetime
from collections.abc import Iterable

from core.actor import Actor
from core.models import AuditEvent


def record(
    *,
    act: str,
    actor: Actor | None,
    now: datetime.datetime,
    object_type: str = "",
    object_id: object = "",
    object_label: str = "",
    district_id: int | None = None,
    school_id: int | None = None,
    details: dict | None = None,
) -> AuditEvent:
    """Write one audit event in the caller's transaction: if it fails, so does the act.

    ``act`` is ``app.noun.verb`` (``directory.teacher.reveal``). Without an actor the event is the
    command line's. Put no personal data into ``details``: name the field, not its value.
    """
    (event,) = record_all(
        act=act, actor=actor, now=now, object_type=object_type,
        objects=[(object_id, object_label, school_id, details)], district_id=district_id,
    )  # fmt: skip
    return event


def record_all(
    *,
    act: str,
    actor: Actor | None,
    now: datetime.datetime,
    object_type: str,
    objects: Iterable[tuple[object, str, int | None, dict | None]],
    district_id: int | None = None,
) -> list[AuditEvent]:
    """Write the same act on many objects, (id, label, school id, details) each, as one query."""
    return AuditEvent.objects.bulk_create(
        _event(
            act, actor, now, object_type, object_id, label, district_id, school_id, details or {}
        )
        for object_id, label, school_id, details in objects
    )


def _event(
    act, actor, now, object_type, object_id, object_label, district_id, school_id, details
) -> AuditEvent:
    return AuditEvent(
        at=now,
        act=act,
        user_id=actor.user_id if actor else None,
        actor_name=actor.name if actor else "命令行",
        post_id=actor.post_id if actor else None,
        role=actor.role if actor else "",
        address=actor.address if actor else None,
        district_id=district_id or (actor.home_district_id if actor else None),
        school_id=school_id,
        object_type=object_type,
        object_id=str(object_id),
        object_label=object_label[:200],
        details=details,
    )
