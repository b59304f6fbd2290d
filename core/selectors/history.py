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
