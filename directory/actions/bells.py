import datetime
from collections.abc import Sequence

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from directory.guards import schools as guards
from directory.models import BellSchedule, LessonPeriod, School


@refusals_told()
@transaction.atomic
def set_bells(
    *,
    school_id: int,
    name: str,
    first_day: datetime.date,
    lessons: Sequence[tuple[str, datetime.time, datetime.time]],
    actor: Actor | None,
    now: datetime.datetime,
) -> BellSchedule:
    """Give a school its lesson times (name, begin, end) from that day on.

    The schedule before ends the day before; one that began on the same day is replaced. Raises
    Denied when lessons overlap or a later schedule is already entered.
    """
    school = School.objects.select_for_update(of=("self",)).get(pk=school_id)
    guards.check_bells(actor=actor, school_id=school_id, district_id=school.district_id)
    _check_order(lessons)
    if BellSchedule.objects.filter(school=school, period__startswith__gt=first_day).exists():
        raise Denied("该学校在此之后已有作息时间，请换一个日期。")
    held = BellSchedule.objects.on(first_day).filter(school=school).first()
    if held and held.period.lower == first_day:
        held.delete()
    elif held:
        ends = period(held.period.lower, first_day - datetime.timedelta(days=1))
        BellSchedule.objects.filter(pk=held.pk).update(period=ends)
    row = BellSchedule(school=school, name=name, period=period(first_day))
    row.full_clean()
    row.save()
    LessonPeriod.objects.bulk_create(
        LessonPeriod(schedule=row, number=number, name=lesson, starts_at=starts_at, ends_at=ends_at)
        for number, (lesson, starts_at, ends_at) in enumerate(lessons, start=1)
    )
    audit.record(
        act="directory.school.set_bells", actor=actor, now=now, object_type="school",
        object_id=school_id, object_label=name, district_id=school.district_id,
        school_id=school_id, details={"from": str(first_day), "lessons": len(lessons)},
    )  # fmt: skip
    return row


def _check_order(lessons: Sequence[tuple[str, datetime.time, datetime.time]]) -> None:
    if not lessons:
        raise Denied("请至少填写一节课。")
    before = datetime.time.min
    for _, starts_at, ends_at in lessons:
        if ends_at <= starts_at:
            raise Denied(f"{starts_at:%H:%M} 开始的一节，下课时间应晚于上课时间。")
        if starts_at < before:
            raise Denied(f"{starts_at:%H:%M} 开始的一节早于上一节下课，请按时间先后填写。")
        before = ends_at
