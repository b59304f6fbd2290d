"""片区: a centre school and the small schools it manages, each place for a period (E-2)."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.periods import period
from core.words import search_text, sort_key
from directory.selectors import schools
from groups import guards
from groups.models import Cluster, ClusterSchool
from groups.selectors import clusters


@refusals_told()
@transaction.atomic
def create(
    *,
    district_id: int,
    name: str,
    centre_id: int,
    school_ids: Sequence[int],
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
) -> Cluster:
    """Form a 片区 of a centre school and the schools around it from that day on.

    Raises Denied, or ValidationError where a constraint forbids it (the name is taken, a school
    is in another 片区).
    """
    guards.check_manage(actor=actor, district_id=district_id)
    if not set(school_ids) - {centre_id}:
        raise Denied("片区除中心校外至少要有一所学校，请选择学校。")
    guards.check_days_open(day=first_day, district_id=district_id)
    _check_schools(district_id, {centre_id, *school_ids}, first_day)
    cluster = Cluster(
        district_id=district_id, name=name, search=search_text(name), sort_key=sort_key(name)
    )
    cluster.full_clean()
    cluster.save()
    for school_id in [centre_id, *(pk for pk in school_ids if pk != centre_id)]:
        _place(cluster, school_id, first_day, is_centre=school_id == centre_id)
    _record("groups.cluster.create", cluster, actor, now, {"from": str(first_day)})
    return cluster


@refusals_told()
@transaction.atomic
def take_in(
    *,
    cluster_id: int,
    school_id: int,
    first_day: datetime.date,
    actor: Actor | None,
    now: datetime.datetime,
) -> ClusterSchool:
    """Let a school join the 片区 from that day on; with it, the groups that the 片区 is in."""
    cluster = Cluster.objects.select_for_update(of=("self",)).get(pk=cluster_id)
    guards.check_manage(actor=actor, district_id=cluster.district_id)
    if clusters.cluster_on(cluster_id, first_day) is None:
        raise Denied("片区在这一天还没有中心校或已撤销，请核对日期。")
    guards.check_days_open(day=first_day, district_id=cluster.district_id)
    _check_schools(cluster.district_id, {school_id}, first_day)
    place = _place(cluster, school_id, first_day)
    guards.check_whole(*clusters.groups_holding(cluster_id))
    details = {"from": str(first_day)}
    _record("groups.cluster.take_in", cluster, actor, now, details, school_id)
    return place


@refusals_told()
@transaction.atomic
def let_go(
    *,
    place_id: int,
    last_day: datetime.date,
    actor: Actor,
    now: datetime.datetime,
) -> None:
    """End a school's place in the 片区 with that day. Not the centre's, nor the last beside it."""
    cluster_id = ClusterSchool.objects.values_list("cluster_id", flat=True).get(pk=place_id)
    cluster = Cluster.objects.select_for_update(of=("self",)).get(pk=cluster_id)
    place = ClusterSchool.objects.get(pk=place_id)
    guards.check_manage(actor=actor, district_id=cluster.district_id)
    if place.is_centre:
        raise Denied("中心校不能退出片区；请撤销片区。")
    if place.period.upper is not None:
        raise Denied("该学校已有退出日期，不能再次退出。")
    if place.period.lower > last_day:
        raise Denied("退出日期早于加入日期，请核对。")
    after = last_day + datetime.timedelta(days=1)
    guards.check_days_open(day=after, district_id=cluster.district_id)
    others = ClusterSchool.objects.on(after).filter(cluster=cluster, is_centre=False)
    if not others.exclude(pk=place.pk).exists():
        raise Denied("片区除中心校外至少要有一所学校；最后一所退出时请撤销片区。")
    _end(place, after)
    details = {"last_day": str(last_day)}
    _record("groups.cluster.let_go", cluster, actor, now, details, place.school_id)


@refusals_told()
@transaction.atomic
def dissolve(
    *, cluster_id: int, last_day: datetime.date, actor: Actor, now: datetime.datetime
) -> None:
    """End every place of the 片区 with that day. Refused while it is a member of a group."""
    cluster = Cluster.objects.select_for_update(of=("self",)).get(pk=cluster_id)
    guards.check_manage(actor=actor, district_id=cluster.district_id)
    after = last_day + datetime.timedelta(days=1)
    if clusters.cluster_on(cluster_id, last_day) is None:
        raise Denied("片区在这一天尚未成立或已撤销，请核对日期。")
    if ClusterSchool.objects.filter(cluster=cluster, period__startswith__gte=after).exists():
        raise Denied("片区已有在此之后生效的变更，请先处理。")
    guards.check_days_open(day=after, district_id=cluster.district_id)
    guards.check_cluster_is_free(cluster_id=cluster_id, after=after)
    places = ClusterSchool.objects.on(last_day).filter(cluster=cluster).order_by("pk")
    if all(place.period.upper == after for place in places):
        return  # clicked twice
    for place in places:
        _end(place, after)
    _record("groups.cluster.dissolve", cluster, actor, now, {"last_day": str(last_day)})


def _check_schools(district_id: int, school_ids: set[int], on: datetime.date) -> None:
    facts = schools.facts_on(on, school_ids)
    if facts.keys() != school_ids:
        raise Denied("学校在这一天还没有或不再有信息，请核对日期。")
    for school in facts.values():
        if school.district_id != district_id:
            raise Denied(f"“{school.name}”属于另一行政区，片区须由本行政区的学校组成。")


def _place(cluster: Cluster, school_id: int, first_day, *, is_centre=False) -> ClusterSchool:
    place = ClusterSchool(
        cluster=cluster, school_id=school_id, is_centre=is_centre, period=period(first_day)
    )
    place.full_clean()
    place.save()
    return place


def _end(place: ClusterSchool, after: datetime.date) -> None:
    place.period = DateRange(place.period.lower, after, "[)")
    place.full_clean()
    place.save(update_fields=["period"])


def _record(act: str, cluster: Cluster, actor, now, details, school_id=None) -> None:
    audit.record(
        act=act, actor=actor, now=now, object_type="cluster", object_id=cluster.pk,
        object_label=cluster.name, district_id=cluster.district_id, school_id=school_id,
        details=details,
    )  # fmt: skip
