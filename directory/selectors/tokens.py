import datetime
import hashlib

from directory.models import ApiToken, User


def token_hash(token: str) -> str:
    """What is kept of a token: it is long and random, so a plain hash does not tell it."""
    return hashlib.sha256(token.encode()).hexdigest()


def user_of(token: str, now: datetime.datetime) -> User | None:
    """Whose token it is; None for an unknown or expired one, or one from before a new password."""
    found = (
        ApiToken.objects.filter(token_hash=token_hash(token), expires_at__gt=now)
        .select_related("user")
        .first()
    )
    if found is None or not found.user.is_active:
        return None
    return found.user if found.password_stamp == found.user.get_session_auth_hash() else None
