import datetime

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from filings.enums import NEXT, NoticeState, ObjectionState
from filings.models import Objection, PublicNotice


def check_file(*, actor: Actor, notice: PublicNotice, school_id: int, on: datetime.date) -> None:
    """A principal objects for an own school, within the window (X-15)."""
    if not actor.may(Permission.OBJECT):
        raise Denied("异议由校长代表学校提出，请联系本校校长。")
    if school_id not in actor.school_ids:
        raise Denied("只能代表本校提出异议。")
    state = notice.state_on(on)
    if state == NoticeState.UPCOMING:
        raise Denied(f"公示从 {notice.first_day} 开始，届时可以提出异议。")
    if state == NoticeState.CLOSED:
        raise Denied(f"公示期已于 {notice.last_day} 结束，不能再提出异议；请直接联系教育局。")


def can_file(*, actor: Actor, notice: PublicNotice, school_id: int, on: datetime.date) -> bool:
    try:
        check_file(actor=actor, notice=notice, school_id=school_id, on=on)
    except Denied:
        return False
    return True


def check_open(objection: Objection, to: ObjectionState) -> None:
    """Whatever ends an objection ends it once."""
    if to not in NEXT[ObjectionState(objection.state)]:
        raise Denied(f"这条异议已处理（{objection.get_state_display()}），请刷新页面。")


def check_withdraw(*, actor: Actor, objection: Objection) -> None:
    check_open(objection, ObjectionState.WITHDRAWN)
    if not actor.may(Permission.OBJECT) or objection.school_id not in actor.school_ids:
        raise Denied("只有提出异议的学校可以撤回。")


def check_decide(*, actor: Actor, objection: Objection, to: ObjectionState) -> None:
    """The head of the bureau decides, and never on what they filed themselves (rule 6)."""
    check_open(objection, to)
    if not actor.may(Permission.DECIDE_OBJECTIONS):
        raise Denied("异议由局领导处理。")
    if objection.notice.district_id not in actor.district_ids:
        raise Denied("这条异议不在您的管理范围内。")
    if objection.filed_by_id == actor.user_id:
        raise Denied("不能处理本人提出的异议，请由另一位局领导处理。")


def can_decide(*, actor: Actor, objection: Objection) -> bool:
    try:
        check_decide(actor=actor, objection=objection, to=ObjectionState.UPHELD)
    except Denied:
        return False
    return True
