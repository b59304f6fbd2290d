"""Counties of real size for tests of load: 66 schools, 18 teaching points, 3 800 teachers."""

import dataclasses
import datetime

from core.school_years import FIRST_MONTH, school_year_of
from desk.demo.people import Crowd
from directory.actions import bulk, districts
from directory.enums import SchoolKind, Stage
from directory.selectors import schools
from groups.actions import bulk as group_bulk
from groups.enums import GroupType


SCHOOLS, POINTS, TEACHERS, GROUPS = 66, 18, 3800, 30
FIRST_CODE = 990001  # no province has 99
SOURCE = "规模数据"
TOWN = 12  # the first schools are large ones in town and cores of groups
WEIGHT_OF_TOWN = 4


def load(*, number: int, today: datetime.date, now: datetime.datetime) -> bool:
    """Enter the county of that number unless it is there already; whether it was entered.

    The caller's transaction holds a county: it is there whole or not at all.
    """
    district, _ = districts.add(
        code=str(FIRST_CODE + number), name=f"规模{number:03}县", is_sample=True, now=now
    )
    if schools.by_name(district.pk, today):
        return False
    year = school_year_of(today)
    first_day = datetime.date(year - 3, FIRST_MONTH, 1)
    facts = list(_schools(number))
    ids = bulk.enter_schools(
        district=district, schools=facts, first_day=first_day, now=now, source=SOURCE
    )
    sizes = _sizes(len(facts))
    bulk.enter_headcounts(
        district=district,
        headcounts=[
            (ids[it["name"]], year, size * 15, size) for it, size in zip(facts, sizes, strict=True)
        ],
        now=now,
    )
    bulk.enter_teachers(
        district=district,
        teachers=_teachers(number, year, facts, sizes, ids, first_day),
        now=now,
        source=SOURCE,
    )
    group_bulk.found_many(
        district_id=district.pk, groups=list(_groups(number, facts, ids)), first_day=first_day,
        now=now,
    )  # fmt: skip
    return True


def _schools(number: int):
    for place in range(1, SCHOOLS + 1):
        junior = place % 4 == 0
        yield {
            "name": f"规模{number:03}县第{place:02}{'中学' if junior else '小学'}",
            "stage": Stage.JUNIOR if junior else Stage.PRIMARY,
            "code": f"{31 if junior else 21}99{number:03}{place:03}",
            "area_class": "121" if place <= TOWN else "210",
        }
    for place in range(1, POINTS + 1):
        yield {
            "name": f"规模{number:03}县第{place:02}教学点",
            "kind": SchoolKind.TEACHING_POINT,
            "stage": Stage.PRIMARY,
            "area_class": "220",
            "parent": f"规模{number:03}县第{TOWN + 1 + 4 * (place % 9):02}小学",
        }


def _sizes(count: int) -> list[int]:
    """Teachers of each school, 3 800 together."""
    weights = [WEIGHT_OF_TOWN] * TOWN + [1] * (count - TOWN)
    sizes = [TEACHERS * weight // sum(weights) for weight in weights]
    sizes[0] += TEACHERS - sum(sizes)
    return sizes


def _teachers(number, year, facts, sizes, ids, first_day):
    crowd, staff_number = Crowd(year, f"scale {number}"), 0
    for school, size in zip(facts, sizes, strict=True):
        unit = ids[school["name"]]
        employer = ids[school.get("parent", school["name"])]
        for person in crowd.staff(size, school["stage"]):
            staff_number += 1
            fields = dataclasses.asdict(person) | {"staff_number": f"{staff_number:05}"}
            yield fields, employer, unit, max(person.hired_on, first_day)


def _groups(number, facts, ids):
    """Thirty groups of one core and one or two members; the first cores lead three each."""
    names = [it["name"] for it in facts if "parent" not in it]
    cores, members = names[:TOWN], names[TOWN:]
    for place in range(GROUPS):
        chosen = {ids[members[(place * 2 + step) % len(members)]] for step in range(1 + place % 2)}
        core = cores[place % TOWN]
        type_ = GroupType.COLLABORATIVE if place % 5 == 4 else GroupType.CO_BUILT
        yield f"规模{number:03}县第{place + 1:02}教育集团", type_, ids[core], sorted(chosen)
