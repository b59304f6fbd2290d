"""指标: the whole list of a draft at once."""

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import CharField, Count, F, Q, Value
from django.db.models.functions import Concat

from assessment.actions import schemes
from assessment.guards.points import plain
from assessment.models import Indicator, Pool, Scheme, Score
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.spreadsheets.layout import key


HUNDRED = Decimal(100)
DECIMALS = 3
MOST = Decimal("999999.999")
TAKEN = ("学校", "类别", "学生数", "上年名次")  # columns of the sheet beside the indicators


@dataclasses.dataclass(frozen=True)
class Wanted:
    """An indicator as it shall be. ``id`` is that of one on file; ``pool_id`` None: every pool."""

    name: str
    possible: Decimal
    weight: Decimal
    pool_id: int | None = None
    id: int | None = None


@refusals_told()
@transaction.atomic
def replace(
    *,
    scheme_id: int,
    wanted: Sequence[Wanted],
    drop_scores: bool = False,
    actor: Actor | None,
    now: datetime.datetime,
) -> list[Indicator]:
    """Make the draft's indicators these, in this order.

    Weights that miss 100 are kept and said by the version's ``blocked``: a scheme may be half made.
    An indicator that is not among them goes, with its scores only where ``drop_scores``. Raises
    Denied for a name twice, for figures out of range, for scores that would no longer fit.
    """
    scheme = schemes.draft(scheme_id=scheme_id, actor=actor)
    held = {it.pk: it for it in Indicator.objects.filter(scheme=scheme).order_by("pk")}
    pools = dict(Pool.objects.filter(scheme=scheme).order_by("pk").values_list("pk", "name"))
    rows = [dataclasses.replace(it, name=" ".join(it.name.split())) for it in wanted]
    _check(rows, held, pools)
    kept = {it.id for it in rows} - {None}
    gone = [it for pk, it in held.items() if pk not in kept]
    _check_scores(scheme, rows, held, pools, gone=[] if drop_scores else gone)
    if _same(rows, held):
        return list(held.values())
    Indicator.objects.filter(pk__in=[it.pk for it in gone]).delete()
    saved = _save(scheme, rows, held)
    schemes.changed(
        scheme=scheme, act="assessment.indicator.replace", actor=actor, now=now,
        details={
            "fields": [it.name for it in saved], "removed": [it.name for it in gone],
            "weights": {it.name: plain(it.weight) for it in saved},
        },
    )  # fmt: skip
    return saved


def _check(rows: Sequence[Wanted], held, pools) -> None:
    if not rows:
        raise Denied("请至少保留一个指标。")
    seen: set[str] = set()
    for it in rows:
        if not it.name:
            raise Denied("有一行指标没有名称，请填写，或勾选删除这一行。")
        if key(it.name) in seen:
            raise Denied(f"指标“{it.name}”有两行，请改名或只留一行。")
        if key(it.name) in TAKEN:
            raise Denied(f"指标不能叫“{it.name}”，得分表里已有这一列，请换一个名称。")
        seen.add(key(it.name))
        if (it.id is not None and it.id not in held) or (it.pool_id and it.pool_id not in pools):
            raise Denied("指标或类别有变化，请刷新页面后重新填写。")
        if fault := fault_of(it.possible, it.weight):
            raise Denied(f"“{it.name}”：{fault}")


def fault_of(possible: Decimal, weight: Decimal) -> str:
    """What is wrong with an indicator's figures; empty when they may stand."""
    if not 0 < possible <= MOST:
        return "满分应大于 0，不超过 999999。"
    if not 0 < weight <= HUNDRED:
        return "权重应大于 0，不超过 100；各指标的权重合计为 100。"
    if max(_decimals(possible), _decimals(weight)) > DECIMALS:
        return f"满分和权重最多 {DECIMALS} 位小数。"
    return ""


def _decimals(value: Decimal) -> int:
    return max(0, -value.normalize().as_tuple().exponent)


def _check_scores(scheme: Scheme, rows, held, pools, *, gone) -> None:
    """Refuse what would lose a score unseen or leave one over its maximum."""
    scores = Score.objects.filter(indicator__scheme=scheme)
    if gone:
        lost = scores.filter(indicator__in=[it.pk for it in gone])
        counts = lost.order_by("indicator").values_list("indicator__name").annotate(Count("pk"))
        for name, count in counts:
            raise Denied(
                f"“{name}”已有 {count} 所学校的得分，删除会一并删去；"
                "确要删除，请勾选“连同得分一起删除”。"
            )
    wrong = Q()
    for it in rows:
        if it.id is None:
            continue
        if it.possible < held[it.id].possible:
            wrong |= Q(indicator=it.id, points__gt=it.possible)
        if it.pool_id and it.pool_id != held[it.id].pool_id:
            wrong |= Q(indicator=it.id) & ~Q(entrant__pool=it.pool_id)
    found = scores.filter(wrong).select_related("indicator").order_by("pk") if wrong else []
    for score in found[:1]:
        row = next(it for it in rows if it.id == score.indicator_id)
        if score.points > row.possible:
            most = plain(row.possible)
            raise Denied(f"“{row.name}”已有得分超过 {most}，先改那些得分，再改满分。")
        raise Denied(
            f"“{row.name}”已有“{pools[row.pool_id]}”以外学校的得分，"
            "先清空那些得分，再改这个指标的类别。"
        )


def _same(rows: Sequence[Wanted], held: dict[int, Indicator]) -> bool:
    now = sorted(held.values(), key=lambda it: (it.position, it.pk))
    return [(it.id, it.name, it.pool_id, it.possible, it.weight) for it in rows] == [
        (it.pk, it.name, it.pool_id, it.possible, it.weight) for it in now
    ]


def _save(scheme: Scheme, rows: Sequence[Wanted], held) -> list[Indicator]:
    # Two may change names with each other: first names that nobody has.
    aside = Concat(Value("#"), F("pk"), output_field=CharField())
    Indicator.objects.filter(scheme=scheme).update(name=aside)
    saved = []
    for position, it in enumerate(rows, start=1):
        row = held.get(it.id) or Indicator(scheme=scheme)
        row.name, row.pool_id, row.position = it.name, it.pool_id, position
        row.possible, row.weight = it.possible, it.weight
        saved.append(row)
    fields = ["name", "pool", "position", "possible", "weight"]
    Indicator.objects.bulk_update([it for it in saved if it.pk], fields)
    Indicator.objects.bulk_create([it for it in saved if not it.pk])
    return saved
