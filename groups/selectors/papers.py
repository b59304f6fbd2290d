"""What papers tell of many groups at once: who was in them on a day, what changed in some days."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from core.actor import Actor
from directory.selectors import schools
from groups.enums import GroupType, MembershipRole
from groups.models import ClusterSchool, GroupFacts, Membership
from groups.selectors.groups import Phase
from groups.selectors.history import Change, change_on


@dataclasses.dataclass(frozen=True)
class Seat:
    """A place in a group on a day: a school, or a 片区 with its schools, the centre first."""

    group_id: int
    type: str
    role: str
    school_id: int | None
    cluster: str
    inner_ids: tuple[int, ...]
    since: datetime.date

    @property
    def is_core(self) -> bool:
        return self.role == MembershipRole.CORE

    @property
    def role_label(self) -> str:
        if self.type == GroupType.INTEGRATED and not self.is_core:
            return "校区"
        return "片区" if self.cluster else MembershipRole(self.role).label

    @property
    def school_ids(self) -> tuple[int, ...]:
        return (self.school_id,) if self.school_id else self.inner_ids


def seats_on(group_ids: Collection[int], on: datetime.date) -> dict[int, list[Seat]]:
    """The places of these groups by group, the core first. One query.

    Asks no actor: the caller passes only groups that its reader may see.
    """
    inner = ClusterSchool.objects.on(on).filter(cluster=OuterRef("cluster_id"))
    rows = (
        Membership.objects.on(on)
        .filter(group__in=group_ids)
        .select_related("cluster")
        .annotate(inner_ids=ArraySubquery(inner.order_by("-is_centre", "pk").values("school_id")))
        .order_by("group_id", "role", "pk")
    )
    seats = defaultdict(list)
    for row in rows:
        seats[row.group_id].append(
            Seat(
                group_id=row.group_id,
                type=row.type,
                role=row.role,
                school_id=row.school_id,
                cluster=row.cluster.name if row.cluster else "",
                inner_ids=tuple(row.inner_ids or ()),
                since=row.period.lower,
            )
        )
    return dict(seats)


@dataclasses.dataclass(frozen=True)
class Stay:
    """A school's time in a group, by itself or in a 片区; ``end`` is the day after its last."""

    is_core: bool
    first_day: datetime.date
    end: datetime.date | None

    def holds(self, day: datetime.date) -> bool:
        return self.first_day <= day and (self.end is None or day < self.end)


@dataclasses.dataclass(frozen=True)
class Stays:
    """Every school's times in some groups, the ended ones too, by (group, school)."""

    held: Mapping[tuple[int, int], Sequence[Stay]]

    def on(self, group_id: int | None, school_id: int, day: datetime.date) -> Stay | None:
        """The school's place in the group on a day."""
        return next((it for it in self.held.get((group_id, school_id), ()) if it.holds(day)), None)

    def schools_on(self, group_id: int, day: datetime.date) -> set[int]:
        """The schools of a group on a day."""
        return {school for group, school in self.held if group == group_id
                and self.on(group, school, day)}  # fmt: skip

    def changes(self) -> set[datetime.date]:
        """The days on which somebody joined or was no longer there."""
        stays = [it for listed in self.held.values() for it in listed]
        return {day for it in stays for day in (it.first_day, it.end) if day}


def stays_of(group_ids: Collection[int]) -> Stays:
    """Two queries. Asks no actor: the caller passes only groups that its reader may see."""
    places = Membership.objects.filter(group__in=group_ids).order_by("group_id", "role", "pk")
    rows = list(places.values_list("group_id", "role", "school_id", "cluster_id", "period"))
    inner = ClusterSchool.objects.filter(cluster__in={row[3] for row in rows if row[3]})
    in_cluster = defaultdict(list)
    for cluster, school, period in inner.order_by("pk").values_list(
        "cluster_id", "school_id", "period"
    ):
        in_cluster[cluster].append((school, period))
    stays = defaultdict(list)
    for group_id, role, school_id, cluster_id, period in rows:
        for school, inside in [(school_id, period)] if school_id else in_cluster[cluster_id]:
            first_day = max(period.lower, inside.lower)
            end = min((it for it in (period.upper, inside.upper) if it), default=None)
            if end is None or first_day < end:
                stays[group_id, school].append(Stay(role == MembershipRole.CORE, first_day, end))
    return Stays(dict(stays))


@dataclasses.dataclass(frozen=True)
class GroupChange:
    """A change of a group that took effect on a day; ``name`` as the group was called then."""

    group_id: int
    name: str
    change: Change


def changes_between(
    actor: Actor, first_day: datetime.date, last_day: datetime.date
) -> list[GroupChange]:
    """What took effect in visible groups on these days (inclusive), the oldest first.

    As the history of each group tells it. Three queries.
    """
    days = (first_day, last_day + datetime.timedelta(days=1))
    concerned = Membership.objects.filter(
        Q(school__district_id__in=actor.district_ids) | Q(school_id__in=actor.school_ids),
        group=OuterRef("group_id"),
        period__overlap=(first_day - datetime.timedelta(days=1), days[1]),
    )
    seen = GroupFacts.objects.filter(Q(district_id__in=actor.district_ids) | Exists(concerned))
    phases: dict[int, list[Phase]] = defaultdict(list)
    for row in GroupFacts.objects.filter(group__in=seen.order_by().values("group")).order_by(
        "sort_key", "group_id", "period"
    ):
        phases[row.group_id].append(
            Phase(
                row.name, row.type, row.period.lower, row.period.upper, row.reason, row.ended_reason
            )
        )
    places: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(group__in=phases).select_related("cluster")
    for row in rows.order_by("group_id", "pk"):
        places[row.group_id].append(row)
    held = [row for listed in places.values() for row in listed]
    names = schools.names_on(last_day, {row.school_id for row in held if row.school_id})
    called = {row.pk: names[row.school_id] if row.school_id else row.cluster.name for row in held}
    found = [
        GroupChange(
            group_id,
            _name_on(told, day),
            change_on(day, told, places[group_id], called, (), last_day),
        )
        for group_id, told in phases.items()
        for day in _days(told, places[group_id])
        if first_day <= day <= last_day
    ]
    return sorted(found, key=lambda it: it.change.day)


def _days(phases: list[Phase], places: list[Membership]) -> set[datetime.date]:
    days = {it.first_day for it in phases} | {it.end for it in phases}
    days |= {it.period.lower for it in places} | {it.period.upper for it in places}
    return days - {None}


def _name_on(phases: list[Phase], day: datetime.date) -> str:
    held = [it for it in phases if it.first_day <= day]
    return (held or phases)[-1].name
