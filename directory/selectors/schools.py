import datetime
from collections.abc import Collection

from django.db import connection
from django.db.models import Q, QuerySet

from core import statements
from core.actor import Actor
from directory.enums import SchoolKind
from directory.models import School, SchoolFacts


# UNION, not UNION ALL: a circle of parents ends.
BELOW = """
WITH RECURSIVE below (school_id) AS (
    SELECT %s::bigint
    UNION
    SELECT facts.school_id
      FROM directory_schoolfacts facts JOIN below ON facts.parent_id = below.school_id
     WHERE facts.period @> %s::date
)
SELECT school_id FROM below
"""
NAMES_IN = """
SELECT school_id, name FROM directory_schoolfacts WHERE district_id = %s AND period @> %s::date
"""
STANDING = """
SELECT school_id, district_id
  FROM directory_schoolfacts
 WHERE school_id = ANY(%s) AND period @> %s::date
"""
NAMES = """
SELECT school_id, name, lower(period)
  FROM directory_schoolfacts
 WHERE school_id = ANY(%s)
 ORDER BY school_id, period
"""


def schools_visible_to(actor: Actor, on: datetime.date | None = None) -> QuerySet[SchoolFacts]:
    """Schools as they are on a day (the actor's own unless another is asked for).

    Those of the actor's districts, the own school with the units below it, and granted ones.
    One row a school; ``school_id`` is its lasting id.
    """
    return SchoolFacts.objects.on(on or actor.on).filter(
        Q(district_id__in=actor.district_ids)
        | Q(school_id__in=actor.school_ids | actor.granted_school_ids)
    )


def school_history(actor: Actor, school_id: int) -> list[SchoolFacts]:
    """All facts of a visible school, the newest first; empty when the actor may not see it."""
    visible = SchoolFacts.objects.filter(school_id=school_id).filter(
        Q(district_id__in=actor.district_ids)
        | Q(school_id__in=actor.school_ids | actor.granted_school_ids)
    )
    return list(visible.select_related("area_unit").order_by("-period"))


def names_on(on: datetime.date, school_ids: Collection[int]) -> dict[int, str]:
    """School names on a day by id: names of partners are not secret, other facts are.

    A school without facts on that day is named by its latest facts before it, else the first
    after it, so that papers of the past and plans for the future name it too. In SQL: most pages
    ask for many, and a list of ids costs the ORM more than the query.
    """
    if not school_ids:
        return {}
    names: dict[int, str] = {}
    for school_id, name, begins in statements.rows(NAMES, [list(school_ids)]):
        if school_id not in names or (begins or datetime.date.min) <= on:
            names[school_id] = name
    return names


def units_below(school_id: int, on: datetime.date) -> frozenset[int]:
    """The school and every unit below it on that day. One query, however deep: every page asks."""
    return frozenset(pk for (pk,) in statements.rows(BELOW, [school_id, on]))


def units_ever_below(school_id: int, since: datetime.date) -> frozenset[int]:
    """The school and every unit that is below it on that day or will be."""
    found, level = {school_id}, {school_id}
    while level:
        level = set(
            SchoolFacts.objects.filter(period__overlap=(since, None), parent_id__in=level)
            .order_by("school_id")
            .values_list("school_id", flat=True)
        )
        level -= found
        found |= level
    return frozenset(found)


def legal_person_of(school_id: int, on: datetime.date) -> int:
    """The nearest legal person from the school upwards; the uppermost unit where there is none."""
    while facts := facts_on(on, {school_id}).get(school_id):
        if facts.kind == SchoolKind.LEGAL_PERSON or facts.parent_id is None:
            break
        school_id = facts.parent_id
    return school_id


def facts_on(on: datetime.date, school_ids: Collection[int]) -> dict[int, SchoolFacts]:
    """What these schools are on a day, by id, for rules that judge them; not for showing."""
    return {row.school_id: row for row in SchoolFacts.objects.on(on).filter(school__in=school_ids)}


def districts_on(on: datetime.date, school_ids: Collection[int]) -> dict[int, int]:
    """The district of each of these schools that stands on a day, for rules. One query."""
    return dict(statements.rows(STANDING, [list(school_ids), on]))


def by_name(district_id: int, on: datetime.date) -> dict[str, School]:
    """The district's schools on a day by name, for commands that load data; not for showing."""
    rows = SchoolFacts.objects.on(on).filter(district_id=district_id).select_related("school")
    return {row.name: row.school for row in rows.order_by("pk")}


def districts_of(school_ids: Collection[int]) -> set[int]:
    """The districts in which these schools lie, for rules."""
    rows = School.objects.filter(pk__in=school_ids).order_by()
    return set(rows.values_list("district_id", flat=True).distinct())


def names_in(district_id: int, on: datetime.date) -> dict[int, str]:
    """The names of a district's schools on a day by id, for reckoning with all of them."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES_IN, [district_id, on])
        return dict(cursor.fetchall())
