import datetime

from core.actor import Actor
from core.errors import Denied
from directory.enums import ISSUES, Permission, Role
from directory.models import District, Post, School


OUTSIDE = "这个单位不在您的管理范围内。"


def issuable_roles(actor: Actor) -> frozenset[Role]:
    """The roles whose accounts and posts the actor may issue in their scope."""
    if not actor.role or not actor.may(Permission.ISSUE_ACCOUNTS):
        return frozenset()
    return ISSUES.get(Role(actor.role), frozenset())


def check_issue(
    actor: Actor | None, *, role: str, district: District | None, school: School | None
) -> None:
    """Refuse to issue a post of that role at that unit. The command line may issue any."""
    if actor is None:
        return
    if not actor.may(Permission.ISSUE_ACCOUNTS):
        raise Denied("您的身份不能发放账号，请联系本单位管理员。")
    if not _in_scope(actor, district and district.pk, school):
        raise Denied(OUTSIDE)
    if role not in issuable_roles(actor):
        raise Denied(
            f"“{Role(role).label}”身份不由您发放，"
            + ("请联系局领导。" if actor.district_ids else "请联系县（市、区）教育局。")
        )


def check_issue_slip(actor: Actor | None, posts: list[Post], on: datetime.date) -> None:
    """Refuse a code for an account of which the actor could not issue every post not ended.

    Who sets an account's password can act in all of its posts.
    """
    if actor is None:
        return
    held = [post for post in posts if post.period.upper is None or post.period.upper > on]
    if not held:
        raise Denied("该账号的任职都已结束；请先给予新的身份，再发激活码。")
    for post in held:
        try:
            check_issue(actor, role=post.role, district=post.district, school=post.school)
        except Denied as denied:
            raise Denied(f"该账号有“{post.get_role_display()}”身份。{denied}") from denied


def can_issue_slip(actor: Actor, posts: list[Post], on: datetime.date) -> bool:
    try:
        check_issue_slip(actor, posts, on)
    except Denied:
        return False
    return True


def check_end(actor: Actor | None, post: Post) -> None:
    """Refuse to end a post that the actor could not have given, and the one they wear."""
    check_issue(actor, role=post.role, district=post.district, school=post.school)
    if actor and actor.post_id == post.pk:
        raise Denied("不能结束您自己正在使用的身份，请由另一位管理员办理。")


def can_end(actor: Actor, post: Post) -> bool:
    try:
        check_end(actor, post)
    except Denied:
        return False
    return True


def _in_scope(actor: Actor, district_id: int | None, school: School | None) -> bool:
    if school is None:
        return district_id in actor.district_ids
    return school.district_id in actor.district_ids or school.pk in actor.school_ids
