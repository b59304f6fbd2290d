"""Who is in a group with whom."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from core import statements
from groups.models import ClusterSchool, Membership


# Every place, of whatever day, in the groups that ever held one of these schools. A place of a
# cluster stands once for each of its schools, with the period for which that is in the cluster.
PLACES = """
SELECT place.group_id, coalesce(place.school_id, within.school_id), place.period, within.period
  FROM groups_membership place
  LEFT JOIN groups_clusterschool within ON within.cluster_id = place.cluster_id
 WHERE coalesce(place.school_id, within.school_id) IS NOT NULL
   AND place.group_id IN (
           SELECT own.group_id
             FROM groups_membership own
            WHERE own.school_id = ANY(%(schools)s) OR own.cluster_id IN (
                      SELECT cluster_id FROM groups_clusterschool WHERE school_id = ANY(%(schools)s)
                  )
       )
"""


def partners_on(
    school_ids: Collection[int], days: Collection[datetime.date]
) -> dict[datetime.date, frozenset[int]]:
    """By day: every school of the groups that hold one of these schools, themselves included.

    A cluster's schools are in its groups. For other apps' scopes (X-32). One query.
    """
    if not school_ids or not days:
        return dict.fromkeys(days, frozenset())
    places = statements.rows(PLACES, {"schools": list(school_ids)})
    return {day: _together(frozenset(school_ids), places, day) for day in days}


def schools_of(group_id: int, on: datetime.date) -> frozenset[int]:
    """Every school of a group on a day, those of its clusters too. One query."""
    places = Membership.objects.on(on).filter(group=group_id)
    inner = ClusterSchool.objects.on(on).filter(
        cluster__in=places.filter(cluster__isnull=False).values("cluster")
    )
    direct = places.filter(school__isnull=False).order_by().values_list("school_id")
    return frozenset(pk for (pk,) in direct.union(inner.order_by().values_list("school_id")))


def _together(own, places, day) -> frozenset[int]:
    groups = defaultdict(set)
    for group, school, *periods in places:
        if all(period is None or _holds(period, day) for period in periods):
            groups[group].add(school)
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
