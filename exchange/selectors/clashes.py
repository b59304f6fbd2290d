"""A teacher has at most one full-time placement at a time (rule 4), said with names."""

import dataclasses
import datetime
from collections.abc import Sequence

from core.errors import Denied
from core.periods import last_day
from directory.selectors import schools
from exchange.enums import FULL_TIME, OCCUPYING
from exchange.models import Placement, RosterLine


@dataclasses.dataclass(frozen=True)
class Clash:
    """A line, and the full-time placement in whose time it falls."""

    line: RosterLine
    placement: Placement
    told: str


def clashes_of(
    lines: Sequence[RosterLine], *, on: datetime.date, without: Sequence[int] = ()
) -> list[Clash]:
    """The clashes of full-time lines with placements other than their own. Two queries.

    ``lines`` come with their teachers; ``without`` are placements that will make room.
    """
    full = [it for it in lines if it.kind in FULL_TIME]
    if not full:
        return []
    rows = Placement.objects.filter(
        full_time=True, state__in=OCCUPYING, teacher__in={it.teacher_id for it in full}
    ).exclude(pk__in=[*without, *(it.placement_id for it in full if it.placement_id)])
    by_teacher: dict[int, list[Placement]] = {}
    for row in rows.order_by("pk"):
        by_teacher.setdefault(row.teacher_id, []).append(row)
    found = [
        (line, row)
        for line in full
        for row in by_teacher.get(line.teacher_id, ())
        if row.period.lower < line.period.upper and line.period.lower < row.period.upper
    ]
    names = schools.names_on(on, {pk for _, it in found for pk in (it.sending_id, it.receiving_id)})
    return [Clash(line, row, _told(line, row, names)) for line, row in found]


def check_free(lines: Sequence[RosterLine], *, on: datetime.date) -> None:
    """Raise Denied for lines whose teacher is at another place full-time in their time."""
    found = clashes_of(lines, on=on)
    if found:
        told = "；".join(dict.fromkeys(it.told for it in found))
        raise Denied(f"{told}。请对这些行不予批准，或先办理原交流的撤回或提前结束。")


def _told(line: RosterLine, row: Placement, names: dict[int, str]) -> str:
    return (
        f"{line.teacher.name} {row.period.lower} 至 {last_day(row.period)} 已由"
        f"{names.get(row.sending_id, '')}派往{names.get(row.receiving_id, '')}全职交流"
        f"（{row.get_kind_display()}），与本花名册第 {line.position} 行时间重叠"
    )
