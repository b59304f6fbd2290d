"""What the list and the page of schools read."""

import dataclasses
import datetime

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.actor import Actor
from core.periods import last_day
from core.school_years import school_year_of
from directory.models import BellSchedule, Employment, School, SchoolFacts, SchoolHeadcount
from directory.selectors import schools


def school_list(actor: Actor, on: datetime.date) -> QuerySet[SchoolFacts]:
    """Visible schools on a day with ``parent_name``, ``pupils`` of the school year, ``staff``.

    The database holds one row a school and day, and one a school and year: nothing is sorted.
    """
    parent = SchoolFacts.objects.on(on).filter(school=OuterRef("parent_id")).order_by()
    counted = SchoolHeadcount.objects.filter(
        school=OuterRef("school_id"), school_year=school_year_of(on)
    ).order_by()
    staff = (
        Employment.objects.on(on)
        .filter(unit=OuterRef("school_id"))
        .order_by()
        .values("unit")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        schools.schools_visible_to(actor, on)
        .annotate(
            parent_name=Subquery(parent.values("name")),
            pupils=Subquery(counted.values("pupils")),
            staff=Coalesce(Subquery(staff, output_field=IntegerField()), 0),
        )
        .select_related("area_unit")
    )


@dataclasses.dataclass(frozen=True)
class Branch:
    """A unit in the tree of a school; ``depth`` counts from the school itself."""

    facts: SchoolFacts
    depth: int


def tree_of(actor: Actor, school_id: int, on: datetime.date) -> list[Branch]:
    """The visible units below a school on a day, each under its parent."""
    ids = schools.units_below(school_id, on)
    children: dict[int, list[SchoolFacts]] = {}
    for row in school_list(actor, on).filter(school_id__in=ids).order_by("sort_key", "pk"):
        children.setdefault(row.parent_id, []).append(row)

    def below(parent_id: int, depth: int) -> list[Branch]:
        found = []
        for row in children.get(parent_id, []):
            if row.school_id != school_id:
                found += [Branch(row, depth), *below(row.school_id, depth + 1)]
        return found

    return below(school_id, 1)


@dataclasses.dataclass(frozen=True)
class Span:
    """What a school was for a time, and what was new then; ``last`` is None while it is open."""

    facts: SchoolFacts
    first: datetime.date
    last: datetime.date | None
    changed: frozenset[str]
    parent_name: str


def spans_of(history: list[SchoolFacts], on: datetime.date) -> list[Span]:
    """The history (newest first) as the page tells it; the oldest has nothing changed."""
    names = schools.names_on(on, {row.parent_id for row in history if row.parent_id})
    spans = []
    for row, before in zip(history, [*history[1:], None], strict=True):
        keys = ("name", "code", "kind", "stage", "parent_id", "area_unit_id", "area_class")
        changed = [k for k in keys if before and getattr(row, k) != getattr(before, k)]
        spans.append(
            Span(
                facts=row,
                first=row.period.lower,
                last=last_day(row.period),
                changed=frozenset(changed),
                parent_name=names.get(row.parent_id, ""),
            )
        )
    return spans


def headcounts_of(school_id: int) -> list[SchoolHeadcount]:
    """Pupils and teachers by school year, the newest first; the caller has checked the scope."""
    return list(SchoolHeadcount.objects.filter(school_id=school_id).order_by("-school_year"))


def bells_of(school_id: int, on: datetime.date) -> BellSchedule | None:
    """The lesson times in force on a day, with their lessons; the caller has checked the scope."""
    held = BellSchedule.objects.on(on).filter(school_id=school_id)
    return held.prefetch_related("lessons").first()


def staff_count(school_id: int, on: datetime.date) -> int:
    return Employment.objects.on(on).filter(unit_id=school_id).count()


def district_of(school_id: int) -> int:
    return School.objects.values_list("district_id", flat=True).get(pk=school_id)


def closing_leaves(school_id: int, on: datetime.date) -> tuple[list[str], int]:
    """(names of the units below, number of staff) that a closing on that day leaves behind."""
    names = SchoolFacts.objects.on(on).filter(parent_id=school_id).order_by("sort_key", "pk")
    return list(names.values_list("name", flat=True)), staff_count(school_id, on)
