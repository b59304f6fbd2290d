from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission


def check(actor: Actor | None, permission: Permission, district_id: int, sentence: str) -> None:
    """The actor holds the permission, in a district of theirs; the command line may (None)."""
    if actor is None:
        return
    if not actor.may(permission):
        raise Denied(sentence)
    if district_id not in actor.district_ids:
        raise Denied("这条记录不在您的管理范围内。")


def can(check_it, **asked) -> bool:
    """Whether a ``check_*`` passes, for templates."""
    try:
        check_it(**asked)
    except Denied:
        return False
    return True
