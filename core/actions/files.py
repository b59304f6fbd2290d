import datetime
import hashlib
from collections.abc import Iterator

import structlog
from django.core.files.base import File
from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import NO_ROOM, DiskFull
from core.models import StoredFile


log = structlog.get_logger()
KEPT = datetime.timedelta(days=7)  # time to notice that files and database are not of one piece


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

    What cannot be written whole leaves nothing on the disk; no room for it is DiskFull.
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
    except OSError as failed:
        stored.content.storage.delete(place)
        if failed.errno in NO_ROOM:
            raise DiskFull from failed
        raise
    stored.save(force_insert=True)
    return stored


def remove(*, stored: StoredFile) -> None:
    """Take a file away that nothing refers to any more; its bytes go after commit."""
    storage, name = stored.content.storage, stored.content.name
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name))


def sweep(*, now: datetime.datetime) -> int:
    """Delete what lies on the disk and is in no row; returns how many files.

    A process that was killed between writing a file and committing its row leaves one. Files that
    outnumber those that have a row belong to another database (one restored, a wrong address):
    they are left alone. For the same reason nothing younger than ``KEPT`` is touched.
    """
    storage = StoredFile.content.field.storage
    held = set(StoredFile.objects.values_list("content", flat=True))
    on_disk = set(_names(storage))
    strays = sorted(on_disk - held)
    if len(strays) > len(on_disk & held):
        log.warning("more files without a row than with one, none deleted", files=len(strays))
        return 0
    old = [name for name in strays if storage.get_modified_time(name) < now - KEPT]
    for name in old:
        storage.delete(name)
    return len(old)


def _names(storage, folder: str = "") -> Iterator[str]:
    """Every file, as ``content`` names it."""
    folders, names = storage.listdir(folder) if storage.exists(folder) else ((), ())
    yield from (f"{folder}{name}" for name in names)
    for inner in folders:
        yield from _names(storage, f"{folder}{inner}/")


@transaction.atomic
def downloaded(*, stored: StoredFile, actor: Actor, now: datetime.datetime) -> None:
    """Write down that somebody took the file out; without the record it is not given."""
    audit.record(
        act="core.file.download", actor=actor, now=now, object_type="file", object_id=stored.pk,
        object_label=stored.name, details={"guard": stored.guard, "owner": stored.owner_id},
    )  # fmt: skip
