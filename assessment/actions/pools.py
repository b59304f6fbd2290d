"""类别: the pools of a draft in which schools are ranked."""

import datetime

from django.db import transaction
from django.db.models import Max

from assessment.actions import schemes
from assessment.models import Entrant, Indicator, Pool
from core.actor import Actor
from core.errors import Denied, refusals_told


@refusals_told()
@transaction.atomic
def add(*, scheme_id: int, name: str, actor: Actor | None, now: datetime.datetime) -> Pool:
    """A further pool, the last in order. Raises Denied when the name is taken."""
    scheme = schemes.draft(scheme_id=scheme_id, actor=actor)
    last = Pool.objects.filter(scheme=scheme).aggregate(last=Max("position"))["last"] or 0
    pool = Pool.objects.create(scheme=scheme, name=_name(name), position=last + 1)
    _changed("add", scheme, pool.name, actor, now)
    return pool


@refusals_told()
@transaction.atomic
def rename(*, pool_id: int, name: str, actor: Actor | None, now: datetime.datetime) -> Pool:
    """Another name for a pool; last year's ranks go on under the new one as they stand."""
    scheme, pool = _pool(pool_id, actor)
    if pool.name == _name(name):
        return pool
    pool.name = _name(name)
    pool.save(update_fields=["name"])
    _changed("rename", scheme, pool.name, actor, now)
    return pool


@refusals_told()
@transaction.atomic
def remove(*, pool_id: int, actor: Actor | None, now: datetime.datetime) -> None:
    """Take an empty pool away. Raises Denied while a school or an indicator stands in it."""
    scheme, pool = _pool(pool_id, actor)
    if count := Entrant.objects.filter(pool=pool).count():
        raise Denied(
            f"“{pool.name}”还有 {count} 所学校，先在“参评学校”中改为别的类别，再删除这个类别。"
        )
    if indicator := Indicator.objects.filter(pool=pool).order_by("position", "pk").first():
        raise Denied(f"指标“{indicator.name}”只用于“{pool.name}”，先改这个指标的类别。")
    name = pool.name
    pool.delete()
    _changed("remove", scheme, name, actor, now)


def _pool(pool_id: int, actor: Actor | None):
    asked = Pool.objects.filter(pk=pool_id)
    scheme_id = asked.values_list("scheme_id", flat=True).first()
    scheme = scheme_id and schemes.draft(scheme_id=scheme_id, actor=actor)
    pool = asked.first()
    if not scheme or pool is None:
        raise Denied("这个类别已删除，可能有人刚办理过，请刷新页面。")
    return scheme, pool


def _name(name: str) -> str:
    name = "".join(name.split())
    if not name:
        raise Denied("请填写类别的名称，例如“小学”。")
    if len(name) > 20:
        raise Denied("类别的名称最多 20 个字。")
    return name


def _changed(verb: str, scheme, name: str, actor, now) -> None:
    schemes.changed(
        scheme=scheme, act=f"assessment.pool.{verb}", actor=actor, now=now,
        details={"fields": [name]},
    )  # fmt: skip
