import datetime
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.actor import Actor
from directory.models import Employment, SchoolFacts, Teacher


def teachers_visible_to(actor: Actor, on: datetime.date | None = None) -> QuerySet[Teacher]:
    """Teachers of the actor's districts, of the own schools (by employer or unit), oneself.

    And granted ones: a host sees the teachers posted to it.
    """
    here = Employment.objects.on(on or actor.on).filter(teacher=OuterRef("pk"))
    own = here.filter(Q(unit_id__in=actor.school_ids) | Q(employer_id__in=actor.school_ids))
    seen = Q(district_id__in=actor.district_ids) | Q(pk=actor.teacher_id)
    if actor.granted_teacher_ids:
        seen |= Q(pk__in=actor.granted_teacher_ids)
    return Teacher.objects.filter(seen | Exists(own) if actor.school_ids else seen)


def employments_on(on: datetime.date, teacher_ids) -> dict[int, Employment]:
    """Where each teacher belongs on that day, by teacher."""
    rows = Employment.objects.on(on).filter(teacher_id__in=teacher_ids).order_by("teacher_id")
    return {row.teacher_id: row for row in rows}


def units_on(on: datetime.date, teacher_ids: Collection[int]) -> dict[int, str]:
    """The name of the unit where each of these visible teachers works on that day, by teacher."""
    if not teacher_ids:
        return {}
    rows = SchoolFacts.objects.on(on).filter(
        school__staff__teacher_id__in=teacher_ids, school__staff__period__contains=on
    )
    return dict(rows.order_by("pk").values_list("school__staff__teacher_id", "name"))


def teacher_visible_to(
    actor: Actor, teacher_id: int, on: datetime.date | None = None
) -> Teacher | None:
    """The teacher, or None when there is none or it is out of sight: the two look alike."""
    return teachers_visible_to(actor, on).filter(pk=teacher_id).select_related("user").first()


def at_school(rows: QuerySet[Teacher], school_id: int, on: datetime.date) -> QuerySet[Teacher]:
    """Those of the rows whose employer or unit the school is on that day."""
    here = Employment.objects.on(on).filter(teacher=OuterRef("pk"))
    return rows.filter(Exists(here.filter(Q(unit_id=school_id) | Q(employer_id=school_id))))


def by_number(district_ids: Collection[int], numbers: Collection[str]) -> dict[str, Teacher]:
    """Teachers of these districts by staff number, for rules and imports; not for showing."""
    rows = Teacher.objects.filter(district_id__in=district_ids, staff_number__in=numbers)
    return {row.staff_number: row for row in rows.order_by("-pk")}
