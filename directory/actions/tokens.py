import datetime
import secrets

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from directory.models import ApiToken, User
from directory.selectors.tokens import token_hash


DAYS = 30


@transaction.atomic
def issue(
    *, user: User, now: datetime.datetime, actor: Actor | None = None, address: str | None = None
) -> str:
    """Give a user a token of the API for ``DAYS`` days; only its hash is kept.

    A changed password ends it at once, without another act. The user's expired tokens go.
    """
    ApiToken.objects.filter(user=user, expires_at__lte=now).delete()
    token = secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user, token_hash=token_hash(token), password_stamp=user.get_session_auth_hash(),
        issued_at=now, expires_at=now + datetime.timedelta(days=DAYS),
    )  # fmt: skip
    audit.record(
        act="directory.token.issue", actor=actor, now=now, object_type="user", object_id=user.pk,
        object_label=user.name, details={"address": address, "days": DAYS},
    )  # fmt: skip
    return token
