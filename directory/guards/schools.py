"""May this be done to a school, the calendar or the area units? ``check_*`` raises Denied."""

import datetime

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission, Role
from directory.guards import scope
from directory.selectors import schools


def check_manage(*, actor: Actor | None, district_id: int) -> None:
    """Schools, calendar and area units: bureau staff of the district; the command line may."""
    sentence = "只有教育股可以管理学校、校历和区划。"
    scope.check(actor, Permission.MANAGE_SCHOOLS, district_id, sentence)


def can_manage(*, actor: Actor, district_id: int) -> bool:
    return scope.can(check_manage, actor=actor, district_id=district_id)


def check_bells(*, actor: Actor | None, school_id: int, district_id: int) -> None:
    """Lesson times: the school itself and the bureau."""
    own = {Role.PRINCIPAL, Role.SCHOOL_CLERK}
    if actor and actor.role in own and school_id in actor.school_ids:
        return
    check_manage(actor=actor, district_id=district_id)


def can_bells(*, actor: Actor, school_id: int, district_id: int) -> bool:
    return scope.can(check_bells, actor=actor, school_id=school_id, district_id=district_id)


def check_parent(
    *, parent_id: int | None, district_id: int, on: datetime.date, school_id: int | None = None
) -> None:
    """The parent exists on that day, lies in the district and is no unit below the school.

    Asked under the district's lock: two changes that make a ring together come one after another.
    """
    if parent_id is None:
        return
    parent = schools.facts_on(on, {parent_id}).get(parent_id)
    if parent is None:
        raise Denied("所属学校在这一天还没有或不再有信息，请核对日期或另选学校。")
    if parent.district_id != district_id:
        raise Denied(f"“{parent.name}”属于另一行政区，不能作所属学校。")
    if school_id is not None and parent_id in schools.units_ever_below(school_id, on):
        raise Denied(f"“{parent.name}”是本校或本校的下属单位，不能作所属学校。")
