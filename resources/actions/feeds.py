import dataclasses
import datetime
import secrets

from django.db import transaction

from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from core.selectors import history
from resources.models import Feed
from resources.selectors.facilities import facility_visible_to
from resources.selectors.feeds import FeedOn


TOLD_EVERY = datetime.timedelta(days=1)


@refusals_told()
@transaction.atomic
def renew(*, facility_id: int | None, actor: Actor, now: datetime.datetime) -> None:
    """Give the actor a new secret calendar address; the old one stops working at once."""
    if actor.post_id is None:
        raise Denied("没有任职，不能订阅日历。")
    if facility_id is not None and facility_visible_to(actor, facility_id) is None:
        raise Denied("没有这个场地，或不在您的范围内。")
    feed, _ = Feed.objects.update_or_create(
        user_id=actor.user_id,
        post_id=actor.post_id,
        facility_id=facility_id,
        defaults={"feed_key": secrets.token_urlsafe(32), "created_at": now},
    )
    audit.record(
        act="resources.feed.renew", actor=actor, now=now, object_type="feed", object_id=feed.pk,
        details={"facility": facility_id},
    )  # fmt: skip


@transaction.atomic
def fetched(*, feed: FeedOn, address: str | None, now: datetime.datetime) -> None:
    """Write down that somebody read a calendar; without the record it is not given.

    Once a day for each network address: a calendar program asks every few minutes.
    """
    act, since = "resources.feed.read", now - TOLD_EVERY
    if not history.was_done(act, "feed", feed.pk, address=address, since=since):
        audit.record(
            act=act, actor=dataclasses.replace(feed.reader, address=address), now=now,
            object_type="feed", object_id=feed.pk, object_label=feed.title,
        )  # fmt: skip
