"""Rules 1 and 2 of groups over the rows of a table, each breach told at its row."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.enums import RowState
from core.spreadsheets.importing import Line, Occasion
from core.spreadsheets.layout import key
from directory.enums import SchoolKind
from directory.selectors.names import SchoolsOnFile
from groups.enums import GroupType, MembershipRole


if TYPE_CHECKING:
    from groups.spreadsheets.memberships import Place


def check_new_schools(lines: Sequence[Line]) -> None:
    """A school that is to be made is the same in every row that names it."""
    first: dict[str, Line] = {}
    for line in lines:
        if not line.plan or not line.plan.kind:
            continue
        other = first.setdefault(line.plan.place.who, line)
        if line.plan.parent and not other.plan.parent:
            first[line.plan.place.who] = line
        elif line.plan.parent and key(line.plan.parent) != key(other.plan.parent):
            line.fault("所属学校", f"与第 {other.number} 行填的“{other.plan.parent}”不同，请核对。")
    campuses = {it.plan.place.who for it in lines if it.plan and it.plan.place.is_campus}
    for line in lines:
        if line.plan and line.plan.kind:
            known = first[line.plan.place.who].plan
            line.plan.parent, line.plan.parent_id = known.parent, known.parent_id
            if known.parent:
                is_campus = line.plan.place.who in campuses
                line.plan.kind = SchoolKind.CAMPUS if is_campus else SchoolKind.SECTION


def check_places(planned: Sequence["Place"], held: Sequence["Place"], occasion: Occasion) -> None:
    """Rule 1: once in a group, one core, one 融合型 group, no campus core elsewhere."""
    in_group: dict[tuple[str, str], Place] = {}
    cores: dict[str, Place] = {}
    by_school: dict[str, list[Place]] = defaultdict(list)
    types: dict[str, Place] = {}
    for place in itertools.chain(held, planned):
        line = place.line
        other = in_group.get((place.group, place.who))
        if line and other:
            _same_again(place, other, occasion)
            if not other.line:
                continue
        in_group.setdefault((place.group, place.who), place)
        if line:
            _check_against(place, types.setdefault(place.group, place), by_school[place.who])
            if place.is_core and cores.get(place.group) not in (None, place):
                core = cores[place.group]
                line.fault("角色", f"集团已有核心校“{core.label}”（{core.at}），请只留一所。")
            if place.who.startswith("c") and (place.is_core or place.is_campus):
                line.fault("学校", f"“{place.label}”是片区，只能作共建型或协作型集团的成员校。")
        if place.is_core:
            cores.setdefault(place.group, place)
        by_school[place.who].append(place)


def _same_again(place: "Place", other: "Place", occasion: Occasion) -> None:
    line = place.line
    if other.line:
        line.fault("学校", f"与第 {other.line.number} 行重复，同一集团中只填一次，请只留一行。")
    elif occasion.start not in other.period:
        line.fault("学校", f"“{place.label}”从 {other.period.lower} 起已在本集团，请核对开始日期。")
    elif other.role != place.role:
        role = MembershipRole(other.role).label
        line.fault("角色", f"“{place.label}”在册是{role}，改角色请在集团页办理。")
    else:
        line.state = RowState.UNCHANGED


def _check_against(place: "Place", first: "Place", others: Sequence["Place"]) -> None:
    line = place.line
    if place.type != first.type:
        line.fault("类型", f"与第 {first.line.number} 行同一集团，类型却不同，请核对。")
    for other in others:
        if other.group == place.group:
            continue
        integrated = GroupType.INTEGRATED
        if place.type == integrated == other.type:
            line.fault("学校", f"“{place.label}”已在另一个融合型集团（{other.at}），请核对。")
        elif place.is_campus and other.is_core:
            line.fault("学校", f"融合型集团的校区不能作其他集团的核心校（{other.at}），请核对。")
        elif place.is_core and other.is_campus:
            line.fault(
                "角色", f"“{place.label}”是融合型集团的校区（{other.at}），不能作核心校，请核对。"
            )


def check_rule_2(
    planned: Sequence["Place"], held: Sequence["Place"], schools: SchoolsOnFile
) -> None:
    """A 融合型 group is one legal person; elsewhere a core's own unit is no member of it."""
    cores = {place.group: place for place in (*planned, *held) if place.is_core}
    for place in planned:
        line, core = place.line, cores.get(place.group)
        if place.is_core or not core or place.who.startswith("c") or line.state:
            continue
        kind, parent = _unit(line, schools)
        if place.type == GroupType.INTEGRATED and kind == SchoolKind.LEGAL_PERSON:
            cure = (
                f"请先在学校名册中改为“{core.label}”的校区"
                if line.plan.school_id
                else f"请在所属学校填“{core.label}”"
            )
            line.fault("学校", f"融合型集团是一个法人，“{place.label}”是独立法人，{cure}。")
        elif place.type != GroupType.INTEGRATED and parent and parent == key(core.label):
            line.fault("学校", f"“{place.label}”是核心校自己的校区或学部，不能作成员校，请核对。")


def _unit(line: Line, schools: SchoolsOnFile) -> tuple[str, str]:
    """Kind and compared name of the parent, on file or planned."""
    row = schools.by_id.get(line.plan.school_id)
    if row is None:
        return line.plan.kind, key(line.plan.parent)
    parent = schools.by_id.get(row.parent_id)
    return row.kind, key(parent.name) if parent else ""


def check_whole(lines: Sequence[Line], held: Sequence["Place"]) -> None:
    """A group has a core and a member; without its right rows a new group is not founded."""
    planned = [line.plan.place for line in lines if line.plan]
    unread = {
        key(line.values["集团"]): line.number
        for line in reversed(lines)
        if not line.plan and line.values.get("集团")
    }
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in planned:
        groups[place.group].append(place)
    on_file = {place.group for place in held}
    for name, places in groups.items():
        first = places[0].line
        if name in on_file:
            continue
        if name in unread:
            pass  # what is missing may stand in that row
        elif not any(place.is_core for place in places):
            first.fault("角色", "这个集团没有核心校，请把其中一所的角色填为核心校。")
        elif all(place.is_core for place in places):
            first.fault("角色", "这个集团没有成员校，请至少填一所成员校。")
        right = [place for place in places if place.line.right]
        if any(it.is_core for it in right) and any(not it.is_core for it in right):
            continue
        wrong = unread.get(name) or next(it.line.number for it in places if not it.line.right)
        for place in right:
            place.line.fault(
                "集团", f"同一集团的第 {wrong} 行有误，核心校和成员校不齐，请改正后一并导入。"
            )
