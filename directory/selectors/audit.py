"""The audit log as its page asks for it."""

import dataclasses
import datetime

from django.db.models import Q, QuerySet

from core.actor import Actor
from core.selectors import audit_events_visible_to
from directory.enums import Permission


@dataclasses.dataclass(frozen=True)
class Asked:
    """What somebody looks for; days are inclusive, empty means all."""

    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    person: str = ""
    act: str = ""
    object: str = ""


def events(actor: Actor, asked: Asked, zone: datetime.tzinfo) -> QuerySet:
    """Events of the actor's districts that were asked for, the newest first."""
    rows = audit_events_visible_to(actor)
    if not actor.may(Permission.READ_AUDIT):
        return rows.none()
    if asked.first_day:
        rows = rows.filter(at__gte=_midnight(asked.first_day, zone))
    if asked.last_day:
        rows = rows.filter(at__lt=_midnight(asked.last_day + datetime.timedelta(days=1), zone))
    if asked.person:
        rows = rows.filter(actor_name__icontains=asked.person)
    if asked.act:
        rows = rows.filter(act=asked.act)
    if asked.object:
        rows = rows.filter(Q(object_label__icontains=asked.object) | Q(object_id=asked.object))
    return rows


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, zone)
