"""The history beside a record: what changed it and who, from the audit log."""

import datetime
from collections.abc import Collection, Mapping

from django.db.models import Q

from core.models import AuditEvent


def events_about(object_type: str, object_id: object, *, most: int = 50) -> list[AuditEvent]:
    """What changed a record, newest first; the caller has checked that the record is visible.

    Who looked at it is left out: that is for investigators.
    """
    return list(
        AuditEvent.objects.filter(object_type=object_type, object_id=str(object_id))
        .exclude(act__endswith=".reveal")
        .order_by("-at", "-id")[:most]
    )


def events_about_all(objects: Mapping[str, Collection[int]]) -> list[AuditEvent]:
    """Events about these objects (``{object type: ids}``), the oldest first. One query.

    Asks no actor: the caller passes only objects that its reader may see.
    """
    wanted = Q(pk__in=[])
    for object_type, ids in objects.items():
        wanted |= Q(object_type=object_type, object_id__in=[str(pk) for pk in ids])
    return list(AuditEvent.objects.filter(wanted).order_by("at", "pk"))


def latest_of(
    act: str, object_type: str, object_ids: Collection[int], details: Mapping[str, object]
) -> AuditEvent | None:
    """The last time that act with these details is told of on one of the objects.

    Asks no actor: the caller passes only objects that its reader may see.
    """
    rows = AuditEvent.objects.filter(
        object_type=object_type, object_id__in=[str(pk) for pk in object_ids]
    )
    return rows.filter(act=act, details__contains=details).order_by("-at", "-pk").first()


def was_done(
    act: str, object_type: str, object_id: object, *, address: str | None, since: datetime.datetime
) -> bool:
    """Whether that act on that object from that network address is told of since then."""
    rows = AuditEvent.objects.filter(object_type=object_type, object_id=str(object_id))
    return rows.filter(act=act, address=address, at__gt=since).exists()
