import dataclasses
import datetime
from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from core import statements
from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.selectors import schools
from resources import guards
from resources.actions.insertion import Wanted, hold, insert
from resources.availability import DayHours, Slot, Span, clock_of, said, touched
from resources.enums import BookingState
from resources.models import Booking, Facility
from resources.selectors.bookings import (
    Taken,
    held_at,
    holder_of,
    hours_ahead,
    local_span,
    moment,
    rivals_of,
    taken_from,
)
from resources.selectors.facilities import Hours, hours_between


WAITING = """
SELECT id
  FROM resources_booking
 WHERE facility_id = %s AND state = 'REQUESTED' AND day = ANY(%s)
 ORDER BY id
   FOR UPDATE
"""


@dataclasses.dataclass(frozen=True)
class Asked:
    """The time of day that somebody asks for: lessons from … to …, or clock times."""

    first_lesson: int | None = None
    last_lesson: int | None = None
    starts: datetime.time | None = None
    ends: datetime.time | None = None

    def on(self, hours: DayHours) -> Span | None:
        """The clock times on a day; lessons have those of the schedule that holds then."""
        if self.first_lesson is not None:
            return clock_of(hours.lessons, self.first_lesson, self.last_lesson)
        return self.starts, self.ends

    @property
    def lessons(self) -> int:
        return 0 if self.first_lesson is None else self.last_lesson - self.first_lesson + 1


@refusals_told()
@transaction.atomic
def book(
    *,
    facility_id: int,
    school_id: int,
    day: datetime.date,
    asked: Asked,
    purpose: str,
    heads: int | None,
    actor: Actor,
    now: datetime.datetime,
) -> int:
    """Book a facility for a school, once; returns the booking's id.

    Active at once for the owner and where no approval is asked, else a request: several may stand
    for one time, but none beside an active booking. An active booking turns down the requests that
    it overlaps. Who comes second is refused with the next free times (X-6).
    """
    facility = hold(facility_id)
    guards.check_book(actor=actor, facility=facility, school_id=school_id, days=[day], heads=heads)
    ahead = hours_ahead(facility, [day])
    hours = ahead.on(facility, day)
    span = asked.on(hours)
    guards.check_time(hours=hours, span=span, now=now)
    wanted = Wanted(
        facility=facility,
        school_id=school_id,
        purpose=purpose,
        heads=heads,
        state=first_state(actor, facility, school_id),
        first_lesson=asked.first_lesson,
        last_lesson=asked.last_lesson,
    )
    placed = insert(wanted, [(day, *(moment(day, at) for at in span))], actor=actor, now=now)
    if not placed:
        raise Denied(_lost(wanted, ahead, day, span, asked, now))
    audit.record(
        act="resources.booking.book", actor=actor, now=now, object_type="booking",
        object_id=placed[day], object_label=f"{facility.name} {day} {said([span])}",
        district_id=facility.district_id, school_id=school_id,
        details={"facility": facility.pk, "state": wanted.state},
    )  # fmt: skip
    if wanted.state == BookingState.ACTIVE:
        turn_down(facility, placed, actor=actor, now=now)
    return placed[day]


def first_state(actor: Actor, facility: Facility, school_id: int) -> BookingState:
    """The owner's own bookings, and those for which it asks no approval, hold at once."""
    if guards.is_own(actor=actor, facility=facility, school_id=school_id):
        return BookingState.ACTIVE
    return BookingState.REQUESTED if facility.needs_approval else BookingState.ACTIVE


def _lost(wanted: Wanted, ahead: Hours, day, span, asked, now) -> str:
    """Why nothing was written, and the next free times."""
    facility = wanted.facility
    begin, end = (moment(day, at) for at in span)
    held = held_at(facility.pk, begin, end)
    winner = next((it for it in held if it.state == BookingState.ACTIVE), None)
    own = next((it for it in held if it.school_id == wanted.school_id), None)
    if winner is None and own and wanted.state == BookingState.REQUESTED:
        return f"贵校{own.user_name}已申请过这个时段（{own.purpose}），正等待批准。"
    taken = taken_from(facility, [day], ahead)
    free = taken.next_free(day=day, span=span, lessons=asked.lessons, after=max(now, begin))
    if winner is None:
        return f"这个时段刚被别人约走。{offer(free, taken)}"
    name = schools.names_on(day, {winner.school_id}).get(winner.school_id, "")
    return f"{day} {said([winner.span])} 已由{name}预约（{winner.purpose}）。{offer(free, taken)}"


def offer(free: Sequence[Slot], taken: Taken) -> str:
    """The sentence with the next free times."""
    if not free:
        return "此后两周没有同样长的空闲时段。"
    return f"接着的空闲时段：{'；'.join(slot_said(it, taken) for it in free)}。"


def slot_said(slot: Slot, taken: Taken) -> str:
    """10月16日 第3节 10:20—11:00"""
    by_number = {it.number: it.label for it in taken.hours.on(taken.facility, slot.day).lessons}
    words = [f"{slot.day.month}月{slot.day.day}日"]
    if slot.first_lesson:
        numbers = dict.fromkeys((slot.first_lesson, slot.last_lesson))
        words.append("至".join(by_number[number] for number in numbers))
    return " ".join([*words, said([(slot.starts, slot.ends)])])


def turn_down(
    facility: Facility,
    winners: Mapping[datetime.date, int],
    *,
    actor: Actor | None,
    now: datetime.datetime,
) -> list[Booking]:
    """Turn down the requests that now active bookings overlap, each told the next free times.

    ``winners`` by day. In the caller's transaction, after everything it writes; locks them by id.
    """
    days = sorted(winners)
    asked = [pk for (pk,) in statements.rows(WAITING, [facility.pk, days])]
    if not asked:
        return []
    waiting = list(Booking.objects.filter(pk__in=asked).order_by("pk"))
    won = list(Booking.objects.filter(pk__in=winners.values()).order_by("day"))
    lost = [it for it in waiting if any(_meet(it.period, other.period) for other in won)]
    if not lost:
        return []
    names = schools.names_on(min(days), {it.school_id for it in won})
    taken = taken_from(facility, days)
    for it in lost:
        winner = next(other for other in won if _meet(it.period, other.period))
        reason = f"这个时段已给{names.get(winner.school_id, '')}使用。"
        _refused(it, reason, taken, actor=actor, now=now)
    Booking.objects.bulk_update(lost, ["state", "decided_at", "decided_by", "reason", "offered"])
    audit.record_all(
        act="resources.booking.turn_down", actor=actor, now=now, object_type="booking",
        objects=[(it.pk, str(it), it.school_id, {"why": "同一时段已给别的学校"}) for it in lost],
        district_id=facility.district_id,
    )  # fmt: skip
    return lost


def _meet(one, other) -> bool:
    return one.lower < other.upper and other.lower < one.upper


def _refused(booking: Booking, reason: str, taken: Taken, *, actor, now) -> None:
    """Fill in a refusal; the next free times are kept with it, for 我的预约."""
    count = 0
    if booking.first_lesson is not None:
        count = booking.last_lesson - booking.first_lesson + 1
    free = taken.next_free(
        day=booking.day,
        span=local_span(booking.period),
        lessons=count,
        after=max(now, booking.period.lower),
    )
    booking.state = BookingState.REFUSED
    booking.decided_at, booking.decided_by = now, actor.name if actor else ""
    booking.reason = reason
    booking.offered = [
        {
            "day": it.day.isoformat(),
            "starts": f"{it.starts:%H:%M}",
            "ends": f"{it.ends:%H:%M}",
            "first": it.first_lesson,
            "last": it.last_lesson,
            "said": slot_said(it, taken),
        }
        for it in free
    ]


@refusals_told()
@transaction.atomic
def approve(
    *, booking_id: int, rivals: Collection[int], actor: Actor, now: datetime.datetime
) -> Booking:
    """The owner approves a request; ``rivals`` are the requests shown beside it, which lose.

    Refused when the rivals are no longer those that were shown, so that nobody loses unseen; when
    the time is taken, past or shut, or the room was withdrawn meanwhile. The losers are told the
    next free times.
    """
    booking = _locked(booking_id, with_facility=True)
    guards.check_decide(actor=actor, booking=booking, to=BookingState.ACTIVE)
    facility, span = booking.facility, local_span(booking.period)
    if facility.withdrawn_from and booking.day >= facility.withdrawn_from:
        raise Denied(
            f"{facility.name}自 {facility.withdrawn_from} 起停用（{facility.withdrawn_reason}），"
            "不能再批准这天的预约；请写明原因退回。"
        )
    hours = hours_between([facility], booking.day, booking.day).on(facility, booking.day)
    guards.check_time(hours=hours, span=span, now=now)
    if held := holder_of(booking):
        raise Denied(
            f"这个时段已有预约：{held.purpose}（{said([local_span(held.period)])}）；"
            "请写明原因退回这份申请。"
        )
    if {it.pk for it in rivals_of(booking)} != set(rivals):
        raise Denied("同一时段的申请刚有变化，请重新核对下面列出的申请后再批准。")
    booking.state = BookingState.ACTIVE
    booking.decided_at, booking.decided_by = now, actor.name
    booking.save(update_fields=["state", "decided_at", "decided_by"])
    _record("approve", booking, actor, now)
    turn_down(facility, {booking.day: booking.pk}, actor=actor, now=now)
    return booking


@refusals_told()
@transaction.atomic
def refuse(*, booking_id: int, reason: str, actor: Actor, now: datetime.datetime) -> Booking:
    """The owner refuses a request, with a reason; the next free times are told with it."""
    booking = _locked(booking_id)
    guards.check_decide(actor=actor, booking=booking, to=BookingState.REFUSED)
    if not reason.strip():
        raise Denied("请写明不批准的原因。")
    _refused(
        booking, reason.strip(), taken_from(booking.facility, [booking.day]), actor=actor, now=now
    )
    booking.save(update_fields=["state", "decided_at", "decided_by", "reason", "offered"])
    _record("refuse", booking, actor, now, reason=booking.reason)
    return booking


@refusals_told()
@transaction.atomic
def cancel(*, booking_id: int, reason: str, actor: Actor, now: datetime.datetime) -> Booking:
    """Give up a booking or a request, with a reason; its time is free again at once."""
    booking = _locked(booking_id)
    guards.check_cancel(actor=actor, booking=booking, now=now)
    if not reason.strip():
        raise Denied("请写明取消的原因。")
    booking.state, booking.reason = BookingState.CANCELLED, reason.strip()
    booking.decided_at, booking.decided_by = now, actor.name
    booking.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    _record("cancel", booking, actor, now, reason=booking.reason)
    return booking


def _locked(booking_id: int, *, with_facility: bool = False) -> Booking:
    """The booking, locked; before it the facility, where active bookings are about to change."""
    if with_facility:
        held = Facility.objects.select_for_update(of=("self",)).filter(booking=booking_id)
        held.order_by("pk").first()
    rows = Booking.objects.select_for_update(of=("self",)).select_related("facility__school")
    return rows.get(pk=booking_id)


def _record(verb: str, booking: Booking, actor, now, **details) -> None:
    audit.record(
        act=f"resources.booking.{verb}", actor=actor, now=now, object_type="booking",
        object_id=booking.pk, object_label=f"{booking.facility.name} {booking.day}",
        district_id=booking.facility.district_id, school_id=booking.school_id,
        details={"facility": booking.facility_id, **details},
    )  # fmt: skip


def lessons_said(hours: DayHours, span: Span) -> str:
    """The lessons that a span of clock times meets, for whoever books by the clock (X-7)."""
    return "、".join(it.label for it in touched(hours.lessons, span))
