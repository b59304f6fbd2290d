import dataclasses
import datetime

from django.db.models import Q

from core.actor import Actor
from directory.enums import PERMISSIONS, SCHOOL_ROLES, WHOLE_DISTRICT_ROLES, Role
from directory.models import District, Grant, Post, Teacher, User
from directory.selectors import schools


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
    posts = list(posts_of(user, on).order_by("pk"))
    names = schools.names_on(on, {post.school_id for post in posts if post.school_id})
    return [_hat(post, names) for post in posts]


def actor_for(
    user: User,
    on: datetime.date,
    post_id: int | None = None,
    *,
    address: str | None = None,
) -> tuple[Actor, list[Hat]]:
    """The actor for one request, and the hats of the user's posts, the chosen one first.

    ``post_id`` is the post that was chosen; one that is not the user's own or has ended is passed
    over for the first in force. Without any post the actor sees nothing.
    """
    posts = sorted(posts_of(user, on), key=lambda post: (post.pk != post_id, post.pk))
    if not posts:
        return Actor(user_id=user.pk, name=user.name, on=on, address=address), []
    post = posts[0]
    names = schools.names_on(on, {post.school_id for post in posts if post.school_id})
    district = post.district or post.school.district
    school_ids = (
        schools.units_below(post.school_id, on)
        if post.role in SCHOOL_ROLES - {Role.TEACHER}
        else frozenset()
    )
    held = Q(user=user) | Q(post=post) | Q(unit__in=school_ids)
    grants = list(Grant.objects.on(on).filter(held))
    actor = Actor(
        user_id=user.pk,
        name=user.name,
        on=on,
        post_id=post.pk,
        role=post.role,
        home_district_id=district.pk,
        home_school_id=post.school_id,
        district_ids=(
            districts_below(post.district_id) if post.role in WHOLE_DISTRICT_ROLES else frozenset()
        ),
        school_ids=school_ids,
        teacher_id=(
            Teacher.objects.filter(user=user).values_list("pk", flat=True).first()
            if post.role == Role.TEACHER
            else None
        ),
        granted_school_ids=frozenset(grant.school_id for grant in grants if grant.school_id),
        granted_group_ids=frozenset(grant.group_id for grant in grants if grant.group_id),
        granted_teacher_ids=frozenset(grant.teacher_id for grant in grants if grant.teacher_id),
        permissions=frozenset(PERMISSIONS[Role(post.role)]),
        address=address,
    )
    return actor, [_hat(post, names) for post in posts]


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


def _hat(post: Post, names: dict[int, str]) -> Hat:
    district = post.district or post.school.district
    return Hat(
        post_id=post.pk,
        role=post.get_role_display(),
        unit=district.bureau_name if post.district_id else names.get(post.school_id, "（已撤并）"),
        bureau=district.bureau_name,
        is_sample=district.is_sample,
    )
