"""Many rows at once, for a county that is entered whole: one event a call, no event a row.

The callers give rows that they checked; the database's constraints hold all the same.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.crypto import blind_index
from core.periods import period
from core.words import search_text, sort_key
from directory.guards import closings
from directory.models import (
    AreaUnit,
    BellSchedule,
    District,
    Employment,
    LessonPeriod,
    School,
    SchoolFacts,
    SchoolHeadcount,
    Teacher,
    Term,
)


BATCH = 2000


@transaction.atomic
def enter_area_units(
    *,
    district: District,
    units: Iterable[Sequence[str]],
    now: datetime.datetime,
    actor: Actor | None = None,
) -> dict[str, int]:
    """Enter (code, name, town, attribute, national class); returns their ids by code."""
    rows = AreaUnit.objects.bulk_create(
        AreaUnit(
            district=district, code=code, name=name, town=town, attribute=attribute,
            national_class=national_class,
        )
        for code, name, town, attribute, national_class in units
    )  # fmt: skip
    _record("area_unit", district, len(rows), actor, now)
    return {row.code: row.pk for row in rows}


@transaction.atomic
def enter_schools(
    *,
    district: District,
    schools: Sequence[Mapping],
    first_day: datetime.date,
    now: datetime.datetime,
    actor: Actor | None = None,
    source: str = "",
) -> dict[str, int]:
    """Enter schools with their facts from that day on; returns their ids by name.

    Each is a mapping of ``schools.CHANGEABLE``, with ``parent`` (a name among them) for
    ``parent_id``.
    """
    closings.check_open(district.pk, first_day)
    made = School.objects.bulk_create(School(district=district, created_at=now) for _ in schools)
    ids = {facts["name"]: school.pk for facts, school in zip(schools, made, strict=True)}
    rows = []
    for facts in schools:
        own = {key: value for key, value in facts.items() if key != "parent"}
        name = own["name"]
        rows.append(
            SchoolFacts(
                school_id=ids[name], district=district, period=period(first_day),
                parent_id=ids.get(facts.get("parent", "")), search=search_text(name),
                sort_key=sort_key(name), created_at=now, source=source, **own,
            )
        )  # fmt: skip
    SchoolFacts.objects.bulk_create(rows)
    _record("school", district, len(rows), actor, now)
    return ids


@transaction.atomic
def enter_headcounts(
    *,
    district: District,
    headcounts: Iterable[tuple[int, int, int | None, int | None]],
    now: datetime.datetime,
    actor: Actor | None = None,
) -> None:
    """Enter (school id, school year, pupils, teachers)."""
    rows = SchoolHeadcount.objects.bulk_create(
        [
            SchoolHeadcount(school_id=school, school_year=year, pupils=pupils, teachers=teachers)
            for school, year, pupils, teachers in headcounts
        ]
    )
    _record("headcount", district, len(rows), actor, now)


@transaction.atomic
def enter_teachers(
    *,
    district: District,
    teachers: Iterable[tuple[Mapping, int, int, datetime.date]],
    now: datetime.datetime,
    actor: Actor | None = None,
    source: str = "",
) -> int:
    """Enter (fields of Teacher, employer's id, unit's id, first day there); returns how many."""
    people, places = [], []
    for fields, employer_id, unit_id, since in teachers:
        person = Teacher(district=district, created_at=now, **fields)
        person.search = search_text(person.name, person=True)
        person.sort_key = sort_key(person.name, person=True)
        person.id_number_index = blind_index(person.id_number) if person.id_number else None
        person.phone_index = blind_index(person.phone) if person.phone else None
        people.append(person)
        places.append((employer_id, unit_id, since))
    Teacher.objects.bulk_create(people, batch_size=BATCH)
    Employment.objects.bulk_create(
        [
            Employment(
                teacher=person, employer_id=employer_id, unit_id=unit_id, period=period(since),
                source=source,
            )
            for person, (employer_id, unit_id, since) in zip(people, places, strict=True)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    _record("teacher", district, len(people), actor, now)
    return len(people)


@transaction.atomic
def enter_terms(
    *,
    district: District,
    terms: Iterable[tuple[int, int, datetime.date, datetime.date]],
    now: datetime.datetime,
    actor: Actor | None = None,
) -> None:
    """Enter (school year, number, first day, last day)."""
    rows = Term.objects.bulk_create(
        Term(district=district, school_year=year, number=number, period=period(first, last))
        for year, number, first, last in terms
    )
    _record("term", district, len(rows), actor, now)


@transaction.atomic
def enter_bell_schedules(
    *,
    district: District,
    lessons: Mapping[int, Sequence[tuple[int, datetime.time, datetime.time]]],
    name: str,
    first_day: datetime.date,
    now: datetime.datetime,
    actor: Actor | None = None,
) -> None:
    """Give schools (by id) their lessons (number, start, end) from that day on."""
    schedules = BellSchedule.objects.bulk_create(
        BellSchedule(school_id=school_id, name=name, period=period(first_day))
        for school_id in lessons
    )
    LessonPeriod.objects.bulk_create(
        LessonPeriod(schedule=schedule, number=number, starts_at=starts_at, ends_at=ends_at)
        for schedule in schedules
        for number, starts_at, ends_at in lessons[schedule.school_id]
    )
    _record("bell_schedule", district, len(schedules), actor, now)


def _record(what: str, district: District, count: int, actor, now) -> None:
    audit.record(
        act=f"directory.{what}.enter_many", actor=actor, now=now, object_type="district",
        object_id=district.pk, object_label=district.name, district_id=district.pk,
        details={"count": count},
    )  # fmt: skip
