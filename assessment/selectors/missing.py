"""谁还没交: which schools of a version lack a score, and whom that keeps waiting (X-31)."""

import dataclasses
import datetime
from collections import Counter

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from assessment.enums import ResultState
from assessment.models import Entrant, Indicator, Pool, Result, Scheme, Score
from assessment.selectors import setup
from assessment.selectors.setup import EntrantShown
from core.actor import Actor
from directory.selectors import posts


@dataclasses.dataclass(frozen=True)
class Missing:
    """A school that has not handed in: what, whom it keeps waiting, whom to ask."""

    school: EntrantShown
    indicators: tuple[str, ...]
    all_of_them: bool
    keeps: tuple[str, ...]  # schools whose score waits for this one
    heads: tuple[str, ...]  # its principals

    @property
    def told(self) -> str:
        """What is missing, in words."""
        if self.all_of_them and len(self.indicators) > 1:
            return f"全部 {len(self.indicators)} 项"
        return "、".join(self.indicators)


@dataclasses.dataclass(frozen=True)
class PoolMissing:
    pool: Pool
    count: int  # schools that owe a score: not those out, nor campuses not scored apart
    schools: tuple[Missing, ...]

    @property
    def handed_in(self) -> int:
        return self.count - len(self.schools)


def missing_of(actor: Actor, scheme: Scheme, on: datetime.date) -> list[PoolMissing]:
    """By pool, each in the order of its list. A constant number of queries."""
    indicators = setup.indicators_of(actor, scheme)
    names = {it.pk: it.name for it in indicators}
    shown = [it for it in setup.entrants_of(actor, scheme, indicators) if not it.out]
    lacking = [it for it in shown if it.missing]
    heads = posts.principals_of([it.entrant.school_id for it in lacking], on)
    keeps = _kept_waiting(scheme)
    owing = Counter(it.entrant.pool_id for it in shown if it.entrant.apart)
    found: dict[int, PoolMissing] = {}
    for pool in setup.pools_of(actor, scheme):
        schools = tuple(
            Missing(
                school=it,
                indicators=tuple(names[pk] for pk in it.missing),
                all_of_them=len(it.missing) == len(it.wanted),
                keeps=tuple(name for name in keeps.get(it.name, ()) if name != it.name),
                heads=tuple(head.name for head in heads.get(it.entrant.school_id, ())),
            )
            for it in lacking
            if it.entrant.pool_id == pool.pool.pk
        )
        found[pool.pool.pk] = PoolMissing(pool.pool, owing[pool.pool.pk], schools)
    return list(found.values())


def _kept_waiting(scheme: Scheme) -> dict[str, list[str]]:
    """Names of waiting schools by the name that they wait for, as the results say."""
    rows = Result.objects.filter(scheme=scheme, status=ResultState.WAITING).order_by("pk")
    found: dict[str, list[str]] = {}
    for name, waits_for in rows.values_list("school_name", "waits_for"):
        for other in waits_for:
            found.setdefault(other, []).append(name)
    return found


@dataclasses.dataclass(frozen=True)
class Counts:
    """How many schools of a version take part, how many of them owe a score, how many lack it."""

    entrants: int = 0
    owing: int = 0  # without the campuses that are not scored apart
    missing: int = 0

    @property
    def scored(self) -> int:
        return self.owing - self.missing


def counts_of(actor: Actor, scheme_ids: list[int]) -> dict[int, Counts]:
    """By version, for the bureau's own districts. One query."""
    own = Q(pool__isnull=True) | Q(pool=OuterRef("pool"))
    scored = Q(indicator__pool__isnull=True) | Q(indicator__pool=OuterRef("pool"))
    wanted = Indicator.objects.filter(own, scheme=OuterRef("scheme"))
    held = Score.objects.filter(scored, entrant=OuterRef("pk"))
    rows = (
        Entrant.objects.filter(
            scheme__in=scheme_ids, scheme__district__in=actor.district_ids, out_reason=""
        )
        .annotate(left=_count(wanted, "scheme") - _count(held, "entrant"))
        .order_by()
        .values("scheme")
        .annotate(
            total=Count("pk"),
            owing=Count("pk", filter=Q(apart=True)),
            lacking=Count("pk", filter=Q(apart=True, left__gt=0)),
        )
    )
    return {row["scheme"]: Counts(row["total"], row["owing"], row["lacking"]) for row in rows}


def _count(rows, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
