"""A school in one line, as a partner's page shows it: one query for any number of schools."""

import dataclasses
import datetime
from collections.abc import Collection

from django.db.models import BooleanField, Case, F, OuterRef, Subquery, Value, When

from core.school_years import school_year_of
from directory.enums import SchoolKind, Stage
from directory.models import SchoolFacts, SchoolHeadcount


@dataclasses.dataclass(frozen=True)
class Card:
    """What a school is on a day. ``pupils`` and ``teachers`` are None while nobody entered them."""

    school_id: int
    district_id: int
    district_name: str
    name: str
    kind: str
    stage: str
    parent_id: int | None
    parent_name: str
    pupils: int | None
    teachers: int | None

    @property
    def kind_label(self) -> str:
        return SchoolKind(self.kind).label

    @property
    def stage_label(self) -> str:
        return Stage(self.stage).label if self.stage else ""

    @property
    def is_part(self) -> bool:
        """Whether it is a section, campus or teaching point of another school."""
        return bool(self.parent_id)


def cards_on(on: datetime.date, school_ids: Collection[int]) -> dict[int, Card]:
    """Cards by school id. Asks no actor: who shows a card decides how much of it.

    A school without facts on that day is told by its latest facts before it, else the first after.
    """
    if not school_ids:
        return {}
    headcount = SchoolHeadcount.objects.filter(
        school=OuterRef("school_id"), school_year=school_year_of(on)
    )
    parent = SchoolFacts.objects.filter(school=OuterRef("parent_id"))
    rows = (
        _nearest_first(SchoolFacts.objects.filter(school__in=school_ids), on, "school_id")
        .distinct("school_id")
        .annotate(
            district_name=F("district__name"),
            parent_name=Subquery(_nearest_first(parent, on).values("name")[:1]),
            pupils=Subquery(headcount.values("pupils")),
            teachers=Subquery(headcount.values("teachers")),
        )
    )
    return {
        row.school_id: Card(
            school_id=row.school_id,
            district_id=row.district_id,
            district_name=row.district_name,
            name=row.name,
            kind=row.kind,
            stage=row.stage,
            parent_id=row.parent_id,
            parent_name=row.parent_name or "",
            pupils=row.pupils,
            teachers=row.teachers,
        )
        for row in rows
    }


def _nearest_first(rows, on: datetime.date, *first: str):
    """In force or begun, the latest first; then what begins only later."""
    begun = Case(
        When(period__startswith__lte=on, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return rows.order_by(*first, begun.desc(), F("period").desc())


def found_elsewhere(
    word: str,
    on: datetime.date,
    outside: Collection[int],
    chosen: Collection[int] = (),
    most: int = 20,
) -> list[tuple[int, str, str]]:
    """``(id, name, district)`` of schools of other districts that answer the word, or are chosen.

    ``outside`` are the districts left out. Names of schools are not secret, their facts are.
    """
    rows = SchoolFacts.objects.on(on).exclude(district__in=outside).order_by("sort_key", "pk")
    held = rows.filter(school__in=chosen)
    found = held | rows.filter(search__contains=word) if word else held
    return list(found.values_list("school_id", "name", "district__name")[: most + len(chosen)])
