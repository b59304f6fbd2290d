"""What of rosters and placements waits for a post, for the workbench.

A roster to be filed, checked or approved stands among the filings.
"""

import datetime

from django.urls import reverse

from core.actor import Actor
from core.todos import Todo, TodoKind
from directory.enums import Permission
from directory.selectors import schools
from exchange.enums import PlacementState
from exchange.models import Placement, RosterLine
from exchange.selectors.placement_pages import day_after_first_week
from filings.enums import FilingState


MOST = 20


def todos_for(actor: Actor, on: datetime.date) -> list[Todo]:
    """Lines that wait for the own school's word, and teachers whose arrival is to be confirmed."""
    return [*_lines(actor), *_arrivals(actor, on)]


def _lines(actor: Actor) -> list[Todo]:
    """One to-do a roster, with how many of the own teachers it names."""
    if not actor.may(Permission.SUBMIT_FILINGS):
        return []
    rows = RosterLine.objects.filter(
        sending__in=actor.school_ids,
        confirmed_at__isnull=True,
        reason="",
        roster__filing__state=FilingState.DRAFT,
    ).select_related("roster__filing", "teacher")
    by_filing: dict[int, list[RosterLine]] = {}
    for row in rows.order_by("roster__filing__due_on", "position", "pk"):
        by_filing.setdefault(row.roster.filing_id, []).append(row)
    found = []
    for filing_id, lines in list(by_filing.items())[:MOST]:
        filing = lines[0].roster.filing
        names = "、".join(it.teacher.name for it in lines)
        found.append(
            Todo(
                title=filing.title, act="确认", url=reverse("roster-of-filing", args=[filing_id]),
                topic="花名册", detail=f"派出 {names}，待本校确认", due_on=filing.due_on,
                count=len(lines), icon="users",
            )
        )  # fmt: skip
    return found


def _arrivals(actor: Actor, on: datetime.date) -> list[Todo]:
    """Teachers due at the own school, to be confirmed within a week of the first day (A-14)."""
    if not actor.may(Permission.PREPARE_FILINGS):
        return []
    rows = Placement.objects.filter(
        receiving__in=actor.school_ids,
        state=PlacementState.APPROVED,
        period__startswith__lte=on,
        period__endswith__gt=on,
    ).select_related("teacher")
    held = list(rows.order_by("period", "pk")[:MOST])
    names = schools.names_on(on, {it.sending_id for it in held})
    found = []
    for it in held:
        due = day_after_first_week(it)
        found.append(
            Todo(
                title=f"{it.teacher.name}到岗", act="确认",
                url=reverse("placement-arrive", args=[it.pk]), topic="交流轮岗",
                detail=f"{names.get(it.sending_id, '')}派来，{it.get_kind_display()}，"
                f"报到日 {it.period.lower}",
                due_on=due, since=it.period.lower, icon="users",
                kind=TodoKind.WRONG if due < on else TodoKind.WAITING,
            )
        )  # fmt: skip
    return found
