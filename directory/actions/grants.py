"""Grants, written by the upper app that knows the reason; they have no page of their own."""

import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import refusals_told
from core.periods import period
from directory.models import Grant


@refusals_told()
@transaction.atomic
def give(
    *,
    role: str,
    source: str,
    source_id: int,
    called: str,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
    last_day: datetime.date | None = None,
    user_id: int | None = None,
    post_id: int | None = None,
    unit_id: int | None = None,
    school_id: int | None = None,
    group_id: int | None = None,
    teacher_id: int | None = None,
    school_year: int | None = None,
) -> Grant:
    """Let somebody see a school, a group or a teacher for a period, because of ``source``'s row.

    ``called`` is what people call that row; the audit log says it.
    ``unit_id`` grants to whoever is principal or clerk of that school while the period lasts.
    The same grant given twice from the same day on is one; its last day becomes the new one.
    Judges no reason: the caller's guard has. Raises ValidationError when it is to more or less than
    one of user, post and unit, on more or less than one of school, group and teacher, or overlaps
    one of the same source.
    """
    grant = Grant(
        role=role, source=source, source_id=source_id, user_id=user_id, post_id=post_id,
        unit_id=unit_id, school_id=school_id, group_id=group_id, teacher_id=teacher_id,
        school_year=school_year, period=period(first_day, last_day),
    )  # fmt: skip
    held = (
        Grant.objects.select_for_update(of=("self",))
        .filter(
            role=role, source=source, source_id=source_id, user_id=user_id, post_id=post_id,
            unit_id=unit_id, school_id=school_id, group_id=group_id, teacher_id=teacher_id,
            period__startswith=first_day,
        )
        .first()
    )  # fmt: skip
    if held:
        if held.period == grant.period and held.school_year == school_year:
            return held
        held.period, held.school_year, held.ended_reason = grant.period, school_year, ""
        grant = held
    grant.validate_constraints()
    grant.save()
    _record("directory.grant.give", grant, called, actor, now)
    return grant


@transaction.atomic
def end(
    *,
    source: str,
    source_id: int,
    called: str,
    last_day: datetime.date,
    reason: str,
    actor: Actor | None,
    now: datetime.datetime,
) -> int:
    """End what one row of the source granted after that day; returns how many ended.

    Grants that end earlier stay as they are. One that would begin later never comes into force:
    its row stays with the reason and an empty period.
    """
    day_after = last_day + datetime.timedelta(days=1)
    open_ones = [
        grant
        for grant in Grant.objects.select_for_update(of=("self",))
        .filter(source=source, source_id=source_id, period__isempty=False)
        .order_by("pk")
        if grant.period.upper is None or grant.period.upper > day_after
    ]
    for grant in open_ones:
        lower = grant.period.lower
        end_of = day_after if lower is None or lower < day_after else lower
        grant.period = DateRange(lower, end_of, "[)")
        grant.ended_reason = reason[:200]
    Grant.objects.bulk_update(open_ones, ["period", "ended_reason"])
    audit.record_all(
        act="directory.grant.end", actor=actor, now=now, object_type="grant",
        objects=[
            (
                grant.pk, _label(grant, called), grant.school_id,
                {"of": f"{source} {source_id}", "last_day": str(last_day)},
            )
            for grant in open_ones
        ],
    )  # fmt: skip
    return len(open_ones)


def _label(grant: Grant, called: str) -> str:
    return f"{grant.get_role_display()} {called}"


def _record(
    act: str, grant: Grant, called: str, actor: Actor | None, now: datetime.datetime
) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="grant", object_id=grant.pk,
        object_label=_label(grant, called), school_id=grant.school_id,
        details={
            "of": f"{grant.source} {grant.source_id}", "user": grant.user_id,
            "post": grant.post_id, "unit": grant.unit_id, "group": grant.group_id,
            "teacher": grant.teacher_id,
        },
    )  # fmt: skip
