"""Every read of 代理: who stands in for whom, and in which posts somebody acts."""

import dataclasses
import datetime

from django.db.models import Q, QuerySet

from core.actor import Actor
from directory.enums import PERMISSIONS, Role
from directory.selectors import people, posts, schools
from directory.selectors.posts import Held
from filings.enums import HEADS, DeputyState
from filings.models import Deputyship
from filings.rules import Hat


@dataclasses.dataclass(frozen=True)
class StoodIn:
    """A post that somebody else handles for a while, and who holds it."""

    deputyship_id: int
    post_id: int
    role: str
    district_id: int | None
    school_id: int | None
    holder: str
    last_day: datetime.date | None


def stood_in_for(actor: Actor, on: datetime.date) -> list[StoodIn]:
    """The posts that the actor's post stands in for on that day (X-9). One query.

    A 代理 ends with its period, and with the post on either side.
    """
    if actor.post_id is None:
        return []
    rows = (
        Deputyship.objects.on(on)
        .filter(deputy=actor.post_id, deputy__period__contains=on, post__period__contains=on)
        .select_related("post__user")
        .order_by("pk")
    )
    return [
        StoodIn(
            deputyship_id=row.pk,
            post_id=row.post_id,
            role=row.post.role,
            district_id=row.post.district_id,
            school_id=row.post.school_id,
            holder=row.post.user.name,
            last_day=row.last_day,
        )
        for row in rows
    ]


def hats_of(actor: Actor, on: datetime.date) -> list[Hat]:
    """The posts in which the actor acts on that day, the own one first. One query.

    A deputy holds a post at the same school, so the own schools are those of both.
    """
    if actor.post_id is None:
        return []
    own = Hat(
        role=actor.role,
        label=Role(actor.role).label,
        permissions=actor.permissions,
        district_id=actor.home_district_id if actor.district_ids else None,
        school_ids=actor.school_ids,
        post_id=actor.post_id,
    )
    others = [
        Hat(
            role=it.role,
            label=Role(it.role).label,
            permissions=frozenset(PERMISSIONS[Role(it.role)]),
            district_id=it.district_id,
            school_ids=actor.school_ids if it.school_id in actor.school_ids else frozenset(),
            post_id=it.post_id,
            deputy_for=it.holder,
        )
        for it in stood_in_for(actor, on)
    ]
    return [own, *others]


def label_of(actor: Actor, on: datetime.date) -> str:
    """How a history names the actor's post: 人事股, 实验小学校长."""
    school_id = None if actor.district_ids else people.school_of(actor)
    name = schools.names_on(on, {school_id}).get(school_id, "") if school_id else ""
    return _named(name, Role(actor.role))


def _named(school: str, role: Role) -> str:
    """实验小学 and 学校经办 make 实验小学经办."""
    return f"{school}{role.label.removeprefix('学校')}" if school else role.label


def posts_here(actor: Actor, on: datetime.date) -> list[Held]:
    """The posts of the bureau or the school in which the actor works."""
    if actor.district_ids:
        return posts.posts_at(on, district_id=actor.home_district_id)
    school_id = people.school_of(actor) if actor.school_ids else None
    return posts.posts_at(on, school_id=school_id) if school_id else []


def is_here(actor: Actor, held: Deputyship) -> bool:
    """Whether a 代理 is of the bureau or the school in which the actor works."""
    if held.post.district_id:
        return bool(actor.district_ids) and held.post.district_id == actor.home_district_id
    return held.post.school_id == people.school_of(actor)


def deputyships_visible_to(actor: Actor) -> QuerySet[Deputyship]:
    """Those of the own bureau, and of the own school and the units below it; newest first."""
    here = Q(post__school_id__in=actor.school_ids)
    if actor.district_ids:
        here = Q(post__district_id=actor.home_district_id)
    return (
        Deputyship.objects.filter(here)
        .select_related("post__user", "deputy__user")
        .order_by("-created_at", "-pk")
    )


@dataclasses.dataclass(frozen=True)
class Shown:
    """A 代理 as the page tells it; ``may_end`` for whoever may end it early."""

    held: Deputyship
    deputy: str
    holder: str
    state: DeputyState
    may_end: bool


def shown_on(rows: QuerySet[Deputyship], actor: Actor, on: datetime.date) -> list[Shown]:
    """The rows as they stand on a day, those in force first. Three queries."""
    held = list(rows)
    names = schools.names_on(
        on, {post.school_id for it in held for post in (it.post, it.deputy) if post.school_id}
    )
    own = None if actor.district_ids else people.school_of(actor)

    def label(post) -> str:
        return _named(names.get(post.school_id, ""), Role(post.role))

    found = []
    for it in held:
        state = state_on(it, on)
        here = it.post.district_id == actor.home_district_id if own is None else (
            it.post.school_id == own
        )  # fmt: skip
        named_by = it.post_id == actor.post_id or (here and actor.role in HEADS)
        found.append(
            Shown(
                held=it,
                deputy=f"{it.deputy.user.name}（{label(it.deputy)}）",
                holder=f"{it.post.user.name}（{label(it.post)}）",
                state=state,
                may_end=state != DeputyState.ENDED and named_by,
            )
        )
    order = list(DeputyState)
    return sorted(found, key=lambda it: order.index(it.state))


def state_on(held: Deputyship, on: datetime.date) -> DeputyState:
    if held.period.isempty or held.last_day < on:
        return DeputyState.ENDED
    return DeputyState.UPCOMING if on < held.first_day else DeputyState.IN_FORCE
