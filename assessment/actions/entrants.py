"""参评学校: who takes part in a draft, in which pool, and who is taken out."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from assessment.actions import schemes, seeds
from assessment.guards import entrants as may
from assessment.models import Entrant, Pool, Scheme
from assessment.selectors import roles, seeding
from core.actions.undoing import label_of
from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.selectors import headcounts
from directory.selectors import schools as directory


MOST_PUPILS = 1_000_000


@refusals_told()
@transaction.atomic
def add(
    *,
    scheme_id: int,
    school_ids: Sequence[int],
    pool_id: int | None,
    actor: Actor | None,
    now: datetime.datetime,
) -> list[Entrant]:
    """Further schools, into that pool or each into the one of its stage.

    Pupils are those on file for the school year, last year's rank that of the version in force.
    Raises Denied for a school of another district, one already there, a stage without a pool.
    """
    scheme = schemes.draft(scheme_id=scheme_id, actor=actor)
    facts = directory.facts_on(scheme.cut_off_on, school_ids)
    if set(school_ids) - {pk for pk, it in facts.items() if it.district_id == scheme.district_id}:
        raise Denied("所选学校在成员关系截至日不在本行政区的名册中，请重新选择。")
    pools = {pool.pk: pool for pool in Pool.objects.filter(scheme=scheme).order_by("position")}
    ranks, pupils = seeding.last_ranks(scheme), headcounts.pupils_in(scheme.school_year, school_ids)
    rows = []
    for pk in school_ids:
        pool = _pool_for(facts[pk], pools, pool_id)
        row = Entrant(scheme=scheme, school_id=pk, pool=pool, pupils=pupils.get(pk))
        row.last_rank = ranks.get((pk, pool.name))
        rows.append(row)
    Entrant.objects.bulk_create(rows)
    schemes.changed(
        scheme=scheme, act="assessment.entrant.add", actor=actor, now=now,
        details={"fields": [facts[pk].name for pk in school_ids], "count": len(rows)},
    )  # fmt: skip
    return rows


@refusals_told()
@transaction.atomic
def change(
    *,
    entrant_id: int,
    pool_id: int,
    apart: bool,
    pupils: int | None,
    last_rank: int | None,
    actor: Actor | None,
    now: datetime.datetime,
) -> Entrant:
    """Pool, whether scored apart, pupils, last year's rank; a rank by hand is marked as given.

    What stays the same is no change and leaves no event.
    """
    scheme, entrant = locked(entrant_id=entrant_id, actor=actor)
    if not Pool.objects.filter(scheme=scheme, pk=pool_id).exists():
        raise Denied("所选类别已不在方案中，请重新选择。")
    check_figures(pupils, last_rank)
    fields = {"pool_id": pool_id, "apart": apart, "pupils": pupils, "last_rank": last_rank}
    names = [name for name, value in fields.items() if getattr(entrant, name) != value]
    if "pool_id" in names:
        may.check_pool(entrant=entrant, pool_id=pool_id)
    if "apart" in names:
        held = roles.roles_on(scheme.district_id, scheme.cut_off_on)
        may.check_apart(entrant=entrant, apart=apart, roles=held.get(entrant.school_id, roles.NONE))
    if not names:
        return entrant
    for name in names:
        setattr(entrant, name, fields[name])
    if "last_rank" in names:
        entrant.last_rank_given = last_rank is not None
    entrant.save()
    told = [label_of(Entrant, name.removesuffix("_id")) for name in names]
    _changed("change", scheme, entrant, actor, now, {"fields": told})
    return entrant


@refusals_told()
@transaction.atomic
def take_out(
    *, entrant_id: int, reason: str, actor: Actor | None, now: datetime.datetime
) -> Entrant:
    """Take a school out of this year's assessment: it counts as if it were not in the list.

    Its scores stay and count again when it is taken back. Raises Denied without a reason.
    """
    scheme, entrant = locked(entrant_id=entrant_id, actor=actor)
    if not reason.strip():
        raise Denied("请写明退出本年考核的原因，结果页会说明。")
    entrant.out_reason = reason.strip()
    entrant.save(update_fields=["out_reason"])
    _changed("take_out", scheme, entrant, actor, now, {"reason": entrant.out_reason})
    return entrant


@refusals_told()
@transaction.atomic
def take_back(*, entrant_id: int, actor: Actor | None, now: datetime.datetime) -> Entrant:
    """Let a school that was taken out take part again, with the scores that it has."""
    scheme, entrant = locked(entrant_id=entrant_id, actor=actor)
    if not entrant.out_reason:
        raise Denied("这所学校没有退出，可能有人刚办理过，请刷新页面。")
    entrant.out_reason = ""
    entrant.save(update_fields=["out_reason"])
    _changed("take_back", scheme, entrant, actor, now, {})
    return entrant


@refusals_told()
@transaction.atomic
def remove(*, entrant_id: int, actor: Actor | None, now: datetime.datetime) -> None:
    """Take a school off the list that has neither score nor project."""
    scheme, entrant = locked(entrant_id=entrant_id, actor=actor)
    may.check_remove(entrant)
    Entrant.objects.filter(pk=entrant.pk).delete()
    _changed("remove", scheme, entrant, actor, now, {})


def check_figures(pupils: int | None, last_rank: int | None) -> None:
    if pupils is not None and not 0 <= pupils <= MOST_PUPILS:
        raise Denied("学生数应为 0 以上的整数，请核对。")
    if last_rank is not None and last_rank < 1:
        raise Denied("上年名次应为 1 以上的整数；没有上年名次请留空。")


def _pool_for(facts, pools: dict[int, Pool], pool_id: int | None) -> Pool:
    if pool_id is not None:
        if pool_id not in pools:
            raise Denied("所选类别已不在方案中，请重新选择。")
        return pools[pool_id]
    name = seeds.stage_pool(facts.stage)
    found = next((pool for pool in pools.values() if pool.name == name), None)
    if found is None:
        raise Denied(f"方案中没有“{name}”这个类别，请为“{facts.name}”选择类别。")
    return found


def locked(*, entrant_id: int, actor: Actor | None) -> tuple[Scheme, Entrant]:
    """A school of a draft that the actor may edit, with its version, held until the end."""
    asked = Entrant.objects.filter(pk=entrant_id)
    scheme_id = asked.values_list("scheme_id", flat=True).first()
    scheme = scheme_id and schemes.draft(scheme_id=scheme_id, actor=actor)
    entrant = asked.first()
    if not scheme or entrant is None:
        raise Denied("这所学校已移出名单，可能有人刚办理过，请刷新页面。")
    return scheme, entrant


def _changed(verb: str, scheme, entrant: Entrant, actor, now, details: dict) -> None:
    schemes.changed(
        scheme=scheme, act=f"assessment.entrant.{verb}", actor=actor, now=now,
        school_id=entrant.school_id, details=details,
    )  # fmt: skip
