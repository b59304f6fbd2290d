"""Groups that break rule 1 of ``domain.md``, for ``check_integrity`` and for the actions."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection

from groups.enums import MembershipRole
from groups.models import ClusterSchool, GroupFacts, Membership
from groups.structure import Days, uncovered


@dataclasses.dataclass(frozen=True)
class Broken:
    """One group, one sentence that says what is wrong and when."""

    group_id: int
    message: str


def broken_groups(group_ids: Collection[int] | None = None) -> list[Broken]:
    """Groups without exactly one core and at least one member on each of their days.

    Also a school that is twice in one group by way of a 片区, which no constraint can see. Two
    cores and the same school twice are impossible by constraint. Three queries for any number.
    """
    facts, places = GroupFacts.objects.all(), Membership.objects.all()
    if group_ids is not None:
        facts, places = facts.filter(group__in=group_ids), places.filter(group__in=group_ids)
    lives, names, rows = defaultdict(list), {}, defaultdict(list)
    types = defaultdict(list)
    for fact in facts.order_by("group_id", "period"):
        lives[fact.group_id].append(fact.period)
        names[fact.group_id] = fact.name
        types[fact.group_id].append((fact.type, fact.period))
    for place in places.order_by("group_id", "pk"):
        rows[place.group_id].append(place)
    in_clusters = _in_clusters(
        {place.cluster_id for held in rows.values() for place in held if place.cluster_id}
    )
    found = []
    for group_id in sorted(names.keys() | rows.keys()):
        name, life, held = names.get(group_id, ""), lives[group_id], rows[group_id]
        for role in MembershipRole:
            spans = [place.period for place in held if place.role == role]
            found += [
                Broken(group_id, f"“{name}”{_said(hole)}没有{role.label}。")
                for hole in uncovered(life, spans)
            ]
        found += [
            Broken(group_id, f"“{name}”{_said(hole)}并未成立，却有学校在其中。")
            for hole in uncovered([place.period for place in held], life)[:1]
        ]
        if any(_other_type(place, types[group_id]) for place in held):
            found.append(Broken(group_id, f"“{name}”有成员的集团类型与集团在那些天的类型不同。"))
        if _twice(held, in_clusters):
            found.append(Broken(group_id, f"“{name}”中有学校既自己参加，又在参加的片区里。"))
    return found


def _in_clusters(cluster_ids: set[int]) -> dict[int, list[ClusterSchool]]:
    found = defaultdict(list)
    if cluster_ids:
        for place in ClusterSchool.objects.filter(cluster__in=cluster_ids).order_by("pk"):
            found[place.cluster_id].append(place)
    return found


def _other_type(place: Membership, types: list) -> bool:
    return any(place.type != type_ and _meet(place.period, days) for type_, days in types)


def _twice(held: list[Membership], in_clusters: dict[int, list[ClusterSchool]]) -> bool:
    """Whether a school is in the group by itself and by a cluster on the same day."""
    return any(
        own.school_id == inner.school_id and _meet(own.period, outer.period, inner.period)
        for outer in held
        if outer.cluster_id
        for inner in in_clusters[outer.cluster_id]
        for own in held
        if own.school_id
    )


def _meet(*periods) -> bool:
    """Whether some day lies in all of them."""
    start = max(period.lower for period in periods)
    return all(period.upper is None or start < period.upper for period in periods)


def _said(hole: Days) -> str:
    start, end = hole
    if end is None:
        return f"自 {start} 起"
    until = end - datetime.timedelta(days=1)
    return f"在 {start} " if until == start else f"在 {start} 至 {until} 之间"
