import uuid
from collections.abc import Collection

from core.actor import Actor
from core.models import AuditEvent, Job, StoredFile
from core.ports import file_guards


def file_visible_to(actor: Actor, file_id: uuid.UUID) -> StoredFile | None:
    """The file, or None when it does not exist or its guard says no: the two look alike."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    guard = file_guards.get(stored.guard) if stored else None
    return stored if guard and guard(actor, stored.owner_id) else None


def jobs_visible_to(actor: Actor):
    """The actor's own jobs, newest first."""
    return Job.objects.filter(user_id=actor.user_id).order_by("-created_at")


def jobs_about(actor: Actor, kinds: Collection[str]):
    """Jobs of these kinds in the actor's districts, whoever began them, newest first.

    For the page of the app whose work they are.
    """
    rows = Job.objects.filter(kind__in=kinds, district_id__in=actor.district_ids)
    return rows.order_by("-created_at")


def audit_events_visible_to(actor: Actor):
    """Events of the actor's districts, newest first."""
    return AuditEvent.objects.filter(district_id__in=actor.district_ids).order_by("-at", "-id")
