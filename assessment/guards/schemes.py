from django.utils import timezone

from assessment.enums import NEXT, SchemeMoveKind, SchemeState
from assessment.models import Scheme
from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from directory.guards import scope


def check_manage(*, actor: Actor | None, district_id: int) -> None:
    """Schemes and scores: 教育股 of the district; the command line may (None)."""
    sentence = "只有教育股可以编制考核方案和录入得分。"
    scope.check(actor, Permission.MANAGE_ASSESSMENT, district_id, sentence)


def can_manage(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_manage, actor=actor, district_id=district_id)


def check_publish(*, actor: Actor | None, district_id: int) -> None:
    """Publishing, returning and correcting: the head of the bureau."""
    sentence = "只有局领导可以发布、退回和更正考核结果。"
    scope.check(actor, Permission.PUBLISH_RESULTS, district_id, sentence)


def can_publish(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_publish, actor=actor, district_id=district_id)


def lock_of(scheme: Scheme) -> str:
    """Why nothing of this version can be changed, since when and who may open it (X-11).

    Empty while it is a draft. Reads the version's moves when it is not.
    """
    if scheme.state == SchemeState.DRAFT:
        return ""
    last = scheme.moves.order_by("-at", "-pk").first()
    by = f"（{last.by_name}，{timezone.localtime(last.at):%Y-%m-%d}）" if last else ""
    if scheme.state == SchemeState.SUBMITTED:
        return f"已送审{by}，等局领导发布。需要修改时，教育股先撤回送审，或由局领导退回。"
    return f"已发布{by}，发布后的结果锁定；确有错误时由局领导发起更正，形成新版本，本版仍可查看。"


def check_editable(scheme: Scheme) -> None:
    """Only a draft is changed; the refusal says what locks it."""
    if lock := lock_of(scheme):
        raise Denied(lock)


def check_move(scheme: Scheme, move: SchemeMoveKind) -> SchemeState:
    """The state that a move leads to. Raises Denied where the version does not stand for it."""
    state = SchemeState(scheme.state)
    if move not in NEXT[state]:
        raise Denied(f"这一版{state.label}，不能{move.label}；可能有人刚办理过，请刷新页面。")
    return NEXT[state][move]
