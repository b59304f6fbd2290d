"""A roster as a whole: begun, filed, approved into placements, opened again."""

import datetime
from typing import Unpack

from django.db import IntegrityError, transaction

from core.actor import Actor
from core.errors import Denied, refusals_told
from core.school_years import school_year_label
from directory.enums import Role
from directory.selectors import schools
from exchange.actions import lines, placements
from exchange.enums import LineState
from exchange.guards import rosters as may
from exchange.models import Roster, RosterLine
from exchange.selectors import clashes
from filings.actions import filings
from filings.actions.filings import Click
from filings.enums import FilingKind, FilingState


DUE = (8, 31)  # 造册 before 上岗: the last day before the school year


def locked(roster_id: int) -> Roster:
    """The roster, held until the transaction ends; whoever changes or moves it takes it first."""
    rows = Roster.objects.select_for_update(of=("self",)).select_related("filing__district")
    return rows.get(pk=roster_id)


def title_of(school_name: str, school_year: int) -> str:
    return f"{school_name}{school_year_label(school_year)}教师交流轮岗花名册"


@refusals_told()
@transaction.atomic
def start(
    *,
    district_id: int,
    school_id: int,
    school_year: int,
    actor: Actor | None,
    now: datetime.datetime,
    on: datetime.date,
    group_id: int | None = None,
) -> Roster:
    """An empty draft of the school for a school year, checked by 人事股 and decided by the head.

    Raises Denied while the school has another draft of that year: two would split its people.
    """
    may.check_start(actor=actor, school_id=school_id)
    name = schools.names_on(on, {school_id}).get(school_id, "")
    if draft_of(school_id, school_year) is not None:
        raise Denied(f"“{name}”本学年已有一份花名册草稿，请在那一份上继续。")
    due_on = datetime.date(school_year, *DUE)
    filing = filings.start(
        kind=FilingKind.ROSTER, district_id=district_id, school_id=school_id, group_id=group_id,
        school_year=school_year, title=title_of(name, school_year),
        validator=Role.BUREAU_PERSONNEL, approver=Role.BUREAU_HEAD,
        due_on=due_on if due_on >= on else None, actor=actor, now=now,
    )  # fmt: skip
    return Roster.objects.create(filing=filing)


def draft_of(school_id: int, school_year: int) -> Roster | None:
    """The school's roster of that year that has not left it; at most one."""
    rows = Roster.objects.filter(
        filing__school=school_id,
        filing__school_year=school_year,
        filing__state=FilingState.DRAFT,
        filing__version=1,
    )
    return rows.select_related("filing").order_by("pk").first()


@transaction.atomic
def submit(*, roster_id: int, **click: Unpack[Click]) -> None:
    """File a complete roster. Lines that were refused before are asked for again.

    Raises Denied while it is empty, a line waits for its school, or a teacher would be at two
    places full-time.
    """
    roster = locked(roster_id)
    held = list(roster.lines.select_related("teacher").order_by("position", "pk"))
    names = schools.names_on(click["on"], {it.sending_id for it in held})
    may.check_complete(lines=held, names=names)
    roster.lines.filter(state=LineState.REFUSED).update(state=LineState.OPEN, reason="")
    filings.submit(**click | {"filing_id": roster.filing_id})


def approve(*, roster_id: int, **click: Unpack[Click]) -> None:
    """Approve every line that was not refused: each becomes a placement, in one transaction.

    Of a new version the placements of unchanged lines go on; those of lines that are gone or
    changed are withdrawn where the teacher has not arrived, and else left to be ended by hand.
    Raises Denied when a teacher is at another place full-time in that time, also when another
    head approved that at the same instant; the sentence names teacher, school and period.
    """
    try:
        with refusals_told(), transaction.atomic():
            _approve(roster_id, **click)
    except Denied as denied:
        # A race was found by the exclusion constraint, which knows no names.
        if isinstance(denied.__cause__, IntegrityError):
            rows = RosterLine.objects.filter(roster=roster_id, state=LineState.OPEN)
            held = list(rows.select_related("teacher").order_by("position", "pk"))
            clashes.check_free(held, on=click["on"])
        raise


def _approve(roster_id: int, **click: Unpack[Click]) -> None:
    roster = locked(roster_id)
    filing = filings.approve(**click | {"filing_id": roster.filing_id})
    held = list(roster.lines.select_related("teacher").order_by("position", "pk"))
    may.check_some_left(held)
    acting = {"actor": click["actor"], "now": click["now"], "on": click["on"]}
    wanted = [it for it in held if it.state == LineState.OPEN]
    carried = set()
    if filing.previous_id:
        carried = placements.carry_over(
            previous_filing_id=filing.previous_id, lines=wanted, version=filing.version, **acting
        )
    fresh = [it for it in wanted if it.pk not in carried]
    clashes.check_free(fresh, on=click["on"])
    placements.place(lines=fresh, **acting)


@refusals_told()
@transaction.atomic
def reopen(
    *, roster_id: int, reason: str, actor: Actor, now: datetime.datetime, on: datetime.date
) -> Roster:
    """A new version as a draft with the lines that were approved; the old one stays in force."""
    old = locked(roster_id)
    filing = filings.reopen(filing_id=old.filing_id, reason=reason, actor=actor, now=now, on=on)
    roster = Roster.objects.create(filing=filing)
    RosterLine.objects.bulk_create(
        lines.copied(it, roster)
        for it in old.lines.filter(state=LineState.APPROVED).order_by("position", "pk")
    )
    return roster
