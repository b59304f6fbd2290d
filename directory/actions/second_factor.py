"""The second factor of an account: allauth keeps it and reckons the codes, these are the acts."""

import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied
from directory.actions import sessions
from directory.actions.passwords import WrongPassword
from directory.guards import security as guards
from directory.models import Post, User


@transaction.atomic
def enrol(
    *, secret: str, code: str, password: str, this_key: str | None, actor: Actor,
    now: datetime.datetime,
) -> list[str]:  # fmt: skip
    """Turn it on with the code that the app shows; returns the recovery codes, shown this once.

    Every other session of the account ends. Raises Denied when it is on already, the password or
    the code is wrong.
    """
    user = _own(actor, password)
    if _of(user).exists():
        raise Denied("两步验证已经开通。换手机请先关闭，再重新开通。")
    if not validate_totp_code(secret, code):
        raise Denied("验证码不对。请看手机上最新的 6 位数字；手机的时间要自动校准。")
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    sessions.drop(user_id=user.pk, but=this_key)
    _record("directory.second_factor.enrol", actor, now, user)
    return codes


@transaction.atomic
def renew_codes(*, password: str, actor: Actor, now: datetime.datetime) -> list[str]:
    """New recovery codes; those that were out are void. Returns them, shown this once."""
    user = _own(actor, password)
    if not _of(user).filter(type=Authenticator.Type.TOTP).exists():
        raise Denied("还没有开通两步验证。")
    _of(user).filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user).get_unused_codes()
    _record("directory.second_factor.renew_codes", actor, now, user)
    return codes


@transaction.atomic
def remove(*, password: str, actor: Actor, now: datetime.datetime) -> None:
    """Turn one's own off. Not for posts that must have it."""
    user = _own(actor, password)
    if guards.needs_second_factor(actor.role):
        raise Denied("局内账号须使用两步验证，不能关闭。换手机的，请局领导解除后重新开通。")
    if _of(user).delete()[0]:
        _record("directory.second_factor.remove", actor, now, user)


@transaction.atomic
def reset(*, user_id: int, reason: str, actor: Actor | None, now: datetime.datetime) -> None:
    """Take it from somebody who lost phone and recovery codes; all their sessions end.

    The command line may take it from anybody.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    posts = list(Post.objects.filter(user=user).select_related("district", "school").order_by("pk"))
    guards.check_reset(actor, user, posts)
    if not reason.strip():
        raise Denied("请写明解除的原因。")
    if not _of(user).delete()[0]:
        raise Denied("这个账号没有开通两步验证，或刚刚已经解除。")
    sessions.drop(user_id=user.pk)
    held = posts[-1] if posts else None
    audit.record(
        act="directory.second_factor.reset", actor=actor, now=now, object_type="user",
        object_id=user.pk, object_label=user.name,
        school_id=held and held.school_id,
        district_id=held and (held.district_id or held.school.district_id),
        details={"reason": reason.strip()[:200]},
    )  # fmt: skip


@transaction.atomic
def use_code(*, user: User, code: str, actor: Actor, now: datetime.datetime) -> bool:
    """Whether the code fits, the app's or a recovery code; it is used up. Sign-in asks allauth's
    form for the same."""
    for held in _of(user):
        if held.wrap().validate_code(code):
            held.record_usage()
            if held.type == Authenticator.Type.RECOVERY_CODES:
                code_used(user=user, actor=actor, now=now)
            return True
    return False


@transaction.atomic
def code_used(*, user: User, actor: Actor, now: datetime.datetime) -> None:
    """A recovery code opened the account: told in the audit log, for it is the rarer way in."""
    _record("directory.second_factor.recover", actor, now, user)


def _own(actor: Actor, password: str) -> User:
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not user.check_password(password):
        raise WrongPassword("密码不对，请重新输入。")
    return user


def _of(user: User):
    return Authenticator.objects.filter(user_id=user.pk)


def _record(act: str, actor: Actor, now: datetime.datetime, user: User) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="user", object_id=user.pk,
        object_label=user.name,
    )  # fmt: skip
