import dataclasses
import datetime
from collections.abc import Collection

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from core.actor import Actor
from groups.models import Cluster, ClusterSchool, GroupFacts, Membership


def clusters_visible_to(actor: Actor, on: datetime.date | None = None) -> QuerySet[Cluster]:
    """片区 that have schools on a day or later: of the actor's districts, or of the own schools."""
    on = on or actor.on
    places = ClusterSchool.objects.filter(cluster=OuterRef("pk"))
    own = places.on(on).filter(school_id__in=actor.school_ids)
    return Cluster.objects.filter(
        Exists(places.filter(period__contains=on) | places.filter(period__startswith__gt=on)),
        Q(district_id__in=actor.district_ids) | Exists(own),
    )


def with_counts(rows: QuerySet[Cluster], on: datetime.date) -> QuerySet[Cluster]:
    """Clusters with ``size``, ``school_ids`` (the centre first) and ``starts`` of their places."""
    here = ClusterSchool.objects.on(on).filter(cluster=OuterRef("pk"))
    later = ClusterSchool.objects.filter(cluster=OuterRef("pk"), period__startswith__gt=on)
    return rows.annotate(
        size=Subquery(here.order_by().values("cluster").annotate(n=Count("pk")).values("n")),
        school_ids=ArraySubquery(here.order_by("-is_centre", "pk").values("school_id")),
        starts=Subquery(later.order_by("period").values("period__startswith")[:1]),
    )


@dataclasses.dataclass(frozen=True)
class ClusterOn:
    """A cluster that has a centre school on the asked day."""

    pk: int
    name: str
    district_id: int
    centre_id: int


def cluster_on(cluster_id: int, on: datetime.date) -> ClusterOn | None:
    """The cluster with its centre school on a day; None when it has none then."""
    row = (
        ClusterSchool.objects.on(on)
        .filter(cluster=cluster_id, is_centre=True)
        .select_related("cluster")
        .first()
    )
    if row is None:
        return None
    return ClusterOn(cluster_id, row.cluster.name, row.cluster.district_id, row.school_id)


def places_of(cluster_id: int) -> list[ClusterSchool]:
    """Every place that a cluster ever had, those in force and the centre first."""
    rows = ClusterSchool.objects.filter(cluster_id=cluster_id)
    return list(rows.order_by("-is_centre", "period", "pk"))


def groups_of(cluster_id: int, on: datetime.date) -> list[GroupFacts]:
    """The groups whose member the cluster is on a day."""
    in_group = Membership.objects.on(on).filter(cluster=cluster_id, group=OuterRef("group_id"))
    return list(GroupFacts.objects.on(on).filter(Exists(in_group)).order_by("sort_key", "pk"))


def groups_holding(cluster_id: int) -> list[int]:
    """Ids of every group whose member the cluster is or was."""
    rows = Membership.objects.filter(cluster=cluster_id).order_by("group_id")
    return list(rows.values_list("group_id", flat=True).distinct())


def clusters_known_to(actor: Actor) -> QuerySet[Cluster]:
    """片区 whose page the actor may open, also when over: of the district, or as a part of it."""
    ever = ClusterSchool.objects.filter(cluster=OuterRef("pk"), school_id__in=actor.school_ids)
    return Cluster.objects.filter(Q(district_id__in=actor.district_ids) | Exists(ever))


def districts_of(cluster_ids: Collection[int]) -> set[int]:
    """The districts in which these clusters lie, for rules."""
    rows = Cluster.objects.filter(pk__in=cluster_ids).order_by()
    return set(rows.values_list("district_id", flat=True).distinct())


def cluster_of(place_id: int) -> int | None:
    """The cluster of a place, for addresses; whether it may be seen is asked of the cluster."""
    return ClusterSchool.objects.filter(pk=place_id).values_list("cluster_id", flat=True).first()
