"""Rosters: who sees which, and their lines as a page shows them."""

import dataclasses
import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.actor import Actor
from core.periods import last_day
from core.selectors import history
from directory.selectors import schools
from exchange.enums import LineState, PlacementState
from exchange.models import Roster, RosterLine
from exchange.selectors.placements import state_on
from filings.enums import FilingState
from filings.selectors.filings import filings_visible_to


def rosters_visible_to(actor: Actor) -> QuerySet[Roster]:
    """Those whose filing the actor sees, and those with a line that an own school sends.

    Of the latter a school sees its own lines only.
    """
    sees_filing = Exists(filings_visible_to(actor).filter(pk=OuterRef("filing_id")))
    own_line = RosterLine.objects.filter(roster=OuterRef("pk"), sending_id__in=actor.school_ids)
    return Roster.objects.filter(
        sees_filing | Exists(own_line) if actor.school_ids else sees_filing
    ).select_related("filing__school", "filing__district")


def rosters_listed(actor: Actor) -> QuerySet[Roster]:
    """Visible rosters with how many people they name and how many of them wait for a school."""
    people = Count("lines", distinct=True)
    waiting = Count("lines", filter=Q(lines__confirmed_at__isnull=True), distinct=True)
    return rosters_visible_to(actor).annotate(people=people, waiting=waiting)


def roster_of_filing(actor: Actor, filing_id: int) -> Roster | None:
    """The visible roster of a filing; None when there is none or it is out of sight."""
    return rosters_visible_to(actor).filter(filing_id=filing_id).first()


def line_of(actor: Actor, line_id: int) -> RosterLine | None:
    """A line that the actor may read, with its roster and teacher; None alike as above."""
    rows = RosterLine.objects.filter(roster__in=rosters_visible_to(actor).order_by())
    line = (
        rows.filter(pk=line_id)
        .select_related("roster__filing__district", "teacher", "placement")
        .first()
    )
    return line if line and _reads(actor, line.roster, line) else None


@dataclasses.dataclass(frozen=True)
class Removal:
    """That a line was taken out of a draft, as the audit log tells it."""

    filing_id: int
    by: str
    at: datetime.datetime


def removal_of(actor: Actor, line_id: int) -> Removal | None:
    """Of a line that is gone from a roster of an own school; None for any other. Two queries."""
    own = rosters_visible_to(actor).filter(filing__school__in=actor.school_ids)
    filings = dict(own.order_by().values_list("pk", "filing_id"))
    told = history.latest_of("exchange.line.remove", "roster", filings, {"line": line_id})
    return told and Removal(filings[int(told.object_id)], told.actor_name, told.at)


@dataclasses.dataclass(frozen=True)
class LineShown:
    """A line as a page draws it. Names of schools and of teachers in it are not secret here."""

    line: RosterLine
    sending: str
    receiving: str
    of_other_school: bool  # its sending school is not the one that files

    @property
    def waits(self) -> bool:
        return self.line.confirmed_at is None

    @property
    def first_day(self) -> datetime.date:
        return self.line.period.lower

    @property
    def last_day(self) -> datetime.date:
        return last_day(self.line.period)

    @property
    def placed_as(self) -> PlacementState | None:
        """What has become of its placement by that day."""
        return PlacementState(self.line.shown) if self.line.placement_id else None

    @property
    def is_refused(self) -> bool:
        return self.line.state == LineState.REFUSED


def lines_of(actor: Actor, roster: Roster, on: datetime.date) -> list[LineShown]:
    """The lines of a visible roster that the actor may read, in order. Two queries."""
    rows = roster.lines.select_related("teacher").annotate(shown=state_on(on, "placement__"))
    found = [it for it in rows.order_by("position", "pk") if _reads(actor, roster, it)]
    ids = {pk for it in found for pk in (it.sending_id, it.receiving_id)}
    names = schools.names_on(on, ids)
    return [
        LineShown(
            it, names.get(it.sending_id, ""), names.get(it.receiving_id, ""),
            it.sending_id != roster.filing.school_id,
        )
        for it in found
    ]  # fmt: skip


def left_behind(roster: Roster, on: datetime.date) -> list[LineShown]:
    """Lines of the version before whose teacher is on post, though the new one names them not.

    They stand there until the bureau ends them by hand. Two queries.
    """
    if not roster.filing.previous_id or roster.filing.state != FilingState.APPROVED:
        return []
    rows = RosterLine.objects.filter(
        roster__filing=roster.filing.previous_id,
        placement__state=PlacementState.ON_POST,
        placement__period__endswith__gt=on,
    )
    found = list(rows.select_related("teacher", "placement").order_by("position", "pk"))
    ids = {pk for it in found for pk in (it.sending_id, it.receiving_id)}
    names = schools.names_on(on, ids)
    return [LineShown(it, names[it.sending_id], names[it.receiving_id], False) for it in found]


def _reads(actor: Actor, roster: Roster, line: RosterLine) -> bool:
    """The bureau and the school that files read all lines, another sending school its own."""
    filing = roster.filing
    return (
        filing.district_id in actor.district_ids
        or filing.school_id in actor.school_ids
        or line.sending_id in actor.school_ids
    )
