"""What a new year's draft begins with. The caller holds transaction and event."""

from assessment.models import Entrant, Indicator, Pool, Scheme
from assessment.selectors import roles, seeding
from directory.enums import Stage
from directory.selectors import headcounts, schools


HUNDRED = 100
ONLY = "得分"
NO_STAGE = "未定学段"
STAGES = [stage.label for stage in Stage]


def fill(*, scheme: Scheme, last: Scheme | None, copy: bool) -> None:
    """Pools, indicators and entrants; ``last`` is last year's version in force.

    A constant number of queries. Schools without a stage stand in a pool of their own, so that
    nobody is left out unseen.
    """
    before = seeding.last_year(last) if last else seeding.Before()
    held = roles.roles_on(scheme.district_id, scheme.cut_off_on)
    facts = {
        pk: row
        for pk, row in schools.facts_on(
            scheme.cut_off_on, held.keys() | before.entrants.keys()
        ).items()
        if row.district_id == scheme.district_id
    }
    copied = before if copy else seeding.Before()
    wanted = {
        pk: copied.entrants[pk].pool if pk in copied.entrants else stage_pool(row.stage)
        for pk, row in facts.items()
    }
    pools = _pools(scheme, copied.pools, wanted.values())
    _indicators(scheme, pools, copied)
    pupils = headcounts.pupils_in(scheme.school_year, facts)
    rows = sorted(facts, key=lambda pk: (pools[wanted[pk]].position, facts[pk].sort_key, pk))
    Entrant.objects.bulk_create(
        Entrant(
            scheme=scheme, school_id=pk, pool=pools[wanted[pk]], pupils=pupils.get(pk),
            apart=not (pk in held and held[pk].campus) or before.was_apart(pk),
            last_rank=before.ranks.get((pk, wanted[pk])),
        )
        for pk in rows
    )  # fmt: skip


def stage_pool(stage: str) -> str:
    """The pool in which schools of a stage are ranked."""
    return Stage(stage).label if stage else NO_STAGE


def _pools(scheme: Scheme, copied, wanted) -> dict[str, Pool]:
    """By name: the copied ones in their order, then those that schools need, by stage."""
    known = [*STAGES, NO_STAGE]
    added = sorted(
        set(wanted) - set(copied), key=lambda it: (known.index(it) if it in known else -1, it)
    )
    made = Pool.objects.bulk_create(
        Pool(scheme=scheme, name=name, position=place)
        for place, name in enumerate([*copied, *added], start=1)
    )
    return {pool.name: pool for pool in made}


def _indicators(scheme: Scheme, pools: dict[str, Pool], copied: seeding.Before) -> None:
    rows = [
        Indicator(
            scheme=scheme, pool=pools[it.pool] if it.pool else None, name=it.name,
            position=it.position, possible=it.possible, weight=it.weight,
        )
        for it in copied.indicators
    ]  # fmt: skip
    only = Indicator(scheme=scheme, name=ONLY, position=1, possible=HUNDRED, weight=HUNDRED)
    Indicator.objects.bulk_create(rows or [only])
