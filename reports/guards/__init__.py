"""May this be done to a report? ``check_*`` raises Denied with a sentence."""

from core.actor import Actor
from directory.enums import Permission
from directory.guards import scope


def check_make(*, actor: Actor | None, district_id: int) -> None:
    """Drafts are made and schedules set by 教育股; the command line and a schedule may (None)."""
    scope.check(actor, Permission.MAKE_REPORTS, district_id, "只有教育股和局领导可以生成报告。")


def check_issue(*, actor: Actor | None, district_id: int) -> None:
    """The head of the bureau issues; the command line may (None)."""
    scope.check(actor, Permission.ISSUE_REPORTS, district_id, "只有局领导可以印发报告。")


def can_make(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_make, actor=actor, district_id=district_id)


def can_issue(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_issue, actor=actor, district_id=district_id)
