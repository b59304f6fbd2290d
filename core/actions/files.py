import datetime
import hashlib

from django.core.files.base import File
from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.models import StoredFile


def store(
    *,
    content: File,
    name: str,
    content_type: str,
    guard: str,
    owner_id: int,
    actor: Actor | None,
    now: datetime.datetime,
) -> StoredFile:
    """Keep a file behind the guard of that name; on disk it is called by its id.

    What cannot be written whole (OSError, a full disk) leaves nothing on the disk.
    """
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    stored = StoredFile(
        name=name[:200],
        content_type=content_type,
        size=content.size,
        sha256=digest.hexdigest(),
        guard=guard,
        owner_id=owner_id,
        created_at=now,
        created_by_id=actor.user_id if actor else None,
    )
    content.seek(0)
    place = stored.content.field.generate_filename(stored, str(stored.pk))
    try:
        stored.content.save(str(stored.pk), content, save=False)
    except OSError:
        stored.content.storage.delete(place)
        raise
    stored.save(force_insert=True)
    return stored


def remove(*, stored: StoredFile) -> None:
    """Take a file away that nothing refers to any more; its bytes go after commit."""
    storage, name = stored.content.storage, stored.content.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def downloaded(*, stored: StoredFile, actor: Actor, now: datetime.datetime) -> None:
    """Write down that somebody took the file out; without the record it is not given."""
    audit.record(
        act="core.file.download", actor=actor, now=now, object_type="file", object_id=stored.pk,
        object_label=stored.name, details={"guard": stored.guard, "owner": stored.owner_id},
    )  # fmt: skip
