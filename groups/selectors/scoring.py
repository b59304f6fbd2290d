"""The places in force on a day that an assessment of a district rests on, for rules."""

import dataclasses
import datetime

from django.db.models import OuterRef, Q, Subquery

from groups.enums import GroupType
from groups.models import ClusterSchool, GroupFacts, Membership


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceOn:
    """A school's place in a group. A cluster stands as its centre school of that day."""

    group_id: int
    group: str
    type: str
    role: str
    school_id: int
    is_own: bool  # the group is one of the district's


def places_on(district_id: int, on: datetime.date) -> list[PlaceOn]:
    """Every place of the district's groups, and of 协作型 groups elsewhere with its schools.

    In the order of the groups, the core first. A cluster without a centre that day has no place.
    Three queries, four where a group crosses districts.
    """
    own = Membership.objects.on(on).filter(group__district=district_id)
    rows = _read(own, on)
    foreign = _foreign_groups(district_id, on)
    if foreign:
        rows += _read(Membership.objects.on(on).filter(group__in=foreign), on)
    names = dict(
        GroupFacts.objects.on(on)
        .filter(Q(group__district=district_id) | Q(group__in=foreign))
        .order_by("group_id")
        .values_list("group_id", "name")
    )
    return [
        PlaceOn(group, names.get(group, ""), type_, role, school, group not in foreign)
        for group, type_, role, school in rows
    ]


def _read(rows, on: datetime.date) -> list[tuple[int, str, str, int]]:
    centre = ClusterSchool.objects.on(on).filter(cluster=OuterRef("cluster_id"), is_centre=True)
    found = (
        rows.annotate(centre=Subquery(centre.order_by("pk").values("school_id")[:1]))
        .order_by("group_id", "role", "pk")
        .values_list("group_id", "type", "role", "school_id", "centre")
    )
    return [
        (group, type_, role, school or centre)
        for group, type_, role, school, centre in found
        if school or centre
    ]


def _foreign_groups(district_id: int, on: datetime.date) -> list[int]:
    concerned = Q(school__district=district_id) | Q(
        cluster__places__school__district=district_id,
        cluster__places__is_centre=True,
        cluster__places__period__contains=on,
    )
    rows = Membership.objects.on(on).filter(concerned, type=GroupType.COLLABORATIVE)
    rows = rows.exclude(group__district=district_id).order_by("group_id")
    return list(rows.values_list("group_id", flat=True).distinct())
