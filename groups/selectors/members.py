"""The places in groups, as pages show them."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection
from itertools import groupby
from operator import itemgetter

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import FilteredRelation, OuterRef, Q, Subquery

from core.actor import Actor
from directory.selectors import cards, schools
from directory.selectors.cards import Card
from groups.enums import GroupType, MembershipRole
from groups.models import ClusterSchool, GroupFacts, Membership
from groups.selectors import groups


@dataclasses.dataclass(frozen=True)
class School:
    """A school as one reader sees it. ``card`` is None where they see the name only."""

    school_id: int
    name: str
    district_name: str  # empty in the reader's own district
    is_own: bool  # the reader's scope holds it, so that its page may be linked
    card: Card | None


@dataclasses.dataclass(frozen=True)
class Elsewhere:
    """Another group of the same school. ``link`` says whether the reader sees that group."""

    group_id: int
    name: str
    type: str
    role: str
    link: bool
    partners: tuple[str, ...] = ()  # its campuses, where the school is core of a 融合型 group

    @property
    def is_core(self) -> bool:
        return self.role == MembershipRole.CORE

    @property
    def is_integrated(self) -> bool:
        return self.type == GroupType.INTEGRATED


@dataclasses.dataclass(frozen=True)
class Member:
    """One place in a group. A cluster carries its schools, the centre first."""

    membership: Membership
    name: str
    school: School | None
    elsewhere: tuple[Elsewhere, ...] = ()
    inner: tuple[School, ...] = ()

    @property
    def is_core(self) -> bool:
        return self.membership.role == MembershipRole.CORE

    @property
    def is_own(self) -> bool:
        return bool(self.school and self.school.is_own)

    @property
    def core_elsewhere(self) -> tuple[Elsewhere, ...]:
        return tuple(other for other in self.elsewhere if other.is_core)

    @property
    def role_label(self) -> str:
        if self.membership.type == GroupType.INTEGRATED and not self.is_core:
            return "校区"
        return "片区" if self.inner else self.membership.get_role_display()


def members_of(actor: Actor, group_id: int, on: datetime.date | None = None) -> list[Member]:
    """The places of a visible group on a day, the core first; empty when it is not visible."""
    on = on or actor.on
    if not groups.groups_visible_to(actor, on).filter(group_id=group_id).exists():
        return []
    return members_on(actor, group_id, on)


def members_on(actor: Actor, group_id: int, on: datetime.date) -> list[Member]:
    """The places of a group, which the caller found visible, on a day. Two queries.

    Schools of the reader's own district come with their card, others by name only.
    """
    places = Membership.objects.on(on)
    here = places.filter(group=group_id, school__isnull=False)
    of_its_core = places.filter(
        role=MembershipRole.CORE,
        school__in=here.filter(role=MembershipRole.CORE).values("school"),
        type=GroupType.INTEGRATED,
    )
    facts = GroupFacts.objects.on(on).filter(group=OuterRef("group_id"))
    rows = list(
        places.filter(
            Q(group=group_id)
            | Q(school__in=here.values("school"))
            | Q(group__in=of_its_core.values("group"))
        )
        .select_related("cluster")
        .annotate(
            group_name=Subquery(facts.values("name")[:1]),
            group_district=Subquery(facts.values("district_id")[:1]),
            inner_ids=_inner_ids(on),
        )
        .order_by("role", "pk")
    )
    known = cards.cards_on(on, _school_ids(rows))
    own = [row for row in rows if row.group_id == group_id]
    others = [row for row in rows if row.group_id != group_id]
    members = [_member(actor, row, known, others) for row in own]
    return sorted(members, key=lambda member: (not member.is_core, bool(member.inner), member.name))


@dataclasses.dataclass(frozen=True)
class Place:
    """A place in a group as a list tells it. Only names: those of partners are not secret."""

    name: str
    role: str
    period: DateRange
    inner: int  # schools of the cluster
    core_count: int  # of how many groups the school is core on the asked day

    @property
    def shown(self) -> str:
        return f"{self.name}（{self.inner} 校）" if self.inner else self.name

    def stands_on(self, day: datetime.date) -> bool:
        return self.period.lower <= day and (self.period.upper is None or day < self.period.upper)


def places_listed(group_ids: Collection[int], on: datetime.date) -> dict[int, list[Place]]:
    """The places of many groups that are in force on a day or later, the core first. Two queries.

    A place comes as one row for each group of which its school is core, or each school of its
    cluster; it holds one of the two, so that neither multiplies the other.
    """
    cores = Q(
        school__memberships__period__contains=on, school__memberships__role=MembershipRole.CORE
    )
    rows = list(
        Membership.objects.filter(group__in=group_ids, period__overlap=(on, None))
        .annotate(
            cores=FilteredRelation("school__memberships", condition=cores),
            parts=FilteredRelation(
                "cluster__places", condition=Q(cluster__places__period__contains=on)
            ),
        )
        .order_by("group_id", "role", "pk")
        .values_list(
            "pk", "group_id", "school_id", "cluster__name", "role", "period",
            "cores__pk", "parts__pk",
        )
    )  # fmt: skip
    names = schools.names_on(on, {row[2] for row in rows if row[2]})
    found = defaultdict(list)
    for (_, group, school, cluster, role, period), met in groupby(rows, itemgetter(slice(6))):
        joined = list(met)
        found[group].append(
            Place(
                name=names[school] if school else cluster,
                role=role,
                period=period,
                inner=sum(row[7] is not None for row in joined),
                core_count=sum(row[6] is not None for row in joined),
            )
        )
    return dict(found)


def schools_on(actor: Actor, school_ids: Collection[int], on: datetime.date) -> dict[int, School]:
    """These schools as the reader sees them, by id. One query."""
    known = cards.cards_on(on, school_ids)
    return {school_id: _school(actor, card) for school_id, card in known.items()}


def _inner_ids(on: datetime.date) -> ArraySubquery:
    inner = ClusterSchool.objects.on(on).filter(cluster=OuterRef("cluster_id"))
    return ArraySubquery(inner.order_by("-is_centre", "pk").values("school_id"))


def _school_ids(rows: list[Membership]) -> set[int]:
    return {row.school_id for row in rows if row.school_id} | {
        school_id for row in rows for school_id in row.inner_ids or ()
    }


def _school(actor: Actor, card: Card) -> School:
    """A school of the reader's district is shown in a line, one of another by name only."""
    in_scope = card.district_id in actor.district_ids or card.school_id in actor.school_ids
    home = card.district_id == actor.home_district_id
    return School(
        school_id=card.school_id,
        name=card.name,
        district_name="" if home else card.district_name,
        is_own=in_scope,
        card=card if in_scope or home else None,
    )


def _member(actor: Actor, row: Membership, known: dict[int, Card], others) -> Member:
    if row.cluster_id:
        inner = tuple(_school(actor, known[pk]) for pk in row.inner_ids)
        return Member(row, row.cluster.name, None, inner=inner)
    school = _school(actor, known[row.school_id])
    elsewhere = tuple(
        Elsewhere(
            group_id=other.group_id,
            name=other.group_name or "",
            type=other.type,
            role=other.role,
            link=other.group_district in actor.district_ids
            or row.school_id in actor.school_ids
            or other.group_id in actor.granted_group_ids,
            partners=_partners(other, others, known),
        )
        for other in others
        if other.school_id == row.school_id
    )
    return Member(row, school.name, school, elsewhere=elsewhere)


def _partners(core: Membership, others, known: dict[int, Card]) -> tuple[str, ...]:
    if core.role != MembershipRole.CORE or core.type != GroupType.INTEGRATED:
        return ()
    return tuple(
        known[row.school_id].name
        for row in others
        if row.group_id == core.group_id and row.role == MembershipRole.MEMBER and row.school_id
    )


def group_of(membership_id: int) -> int | None:
    """The group of a place, for addresses; whether it may be seen is asked of the group."""
    return Membership.objects.filter(pk=membership_id).values_list("group_id", flat=True).first()


def taken_in(group_id: int, on: datetime.date) -> set[str]:
    """What is in a group on a day, by itself or in a 片区, as ``school:12`` and ``cluster:3``."""
    found = set()
    for row in Membership.objects.on(on).filter(group=group_id).annotate(inner_ids=_inner_ids(on)):
        found |= {f"school:{pk}" for pk in [row.school_id, *(row.inner_ids or ())] if pk}
        found |= {f"cluster:{row.cluster_id}"} if row.cluster_id else set()
    return found
