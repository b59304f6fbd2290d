"""Ending sessions. Beginning one is allauth's, keeping one ``directory.sessions``'."""

import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied
from directory.models import Session
from directory.selectors import security


@transaction.atomic
def end(*, handle: str, this_key: str | None, actor: Actor, now: datetime.datetime) -> None:
    """End one of the actor's own sessions. One that is over already is no error."""
    mine = Session.objects.filter(user_id=actor.user_id).order_by("session_key")
    found = next((row for row in mine if security.handle_of(row.session_key) == handle), None)
    if found is None:
        return
    if found.session_key == this_key:
        raise Denied("这是您正在使用的设备，请用右上角的“退出”。")
    found.delete()
    _record(actor, now, 1)


@transaction.atomic
def end_others(*, this_key: str | None, actor: Actor, now: datetime.datetime) -> int:
    """End every session of the actor's but this one; returns how many."""
    if count := drop(user_id=actor.user_id, but=this_key):
        _record(actor, now, count)
    return count


def drop(*, user_id: int, but: str | None = None) -> int:
    """Part of the acts after which an account must sign in anew; they record it."""
    rows = Session.objects.filter(user_id=user_id)
    return rows.exclude(session_key=but or "").delete()[0]


def sweep(*, now: datetime.datetime) -> int:
    """Delete the rows of sessions that are over; nothing can be done with them any more."""
    over = Session.objects.filter(expire_date__lt=now)
    return over.delete()[0]


def _record(actor: Actor, now: datetime.datetime, count: int) -> None:
    audit.record(
        act="directory.session.end", actor=actor, now=now, object_type="user",
        object_id=actor.user_id, object_label=actor.name, details={"count": count},
    )  # fmt: skip
