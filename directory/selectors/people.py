import dataclasses
import datetime

from core import statements
from core.actor import Actor
from directory.enums import PERMISSIONS, SCHOOL_ROLES, WHOLE_DISTRICT_ROLES, Role
from directory.models import District, Post, User


# The posts in force of a user, the worn one first, with what the page frame says of each; beside
# them what the worn one sees: its units, its districts, its own teacher's record, its grants. A
# school without facts on the day is named as ``schools.names_on`` names it.
POSTS = """
WITH RECURSIVE held AS (
    SELECT post.id, post.role, post.district_id, post.school_id,
           coalesce(post.district_id, school.district_id) AS home_id
      FROM directory_post post
      LEFT JOIN directory_school school ON school.id = post.school_id
     WHERE post.user_id = %(user)s AND post.period @> %(on)s::date
), worn AS (
    SELECT * FROM held ORDER BY id IS DISTINCT FROM %(post)s, id LIMIT 1
), units (id) AS (  -- UNION, not UNION ALL: a circle of parents ends
    SELECT school_id FROM worn WHERE role = ANY(%(heads)s)
     UNION
    SELECT facts.school_id
      FROM directory_schoolfacts facts JOIN units ON facts.parent_id = units.id
     WHERE facts.period @> %(on)s::date
), below (id) AS (
    SELECT district_id FROM worn WHERE role = ANY(%(whole)s)
     UNION
    SELECT district.id
      FROM directory_district district JOIN below ON district.parent_id = below.id
), granted AS (
    SELECT school_id, group_id, teacher_id
      FROM directory_grant
     WHERE period @> %(on)s::date
       AND (user_id = %(user)s OR post_id = (SELECT id FROM worn)
            OR unit_id = ANY(ARRAY(SELECT id FROM units)))
)
SELECT held.id, held.role, held.district_id, held.school_id, held.home_id,
       district.bureau_name, district.is_sample,
       (SELECT name
          FROM directory_schoolfacts facts
         WHERE facts.school_id = held.school_id
         ORDER BY coalesce(lower(period), '-infinity') > %(on)s::date,
                  abs(lower(period) - %(on)s::date)
         LIMIT 1),
       ARRAY(SELECT id FROM units), ARRAY(SELECT id FROM below),
       (SELECT id FROM directory_teacher WHERE user_id = %(user)s ORDER BY sort_key, id LIMIT 1),
       ARRAY(SELECT school_id FROM granted WHERE school_id IS NOT NULL),
       ARRAY(SELECT group_id FROM granted WHERE group_id IS NOT NULL),
       ARRAY(SELECT teacher_id FROM granted WHERE teacher_id IS NOT NULL)
  FROM held
  JOIN directory_district district ON district.id = held.home_id
 ORDER BY held.id IS DISTINCT FROM %(post)s, held.id
"""
_HEADS = sorted(SCHOOL_ROLES - {Role.TEACHER})
_WHOLE = sorted(WHOLE_DISTRICT_ROLES)


@dataclasses.dataclass(frozen=True)
class Hat:
    """What the page frame says of the post in which somebody works."""

    post_id: int
    role: str
    unit: str
    bureau: str
    is_sample: bool


def posts_of(user: User, on: datetime.date):
    """The user's posts in force on that day, the oldest first."""
    return Post.objects.on(on).filter(user=user).select_related("district", "school__district")


def hats_of(user: User, on: datetime.date) -> list[Hat]:
    """How the frame names each of the user's posts in force on that day, the oldest first."""
    return actor_for(user, on)[1]


def actor_for(
    user: User,
    on: datetime.date,
    post_id: int | None = None,
    *,
    address: str | None = None,
) -> tuple[Actor, list[Hat]]:
    """The actor for one request, and the hats of the user's posts, the chosen one first.

    ``post_id`` is the post that was chosen; one that is not the user's own or has ended is passed
    over for the first in force. Without any post the actor sees nothing. One query: all pages ask.
    """
    asked = {"user": user.pk, "on": on, "post": post_id, "heads": _HEADS, "whole": _WHOLE}
    posts = statements.rows(POSTS, asked)
    if not posts:
        return Actor(user_id=user.pk, name=user.name, on=on, address=address), []
    pk, role, _, school_id, home_id = posts[0][:5]
    units, below, teacher_id, schools, groups, teachers = posts[0][8:]
    actor = Actor(
        user_id=user.pk,
        name=user.name,
        on=on,
        post_id=pk,
        role=role,
        home_district_id=home_id,
        home_school_id=school_id,
        district_ids=frozenset(below),
        school_ids=frozenset(units),
        teacher_id=teacher_id if role == Role.TEACHER else None,
        granted_school_ids=frozenset(schools),
        granted_group_ids=frozenset(groups),
        granted_teacher_ids=frozenset(teachers),
        permissions=frozenset(PERMISSIONS[Role(role)]),
        address=address,
    )
    return actor, [_hat(*post[:8]) for post in posts]


def closed_since(user: User, on: datetime.date) -> datetime.date | None:
    """The day after the user's last post, when every post is over on ``on``; else None.

    None too for somebody who never held a post: their account is not closed, it sees nothing yet.
    """
    ends = list(Post.objects.filter(user=user).values_list("period", flat=True).order_by("pk"))
    if not ends or any(period.upper is None or period.upper > on for period in ends):
        return None
    return max(period.upper for period in ends)


def home_of(user: User) -> int | None:
    """The district of the user's latest post, also one that is over: whose audit log tells it."""
    post = Post.objects.filter(user=user).select_related("school").order_by("-pk").first()
    return post and (post.district_id or post.school.district_id)


def school_of(actor: Actor) -> int | None:
    """The school of the post that the actor wears; None for posts of the bureau."""
    return Post.objects.filter(pk=actor.post_id).values_list("school_id", flat=True).first()


def districts_below(district_id: int) -> frozenset[int]:
    """The district and every district below it."""
    found, level = {district_id}, {district_id}
    while level:
        level = set(
            District.objects.filter(parent_id__in=level).values_list("pk", flat=True).order_by("pk")
        )
        level -= found
        found |= level
    return frozenset(found)


def districts_visible_to(actor: Actor):
    """The districts of the actor's post."""
    return District.objects.filter(pk__in=actor.district_ids | {actor.home_district_id})


def sign_in_frame() -> District | None:
    """The district named on the sign-in page: the only one, else none is named."""
    districts = list(District.objects.order_by("code")[:2])
    return districts[0] if len(districts) == 1 else None


def _hat(post_id, role, district_id, school_id, home_id, bureau, is_sample, school) -> Hat:
    return Hat(
        post_id=post_id,
        role=Role(role).label,
        unit=bureau if district_id else school or "（已撤并）",
        bureau=bureau,
        is_sample=is_sample,
    )
