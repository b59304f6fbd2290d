"""May a 代理 be named or ended? ``check_*`` raises Denied with a sentence (X-9)."""

from core.actor import Actor
from core.errors import Denied
from directory.enums import PERMISSIONS, Permission, Role
from directory.selectors.posts import Held
from filings.enums import HEADS


# What a deputy handles; a post without any of it has nothing to hand over.
HANDLES = frozenset(
    {Permission.PREPARE_FILINGS, Permission.SUBMIT_FILINGS, Permission.REVIEW_FILINGS}
)
DEPUTIES = frozenset(role for role in Role if role.startswith("BUREAU_")) | {
    Role.PRINCIPAL,
    Role.SCHOOL_CLERK,
}


def may_be_stood_in_for(post: Held) -> bool:
    return bool(PERMISSIONS[Role(post.role)] & HANDLES)


def may_stand_in(post: Held) -> bool:
    return post.role in DEPUTIES


def check_whose(*, actor: Actor, post_id: int, here: bool) -> None:
    """The holder hands over the own post; the head of a bureau or school any post there.

    ``here``: the post is at the bureau or school in which the actor works.
    """
    if post_id == actor.post_id or (here and actor.role in HEADS):
        return
    raise Denied("代理由本人、局领导（本局）或校长（本校）指定和结束。")


def check_name(*, actor: Actor, post: Held | None, deputy: Held | None) -> None:
    """Both posts are at the actor's bureau or school; None for one that is not."""
    if post is None or deputy is None:
        raise Denied("代理人和被代理人须是本单位的在任人员，请重新选择。")
    check_whose(actor=actor, post_id=post.post_id, here=True)
    if not may_be_stood_in_for(post):
        raise Denied(f"{post.label}没有报送事项要办理，不需要代理。")
    if not may_stand_in(deputy):
        raise Denied(f"{deputy.label}不能代理报送事项，请选择局内或本校办理报送的人员。")
    if post.user_id == deputy.user_id:
        raise Denied("不能由本人代理本人，请选择另一位。")


def can_name(*, actor: Actor, post: Held) -> bool:
    """Whether the actor may name somebody for that post, one of the own bureau or school."""
    if not may_be_stood_in_for(post):
        return False
    try:
        check_whose(actor=actor, post_id=post.post_id, here=True)
    except Denied:
        return False
    return True
