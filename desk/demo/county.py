"""The demo county, laid around the day of loading and the same for the same day."""

import dataclasses
import datetime

from core.school_years import FIRST_MONTH, school_year_of
from desk.demo import places
from desk.demo.people import Crowd
from directory.actions import bulk
from directory.enums import Stage
from groups.actions import groups
from groups.enums import GroupType, MembershipRole


YEARS_BACK = 3
TEACHERS = 1500
SMALLEST_STAFF = 8
OFFICE = 4  # a centre school's own people beside its sections'
SOURCE = "示例数据"
CORE, MEMBER = "实验小学", "举水乡小"
# Named by operations.md and its roster: (school, staff number, name, position, subject).
NAMED = (
    (CORE, "1001", "教师甲", "教研组长", "语文"),
    (CORE, "1002", "教师乙", "班主任", "数学"),
    (CORE, "1003", "教师丙", "", "英语"),
    (CORE, "1004", "校长甲", "校长", "语文"),
    (CORE, "1005", "文员甲", "总务主任", "信息科技"),
    (MEMBER, "2001", "教师丁", "班主任", "语文"),
    (MEMBER, "2002", "校长乙", "校长", "数学"),
)
FIRST_NUMBER = 3001  # of everybody else


def first_day_for(today: datetime.date) -> datetime.date:
    """1 September three years before the school year of the day of loading."""
    return datetime.date(school_year_of(today) - YEARS_BACK, FIRST_MONTH, 1)


def load(*, district, today: datetime.date, now: datetime.datetime, user_ids: dict[str, int]):
    """Enter the whole county in the caller's transaction; ``user_ids`` by staff number."""
    first_day = first_day_for(today)
    rows = places.group_rows()
    schools = places.places(rows)
    areas = bulk.enter_area_units(district=district, units=[a for a, _ in places.AREAS], now=now)
    ids = bulk.enter_schools(
        district=district,
        schools=[
            {
                "name": place.name,
                "kind": place.kind,
                "stage": place.stage,
                "code": places.code_of(place.name, number),
                "parent": place.parent,
                "area_unit_id": areas[place.area[0]],
                "area_class": place.area[4],
            }
            for number, place in enumerate(schools, 1)
        ],
        first_day=first_day,
        now=now,
        source=SOURCE,
    )
    staffs = staff_sizes(schools)
    year = school_year_of(today)
    bulk.enter_headcounts(
        district=district,
        headcounts=[
            (ids[name], year - back, places.pupils_of(name, YEARS_BACK - back), staffs[name])
            for name in places.PUPILS
            for back in range(YEARS_BACK)
        ],
        now=now,
    )
    bulk.enter_terms(district=district, terms=terms(first_day.year, year), now=now)
    bulk.enter_bell_schedules(
        district=district,
        lessons={ids[place.name]: places.lessons(place.stage) for place in schools},
        name="作息时间",
        first_day=first_day,
        now=now,
    )
    bulk.enter_teachers(
        district=district,
        teachers=teachers(schools, staffs, ids, first_day, year, user_ids),
        now=now,
        source=SOURCE,
    )
    _found_groups(rows, ids, district, first_day, now)


def staff_sizes(schools) -> dict[str, int]:
    """How many teachers each school has: by its pupils, small schools a few more."""
    total = sum(places.PUPILS.values())
    return {
        place.name: max(round(TEACHERS * places.PUPILS[place.name] / total), SMALLEST_STAFF)
        if place.name in places.PUPILS
        else OFFICE
        for place in schools
    }


def terms(first_year: int, last_year: int):
    """The terms of those school years by the rule: to 31 January, from 1 February."""
    for year in range(first_year, last_year + 1):
        yield year, 1, datetime.date(year, FIRST_MONTH, 1), datetime.date(year + 1, 1, 31)
        yield year, 2, datetime.date(year + 1, 2, 1), datetime.date(year + 1, FIRST_MONTH - 1, 31)


def teachers(schools, staffs, ids, first_day, year, user_ids):
    """What ``bulk.enter_teachers`` takes: the named ones first, then each school's staff."""
    crowd = Crowd(year, "demo")
    employers = {place.name: ids[place.parent or place.name] for place in schools}
    for school, number, name, position, subject in NAMED:
        person = crowd.person(Stage.PRIMARY, position, name)
        fields = dataclasses.asdict(person) | {"subject": subject, "position": position}
        fields |= {"staff_number": number, "user_id": user_ids.get(number)}
        yield fields, employers[school], ids[school], max(person.hired_on, first_day)
    named = {school for school, *_ in NAMED}
    number = FIRST_NUMBER
    for place in schools:
        taken = sum(school == place.name for school, *_ in NAMED)
        staff = crowd.staff(staffs[place.name] - taken, place.stage, headless=place.name in named)
        for person in staff:
            fields = dataclasses.asdict(person) | {"staff_number": str(number)}
            number += 1
            since = max(person.hired_on, first_day)
            yield fields, employers[place.name], ids[place.name], since


def _found_groups(rows, ids, district, first_day, now) -> None:
    by_group: dict[tuple[str, str], dict[str, list[int]]] = {}
    for row in rows:
        sides = by_group.setdefault((row["集团"], row["类型"]), {"核心校": [], "成员校": []})
        sides[row["角色"]].append(ids[row["学校"]])
    for (name, type_label), sides in by_group.items():
        groups.found(
            district_id=district.pk,
            name=name,
            type=GroupType(GroupType.values[GroupType.labels.index(type_label)]),
            core_id=sides[MembershipRole.CORE.label][0],
            member_ids=sides[MembershipRole.MEMBER.label],
            first_day=first_day,
            actor=None,
            now=now,
        )
