"""Where a teacher works, and the recorded look at what is masked."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from directory.enums import REVEALABLE
from directory.guards import teachers as guards
from directory.models import Employment, Teacher
from directory.selectors import schools, teachers


@refusals_told()
@transaction.atomic
def move(
    *,
    teacher_id: int,
    unit_id: int,
    employer_id: int | None,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    reason: str = "",
) -> Employment:
    """Let a teacher work at a unit from that day on; who had left comes back by it.

    Without an employer it is the legal person that the unit belongs to. A place that began on the
    same day is corrected. Accounts and posts stay as they are.
    Raises Denied when a later move is already entered or a school does not exist on that day.
    """
    teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=teacher_id)
    guards.check_manage(actor=actor, district_id=teacher.district_id)
    employer_id = employer_id or schools.legal_person_of(unit_id, first_day)
    guards.check_workplaces(
        employer_id=employer_id, unit_id=unit_id, district_id=teacher.district_id, on=first_day
    )
    held = Employment.objects.on(first_day).filter(teacher=teacher).first()
    later = Employment.objects.filter(teacher=teacher, period__startswith__gt=first_day)
    if later.exists() or (held and held.period.upper is not None):
        raise Denied("该教师在此之后已有调动或离岗，请先处理那一次。")
    if held and (held.unit_id, held.employer_id) == (unit_id, employer_id):
        raise Denied("该教师在这一天已在这个单位任教，编制也相同，没有变化。")
    if held and held.period.lower == first_day:
        row = held
        row.unit_id, row.employer_id, row.source = unit_id, employer_id, reason
    else:
        if held:
            Employment.objects.filter(pk=held.pk).update(
                period=DateRange(held.period.lower, first_day, "[)")
            )
        row = Employment(
            teacher=teacher, unit_id=unit_id, employer_id=employer_id, period=period(first_day),
            source=reason,
        )  # fmt: skip
    row.full_clean()
    row.save()
    details = {"from": str(first_day), "unit": unit_id, "employer": employer_id, "reason": reason}
    _record("directory.teacher.move", teacher, unit_id, actor, now, details)
    return row


@refusals_told()
@transaction.atomic
def leave(
    *,
    teacher_id: int,
    last_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> None:
    """End a teacher's work with that day; the record and its history stay.

    Raises Denied without a reason, or when the teacher works nowhere on that day or has a later
    move.
    """
    teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=teacher_id)
    guards.check_manage(actor=actor, district_id=teacher.district_id)
    if not reason.strip():
        raise Denied("请填写离岗原因。")
    held = Employment.objects.on(last_day).filter(teacher=teacher).first()
    if held is None:
        raise Denied("该教师在这一天没有任教单位，请核对日期。")
    if held.period.upper is not None:
        raise Denied("该教师在此之后已有调动或离岗，请先处理那一次。")
    held.period = DateRange(held.period.lower, last_day + datetime.timedelta(days=1), "[)")
    held.full_clean()
    held.save(update_fields=["period"])
    details = {"last_day": str(last_day), "reason": reason}
    _record("directory.teacher.leave", teacher, held.unit_id, actor, now, details)


@transaction.atomic
def reveal(
    *,
    teacher_id: int,
    field: str,
    reason: str,
    actor: Actor,
    now: datetime.datetime,
) -> str:
    """Show one masked value of a visible teacher and record who saw whose, which and why.

    The value itself is in no record. Raises Denied when the actor may not or gives no reason, and
    when the teacher is out of sight, which looks like one that does not exist.
    """
    teacher = teachers.teacher_visible_to(actor, teacher_id)
    if teacher is None or field not in REVEALABLE:
        raise Denied("没有这条记录。")
    guards.check_reveal(actor=actor, reason=reason)
    details = {"field": field, "reason": reason.strip()[:200]}
    _record("directory.teacher.reveal", teacher, None, actor, now, details)
    return str(getattr(teacher, field) or "")


def _record(act: str, teacher: Teacher, school_id: int | None, actor, now, details) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="teacher", object_id=teacher.pk,
        object_label=teacher.name, district_id=teacher.district_id, school_id=school_id,
        details=details,
    )  # fmt: skip
