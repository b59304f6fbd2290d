import dataclasses
import datetime

from core.actor import Actor
from directory.enums import WHOLE_DISTRICT_ROLES
from directory.models import District, Post, School, User


@dataclasses.dataclass(frozen=True)
class Hat:
    """What the page frame says of the post in which somebody works."""

    post_id: int
    role: str
    unit: str
    bureau: str
    is_sample: bool


def posts_of(user: User, on: datetime.date):
    """The user's posts in force on that day, the oldest first, with their units."""
    return (
        Post.objects.on(on)
        .filter(user=user)
        .select_related("district", "school__district")
        .order_by("pk")
    )


def actor_for(
    user: User, on: datetime.date, post_id: int | None = None
) -> tuple[Actor, Hat | None]:
    """The actor for one request, and how the frame names the post.

    ``post_id`` is the post that was chosen; one that is not the user's own or has ended is
    passed over for the first in force. Without any post the actor sees nothing.
    """
    posts = list(posts_of(user, on))
    post = next((p for p in posts if p.pk == post_id), posts[0] if posts else None)
    if post is None:
        return Actor(user_id=user.pk, name=user.name, on=on), None
    district = post.district or post.school.district
    actor = Actor(
        user_id=user.pk,
        name=user.name,
        on=on,
        post_id=post.pk,
        role=post.role,
        district_ids=frozenset({post.district_id} if post.role in WHOLE_DISTRICT_ROLES else ()),
        school_ids=frozenset({post.school_id} if post.school_id else ()),
    )
    hat = Hat(
        post_id=post.pk,
        role=post.get_role_display(),
        unit=post.unit_name,
        bureau=district.bureau_name,
        is_sample=district.is_sample,
    )
    return actor, hat


def schools_visible_to(actor: Actor):
    """Schools of the actor's districts and the actor's own schools."""
    return School.objects.filter(district_id__in=actor.district_ids) | School.objects.filter(
        pk__in=actor.school_ids
    )


def sign_in_frame() -> District | None:
    """The district named on the sign-in page: the only one, else none is named."""
    districts = list(District.objects.order_by("code")[:2])
    return districts[0] if len(districts) == 1 else None
