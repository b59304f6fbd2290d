"""The bureau's calendar: workdays and terms. National days are seeded, never edited."""

import datetime
from collections.abc import Mapping, Sequence

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from core.school_years import school_year_label
from core.workdays import days_between
from directory.enums import DayKind
from directory.guards import schools as guards
from directory.models import CalendarDay, District, Term


MOST_DAYS = 60


@transaction.atomic
def seed_national(
    *, days: Mapping[datetime.date, tuple[str, str]], now: datetime.datetime
) -> tuple[int, int]:
    """Bring the national table to these days: {day: (kind, name)}. Returns (written, dropped).

    The same table twice changes nothing; bureaus' own rows are never touched.
    """
    held = {row.day: row for row in CalendarDay.objects.filter(district=None).order_by("day")}
    wrong = {day for day, row in held.items() if days.get(day) != (row.kind, row.name)}
    new = [
        CalendarDay(day=day, kind=kind, name=name)
        for day, (kind, name) in sorted(days.items())
        if day not in held or day in wrong
    ]
    CalendarDay.objects.filter(district=None, day__in=wrong).delete()
    CalendarDay.objects.bulk_create(new)
    if new or wrong:
        audit.record(
            act="directory.calendar.seed", actor=None, now=now, object_type="calendar",
            object_label="全国放假安排", details={"written": len(new), "dropped": len(wrong)},
        )  # fmt: skip
    return len(new), len(wrong)


@refusals_told()
@transaction.atomic
def add_days(
    *,
    district_id: int,
    first_day: datetime.date,
    last_day: datetime.date,
    kind: str,
    name: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> list[CalendarDay]:
    """Enter the bureau's own days, which win over the national table (X-24); an event never does.

    Raises Denied for too many days at once, or where a day is already of the other kind.
    """
    District.objects.select_for_update(no_key=True).get(pk=district_id)
    guards.check_manage(actor=actor, district_id=district_id)
    if last_day < first_day:
        raise Denied("结束日期不能早于开始日期。")
    if (last_day - first_day).days >= MOST_DAYS:
        raise Denied(f"一次最多录入 {MOST_DAYS} 天，请分几次录入。")
    span = list(days_between(first_day, last_day))
    held = CalendarDay.objects.filter(district_id=district_id, day__in=span)
    clash = held.filter(kind=kind) if kind == DayKind.EVENT else held.exclude(kind=DayKind.EVENT)
    if found := clash.order_by("day").first():
        raise Denied(f"{found.day} 已录入“{found.name}”（{found.get_kind_display()}），请先删除。")
    rows = [CalendarDay(district_id=district_id, day=day, kind=kind, name=name) for day in span]
    rows[0].full_clean()
    CalendarDay.objects.bulk_create(rows)
    details = {"from": str(first_day), "to": str(last_day), "kind": kind}
    _record("directory.calendar.add_days", name, district_id, actor, now, details)
    return rows


@transaction.atomic
def remove_day(
    *, day_id: int, district_id: int, actor: Actor | None, now: datetime.datetime
) -> None:
    """Take out one of the bureau's own days; what the national table says holds again."""
    own = CalendarDay.objects.select_for_update(of=("self",)).filter(district_id=district_id)
    row = own.filter(pk=day_id).first()
    guards.check_manage(actor=actor, district_id=district_id)
    if row is None:
        raise Denied("这一天的安排已经删除。")
    details = {"day": str(row.day), "kind": row.kind}
    row.delete()
    _record("directory.calendar.remove_day", row.name, district_id, actor, now, details)


@refusals_told()
@transaction.atomic
def set_terms(
    *,
    district_id: int,
    school_year: int,
    terms: Sequence[tuple[datetime.date, datetime.date]],
    actor: Actor | None,
    now: datetime.datetime,
) -> list[Term]:
    """Say when both terms of a school year begin and end (inclusive days)."""
    District.objects.select_for_update(no_key=True).get(pk=district_id)
    guards.check_manage(actor=actor, district_id=district_id)
    for first_day, last_day in terms:
        if last_day < first_day:
            raise Denied("学期的结束日期不能早于开始日期。")
        if not school_year <= first_day.year <= last_day.year <= school_year + 1:
            raise Denied(
                f"{school_year_label(school_year)}的学期不能在 {first_day} 至 {last_day}。"
            )
    Term.objects.filter(district_id=district_id, school_year=school_year).delete()
    rows = [
        Term(
            district_id=district_id, school_year=school_year, number=number,
            period=period(first_day, last_day),
        )
        for number, (first_day, last_day) in enumerate(terms, start=1)
    ]  # fmt: skip
    for row in rows:
        row.full_clean()
        row.save()
    label = school_year_label(school_year)
    details = {"terms": [[str(first), str(last)] for first, last in terms]}
    _record("directory.calendar.set_terms", label, district_id, actor, now, details)
    return rows


def _record(act: str, label: str, district_id: int, actor, now, details) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="calendar", object_id=district_id,
        object_label=label, district_id=district_id, details=details,
    )  # fmt: skip
