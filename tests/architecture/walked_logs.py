"""A log entry with a photo for the walk."""

from django.core.files.base import ContentFile

from core.actions import files
from exchange.actions.logs import GUARD
from exchange.models import LogEntry, LogPhoto


KEY = "0b1f7a52-6a0e-4f0b-9c1d-1f2e3d4c5b6a"


def of(placement, day, now) -> dict:
    """What addresses name of an entry of that placement."""
    entry = LogEntry.objects.create(
        placement=placement, day=day, kinds=["RESEARCH"], written_at=now, changed_at=now
    )
    stored = files.store(
        content=ContentFile(b"jpeg"), name="日志照片.jpg", content_type="image/jpeg", guard=GUARD,
        owner_id=entry.pk, actor=None, now=now,
    )  # fmt: skip
    photo = LogPhoto.objects.create(entry=entry, file=stored, key=KEY, added_at=now)
    return {"log_entry": entry.pk, "log_photo": photo.pk, "log_day": day.isoformat()}
