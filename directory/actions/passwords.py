import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied
from directory.actions import sessions
from directory.models import User


class WrongPassword(Denied):
    """The present password is not that. Counts as an attempt to guess it."""


@transaction.atomic
def change(
    *, old: str, new: str, actor: Actor, now: datetime.datetime, this_key: str | None
) -> User:
    """Set one's own password; every other session of the account ends, and its API tokens.

    The form has asked the validators of the policy. Raises WrongPassword, and
    Denied when the new one is the present one.
    """
    user = User.objects.select_for_update().get(pk=actor.user_id)
    if not user.check_password(old):
        raise WrongPassword("现在的密码不对，请重新输入。")
    if user.check_password(new):
        raise Denied("新密码不能与现在的相同。")
    set_password(user, new, now)
    sessions.drop(user_id=user.pk, but=this_key)
    audit.record(
        act="directory.account.change_password", actor=actor, now=now, object_type="user",
        object_id=user.pk, object_label=user.name,
    )  # fmt: skip
    return user


def set_password(user: User, password: str, now: datetime.datetime) -> None:
    """Part of the acts that set one; a password knows its day, for those that must be renewed."""
    user.set_password(password)
    user.password_set_at = now
    user.save(update_fields=["password", "password_set_at"])
