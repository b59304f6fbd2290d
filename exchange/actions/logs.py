"""Logs: written by the teacher, commented on by the host."""

import datetime
import uuid
from collections.abc import Collection

from django.core.files.base import ContentFile, File
from django.db import transaction

from core.actions import audit, files
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.images import small_photo
from exchange.enums import LogKind
from exchange.guards import logs as may
from exchange.models import LogEntry, LogPhoto, Placement


GUARD = "exchange.log"
MOST_LESSONS = 12


@refusals_told()
@transaction.atomic
def write(
    *,
    placement_id: int,
    day: datetime.date,
    kinds: Collection[str],
    actor: Actor,
    now: datetime.datetime,
    lessons_given: int | None = None,
    lessons_heard: int | None = None,
    text: str = "",
) -> LogEntry:
    """Keep the log of a day; the same day again changes what stands there (B4-1, X-25).

    Numbers of lessons count only with their kind. Raises Denied for days that may not be logged,
    without a kind, and once the host has commented.
    """
    placement = _locked(placement_id)
    may.check_write(actor=actor, placement=placement, day=day)
    wanted = [kind.value for kind in LogKind if kind in set(kinds)]
    if not wanted:
        raise Denied("请选今天做了什么。")
    entry = LogEntry.objects.filter(placement=placement, day=day).first()
    verb = "change" if entry else "write"
    if entry:
        may.check_change(actor=actor, placement=placement, entry=entry)
    else:
        entry = LogEntry(placement=placement, day=day, written_at=now)
    entry.kinds, entry.text, entry.changed_at = wanted, text.strip(), now
    entry.lessons_given = _lessons(lessons_given, LogKind.LESSON_GIVEN, wanted)
    entry.lessons_heard = _lessons(lessons_heard, LogKind.LESSON_HEARD, wanted)
    entry.save()
    _record(verb, entry, placement, actor, now)
    return entry


@refusals_told()
@transaction.atomic
def comment(*, entry_id: int, text: str, actor: Actor, now: datetime.datetime) -> LogEntry:
    """The host's word on an entry; written again it takes the place of the earlier one."""
    entry = _entry(entry_id)
    may.check_comment(actor=actor, placement=entry.placement)
    if not text.strip():
        raise Denied("请写意见。")
    entry.comment, entry.commented_at = text.strip(), now
    entry.commented_by_id, entry.commented_by_name = actor.user_id, actor.name
    entry.save()
    _record("comment", entry, entry.placement, actor, now)
    return entry


@refusals_told()
@transaction.atomic
def add_photo(
    *, entry_id: int, content: File, key: uuid.UUID, actor: Actor, now: datetime.datetime
) -> LogPhoto:
    """Keep a picture, made small and without its location; one sent twice is kept once.

    Raises Denied with a sentence when it is no picture, or too many.
    """
    entry = _entry(entry_id)
    if held := LogPhoto.objects.filter(entry=entry, key=key).first():
        may.check_write(actor=actor, placement=entry.placement, day=entry.day)
        return held
    may.check_add_photo(
        actor=actor, placement=entry.placement, entry=entry, held=entry.photos.count()
    )
    picture = small_photo(content, content.name or "照片")
    name = f"日志照片-{entry.day}.jpg"
    stored = files.store(
        content=ContentFile(picture, name), name=name, content_type="image/jpeg", guard=GUARD,
        owner_id=entry.pk, actor=actor, now=now,
    )  # fmt: skip
    photo = LogPhoto.objects.create(entry=entry, file=stored, key=key, added_at=now)
    _record("add_photo", entry, entry.placement, actor, now, {"file": str(stored.pk)})
    return photo


@transaction.atomic
def remove_photo(*, photo_id: int, actor: Actor, now: datetime.datetime) -> LogEntry:
    """Take a picture away while the entry may be changed; its file goes with it.

    Raises Denied when it is gone already.
    """
    held = LogPhoto.objects.select_related("file").filter(pk=photo_id)
    entry_id = held.values_list("entry_id", flat=True).first()
    entry = entry_id and _entry(entry_id)
    photo = held.first()  # under the lock: of two clicks one finds it
    if photo is None:
        raise Denied("这张照片已经删去。")
    may.check_change(actor=actor, placement=entry.placement, entry=entry)
    _record("remove_photo", entry, entry.placement, actor, now, {"file": str(photo.file_id)})
    photo.delete()
    files.remove(stored=photo.file)
    return entry


def _locked(placement_id: int) -> Placement:
    rows = Placement.objects.select_for_update(of=("self",)).select_related("teacher")
    return rows.get(pk=placement_id)


def _entry(entry_id: int) -> LogEntry:
    """The entry, its placement locked before it: whoever writes a day's log takes that first."""
    found = LogEntry.objects.get(pk=entry_id)
    placement = _locked(found.placement_id)
    entry = LogEntry.objects.select_for_update(of=("self",)).get(pk=entry_id)
    entry.placement = placement
    return entry


def _lessons(count: int | None, kind: LogKind, wanted: Collection[str]) -> int | None:
    if kind not in wanted or count is None:
        return None
    if not 0 < count <= MOST_LESSONS:
        raise Denied(f"{kind.label}节数应为 1 至 {MOST_LESSONS}。")
    return count


def _record(verb: str, entry: LogEntry, placement: Placement, actor, now, details=None) -> None:
    audit.record(
        act=f"exchange.log.{verb}", actor=actor, now=now, object_type="log_entry",
        object_id=entry.pk, object_label=f"{placement.teacher.name} {entry.day}",
        district_id=placement.district_id, school_id=placement.receiving_id,
        details=details or {},
    )  # fmt: skip
