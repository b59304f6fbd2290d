"""A roster against the adopted packs: its lines made plain values for the pure rules."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence

from core.periods import last_day
from exchange.enums import FULL_TIME, PlacementKind, PlacementState
from exchange.models import Placement
from exchange.rules import Check, Line, Outcome, Stated, check_roster, twice_full_time
from exchange.selectors import clashes, ties
from exchange.selectors.rosters import LineShown
from filings.enums import OPEN_FILINGS
from policies.selectors import rules_for


@dataclasses.dataclass(frozen=True)
class Checks:
    """The checks of a roster, and those of each line by its id."""

    all: list[Check]

    def of(self, position: int) -> list[Check]:
        """What is to be looked at in one line, without what is in order."""
        told = {Outcome.WARNS, Outcome.CLASHES, Outcome.NOTE}
        return [it for it in self.all if it.outcome in told and it.positions == (position,)]

    @property
    def beside(self) -> list[Check]:
        """Those that no single line shows below itself."""
        below = {Outcome.WARNS, Outcome.CLASHES, Outcome.NOTE}
        return [it for it in self.all if it.outcome not in below or len(it.positions) != 1]

    @property
    def below(self) -> int:
        """How many stand below their lines."""
        return len(self.all) - len(self.beside)

    @property
    def warnings(self) -> int:
        return sum(it.outcome in {Outcome.WARNS, Outcome.CLASHES} for it in self.all)


def checks_of(filing, lines: Sequence[LineShown], on: datetime.date) -> Checks:
    """Every check of these lines under the rules of the day. A constant number of queries."""
    stated = rules_for(filing.district_id, on)

    def rule(identity: str) -> Stated | None:
        found = stated.get(identity)
        return found and Stated(identity, found.source, found.rule.model_dump())

    if not lines:
        return Checks([])
    rows = [it.line for it in lines]
    known = ties.ties_of({pk for it in rows for pk in (it.sending_id, it.receiving_id)}, on)
    plain = [_plain(it, known) for it in lines]
    there, ended = _postings(rows, on)
    found = check_roster(plain, rule, on_post=there, ended=ended)
    return Checks([*_clashes(filing, rows, on), *_twice(rows), *found])


def _plain(it: LineShown, known: ties.Ties) -> Line:
    line, teacher = it.line, it.line.teacher
    return Line(
        position=line.position, teacher_id=line.teacher_id, teacher=teacher.name,
        sending_id=line.sending_id, receiving_id=line.receiving_id, receiving=it.receiving,
        kind=line.kind, way=line.way, first_day=it.first_day, last_day=it.last_day,
        duty=line.duty, post=teacher.position, backbone=teacher.backbone_level,
        to_member=known.to_member(line.sending_id, line.receiving_id),
    )  # fmt: skip


def _postings(rows, on: datetime.date) -> tuple[dict, dict]:
    """Who is posted between the same schools already, and when postings there ended early."""
    held = Placement.objects.filter(
        kind=PlacementKind.POSTING,
        sending__in={it.sending_id for it in rows},
        receiving__in={it.receiving_id for it in rows},
    ).select_related("teacher")
    there, ended = defaultdict(list), defaultdict(set)
    for it in held.order_by("pk"):
        pair = (it.sending_id, it.receiving_id)
        if it.state == PlacementState.TERMINATED:
            ended[pair].add(last_day(it.period))
        elif it.state in {PlacementState.APPROVED, PlacementState.ON_POST} and it.period.upper > on:
            there[pair].append(
                Line(
                    position=0, teacher_id=it.teacher_id, teacher=it.teacher.name,
                    sending_id=it.sending_id, receiving_id=it.receiving_id, receiving="",
                    kind=it.kind, way=it.way, first_day=it.period.lower,
                    last_day=last_day(it.period), duty=it.duty, post=it.teacher.position,
                    backbone=it.teacher.backbone_level, to_member=True,
                )
            )  # fmt: skip
    return there, ended


def _clashes(filing, rows, on: datetime.date) -> list[Check]:
    """Full-time placements in the time of a line: approval would be refused (rule 4)."""
    if filing.state not in OPEN_FILINGS:
        return []
    before = []
    if filing.previous_id:
        before = list(
            Placement.objects.filter(line__roster__filing=filing.previous_id)
            .exclude(state=PlacementState.ON_POST)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        same = Placement.objects.filter(
            line__roster__filing=filing.previous_id, state=PlacementState.ON_POST
        )
        keys = {_key(it) for it in rows}
        before += [it.pk for it in same.order_by("pk") if _key(it) in keys]
    return [
        Check(Outcome.CLASHES, f"{it.told}，批准时会被拒绝", positions=(it.line.position,))
        for it in clashes.clashes_of(rows, on=on, without=before)
    ]


def _key(it) -> tuple:
    return (it.teacher_id, it.sending_id, it.receiving_id, it.kind, it.period)


def _twice(rows) -> list[Check]:
    spans = [
        (it.teacher_id, it.kind in FULL_TIME, it.period.lower, last_day(it.period)) for it in rows
    ]
    found = twice_full_time(spans)
    names = {it.teacher_id: it.teacher.name for it in rows}
    return [
        Check(
            Outcome.CLASHES, f"{names[pk]}有两段全职交流时间重叠，改正后才能报送",
            positions=tuple(it.position for it in rows if it.teacher_id == pk),
        )
        for pk in sorted(found)
    ]  # fmt: skip
