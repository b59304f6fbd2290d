"""Who entered a record, for the history beside it."""

from collections.abc import Collection, Mapping

from django.db.models import Q

from core.models import AuditEvent


def events_about(objects: Mapping[str, Collection[int]]) -> list[AuditEvent]:
    """Events about these objects (``{object type: ids}``), the oldest first. One query.

    Asks no actor: the caller passes only objects that its reader may see.
    """
    wanted = Q(pk__in=[])
    for object_type, ids in objects.items():
        wanted |= Q(object_type=object_type, object_id__in=[str(pk) for pk in ids])
    return list(AuditEvent.objects.filter(wanted).order_by("at", "pk"))
