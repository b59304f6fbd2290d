"""What comes before everything else, and who may take a second factor from somebody."""

import datetime

from django.conf import settings

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from directory.guards.accounts import check_issue_slip
from directory.models import Post, User
from directory.selectors import security


FIRST_PASSWORD = "密码已满 90 天，须先设一个新的。"  # noqa: S105 - a sentence
FIRST_SECOND_FACTOR = "局内账号须先开通两步验证。"


def needs_second_factor(role: str) -> bool:
    """``REQUIRE_MFA=1`` forces it on the posts of the bureau and on nobody else."""
    return settings.REQUIRE_MFA and role.startswith("BUREAU_")


def check_nothing_first(
    user: User, role: str, *, second_factor: bool, now: datetime.datetime
) -> None:
    """Refuse any act of somebody who must first renew a password or set up a second factor."""
    if security.password_is_due(user, now):
        raise Denied(FIRST_PASSWORD)
    if needs_second_factor(role) and not second_factor:
        raise Denied(FIRST_SECOND_FACTOR)


def check_reset(actor: Actor | None, user: User, posts: list[Post]) -> None:
    """Refuse to take the second factor from oneself, and from who holds posts beyond the actor's.

    Who takes it away could, with a new activation code, act in every post of the account.
    """
    if actor is None:
        return
    if not actor.may(Permission.RESET_SECOND_FACTOR):
        raise Denied("解除两步验证由局领导办理。")
    if user.pk == actor.user_id:
        raise Denied("不能解除自己的两步验证；手机丢失的，用恢复码登录，或请另一位局领导办理。")
    check_issue_slip(actor, posts, actor.on)


def can_reset(actor: Actor, user: User, posts: list[Post]) -> bool:
    try:
        check_reset(actor, user, posts)
    except Denied:
        return False
    return True
