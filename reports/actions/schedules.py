"""On which days reports are made by themselves (X-28)."""

import datetime

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import refusals_told
from directory.selectors import acting
from directory.selectors.calendar import TermDays
from groups.selectors import groups
from reports import guards
from reports.actions import builds
from reports.enums import SCHEDULED, ReportKind
from reports.models import Schedule
from reports.periods import (
    Subject,
    due_on,
    month_after,
    month_before,
    monthly,
    of_group,
    of_term,
    yearly,
)
from reports.selectors.terms import terms_around


@refusals_told()
@transaction.atomic
def set_day(
    *,
    district_id: int,
    kind: ReportKind,
    day: int,
    enabled: bool,
    actor: Actor | None,
    now: datetime.datetime,
    today: datetime.date,
) -> Schedule:
    """Make that kind of report by itself from the next such day on; days 1 to 28.

    What fell due before is not made up for.
    """
    guards.check_make(actor=actor, district_id=district_id)
    if kind not in SCHEDULED:
        raise ValueError(kind)
    held = Schedule.objects.select_for_update().filter(district_id=district_id, kind=kind)
    schedule = held.first() or Schedule(district_id=district_id, kind=kind)
    schedule.day, schedule.enabled, schedule.last_made_on = day, enabled, today
    schedule.full_clean()
    schedule.save()
    audit.record(
        act="reports.schedule.set", actor=actor, now=now, object_type="report_schedule",
        object_id=schedule.pk, object_label=kind.label, district_id=district_id,
        details={"count": day},
    )  # fmt: skip
    return schedule


def run_due(*, now: datetime.datetime, today: datetime.date) -> int:
    """Queue what the schedules ask for and was not made yet; returns how many reports.

    Called every few minutes: a beat that was down makes up for the latest day it missed. A
    schedule is marked in the transaction that queues its jobs, so that it runs once.
    """
    asked = 0
    for pk in Schedule.objects.filter(enabled=True).order_by("pk").values_list("pk", flat=True):
        asked += _run(pk, now, today)
    return asked


@transaction.atomic
def _run(schedule_id: int, now: datetime.datetime, today: datetime.date) -> int:
    rows = Schedule.objects.select_for_update(skip_locked=True, of=("self",))
    schedule = rows.filter(pk=schedule_id, enabled=True).first()
    if schedule is None:
        return 0
    terms = terms_around(schedule.district_id, today)
    due = due_on(ReportKind(schedule.kind), schedule.day, today, terms)
    if schedule.last_made_on and due <= schedule.last_made_on:
        return 0
    schedule.last_made_on = due
    schedule.save(update_fields=["last_made_on"])
    subjects = _subjects(schedule, due, terms)
    for subject in subjects:
        builds.ask(subject=subject, actor=None, now=now, today=today)
    return len(subjects)


def _subjects(schedule: Schedule, due: datetime.date, terms: list[TermDays]) -> list[Subject]:
    """Of the span that has ended in the month before: a month, a term, a school year."""
    district = schedule.district_id
    if schedule.kind == ReportKind.TERM:
        month = due.replace(day=1)
        return [of_term(district, it) for it in terms if month_after(it.last) == month]
    if schedule.kind == ReportKind.MONTHLY:
        return [monthly(district, month_before(due))]
    if schedule.kind == ReportKind.YEARLY:
        return [yearly(district, due.year - 1)]
    last_day = yearly(district, due.year - 1).last_day
    seen = groups.groups_visible_to(acting.bureau_itself(district, last_day), last_day)
    ids = seen.filter(district_id=district).order_by("sort_key").values_list("group_id", flat=True)
    return [of_group(district, due.year - 1, group_id) for group_id in ids]
