"""Placements: made by an approved roster, then each side does its own part (X-1)."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import refusals_told
from core.periods import last_day, period
from directory.actions import grants
from directory.enums import GrantRole
from exchange.enums import FULL_TIME, LineState, PlacementState
from exchange.guards import placements as may
from exchange.models import Placement, PlacementMove, RosterLine
from exchange.selectors import ties
from filings.selectors.deputyships import label_of


SOURCE = "exchange.placement"


def place(
    *, lines: Sequence[RosterLine], actor: Actor, now: datetime.datetime, on: datetime.date
) -> list[Placement]:
    """Make the placements of approved lines, in the caller's transaction.

    The host's principal and clerks see each teacher for the period. In the order of teachers, so
    that two rosters approved at once never wait for each other in a ring.
    """
    by_day: dict[datetime.date, ties.Ties] = {}
    made = []
    for line in sorted(lines, key=lambda it: (it.teacher_id, it.period.lower)):
        first = line.period.lower
        if first not in by_day:
            ids = {pk for it in lines for pk in (it.sending_id, it.receiving_id)}
            by_day[first] = ties.ties_of(ids, first)
        made.append(
            Placement(
                district_id=line.teacher.district_id, teacher_id=line.teacher_id,
                sending_id=line.sending_id, receiving_id=line.receiving_id,
                group_id=by_day[first].group_of(line.sending_id, line.receiving_id),
                kind=line.kind, full_time=line.kind in FULL_TIME, subject=line.subject,
                duty=line.duty, period=line.period, way=line.way,
                state=PlacementState.APPROVED, created_at=now,
            )
        )  # fmt: skip
        line.state, line.placement = LineState.APPROVED, made[-1]
    Placement.objects.bulk_create(made)
    RosterLine.objects.bulk_update(lines, ["state", "placement"])
    names = {it.teacher_id: it.teacher.name for it in lines}
    _record("approve", [(it, names[it.teacher_id]) for it in made], actor, now)
    _moved([(it, "") for it in made], actor, now)
    for it in made:
        grants.give(
            role=GrantRole.HOST, source=SOURCE, source_id=it.pk,
            called=_called(it, names[it.teacher_id]), unit_id=it.receiving_id,
            teacher_id=it.teacher_id, first_day=it.period.lower, last_day=last_day(it.period),
            actor=actor, now=now,
        )  # fmt: skip
    return made


def carry_over(
    *,
    previous_filing_id: int,
    lines: Sequence[RosterLine],
    version: int,
    actor: Actor,
    now: datetime.datetime,
    on: datetime.date,
) -> set[int]:
    """Let placements of a superseded roster go on under the same lines of the new one.

    Returns the lines served. Of the others those not arrived are withdrawn; who is on post stays
    so until the bureau ends it.
    """
    before = list(
        RosterLine.objects.filter(
            roster__filing=previous_filing_id, placement__isnull=False
        ).order_by("pk")
    )
    rows = Placement.objects.select_for_update(of=("self",)).select_related("teacher")
    held = {
        it.pk: it for it in rows.filter(pk__in=[it.placement_id for it in before]).order_by("pk")
    }
    old = {_key(it): it for it in before}
    served = set()
    for line in lines:
        earlier = old.pop(_key(line), None)
        if earlier is None:
            continue
        placement = held[earlier.placement_id]
        earlier.placement = None
        earlier.save(update_fields=["placement"])
        placement.subject, placement.duty, placement.way = line.subject, line.duty, line.way
        placement.save(update_fields=["subject", "duty", "way"])
        line.state, line.placement = LineState.APPROVED, placement
        line.save(update_fields=["state", "placement"])
        served.add(line.pk)
    for earlier in old.values():
        placement = held[earlier.placement_id]
        if placement.state == PlacementState.APPROVED:
            reason = f"花名册第 {version} 版已不列此项"
            _end(placement, PlacementState.WITHDRAWN, reason, actor=actor, now=now, day=on)
    return served


@transaction.atomic
def arrive(
    *, placement_id: int, day: datetime.date, actor: Actor, now: datetime.datetime
) -> Placement:
    """到岗: the host confirms the day on which the teacher came."""
    placement = _locked(placement_id)
    may.check_arrive(actor=actor, placement=placement, day=day)
    old, placement.state, placement.arrived_on = placement.state, PlacementState.ON_POST, day
    placement.save(update_fields=["state", "arrived_on"])
    _moved([(placement, old)], actor, now)
    _record("arrive", [(placement, placement.teacher.name)], actor, now, {"from": str(day)})
    return placement


@transaction.atomic
def set_duty(
    *, placement_id: int, subject: str, duty: str, actor: Actor, now: datetime.datetime
) -> Placement:
    """What the teacher teaches and is at the host; the host's own part."""
    placement = _locked(placement_id)
    may.check_set_duty(actor=actor, placement=placement)
    placement.subject, placement.duty = subject.strip(), duty.strip()
    placement.save(update_fields=["subject", "duty"])
    details = {"fields": ["学科", "职务"]}
    _record("set_duty", [(placement, placement.teacher.name)], actor, now, details)
    return placement


@transaction.atomic
def withdraw(
    *, placement_id: int, reason: str, actor: Actor, now: datetime.datetime, on: datetime.date
) -> Placement:
    """The sending school takes back a teacher who has not arrived."""
    placement = _locked(placement_id)
    may.check_withdraw(actor=actor, placement=placement, reason=reason)
    _end(placement, PlacementState.WITHDRAWN, reason.strip(), actor=actor, now=now, day=on)
    return placement


@refusals_told()
@transaction.atomic
def end_early(
    *, placement_id: int, day: datetime.date, reason: str, actor: Actor, now: datetime.datetime
) -> Placement:
    """The bureau ends a running one with that last day; the period is cut to it."""
    placement = _locked(placement_id)
    may.check_end(actor=actor, placement=placement, day=day, reason=reason)
    placement.period = period(placement.period.lower, day)
    _end(placement, PlacementState.TERMINATED, reason.strip(), actor=actor, now=now, day=day)
    return placement


def _end(placement: Placement, state: PlacementState, reason: str, *, actor, now, day) -> None:
    """Close it; the host sees the teacher until that day."""
    old, placement.state, placement.ended_reason = placement.state, state, reason[:300]
    placement.save(update_fields=["state", "ended_reason", "period"])
    grants.end(
        source=SOURCE, source_id=placement.pk, called=_called(placement, placement.teacher.name),
        last_day=day, reason=reason, actor=actor, now=now,
    )  # fmt: skip
    _moved([(placement, old)], actor, now, reason)
    verb = "withdraw" if state == PlacementState.WITHDRAWN else "end"
    details = {"last_day": str(day), "reason": reason[:200]}
    _record(verb, [(placement, placement.teacher.name)], actor, now, details)


def _locked(placement_id: int) -> Placement:
    rows = Placement.objects.select_for_update(of=("self",)).select_related("teacher")
    return rows.get(pk=placement_id)


def _key(line: RosterLine) -> tuple:
    return (line.teacher_id, line.sending_id, line.receiving_id, line.kind,
            line.period.lower, line.period.upper)  # fmt: skip


def _moved(rows: Sequence[tuple[Placement, str]], actor: Actor, now, reason: str = "") -> None:
    label = label_of(actor, actor.on)
    PlacementMove.objects.bulk_create(
        PlacementMove(
            placement=placement, old=old, new=placement.state, at=now, by_id=actor.user_id,
            by_name=actor.name, post_id=actor.post_id,
            post_label=label, reason=reason[:300],
        )
        for placement, old in rows
    )  # fmt: skip


def _called(placement: Placement, name: str) -> str:
    """As the audit log names it, with the teacher's name of that day."""
    return f"{name} {placement.get_kind_display()}"


def _record(verb: str, rows, actor: Actor, now, details: dict | None = None) -> None:
    audit.record_all(
        act=f"exchange.placement.{verb}", actor=actor, now=now, object_type="placement",
        objects=[
            (it.pk, _called(it, name), it.receiving_id, details) for it, name in rows
        ],
    )  # fmt: skip
