"""Placements: who sees which, and what a day makes of them."""

import datetime

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from core.actor import Actor
from exchange.enums import PlacementState
from exchange.models import Placement


def placements_visible_to(actor: Actor) -> QuerySet[Placement]:
    """Those of the actor's districts, those that the own schools send or receive, the own.

    A placement between two districts is seen by both. Each side sees it whole (X-1).
    """
    seen = Q(teacher_id=actor.teacher_id) if actor.teacher_id else Q(pk__in=())
    if actor.district_ids:
        seen |= Q(district_id__in=actor.district_ids)
        seen |= Q(receiving__district_id__in=actor.district_ids)
    if actor.school_ids:
        seen |= Q(sending_id__in=actor.school_ids) | Q(receiving_id__in=actor.school_ids)
    return Placement.objects.filter(seen)


def placements_on(actor: Actor, on: datetime.date) -> QuerySet[Placement]:
    """Visible placements with ``shown``, their state as it is on that day."""
    return placements_visible_to(actor).annotate(shown=state_on(on))


def state_on(on: datetime.date, path: str = "") -> Case:
    """The state of a placement on a day, from its days: 期满 is reckoned and never stored.

    Before its arrival somebody is 待到岗, after the last day 期满 or, where it was cut short,
    提前结束. Nobody has to move it when its time is over. ``path`` leads to the placement from
    rows that point to one (``placement__``).
    """

    def of(name, value):
        return Q(**{f"{path}{name}": value})

    over = of("period__endswith__lte", on)
    unchanged = [PlacementState.APPLIED, PlacementState.RECOMMENDED, PlacementState.WITHDRAWN]
    return Case(
        When(of("state__in", unchanged), then=F(f"{path}state")),
        When(of("arrived_on__isnull", True) | of("arrived_on__gt", on), then=Value("APPROVED")),
        When(over & of("state", PlacementState.TERMINATED), then=Value("TERMINATED")),
        When(over, then=Value("COMPLETED")),
        default=Value("ON_POST"),
        output_field=CharField(),
    )  # fmt: skip
