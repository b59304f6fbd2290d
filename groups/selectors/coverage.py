"""Schools that are in no group (B1-1, D-1)."""

import datetime

from django.db import connection
from django.db.models import QuerySet

from core.actor import Actor
from directory.selectors import schools


TAKEN = """
SELECT school_id
  FROM groups_membership
 WHERE school_id = ANY(%(schools)s) AND period @> %(on)s::date
 UNION
SELECT place.school_id
  FROM groups_clusterschool place JOIN groups_membership held USING (cluster_id)
 WHERE place.school_id = ANY(%(schools)s)
   AND place.period @> %(on)s::date AND held.period @> %(on)s::date
"""


def ids_outside(actor: Actor, on: datetime.date) -> set[int]:
    """Ids of the actor's schools of which no part is in a group on that day.

    A school is covered when it is in a group itself or by its 片区, when a section, campus or
    teaching point of it is, or when the school that it is a part of is. Reckoned from two plain
    queries: to put one nested query together costs more than to run these.
    """
    parent = dict(
        schools.schools_visible_to(actor, on).order_by().values_list("school_id", "parent_id")
    )
    asked = {*parent, *parent.values()} - {None}
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, {"schools": list(asked), "on": on})
        taken = {school_id for (school_id,) in cursor.fetchall()}
    with_parts = {parent[school_id] for school_id in taken & parent.keys()}
    return {
        school_id
        for school_id, above in parent.items()
        if school_id not in taken and above not in taken and school_id not in with_parts
    }


def schools_outside(actor: Actor, on: datetime.date) -> QuerySet:
    """Facts of the schools of ``ids_outside`` on that day."""
    return schools.schools_visible_to(actor, on).filter(school__in=ids_outside(actor, on))


def schools_covered(actor: Actor, on: datetime.date) -> QuerySet:
    """Facts of the actor's other schools on that day."""
    return schools.schools_visible_to(actor, on).exclude(school__in=ids_outside(actor, on))
