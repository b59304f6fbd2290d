"""The lines of a roster: entered, confirmed by another sending school, judged by the head."""

import dataclasses
import datetime

from django.db import transaction
from django.db.models import Max

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from directory.selectors import schools
from exchange.enums import LineState
from exchange.guards import rosters as may
from exchange.models import Roster, RosterLine


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a line says; both days are inclusive."""

    sending_id: int
    receiving_id: int
    teacher_id: int
    kind: str
    way: str
    first_day: datetime.date
    last_day: datetime.date
    subject: str = ""
    duty: str = ""


@refusals_told()
@transaction.atomic
def add(
    *,
    roster_id: int,
    wanted: Wanted,
    actor: Actor | None,
    now: datetime.datetime,
    on: datetime.date,
) -> RosterLine:
    """A line at the end of the roster. One of another school waits for that school's principal."""
    roster = _locked(roster_id)
    may.check_edit(actor=actor, roster=roster, on=on)
    last = roster.lines.aggregate(last=Max("position"))["last"] or 0
    line = RosterLine(roster=roster, position=last + 1)
    _write(line, roster, wanted, actor=actor, now=now, on=on)
    _record("add", line, roster, actor, now)
    return line


@refusals_told()
@transaction.atomic
def change(
    *, line_id: int, wanted: Wanted, actor: Actor, now: datetime.datetime, on: datetime.date
) -> RosterLine:
    """Write a line anew; a school that had confirmed it is asked again."""
    line, roster = _line_locked(line_id)
    may.check_edit(actor=actor, roster=roster, on=on)
    line.state, line.reason = LineState.OPEN, ""
    _write(line, roster, wanted, actor=actor, now=now, on=on)
    _record("change", line, roster, actor, now)
    return line


@transaction.atomic
def remove(*, line_id: int, actor: Actor, now: datetime.datetime, on: datetime.date) -> None:
    """Take a line out of a draft."""
    line, roster = _line_locked(line_id)
    may.check_edit(actor=actor, roster=roster, on=on)
    _record("remove", line, roster, actor, now)
    line.delete()


@transaction.atomic
def confirm(*, line_id: int, actor: Actor, now: datetime.datetime) -> RosterLine:
    """The sending school agrees that its teacher stands in the roster of its core."""
    line, roster = _line_locked(line_id)
    may.check_confirm(actor=actor, line=line)
    line.confirmed_at, line.confirmed_by_id = now, actor.user_id
    line.confirmed_by_name, line.reason = actor.name, ""
    line.save()
    _record("confirm", line, roster, actor, now)
    return line


@transaction.atomic
def decline(*, line_id: int, reason: str, actor: Actor, now: datetime.datetime) -> RosterLine:
    """The sending school does not agree and says why; the line goes on waiting for a change."""
    line, roster = _line_locked(line_id)
    may.check_confirm(actor=actor, line=line)
    _need(reason, "请写明不同意的理由，填报学校据此修改。")
    line.reason = reason.strip()
    line.save(update_fields=["reason"])
    _record("decline", line, roster, actor, now, reason)
    return line


@transaction.atomic
def refuse(
    *, line_id: int, reason: str, actor: Actor, now: datetime.datetime, on: datetime.date
) -> RosterLine:
    """The head refuses one line with a reason; the rest can still be approved."""
    line, roster = _line_locked(line_id)
    may.check_judge_line(actor=actor, roster=roster, on=on)
    _need(reason, "请写明不予批准的理由，学校据此修改或重报。")
    line.state, line.reason = LineState.REFUSED, reason.strip()
    line.save(update_fields=["state", "reason"])
    _record("refuse", line, roster, actor, now, reason)
    return line


@transaction.atomic
def take_back_refusal(
    *, line_id: int, actor: Actor, now: datetime.datetime, on: datetime.date
) -> RosterLine:
    """The line is open again and will be approved with the rest."""
    line, roster = _line_locked(line_id)
    may.check_judge_line(actor=actor, roster=roster, on=on)
    line.state, line.reason = LineState.OPEN, ""
    line.save(update_fields=["state", "reason"])
    _record("take_back_refusal", line, roster, actor, now)
    return line


def copied(line: RosterLine, roster: Roster) -> RosterLine:
    """The same line in another roster, open again, with its confirmation; not saved."""
    same = (
        "position", "sending_id", "receiving_id", "teacher_id", "kind", "subject", "duty",
        "period", "way", "confirmed_at", "confirmed_by_id", "confirmed_by_name",
    )  # fmt: skip
    return RosterLine(roster=roster, **{name: getattr(line, name) for name in same})


def filled(
    line: RosterLine,
    wanted: Wanted,
    *,
    own_units: frozenset[int],
    actor: Actor | None,
    now: datetime.datetime,
) -> RosterLine:
    """The line with what is wanted; one of the filing school's own needs no confirmation."""
    line.sending_id, line.receiving_id = wanted.sending_id, wanted.receiving_id
    line.teacher_id, line.kind, line.way = wanted.teacher_id, wanted.kind, wanted.way
    line.subject, line.duty = wanted.subject, wanted.duty
    line.period = period(wanted.first_day, wanted.last_day)
    own = wanted.sending_id in own_units
    line.confirmed_at = now if own else None
    line.confirmed_by_id = actor.user_id if own and actor else None
    line.confirmed_by_name = (actor.name if actor else "命令行") if own else ""
    return line


def save(line: RosterLine) -> None:
    """Save what its constraints allow. Raises ValidationError with their sentences."""
    line.full_clean(exclude=["confirmed_at", "confirmed_by_id", "placement"])
    line.save()


def _write(line, roster, wanted: Wanted, *, actor, now, on) -> None:
    may.check_line(
        roster=roster, teacher_id=wanted.teacher_id, sending_id=wanted.sending_id,
        receiving_id=wanted.receiving_id, first_day=wanted.first_day, last_day=wanted.last_day,
        on=on,
    )  # fmt: skip
    own_units = schools.units_below(roster.filing.school_id, on)
    save(filled(line, wanted, own_units=own_units, actor=actor, now=now))


def _locked(roster_id: int) -> Roster:
    rows = Roster.objects.select_for_update(of=("self",)).select_related("filing")
    return rows.get(pk=roster_id)


def _line_locked(line_id: int) -> tuple[RosterLine, Roster]:
    """The line as it is once its roster is held. Raises Denied when it is gone meanwhile."""
    roster_id = RosterLine.objects.filter(pk=line_id).values_list("roster_id", flat=True).first()
    if roster_id is not None:
        roster = _locked(roster_id)
        rows = RosterLine.objects.filter(pk=line_id).select_related("teacher")
        if line := rows.first():
            line.roster = roster
            return line, roster
    raise Denied("这一行已被删除，请刷新页面。")


def _need(reason: str, sentence: str) -> None:
    if len(reason.strip()) < 2:
        raise Denied(sentence)


def _record(verb: str, line: RosterLine, roster: Roster, actor, now, reason: str = "") -> None:
    audit.record(
        act=f"exchange.line.{verb}", actor=actor, now=now, object_type="roster",
        object_id=roster.pk, object_label=f"{roster.filing.title} {line.teacher.name}",
        district_id=roster.filing.district_id, school_id=roster.filing.school_id,
        details={"line": line.pk, "reason": reason.strip()[:200]},
    )  # fmt: skip
