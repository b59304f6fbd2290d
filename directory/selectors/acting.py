import datetime

from core.actor import Actor
from directory.models import User
from directory.selectors.people import actor_for


def actor_of(user_id: int, post_id: int | None, on: datetime.date) -> Actor | None:
    """The actor for work that a worker does for somebody, with the rights of that day.

    None when the account is closed; another post than the one it was asked in has its own rights.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    actor, _ = actor_for(user, on, post_id)
    return actor if actor.post_id == post_id else None
