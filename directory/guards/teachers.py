"""May a teacher be moved, may their personal data be shown? ``check_*`` raises Denied."""

import datetime

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from directory.guards import scope
from directory.selectors import schools


SHORTEST_REASON = 2


def check_manage(*, actor: Actor | None, district_id: int) -> None:
    """The roster of teachers: bureau staff of the district; the command line may."""
    sentence = "只有教育股和人事股可以调动教师。"
    scope.check(actor, Permission.MANAGE_TEACHERS, district_id, sentence)


def can_manage(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_manage, actor=actor, district_id=district_id)


def check_reveal(*, actor: Actor, reason: str) -> None:
    """Personal data is shown to who may, for a reason that stands in the record."""
    if not actor.may(Permission.REVEAL_PERSONAL):
        raise Denied("您的身份不能查看未遮盖的个人信息；工作需要时请联系人事股或校长。")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Denied("请写明查看的原因，原因会记入审计记录。")


def check_workplaces(
    *, employer_id: int, unit_id: int, district_id: int, on: datetime.date
) -> None:
    """Employer and unit exist on that day and lie in the teacher's district."""
    facts = schools.facts_on(on, {employer_id, unit_id})
    for word, school_id in (("任教单位", unit_id), ("编制学校", employer_id)):
        if school_id not in facts:
            raise Denied(f"{word}在这一天还没有或不再有信息，请核对日期或另选学校。")
        if facts[school_id].district_id != district_id:
            raise Denied(f"{word}“{facts[school_id].name}”属于另一行政区，不能调入。")
