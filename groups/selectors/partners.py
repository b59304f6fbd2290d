"""Who is in a group with whom."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from groups.models import ClusterSchool, Membership


def partners_on(
    school_ids: Collection[int], days: Collection[datetime.date]
) -> dict[datetime.date, frozenset[int]]:
    """By day: every school of the groups that hold one of these schools, themselves included.

    A cluster's schools are in its groups. For other apps' scopes (X-32). Two queries.
    """
    if not school_ids or not days:
        return dict.fromkeys(days, frozenset())
    own = Q(school__in=school_ids) | Q(cluster__places__school__in=school_ids)
    ever = Membership.objects.filter(group__in=Membership.objects.filter(own).values("group"))
    places = list(ever.order_by("pk").values_list("group", "school", "cluster", "period"))
    inner = list(
        ClusterSchool.objects.filter(
            cluster__in=[cluster for _, _, cluster, _ in places if cluster]
        )
        .order_by("pk")
        .values_list("cluster", "school", "period")
    )
    return {day: _together(frozenset(school_ids), places, inner, day) for day in days}


def schools_of(group_id: int, on: datetime.date) -> frozenset[int]:
    """Every school of a group on a day, those of its clusters too. One query."""
    places = Membership.objects.on(on).filter(group=group_id)
    inner = ClusterSchool.objects.on(on).filter(
        cluster__in=places.filter(cluster__isnull=False).values("cluster")
    )
    direct = places.filter(school__isnull=False).order_by().values_list("school_id")
    return frozenset(pk for (pk,) in direct.union(inner.order_by().values_list("school_id")))


def _together(own, places, inner, day) -> frozenset[int]:
    in_cluster = defaultdict(set)
    for cluster, school, period in inner:
        if _holds(period, day):
            in_cluster[cluster].add(school)
    groups = defaultdict(set)
    for group, school, cluster, period in places:
        if _holds(period, day):
            groups[group] |= {school} if school else in_cluster[cluster]
    return frozenset().union(*(schools for schools in groups.values() if schools & own))


def _holds(period, day: datetime.date) -> bool:
    return period.lower <= day and (period.upper is None or day < period.upper)


def groups_with(school_ids: Collection[int], on: datetime.date) -> frozenset[int]:
    """The groups that hold one of these schools on a day, by itself or in a 片区. One query.

    Asks no actor: for rules that need to know who works with whom.
    """
    inner = ClusterSchool.objects.on(on).filter(school__in=school_ids)
    held = Q(school__in=school_ids) | Q(cluster__in=inner.order_by().values("cluster"))
    rows = Membership.objects.on(on).filter(held).order_by().values_list("group_id", flat=True)
    return frozenset(rows)
