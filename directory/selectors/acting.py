import datetime

from core.actor import Actor
from directory.models import User
from directory.selectors.people import actor_for, districts_below


def actor_of(user_id: int, post_id: int | None, on: datetime.date) -> Actor | None:
    """The actor for work that a worker does for somebody, with the rights of that day.

    None when the account is closed; another post than the one it was asked in has its own rights.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    actor, _ = actor_for(user, on, post_id)
    return actor if actor.post_id == post_id else None


def bureau_itself(district_id: int, on: datetime.date) -> Actor:
    """Who reads for work that nobody asked for, such as a scheduled report: all of the district.

    It holds no permission and is no account; the audit log names no user.
    """
    return Actor(
        user_id=0,
        name="定期生成",
        on=on,
        home_district_id=district_id,
        district_ids=districts_below(district_id),
    )
