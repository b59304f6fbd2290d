import datetime
from collections.abc import Collection

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from resources import guards
from resources.actions.bookings import Asked, first_state, turn_down
from resources.actions.insertion import Wanted, hold, insert
from resources.availability import shut_for, weekly
from resources.enums import LIVE, BookingState
from resources.models import BookingSeries, Facility
from resources.selectors.bookings import moment
from resources.selectors.facilities import hours_between


MOST_WEEKS = 60


@refusals_told()
@transaction.atomic
def book(
    *,
    facility_id: int,
    school_id: int,
    weekday: int,
    asked: Asked,
    first_day: datetime.date,
    last_day: datetime.date,
    days: Collection[datetime.date],
    purpose: str,
    heads: int | None,
    actor: Actor,
    now: datetime.datetime,
) -> tuple[BookingSeries, list[datetime.date]]:
    """Book the chosen dates of a weekly series in one statement (X-7).

    Returns the series and the dates that were taken meanwhile: they are skipped, and may be added
    later like those that were not chosen. Refused when none of them could be had.
    """
    facility = hold(facility_id)
    check_dates(weekday, first_day, last_day)
    wanted_days = sorted(set(days) & set(weekly(weekday, first_day, last_day)))
    if not wanted_days:
        raise Denied("请至少选一个可约的日期。")
    guards.check_book(
        actor=actor, facility=facility, school_id=school_id, days=wanted_days, heads=heads
    )
    if asked.first_lesson is None and asked.ends <= asked.starts:
        raise Denied(guards.MIDNIGHT)
    series = BookingSeries.objects.create(
        facility=facility,
        school_id=school_id,
        user_id=actor.user_id,
        user_name=actor.name,
        purpose=purpose,
        heads=heads,
        weekday=weekday,
        first_lesson=asked.first_lesson,
        last_lesson=asked.last_lesson,
        starts_at=asked.starts,
        ends_at=asked.ends,
        first_day=first_day,
        last_day=last_day,
        created_at=now,
    )
    placed = _place(series, facility, wanted_days, actor=actor, now=now)
    if not placed:
        raise Denied("所选日期都已被约走或不再开放，请重新核对每个日期。")
    audit.record(
        act="resources.series.book", actor=actor, now=now, object_type="series",
        object_id=series.pk, object_label=f"{facility.name} {purpose}",
        district_id=facility.district_id, school_id=school_id,
        details={"facility": facility.pk, "count": len(placed), "from": str(first_day)},
    )  # fmt: skip
    return series, [day for day in wanted_days if day not in placed]


def check_dates(weekday: int, first_day: datetime.date, last_day: datetime.date) -> None:
    if last_day < first_day:
        raise Denied("结束日期不能早于开始日期。")
    if (last_day - first_day).days > 7 * MOST_WEEKS:
        raise Denied(f"每周预约最多 {MOST_WEEKS} 周，请把结束日期提前。")
    if not weekly(weekday, first_day, last_day):
        raise Denied("这段时间里没有所选的星期，请核对起止日期。")


@refusals_told()
@transaction.atomic
def add_day(*, series_id: int, day: datetime.date, actor: Actor, now: datetime.datetime) -> int:
    """Add a date of a series that was skipped or given up, once it can be had (X-7)."""
    row = BookingSeries.objects.get(pk=series_id)
    facility = hold(row.facility_id)
    series = BookingSeries.objects.select_for_update(of=("self",)).get(pk=series_id)
    if series.user_id != actor.user_id and series.school_id not in actor.school_ids:
        raise Denied("只有预约人和使用学校可以补约。")
    if day not in weekly(series.weekday, series.first_day, series.last_day):
        raise Denied("这一天不是这份每周预约的日期。")
    if series.bookings.filter(day=day, state__in=LIVE).exists():
        raise Denied("这一天已经约过。")
    guards.check_book(
        actor=actor, facility=facility, school_id=series.school_id, days=[day], heads=series.heads
    )
    hours = hours_between([facility], day, day).on(facility, day)
    guards.check_time(hours=hours, span=asked_of(series).on(hours), now=now)
    placed = _place(series, facility, [day], actor=actor, now=now)
    if not placed:
        raise Denied(f"{day} 这个时段已被别人预约，可另约当天的其他时间。")
    audit.record(
        act="resources.series.add_day", actor=actor, now=now, object_type="series",
        object_id=series.pk, object_label=f"{facility.name} {day}",
        district_id=facility.district_id, school_id=series.school_id,
        details={"facility": facility.pk, "from": str(day)},
    )  # fmt: skip
    return placed[day]


def asked_of(series: BookingSeries) -> Asked:
    return Asked(series.first_lesson, series.last_lesson, series.starts_at, series.ends_at)


def _place(
    series: BookingSeries,
    facility: Facility,
    days: list[datetime.date],
    *,
    actor: Actor,
    now: datetime.datetime,
) -> dict[datetime.date, int]:
    """Write what is open, ahead and free of these days; the requests that it overlaps lose."""
    asked, spans = asked_of(series), []
    hours = hours_between([facility], days[0], days[-1])
    for day in days:
        of_day = hours.on(facility, day)
        span = asked.on(of_day)
        if span and not shut_for(of_day, span) and moment(day, span[0]) > now:
            spans.append((day, moment(day, span[0]), moment(day, span[1])))
    wanted = Wanted(
        facility=facility,
        school_id=series.school_id,
        purpose=series.purpose,
        heads=series.heads,
        state=first_state(actor, facility, series.school_id),
        series_id=series.pk,
        first_lesson=series.first_lesson,
        last_lesson=series.last_lesson,
    )
    placed = insert(wanted, spans, actor=actor, now=now) if spans else {}
    if placed and wanted.state == BookingState.ACTIVE:
        turn_down(facility, placed, actor=actor, now=now)
    return placed
