"""May this be done to a placement? Each side does its own part (X-1); ``check_*`` raises Denied."""

import datetime

from core.actor import Actor
from core.errors import Denied
from core.periods import last_day
from directory.enums import Permission
from exchange.enums import PlacementState
from exchange.models import Placement


def check_arrive(*, actor: Actor, placement: Placement, day: datetime.date) -> None:
    """The host confirms, on or after the day itself, a teacher who is approved to come."""
    _check_host(actor, placement, "到岗由接收学校的校长或经办确认。")
    if placement.state != PlacementState.APPROVED:
        raise Denied(f"这项交流现为“{placement.get_state_display()}”，不能再确认到岗。")
    if day > actor.on:
        raise Denied("到岗日期不能晚于今天；教师到校后再确认。")
    last = last_day(placement.period)
    if not placement.period.lower <= day <= last:
        raise Denied(f"到岗日期应在批准的期间 {placement.period.lower} 至 {last} 之内。")


def can_arrive(*, actor: Actor, placement: Placement) -> bool:
    return _can(check_arrive, actor=actor, placement=placement, day=placement.period.lower)


def check_set_duty(*, actor: Actor, placement: Placement) -> None:
    """What the teacher does at the host is the host's own part, while they are or are to come."""
    _check_host(actor, placement, "在接收学校的学科和职务由接收学校登记。")
    if placement.state not in {PlacementState.APPROVED, PlacementState.ON_POST}:
        raise Denied("这项交流已经结束，不能再改。")
    if last_day(placement.period) < actor.on:
        raise Denied("这项交流已经期满，不能再改。")


def can_set_duty(*, actor: Actor, placement: Placement) -> bool:
    return _can(check_set_duty, actor=actor, placement=placement)


def check_withdraw(*, actor: Actor, placement: Placement, reason: str) -> None:
    """The sending school takes back a teacher who has not arrived."""
    if not actor.may(Permission.SUBMIT_FILINGS) or placement.sending_id not in actor.school_ids:
        raise Denied("撤回由派出学校的校长办理。")
    if placement.state == PlacementState.ON_POST:
        raise Denied("教师已经到岗，不能撤回；需要提前结束的，请联系教育局人事股。")
    if placement.state != PlacementState.APPROVED:
        raise Denied(f"这项交流现为“{placement.get_state_display()}”，不能撤回。")
    _check_reason(reason)


def can_withdraw(*, actor: Actor, placement: Placement) -> bool:
    return _can(check_withdraw, actor=actor, placement=placement, reason="看按钮")


def check_end(*, actor: Actor, placement: Placement, day: datetime.date, reason: str) -> None:
    """The bureau's 人事股 or head ends one that runs, with a last day within its period."""
    if not actor.may(Permission.REVIEW_FILINGS) or placement.district_id not in actor.district_ids:
        raise Denied("提前结束由教育局人事股或局领导办理。")
    if placement.state != PlacementState.ON_POST:
        raise Denied(f"这项交流现为“{placement.get_state_display()}”，不能提前结束。")
    last = last_day(placement.period)
    if last < actor.on:
        raise Denied("这项交流已经期满，不用再提前结束。")
    if not placement.arrived_on <= day < last:
        raise Denied(f"最后一天应在到岗日期 {placement.arrived_on} 与原定的 {last} 之间。")
    _check_reason(reason)


def can_end(*, actor: Actor, placement: Placement) -> bool:
    day = placement.arrived_on or placement.period.lower
    asked = {"actor": actor, "placement": placement, "day": day, "reason": "看按钮"}
    return _can(check_end, **asked)


def _check_host(actor: Actor, placement: Placement, sentence: str) -> None:
    host = placement.receiving_id in actor.school_ids
    if not (host and actor.may(Permission.PREPARE_FILINGS)):
        raise Denied(sentence)


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < 2:
        raise Denied("请写明理由，理由会记入办理记录。")


def _can(check, **asked) -> bool:
    try:
        check(**asked)
    except Denied:
        return False
    return True
