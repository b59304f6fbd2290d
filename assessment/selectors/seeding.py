"""What last year's version in force gives to a new year (X-29)."""

import dataclasses
from decimal import Decimal

from assessment.models import Entrant, Indicator, Pool, Result, Scheme
from assessment.selectors.schemes import in_force


@dataclasses.dataclass(frozen=True)
class EntrantBefore:
    pool: str
    apart: bool


@dataclasses.dataclass(frozen=True)
class IndicatorBefore:
    """``pool`` is empty for an indicator of every pool."""

    name: str
    pool: str
    position: int
    possible: Decimal
    weight: Decimal


@dataclasses.dataclass(frozen=True)
class Before:
    """Last year in plain values: pools in order, schools by id, own ranks by (school, pool)."""

    pools: tuple[str, ...] = ()
    indicators: tuple[IndicatorBefore, ...] = ()
    entrants: dict[int, EntrantBefore] = dataclasses.field(default_factory=dict)
    ranks: dict[tuple[int, str], int] = dataclasses.field(default_factory=dict)

    def was_apart(self, school_id: int) -> bool:
        """Whether a campus was scored on its own; one that is new is."""
        return school_id not in self.entrants or self.entrants[school_id].apart


def last_year(last: Scheme) -> Before:
    """Everything of that version. Four queries."""
    pools = Pool.objects.filter(scheme=last).order_by("position")
    indicators = Indicator.objects.filter(scheme=last).select_related("pool")
    entrants = Entrant.objects.filter(scheme=last).order_by("pk")
    return Before(
        pools=tuple(pools.values_list("name", flat=True)),
        indicators=tuple(
            IndicatorBefore(
                it.name, it.pool.name if it.pool else "", it.position, it.possible, it.weight
            )
            for it in indicators.order_by("position", "pk")
        ),
        entrants={
            school_id: EntrantBefore(pool, apart)
            for school_id, pool, apart in entrants.values_list("school_id", "pool__name", "apart")
        },
        ranks=_ranks(last),
    )


def last_ranks(scheme: Scheme) -> dict[tuple[int, str], int]:
    """Last year's published own ranks by (school, pool's name), for entrants of this version."""
    last = in_force(scheme.district_id, scheme.school_year - 1)
    return _ranks(last) if last else {}


def _ranks(last: Scheme) -> dict[tuple[int, str], int]:
    ranked = Result.objects.filter(scheme=last, own_rank__isnull=False).order_by("pk")
    return {
        (school_id, pool): rank
        for school_id, pool, rank in ranked.values_list("school_id", "pool__name", "own_rank")
    }
