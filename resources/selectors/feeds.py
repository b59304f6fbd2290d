"""Calendar feeds: addresses that work without signing in."""

import dataclasses
import datetime

from core.actor import Actor
from directory.selectors import schools
from directory.selectors.acting import actor_of
from resources.enums import LIVE
from resources.models import Booking, Facility, Feed
from resources.selectors.bookings import own_bookings
from resources.selectors.facilities import facility_visible_to


BACK = datetime.timedelta(days=60)  # how far back a feed reaches


@dataclasses.dataclass(frozen=True)
class FeedOn:
    """What a calendar program is given: ``pk`` of the feed, and in whose name it reads."""

    pk: int
    reader: Actor
    title: str
    bookings: list[Booking]
    names: dict[int, str]


def key_of(actor: Actor, facility_id: int | None = None) -> str | None:
    """The secret part of the actor's own address; None before one was made."""
    rows = Feed.objects.filter(user=actor.user_id, post=actor.post_id, facility=facility_id)
    return rows.values_list("feed_key", flat=True).first()


def feed_of(key: str, on: datetime.date) -> FeedOn | None:
    """The bookings behind an address; None when it is unknown, or its post or facility is gone."""
    feed = Feed.objects.filter(feed_key=key).first()
    actor = feed and actor_of(feed.user_id, feed.post_id, on)
    if actor is None:
        return None
    if feed.facility_id is None:
        rows, title = own_bookings(actor), "我的场地预约"
    else:
        facility: Facility | None = facility_visible_to(actor, feed.facility_id)
        if facility is None:
            return None
        rows, title = Booking.objects.filter(facility=facility), facility.name
    rows = rows.filter(state__in=LIVE, day__gte=on - BACK).select_related("facility")
    bookings = list(rows.order_by("day", "period", "pk"))
    ids = {it.school_id for it in bookings} | {it.facility.school_id for it in bookings}
    return FeedOn(feed.pk, actor, title, bookings, schools.names_on(on, ids))
