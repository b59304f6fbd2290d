"""States of a county with groups, reached by real actions."""

import dataclasses
import datetime
from typing import Any

from directory.enums import SchoolKind
from groups.actions import groups
from tests.factories import county as made


@dataclasses.dataclass(frozen=True)
class Scene:
    county: Any
    clerk: Any
    core: Any
    campus: Any
    village: Any
    section: Any
    other_core: Any
    free: Any
    integrated: Any
    co_built: Any


def found(county, core, members, name, first_day, type="CO_BUILT", actor=None):  # noqa: A002
    if isinstance(first_day, str):
        first_day = datetime.date.fromisoformat(first_day)
    return groups.found(
        district_id=county.pk,
        name=name,
        type=type,
        core_id=core.pk,
        member_ids=[member.pk for member in members],
        first_day=first_day,
        actor=actor,
        now=made.NOW,
    )


def two_groups_of_one_core() -> Scene:
    """实验小学 is core of a 融合型 and of a 共建型 group; two schools are in none."""
    county = made.district()
    clerk = made.clerk_of(county)
    core = made.school(county, "实验小学", stage="PRIMARY")
    campus = made.school(county, "坑西小学", kind=SchoolKind.CAMPUS, parent_id=core.pk)
    village = made.school(county, "举水乡小")
    centre = made.school(county, "竹口中心学校")
    section = made.school(
        county, "竹口镇校小学部", kind=SchoolKind.SECTION, parent_id=centre.pk, stage="PRIMARY"
    )
    other_core = made.school(county, "城东小学")
    free = made.school(county, "五大堡乡小")
    integrated = found(
        county, core, [campus], "实验小学教共体（融合）", made.DAY, "INTEGRATED", actor=clerk
    )
    co_built = found(county, core, [village, section], "实验小学教育集团", made.DAY, actor=clerk)
    return Scene(
        county, clerk, core, campus, village, section, other_core, free, integrated, co_built
    )


def more_counties(count: int) -> None:
    """Further counties, each with a group of its own."""
    for number in range(count):
        county = made.district(f"3399{number:02}", f"外县{number}")
        schools = [made.school(county, f"外县{number}小学{place}") for place in range(3)]
        found(county, schools[0], schools[1:], f"外县{number}集团", made.DAY)
