"""The end of a school, and taking back what has not begun (E-3)."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.actions.schools import record
from directory.guards import closings
from directory.guards import schools as guards
from directory.models import School, SchoolFacts


@refusals_told()
@transaction.atomic
def close(
    *,
    school_id: int,
    last_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
    into_id: int | None = None,
) -> None:
    """Close a school with that day, or merge it into another; its history stays.

    Units below it, its staff and its groups are not ended: the page names them before.
    Raises Denied without a reason, or when the school has no facts on that day or later changes.
    """
    school = School.objects.select_for_update(of=("self",)).get(pk=school_id)
    guards.check_manage(actor=actor, district_id=school.district_id)
    if not reason.strip():
        raise Denied("请填写撤并原因。")
    held = SchoolFacts.objects.on(last_day).filter(school_id=school_id).first()
    if held is None:
        raise Denied("该学校在这一天还没有或不再有信息，请核对日期。")
    if held.period.upper is not None:
        raise Denied(f"该学校在 {held.period.upper} 起已有变更，请先处理那一次变更。")
    after = last_day + datetime.timedelta(days=1)
    closings.check_open(school.district_id, after)
    held.period = DateRange(held.period.lower, after, "[)")
    held.full_clean()
    held.save(update_fields=["period"])
    details = {"last_day": str(last_day), "reason": reason, "into": into_id}
    record("directory.school.close", held, actor, now, details)


@refusals_told()
@transaction.atomic
def withdraw(
    *,
    school_id: int,
    today: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
) -> None:
    """Take back the last change or closing that has not taken effect by today.

    What the school was before goes on. Raises Denied when nothing lies ahead.
    """
    school = School.objects.select_for_update(of=("self",)).get(pk=school_id)
    guards.check_manage(actor=actor, district_id=school.district_id)
    last = SchoolFacts.objects.filter(school_id=school_id).order_by("-period").first()
    ends, begins = last.period.upper, last.period.lower
    if ends is not None and ends > today:
        closings.check_open(school.district_id, ends)
        row, details = last, {"last_day": str(ends - datetime.timedelta(days=1))}
    elif begins > today:
        before = SchoolFacts.objects.filter(school_id=school_id, period__endswith=begins)
        row, details = before.first(), {"from": str(begins), "name": last.name}
        if row is None:
            raise Denied("该学校还没有更早的信息，不能撤回；录入有误请更正。")
        closings.check_open(school.district_id, begins)
        last.delete()
    else:
        raise Denied("没有尚未生效的变更。")
    SchoolFacts.objects.filter(pk=row.pk).update(period=DateRange(row.period.lower, None, "[)"))
    record("directory.school.withdraw", row, actor, now, details)
