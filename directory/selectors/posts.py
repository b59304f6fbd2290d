import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Collection

from core.periods import last_day
from directory.enums import Role
from directory.models import Post


@dataclasses.dataclass(frozen=True)
class Head:
    """A principal of a school: the name, and since when they hold the post."""

    name: str
    since: datetime.date | None


def principals_of(school_ids: Collection[int], on: datetime.date) -> dict[int, list[Head]]:
    """Who heads these schools on a day, by school id, the longest in post first. One query.

    Asks no actor: the caller passes only schools that its reader may see.
    """
    if not school_ids:
        return {}
    rows = (
        Post.objects.on(on)
        .filter(school__in=school_ids, role=Role.PRINCIPAL, user__is_active=True)
        .order_by("school_id", "period", "pk")
        .values_list("school_id", "user__name", "period")
    )
    found: dict[int, list[Head]] = defaultdict(list)
    for school_id, name, held in rows:
        found[school_id].append(Head(name, held.lower))
    return dict(found)


@dataclasses.dataclass(frozen=True)
class Held:
    """A post in force: who holds it, at which bureau or school, for how long."""

    post_id: int
    role: str
    user_id: int
    name: str
    district_id: int | None
    school_id: int | None
    until: datetime.date | None

    @property
    def label(self) -> str:
        return Role(self.role).label


def posts_at(
    on: datetime.date, *, district_id: int | None = None, school_id: int | None = None
) -> list[Held]:
    """The posts of one bureau or one school that are in force on a day, by role. One query.

    Asks no actor: the caller passes the bureau or school in which its reader works.
    """
    rows = (
        Post.objects.on(on)
        .filter(district=district_id, school=school_id, user__is_active=True)
        .select_related("user")
        .order_by("role", "pk")
    )
    return [
        Held(
            post_id=row.pk,
            role=row.role,
            user_id=row.user_id,
            name=row.user.name,
            district_id=row.district_id,
            school_id=row.school_id,
            until=last_day(row.period),
        )
        for row in rows
    ]
