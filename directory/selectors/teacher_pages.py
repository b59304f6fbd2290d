"""What the list and the page of teachers read."""

import dataclasses
import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from core.actor import Actor
from core.periods import last_day
from core.privacy import masked_birth, masked_id_number, masked_phone
from directory.models import Employment, SchoolFacts, Teacher
from directory.selectors import schools, teachers


def teacher_list(actor: Actor, on: datetime.date, *, at_work: bool = True) -> QuerySet[Teacher]:
    """Visible teachers on a day with ``unit_id``, ``unit_name`` and ``employer_name``.

    Those who work somewhere on that day, or else those who do not.
    """
    here = Employment.objects.on(on).filter(teacher=OuterRef("pk"))
    facts = SchoolFacts.objects.on(on)
    unit = facts.filter(
        school__staff__teacher=OuterRef("pk"), school__staff__period__contains=on
    ).order_by("pk")
    employer = facts.filter(
        school__employed__teacher=OuterRef("pk"), school__employed__period__contains=on
    ).order_by("pk")
    working = Exists(here)
    return (
        teachers.teachers_visible_to(actor, on)
        .filter(working if at_work else ~working)
        .annotate(
            unit_id=Subquery(here.order_by("pk").values("unit_id")[:1]),
            unit_name=Subquery(unit.values("name")[:1]),
            unit_sort=Subquery(unit.values("sort_key")[:1]),
            employer_name=Subquery(employer.values("name")[:1]),
        )
    )


def subjects_of(actor: Actor, on: datetime.date) -> list[str]:
    """The subjects that visible teachers teach."""
    seen = teachers.teachers_visible_to(actor, on).exclude(subject="")
    return list(seen.order_by("subject").values_list("subject", flat=True).distinct())


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a teacher worked for a time; ``last`` is None while it is open."""

    unit_id: int
    unit_name: str
    employer_name: str
    first: datetime.date
    last: datetime.date | None
    source: str
    unit_visible: bool


def places_of(actor: Actor, teacher_id: int, on: datetime.date) -> list[Place]:
    """All places of a visible teacher, the newest first; names of schools are not secret."""
    rows = list(Employment.objects.filter(teacher_id=teacher_id).order_by("-period"))
    ids = {row.unit_id for row in rows} | {row.employer_id for row in rows}
    names = schools.names_on(on, ids)
    seen = schools.schools_visible_to(actor, on).filter(school_id__in=ids).order_by("school_id")
    visible = set(seen.values_list("school_id", flat=True))
    return [
        Place(
            unit_id=row.unit_id,
            unit_name=names.get(row.unit_id, ""),
            employer_name=names.get(row.employer_id, ""),
            first=row.period.lower,
            last=last_day(row.period),
            source=row.source,
            unit_visible=row.unit_id in visible,
        )
        for row in rows
    ]


def masked(teacher: Teacher) -> dict[str, str]:
    """Personal data as everybody in scope sees it; empty where nothing is known."""
    return {
        "id_number": masked_id_number(teacher.id_number),
        "phone": masked_phone(teacher.phone),
        "born_on": masked_birth(teacher.born_on),
    }
