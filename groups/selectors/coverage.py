"""Schools that are in no group (B1-1, D-1)."""

import datetime

from django.db.models import QuerySet

from core.actor import Actor
from directory.selectors import schools
from groups.models import ClusterSchool, Membership


def ids_outside(actor: Actor, on: datetime.date) -> set[int]:
    """Ids of the actor's schools of which no part is in a group on that day.

    A school is covered when it is in a group itself or by its 片区, when a section, campus or
    teaching point of it is, or when the school that it is a part of is. Reckoned from two plain
    queries: to build one nested query costs more than to run these.
    """
    parent = dict(
        schools.schools_visible_to(actor, on).order_by().values_list("school_id", "parent_id")
    )
    places = Membership.objects.on(on).order_by().filter(school__isnull=False)
    inner = (
        ClusterSchool.objects.on(on).order_by().filter(cluster__memberships__period__contains=on)
    )
    taken = set(places.values_list("school_id").union(inner.values_list("school_id")))
    taken = {school_id for (school_id,) in taken}
    with_parts = {parent[school_id] for school_id in taken & parent.keys()}
    return {
        school_id
        for school_id, above in parent.items()
        if school_id not in taken and above not in taken and school_id not in with_parts
    }


def schools_outside(actor: Actor, on: datetime.date) -> QuerySet:
    """Facts of the schools of ``ids_outside`` on that day."""
    return schools.schools_visible_to(actor, on).filter(school__in=ids_outside(actor, on))
