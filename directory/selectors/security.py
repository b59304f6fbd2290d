"""What a person is shown of the safety of their own account."""

import dataclasses
import datetime
import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from core.actor import Actor
from directory.enums import Role
from directory.models import Post, Session, User


# 等级保护 asks that a password be renewed regularly; 90 days are the usual figure of its tests.
DJBH_PASSWORD_LASTS = datetime.timedelta(days=90)


@dataclasses.dataclass(frozen=True)
class SecondFactor:
    """``codes_left``: recovery codes not used yet."""

    since: datetime.datetime
    used_at: datetime.datetime | None
    codes_left: int


@dataclasses.dataclass(frozen=True)
class Device:
    """A session of one's own; ``handle`` names it in a form without telling its key."""

    handle: str
    name: str
    address: str | None
    seen_at: datetime.datetime
    is_this: bool


def has_second_factor(user: User) -> bool:
    return is_mfa_enabled(user, [Authenticator.Type.TOTP])


def id_of_account(username: str) -> int | None:
    """For the command line, which asks for no actor."""
    return User.objects.filter(username__iexact=username).values_list("pk", flat=True).first()


def second_factor_of(actor: Actor) -> SecondFactor | None:
    """The actor's own second factor, None while it is off."""
    held = {row.type: row for row in Authenticator.objects.filter(user_id=actor.user_id)}
    totp = held.get(Authenticator.Type.TOTP)
    if totp is None:
        return None
    codes = held.get(Authenticator.Type.RECOVERY_CODES)
    times = [row.last_used_at for row in held.values() if row.last_used_at]
    return SecondFactor(
        since=totp.created_at,
        used_at=max(times, default=None),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def sessions_of(actor: Actor, now: datetime.datetime, this_key: str | None) -> list[Device]:
    """Where the actor is signed in, this browser first, then the last used."""
    rows = Session.objects.filter(user_id=actor.user_id, expire_date__gt=now)
    devices = [
        Device(
            handle=handle_of(row.session_key),
            name=row.device or "未知设备",
            address=row.address,
            seen_at=row.seen_at,
            is_this=row.session_key == this_key,
        )
        for row in rows.order_by("-seen_at")
        if not row.idle_too_long(now)
    ]
    return sorted(devices, key=lambda device: not device.is_this)


def handle_of(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:20]


def idle_minutes(user: User, on: datetime.date, *, remembered: bool) -> int | None:
    """After how many minutes without a request this sign-in is over; None: not by idleness.

    Whoever is nothing but a teacher has longer, and a week on a device that they say is theirs.
    """
    if only_teacher(user, on):
        return None if remembered else settings.TEACHER_IDLE_MINUTES or None
    return settings.SESSION_IDLE_MINUTES or None


def only_teacher(user: User, on: datetime.date) -> bool:
    roles = Post.objects.on(on).filter(user=user).values_list("role", flat=True).order_by("role")
    return set(roles) == {Role.TEACHER}


def passwords_are_renewed() -> bool:
    return settings.PASSWORD_POLICY == "djbh"  # noqa: S105 - the name of a policy


def password_is_due(user: User, now: datetime.datetime) -> bool:
    """Whether a new password must be set before anything else (only ``PASSWORD_POLICY=djbh``)."""
    if not passwords_are_renewed():
        return False
    return user.password_set_at is None or now - user.password_set_at > DJBH_PASSWORD_LASTS
