"""What a version is made of: pools, indicators, entrants and their scores. For the bureau."""

import dataclasses
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from assessment.derivation import plain
from assessment.models import Entrant, Indicator, Pool, Project, Result, Scheme, Score
from assessment.selectors import roles
from core.actor import Actor
from directory.selectors import schools


HUNDRED = Decimal(100)


@dataclasses.dataclass(frozen=True)
class PoolShown:
    """A pool with its entrants that take part, and the weights of its indicators."""

    pool: Pool
    count: int
    weights: Decimal

    @property
    def misses(self) -> bool:
        return self.weights != HUNDRED

    @property
    def weights_shown(self) -> str:
        return plain(self.weights)


@dataclasses.dataclass(frozen=True)
class EntrantShown:
    """A school of the version; ``points`` by indicator id, ``wanted`` the ids of its pool's."""

    entrant: Entrant
    name: str
    sort_key: str
    roles: roles.Roles
    wanted: tuple[int, ...]
    points: dict[int, Decimal]
    own: Decimal | None  # as reckoned, so that no page adds up for itself

    @property
    def out(self) -> bool:
        return bool(self.entrant.out_reason)

    @property
    def missing(self) -> tuple[int, ...]:
        """Indicators without a score; none of a school that is out or not scored apart."""
        if self.out or not self.entrant.apart:
            return ()
        return tuple(pk for pk in self.wanted if pk not in self.points)


def pools_of(actor: Actor, scheme: Scheme) -> list[PoolShown]:
    """In their order. Three queries."""
    pools = _of(actor, scheme, Pool).order_by("position", "pk")
    taking_part = Q(entrants__out_reason="", entrants__isnull=False)
    pools = list(pools.annotate(count=Count("entrants", filter=taking_part)))
    weights = dict(
        _of(actor, scheme, Indicator).order_by().values_list("pool").annotate(Sum("weight"))
    )
    common = weights.get(None, Decimal(0))
    return [
        PoolShown(pool, pool.count, common + weights.get(pool.pk, Decimal(0))) for pool in pools
    ]


def indicators_of(actor: Actor, scheme: Scheme) -> list[Indicator]:
    """In their order, each with its pool. One query."""
    rows = _of(actor, scheme, Indicator).select_related("pool")
    return list(rows.order_by("position", "pk"))


def indicators_for(entrant: Entrant) -> list[Indicator]:
    """The indicators of the entrant's pool, in their order. For rules. One query."""
    rows = Indicator.objects.filter(scheme=entrant.scheme_id)
    return list(rows.filter(for_pool(entrant.pool_id)).order_by("position", "pk"))


def for_pool(pool_id: int) -> Q:
    """Indicators that hold for a pool: its own and those of every pool."""
    return Q(pool__isnull=True) | Q(pool=pool_id)


def entrants_of(
    actor: Actor, scheme: Scheme, indicators: list[Indicator], pool_id: int | None = None
) -> list[EntrantShown]:
    """Schools of the version or of one pool by pool and name, with their scores. Five queries."""
    rows = _of(actor, scheme, Entrant).select_related("pool")
    if pool_id is not None:
        rows = rows.filter(pool=pool_id)
    held = list(rows.order_by("pool__position", "pk"))
    ids = [it.school_id for it in held]
    facts = schools.facts_on(scheme.cut_off_on, ids)
    unnamed = [pk for pk in ids if pk not in facts]
    names = schools.names_on(scheme.cut_off_on, unnamed)
    known = roles.roles_on(scheme.district_id, scheme.cut_off_on)
    points: dict[int, dict[int, Decimal]] = {}
    scores = Score.objects.filter(entrant__in=_of(actor, scheme, Entrant).order_by().values("pk"))
    if pool_id is not None:
        scores = scores.filter(entrant__pool=pool_id)
    for entrant_id, indicator_id, value in scores.order_by("pk").values_list(
        "entrant_id", "indicator_id", "points"
    ):
        points.setdefault(entrant_id, {})[indicator_id] = value
    own = dict(Result.objects.filter(scheme=scheme).order_by("pk").values_list("school_id", "own"))
    wanted: dict[int, tuple[int, ...]] = {}
    for it in held:
        if it.pool_id not in wanted:
            wanted[it.pool_id] = tuple(
                one.pk for one in indicators if one.pool_id in {None, it.pool_id}
            )
    shown = [
        EntrantShown(
            entrant=it,
            name=facts[it.school_id].name if it.school_id in facts else names[it.school_id],
            sort_key=facts[it.school_id].sort_key if it.school_id in facts else "",
            roles=known.get(it.school_id, roles.NONE),
            wanted=wanted[it.pool_id],
            points=points.get(it.pk, {}),
            own=own.get(it.school_id),
        )
        for it in held
    ]
    return sorted(shown, key=lambda it: (it.entrant.pool.position, it.sort_key, it.entrant.pk))


def projects_of(actor: Actor, scheme: Scheme) -> list[Project]:
    """Projects with their schools' entrants. One query."""
    rows = Project.objects.filter(
        entrant__scheme=scheme, entrant__scheme__district__in=actor.district_ids
    )
    return list(rows.select_related("entrant__pool").order_by("entrant_id", "name", "pk"))


def entrant_of(actor: Actor, scheme: Scheme, entrant_id: int) -> Entrant | None:
    """One school of the version with its pool. One query."""
    return _of(actor, scheme, Entrant).select_related("pool").filter(pk=entrant_id).first()


def _of(actor: Actor, scheme: Scheme, model) -> QuerySet:
    return model.objects.filter(scheme=scheme, scheme__district__in=actor.district_ids)
