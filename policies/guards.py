"""May a district's rules be changed? ``check_*`` raises Denied with a sentence."""

import datetime

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from directory.guards import closings, scope
from policies import schema, selectors
from policies.enums import RuleState


LONGEST_REASON = 200


def check_manage(*, actor: Actor | None, district_id: int) -> None:
    """Adoption and own figures: 教育股 and the head of the bureau; the command line may (None)."""
    sentence = "只有教育股和局领导可以采用方案、规定数值，请联系教育股办理。"
    scope.check(actor, Permission.MANAGE_POLICIES, district_id, sentence)


def can_manage(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_manage, actor=actor, district_id=district_id)


def check_reason(reason: str) -> str:
    """The reason without outer blanks; it stands for the clause and must not be missing."""
    if not reason.strip():
        raise Denied("请填写原因；原因会显示在规则页上。")
    if len(reason.strip()) > LONGEST_REASON:
        raise Denied(f"原因不能超过 {LONGEST_REASON} 字。")
    return reason.strip()


def check_open(district_id: int, day: datetime.date) -> None:
    """Last year's result is computed with last year's rules: what it rests on stays (rule 7)."""
    if closing := closings.closing_on(district_id, day):
        raise Denied(
            f"{closing.until} 及以前的规则已锁定：{closing.reason}"
            f"（{closing.closed_by}，{closing.closed_at:%Y-%m-%d}）。请填写之后的日期。"
        )


def check_codes(codes: list[str]) -> None:
    """At least one pack, each known and once; the national rules are not adopted."""
    if not codes:
        raise Denied("请至少采用一个方案。")
    known = {it.code for it in selectors.adoptable()}
    for code in codes:
        if code not in known:
            raise Denied(f"没有政策包 {code}；可以采用：{'、'.join(sorted(known))}。")
        if codes.count(code) > 1:
            raise Denied(f"《{selectors.pack(code).title}》列了两次，请只保留一次。")


def check_identity(identity: str) -> schema.RuleBase:
    """An example of the rule. Raises Denied for one that no pack knows."""
    if identity not in selectors.catalogue():
        raise Denied("没有这条规则，请从规则页打开。")
    return selectors.catalogue()[identity]


def check_droppable(district_id: int, identity: str, on: datetime.date) -> None:
    """Only a rule past its document's validity is dropped (X-22)."""
    stated = selectors.rules_for(district_id, on).get(identity)
    if stated is None:
        raise Denied("这条规则在这一天没有规定，无需停用。")
    if stated.state is RuleState.OWN:
        raise Denied("这条规则现为本局规定；不再适用的，请撤销本局规定。")
    if not stated.lapsed:
        raise Denied("这条规则尚在有效期内，不能停用；数值不同的，请作本局规定。")
