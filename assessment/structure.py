"""Rule 1 of ``domain.md`` on a list of memberships that hold on one day. Pure."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from assessment.entries import Place
from groups.enums import GroupType, MembershipRole


@dataclasses.dataclass(frozen=True)
class Breach:
    """A membership (by its position in the list) that breaks the rule, the field and why."""

    position: int
    field: str  # "group", "type", "school" or "role"
    message: str


def breaches(places: Sequence[Place], incomplete: Collection[str] = ()) -> list[Breach]:
    """Everything that rule 1 forbids, in the order of the list.

    Groups named in ``incomplete`` have further rows that could not be read, so that a missing core
    or member says nothing.

    A school twice in a group or in two 融合型 groups, a group of two types, without or with two
    cores or without members, a campus of a 融合型 group as core of another, a core's own campus as
    member of its other group.
    """
    return sorted(
        [*_within_groups(places, incomplete), *_across_groups(places)],
        key=lambda breach: breach.position,
    )


def _within_groups(places: Sequence[Place], incomplete: Collection[str]) -> Iterator[Breach]:
    groups: dict[str, list[int]] = defaultdict(list)
    for position, place in enumerate(places):
        groups[place.group].append(position)
    for group, positions in groups.items():
        first = places[positions[0]]
        cores, seen = [], set()
        for position in positions:
            place = places[position]
            if place.type != first.type:
                kinds = f"{GroupType(first.type).label}和{GroupType(place.type).label}"
                yield Breach(position, "type", f"集团“{group}”写了{kinds}两种类型，请改为一种。")
            if place.school in seen:
                yield Breach(
                    position, "school", f"“{place.school}”在集团“{group}”中出现两次，请只留一行。"
                )
            elif place.role == MembershipRole.CORE:
                cores.append(position)
            seen.add(place.school)
        for position in cores[1:]:
            yield Breach(
                position,
                "role",
                f"集团“{group}”已有核心校“{places[cores[0]].school}”，核心校只能有一所，"
                f"请核对“{places[position].school}”的角色。",
            )
        if group in incomplete:
            continue
        if not cores:
            yield Breach(positions[0], "role", f"集团“{group}”没有核心校，请把其中一所改为核心校。")
        if all(places[position].role == MembershipRole.CORE for position in positions):
            yield Breach(positions[0], "role", f"集团“{group}”没有成员校，请补上至少一所。")


def _across_groups(places: Sequence[Place]) -> Iterator[Breach]:
    core_of = {p.group: p.school for p in places if p.role == MembershipRole.CORE}
    unit: dict[str, str] = {}  # school → its first 融合型 group
    campus: dict[str, str] = {}  # campus → the group in which it is one
    for position, place in enumerate(places):
        if place.type != GroupType.INTEGRATED:
            continue
        first = unit.setdefault(place.school, place.group)
        if first != place.group:
            yield Breach(
                position,
                "school",
                f"“{place.school}”已在融合型集团“{first}”中，一所学校只能参加一个融合型集团。",
            )
        if place.role == MembershipRole.MEMBER:
            campus.setdefault(place.school, place.group)
    for position, place in enumerate(places):
        home = campus.get(place.school)
        if home is None or home == place.group:
            continue
        home_core = core_of.get(home)
        if place.role == MembershipRole.CORE:
            yield Breach(
                position,
                "role",
                f"“{place.school}”是融合型集团“{home}”的校区，不能作集团“{place.group}”的核心校；"
                f"核心校应为“{home_core}”。",
            )
        elif home_core is not None and core_of.get(place.group) == home_core:
            yield Breach(
                position,
                "school",
                f"“{place.school}”是核心校“{home_core}”自己的校区，"
                f"不能再作它在集团“{place.group}”中的成员校。",
            )
