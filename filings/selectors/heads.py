"""How filings stand to one reader on one day: a row of a list, the head of a page."""

import dataclasses
import datetime
from collections.abc import Sequence

from django.urls import reverse

from core.actor import Actor
from core.clock import day_of
from core.school_years import school_year_label
from directory.enums import Role
from directory.selectors import schools
from directory.selectors.calendar import calendar_for
from filings.enums import OPEN_FILINGS, FilingState, Move, Turn
from filings.models import Filing, FilingMove
from filings.rules import (
    CONTENT_URL,
    MOVE_URL,
    OWNED_MOVES,
    OWNER,
    PRIMARY,
    SHEET_URL,
    Look,
    look_of,
    role_of,
)
from filings.selectors.filings import lawful, moves_of


DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Standing:
    """A filing as its reader sees it: ``whose`` turn it is for what (``turn``), how long, how late.

    ``waited`` counts workdays since the day after the last move, for what waits for somebody; None
    for a first draft and for what is done. ``left`` counts days to the deadline while it is open,
    below zero when it has passed.
    """

    filing: Filing
    school: str
    look: Look
    whose: str = ""
    turn: str = ""
    since: datetime.date | None = None
    waited: int | None = None
    left: int | None = None
    last: FilingMove | None = None

    @property
    def year(self) -> str:
        return school_year_label(self.filing.school_year)

    @property
    def is_late(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def days_late(self) -> int:
        return -(self.left or 0)


@dataclasses.dataclass(frozen=True)
class Act:
    move: Move
    label: str
    url: str
    is_primary: bool
    is_danger: bool


@dataclasses.dataclass(frozen=True)
class Step:
    number: int
    label: str
    who: str
    is_done: bool
    is_now: bool


@dataclasses.dataclass(frozen=True)
class Version:
    label: str
    state: str
    url: str
    is_here: bool
    is_rejected: bool


@dataclasses.dataclass(frozen=True)
class Head:
    """What ``filings/head.html`` and ``filings/trail.html`` draw of one filing."""

    filing: Filing
    standing: Standing
    acts: Sequence[Act]
    versions: Sequence[Version]
    steps: Sequence[Step]
    trail: Sequence[FilingMove]
    content_url: str
    sheet_url: str
    reason: str = ""  # why it came back to the school
    deputy_for: str = ""  # in whose stead the reader has it on the desk

    @property
    def first(self) -> Act | None:
        """The one primary button: the next lawful step."""
        return next((it for it in self.acts if it.is_primary), None)

    @property
    def beside(self) -> list[Act]:
        """At most two quiet ones beside it."""
        return [it for it in self.acts if not it.is_primary and not it.is_danger][:2]

    @property
    def more(self) -> list[Act]:
        shown = {it.move for it in (self.first, *self.beside) if it}
        return [it for it in self.acts if it.move not in shown]

    @property
    def last_id(self) -> int:
        """The last line of history, for forms to say what their reader saw."""
        return self.standing.last.pk if self.standing.last else 0


def standings_of(actor: Actor, filings: Sequence[Filing], on: datetime.date) -> list[Standing]:
    """The filings, visible to the actor, as they stand on a day. Three queries."""
    if not filings:
        return []
    ids = [it.pk for it in filings]
    rows = FilingMove.objects.filter(filing__in=ids).order_by("filing_id", "-pk")
    last = {it.filing_id: it for it in rows.distinct("filing_id")}
    names = schools.names_on(on, {it.school_id for it in filings})
    calendar = calendar_for(actor.home_district_id, on - 366 * DAY, on)
    found = []
    for filing in filings:
        move = last.get(filing.pk)
        since = day_of(move.at) if move else None
        is_open = filing.state in OPEN_FILINGS
        # 重开 is not the new version's own line: a draft that nobody has filed waits for nobody.
        waits = is_open and since is not None
        found.append(
            Standing(
                filing=filing,
                school=names.get(filing.school_id, "（已撤并）"),
                look=look_of(
                    filing, Move(move.move) if move else None, for_school=not actor.district_ids
                ),
                whose=_whose(filing),
                turn=_turn(filing, move),
                since=since,
                waited=calendar.workdays_between(since + DAY, on) if waits else None,
                left=(filing.due_on - on).days if filing.due_on and is_open else None,
                last=move,
            )
        )
    return found


def head_of(
    actor: Actor,
    filing: Filing,
    on: datetime.date,
    *,
    place: str = "filing-detail",
    acting: bool = True,
) -> Head:
    """The head of a filing that the actor may see, with the moves open to them. Six queries.

    ``place`` is the URL name, by filing_id, that other versions are opened at. ``acting`` is off
    on a page that shows another day.
    """
    (standing,) = standings_of(actor, [filing], on)
    trail = moves_of(filing)
    moves = lawful(actor, filing, on) if acting else {}
    versions = _versions(filing, place)
    returned = standing.last if filing.state == FilingState.DRAFT else None
    return Head(
        filing=filing,
        standing=standing,
        acts=[_act(filing, it) for it in moves if not (it == Move.REOPEN and _goes_on(versions))],
        versions=versions,
        steps=_steps(filing, standing.school),
        trail=trail[::-1],
        content_url=reverse(CONTENT_URL[filing.kind], args=[filing.pk]),
        sheet_url=reverse(SHEET_URL[filing.kind], args=[filing.pk]),
        reason=f"{returned.by_name}{returned.get_move_display()}：{returned.reason}"
        if returned and returned.reason
        else "",
        deputy_for=next((it.deputy_for for it in moves.values()), ""),
    )


def _whose(filing: Filing) -> str:
    """Who has it on the desk; empty when it is done."""
    turn = OWNER[FilingState(filing.state)]
    role = role_of(filing, turn)
    return "学校" if turn == Turn.SCHOOL else Role(role).label if role else ""


def _turn(filing: Filing, last: FilingMove | None) -> str:
    """Whose turn it is for what, in words; empty when it is done."""
    turn = OWNER[FilingState(filing.state)]
    does = {Turn.SCHOOL: "修改" if last else "报送", Turn.VALIDATOR: "初核", Turn.APPROVER: "审批"}
    return f"待{_whose(filing)}{does[turn]}" if turn in does else ""


def _steps(filing: Filing, school: str) -> list[Step]:
    """The way of the paper from desk to desk, and where it lies."""
    ways = [(FilingState.DRAFT, "填报、报送", school)]
    if filing.validator:
        ways.append((FilingState.SUBMITTED, "初核", filing.get_validator_display()))
    ways.append((FilingState.VALIDATED, "审批", filing.get_approver_display()))
    states = [state for state, *_ in ways]
    if filing.state == FilingState.REJECTED:
        here = len(ways) - 1
    else:
        here = states.index(filing.state) if filing.state in states else len(ways)
    return [
        Step(number + 1, label, who, is_done=number < here, is_now=number == here)
        for number, (_, label, who) in enumerate(ways)
    ]


def _act(filing: Filing, move: Move) -> Act:
    owned = OWNED_MOVES.get(filing.kind, {})
    return Act(
        move=move,
        label=move.label,
        url=reverse(owned.get(move) or MOVE_URL[move], args=[filing.pk]),
        is_primary=move in PRIMARY,
        is_danger=move == Move.REJECT,
    )


def _goes_on(versions: Sequence[Version]) -> bool:
    """Whether there is a later version to go on with, so that none is opened beside it."""
    here = next((n for n, it in enumerate(versions) if it.is_here), 0)
    return any(not it.is_rejected for it in versions[here + 1 :])


def _versions(filing: Filing, place: str) -> list[Version]:
    """Every version of one paper, the first first; empty while there is one. One query."""
    rows = Filing.objects.filter(
        school=filing.school_id, kind=filing.kind, school_year=filing.school_year
    ).order_by("version", "pk")
    by_id = {it.pk: it for it in rows}
    first = {}
    for row in by_id.values():  # in the order of versions: the one before is known already
        first[row.pk] = first.get(row.previous_id, row.pk)
    chain = [it for it in by_id.values() if first[it.pk] == first.get(filing.pk)]
    if len(chain) < 2:
        return []
    return [
        Version(
            label=f"第 {it.version} 版",
            state=it.get_state_display(),
            url=reverse(place, args=[it.pk]),
            is_here=it.pk == filing.pk,
            is_rejected=it.state == FilingState.REJECTED,
        )
        for it in chain
    ]
