"""May somebody try other figures on a version? ``check_*`` raises Denied with a sentence."""

from assessment.models import Scheme
from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from directory.guards import scope


MOST = 6  # columns side by side that a screen holds
MAY = (Permission.MANAGE_ASSESSMENT, Permission.PUBLISH_RESULTS)


def check_try(*, actor: Actor | None, scheme: Scheme) -> None:
    """教育股 and the head of the bureau, on every version: a variant never touches the record."""
    if actor is None:
        return
    held = next((it for it in MAY if actor.may(it)), MAY[0])
    sentence = "试算由教育股和局领导保存，您可以查看已保存的试算。"
    scope.check(actor, held, scheme.district_id, sentence)


def can_try(*, actor: Actor, scheme: Scheme) -> bool:
    return scope.can(check_try, actor=actor, scheme=scheme)


def check_room(scheme: Scheme) -> None:
    if scheme.variants.count() >= MOST:
        raise Denied(f"一个方案最多保存 {MOST} 种试算，请先删去不用的。")
