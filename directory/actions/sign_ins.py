"""Coming and going, for the audit log. Signing in itself is allauth's, counting failures axes'."""

import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from directory.models import User
from directory.selectors import people


@transaction.atomic
def signed_in(*, actor: Actor, now: datetime.datetime, user: User) -> None:
    _record("directory.account.sign_in", actor, now, user.pk, user.username, people.home_of(user))


@transaction.atomic
def signed_out(*, actor: Actor, now: datetime.datetime, user: User) -> None:
    _record("directory.account.sign_out", actor, now, user.pk, user.username, people.home_of(user))


@transaction.atomic
def locked(*, username: str, address: str | None, now: datetime.datetime) -> None:
    """Too many wrong passwords from one address; the account may not even exist.

    An unknown account's event is told to the only district, and to none where there are several.
    """
    user = User.objects.filter(username__iexact=username).first()
    only = None if user else people.sign_in_frame()
    home = people.home_of(user) if user else only and only.pk
    stranger = Actor(user_id=None, name="（未登录）", on=now.date(), address=address)
    _record("directory.account.locked", stranger, now, user.pk if user else "", username, home)


def _record(act, actor, now, user_id, label, district_id) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="user", object_id=user_id, object_label=label,
        district_id=district_id,
    )  # fmt: skip
