"""May this be written into a log? ``check_*`` raises Denied with a sentence."""

import datetime

from core.actor import Actor
from core.errors import Denied
from core.periods import last_day
from directory.enums import Permission
from exchange.log_days import check_day
from exchange.models import LogEntry, Placement


MOST_PHOTOS = 6


def check_write(*, actor: Actor, placement: Placement, day: datetime.date) -> None:
    """The teacher writes the own log, of a day on post that has come (B4-2)."""
    if not actor.may(Permission.KEEP_LOG) or placement.teacher_id != actor.teacher_id:
        raise Denied("日志由交流教师本人填写。")
    check_day(
        day, today=actor.on, arrived_on=placement.arrived_on, last_day=last_day(placement.period)
    )


def check_change(*, actor: Actor, placement: Placement, entry: LogEntry) -> None:
    """What the host has commented on stays as the host read it."""
    check_write(actor=actor, placement=placement, day=entry.day)
    if entry.comment:
        raise Denied(f"{entry.commented_by_name}已对这篇日志写了意见，不能再改。")


def can_change(*, actor: Actor, placement: Placement, entry: LogEntry) -> bool:
    try:
        check_change(actor=actor, placement=placement, entry=entry)
    except Denied:
        return False
    return True


def check_add_photo(*, actor: Actor, placement: Placement, entry: LogEntry, held: int) -> None:
    """Also after the host's word: a photo may wait long for a connection (X-25).

    What was read stays as it was; the page tells which photos came after it.
    """
    check_write(actor=actor, placement=placement, day=entry.day)
    if held >= MOST_PHOTOS:
        raise Denied(f"一篇日志最多 {MOST_PHOTOS} 张照片，请先删去一张。")


def can_add_photo(**asked) -> bool:
    try:
        check_add_photo(**asked)
    except Denied:
        return False
    return True


def check_comment(*, actor: Actor, placement: Placement) -> None:
    """The host school comments; the sending school reads (B4-1)."""
    if not actor.may(Permission.COMMENT_LOG) or placement.receiving_id not in actor.school_ids:
        raise Denied("意见由接收学校的校长或经办填写。")


def can_comment(*, actor: Actor, placement: Placement) -> bool:
    try:
        check_comment(actor=actor, placement=placement)
    except Denied:
        return False
    return True
