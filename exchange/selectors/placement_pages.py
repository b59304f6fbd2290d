"""Placements as lists, the page of one and the map of a group show them."""

import dataclasses
import datetime
from collections.abc import Sequence

from django.db.models import Count, QuerySet

from core.actor import Actor
from core.periods import last_day
from directory.selectors import schools
from exchange.enums import PlacementState
from exchange.models import Placement, PlacementMove
from exchange.selectors.placements import placements_on, state_on


RUNNING = (PlacementState.APPROVED, PlacementState.ON_POST)


@dataclasses.dataclass(frozen=True)
class Row:
    """A placement in a list. The teacher's name is read from both schools (X-1)."""

    placement: Placement
    sending: str
    receiving: str
    state: PlacementState

    @property
    def pk(self) -> int:
        return self.placement.pk

    @property
    def teacher(self) -> str:
        return self.placement.teacher.name

    @property
    def staff_number(self) -> str:
        return self.placement.teacher.staff_number

    @property
    def kind(self) -> str:
        return self.placement.get_kind_display()

    @property
    def way(self) -> str:
        return self.placement.get_way_display()

    @property
    def work(self) -> str:
        return "，".join(it for it in (self.placement.subject, self.placement.duty) if it)

    @property
    def first(self) -> datetime.date:
        return self.placement.period.lower

    @property
    def last(self) -> datetime.date:
        return last_day(self.placement.period)


def listed(actor: Actor, on: datetime.date, *, running: bool) -> QuerySet[Placement]:
    """Visible placements as they are on a day; ``running``: only those in whose period it lies."""
    rows = placements_on(actor, on).select_related("teacher")
    return rows.filter(period__contains=on) if running else rows


def rows_of(placements: Sequence[Placement], on: datetime.date) -> list[Row]:
    """Placements with ``shown`` and the names of their schools. One query."""
    ids = {pk for it in placements for pk in (it.sending_id, it.receiving_id)}
    names = schools.names_on(on, ids)
    return [
        Row(
            it, names.get(it.sending_id, ""), names.get(it.receiving_id, ""),
            PlacementState(it.shown),
        )
        for it in placements
    ]  # fmt: skip


def placement_of(actor: Actor, placement_id: int, on: datetime.date) -> Row | None:
    """A visible placement, or None when there is none or it is out of sight. Two queries."""
    rows = list(placements_on(actor, on).filter(pk=placement_id).select_related("teacher"))
    return next(iter(rows_of(rows, on)), None)


def moves_of(placement_id: int) -> list[PlacementMove]:
    """The history of a visible placement, the latest first. One query."""
    return list(PlacementMove.objects.filter(placement=placement_id).order_by("-pk"))


def of_teacher(actor: Actor, teacher_id: int, on: datetime.date) -> list[Row]:
    """A visible teacher's placements that the actor sees, the latest first. Two queries."""
    rows = placements_on(actor, on).filter(teacher=teacher_id).select_related("teacher")
    return rows_of(list(rows.order_by("-period", "-pk")), on)


def schools_of(actor: Actor, on: datetime.date) -> list[tuple[str, str]]:
    """The schools that visible placements concern, by name, for a filter. Two queries."""
    pairs = placements_on(actor, on).order_by().values_list("sending", "receiving").distinct()
    names = schools.names_on(on, {pk for pair in pairs for pk in pair})
    return sorted(((str(pk), name) for pk, name in names.items()), key=lambda it: it[1])


def current(rows: QuerySet[Placement], on: datetime.date) -> QuerySet[Placement]:
    """Of placements with ``shown`` those that are agreed or run on a day."""
    return rows.filter(shown__in=RUNNING, period__endswith__gt=on)


def in_group(actor: Actor, group_id: int, on: datetime.date) -> list[Row]:
    """Visible placements of a group that are agreed or run on a day. Two queries."""
    rows = current(placements_on(actor, on).filter(group_id=group_id), on)
    return rows_of(list(rows.select_related("teacher").order_by("-period", "pk")), on)


def flows_of(group_id: int, on: datetime.date) -> dict[tuple[int, int], int]:
    """How many people a group has between two of its schools on a day, by (sending, receiving).

    How many is no secret to whoever sees the group; who they are is. One query.
    """
    rows = current(Placement.objects.annotate(shown=state_on(on)).filter(group_id=group_id), on)
    pairs = rows.order_by().values_list("sending", "receiving").annotate(n=Count("pk"))
    return {(sending, receiving): n for sending, receiving, n in pairs}


def day_after_first_week(placement: Placement) -> datetime.date:
    """The last day of the calendar week in which the host confirms arrival (A-14)."""
    return placement.period.lower + datetime.timedelta(days=7)
