"""May this be booked, decided, changed? ``check_*`` raises Denied with a sentence."""

import datetime
from collections.abc import Collection

from core.actor import Actor
from core.errors import Denied
from directory.enums import Permission
from directory.selectors import schools
from groups.selectors.partners import partners_on
from resources.availability import DayHours, Span, shut_for
from resources.enums import NEXT, BookingState, Sharing
from resources.models import Booking, Facility
from resources.selectors.bookings import moment
from resources.selectors.facilities import home_schools


MOST_DAYS_AHEAD = 366
PAST = "这个时段已经过去，请选今天以后的时间。"
MIDNIGHT = "结束时间应晚于开始时间。一次预约不能跨过午夜；要用到第二天的，请分两天各约一次。"


def check_manage(*, actor: Actor, school_id: int) -> None:
    """Facilities are entered and lent by their own school, nobody else (X-6)."""
    if not actor.may(Permission.MANAGE_FACILITIES) or school_id not in actor.school_ids:
        raise Denied("只有场地所属学校的校长和经办可以登记场地、审批预约。")


def can_manage(*, actor: Actor, school_id: int) -> bool:
    return _can(check_manage, actor=actor, school_id=school_id)


def check_book(
    *,
    actor: Actor,
    facility: Facility,
    school_id: int,
    days: Collection[datetime.date],
    heads: int | None,
) -> None:
    """Who may book, for which school, on these days (A-17); the owner shares as it has said.

    A place in a group that ends, and a school that closes, are judged by the last of the days.
    """
    if not actor.may(Permission.BOOK):
        raise Denied("您的身份不能预约场地；学校的校长、经办和教师可以。")
    if school_id not in home_schools(actor):
        raise Denied("只能为本校预约；您的身份不属于所选学校。")
    if facility.capacity and heads and heads > facility.capacity:
        raise Denied(f"{facility.name}最多容纳 {facility.capacity} 人，您填了 {heads} 人。")
    last = max(days)
    if (last - actor.on).days > MOST_DAYS_AHEAD:
        raise Denied("只能预约一年以内的日子。")
    standing = schools.districts_on(last, {school_id, facility.school_id})
    if gone := {school_id, facility.school_id} - standing.keys():
        name = schools.names_on(last, gone).get(min(gone), "该学校")
        raise Denied(f"{name}到 {last} 已经撤并，不能预约那天的场地。")
    if is_own(actor=actor, facility=facility, school_id=school_id):
        return
    if facility.sharing == Sharing.OWN:
        raise Denied(f"{facility.name}只供所属学校自己使用。")
    same_district = standing[school_id] == standing[facility.school_id]
    if facility.sharing == Sharing.DISTRICT and same_district:
        return
    together = partners_on([facility.school_id], list(days))
    if outside := [day for day in sorted(days) if school_id not in together[day]]:
        raise Denied(
            f"{facility.name}只供本集团各校预约；{outside[0]} 那天贵校与所属学校不在同一个集团。"
        )


def is_own(*, actor: Actor, facility: Facility, school_id: int) -> bool:
    """The owner books its own room: its school, or a unit that the same post heads."""
    return school_id == facility.school_id or {school_id, facility.school_id} <= actor.school_ids


def check_time(*, hours: DayHours, span: Span | None, now: datetime.datetime) -> None:
    """The span lies ahead and within the opening hours of its day."""
    if span is None:
        raise Denied(f"{hours.day} 的作息时间没有所选的节次，请改选节次或写起止钟点。")
    if span[1] <= span[0]:
        raise Denied(MIDNIGHT)
    if moment(hours.day, span[0]) <= now:
        raise Denied(PAST)
    if reason := shut_for(hours, span):
        raise Denied(f"{hours.day} 这个时段不开放：{reason}。")


def check_move(*, booking: Booking, to: BookingState) -> None:
    state = BookingState(booking.state)
    if to == state:
        raise Denied(f"这份预约已是“{state.label}”，不用再办。")
    if to not in NEXT[state]:
        raise Denied(f"这份预约{state.label}，不能再改为“{to.label}”。")


def check_decide(*, actor: Actor, booking: Booking, to: BookingState) -> None:
    check_manage(actor=actor, school_id=booking.facility.school_id)
    check_move(booking=booking, to=to)


def can_decide(*, actor: Actor, booking: Booking) -> bool:
    return _can(check_decide, actor=actor, booking=booking, to=BookingState.ACTIVE)


def check_cancel(*, actor: Actor, booking: Booking, now: datetime.datetime) -> None:
    """Whoever booked, the school for which, and the owner who takes the room back."""
    schools_concerned = {booking.school_id, booking.facility.school_id} & actor.school_ids
    staff = actor.may(Permission.MANAGE_FACILITIES) and schools_concerned
    if booking.user_id != actor.user_id and not staff:
        raise Denied("只有预约人、使用学校和场地所属学校可以取消预约。")
    check_move(booking=booking, to=BookingState.CANCELLED)
    if booking.period.upper <= now:
        raise Denied("这次使用已经结束，不能取消。")


def can_cancel(*, actor: Actor, booking: Booking, now: datetime.datetime) -> bool:
    return _can(check_cancel, actor=actor, booking=booking, now=now)


def _can(check, **asked) -> bool:
    try:
        check(**asked)
    except Denied:
        return False
    return True
