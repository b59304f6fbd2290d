"""Bookings as an iCalendar file (RFC 5545)."""

import datetime

from icalendar import Calendar, Event

from resources.enums import BookingState
from resources.selectors.feeds import FeedOn


def ics(feed: FeedOn, now: datetime.datetime) -> bytes:
    """Times go out in UTC, which every calendar program reads alike; requests as tentative."""
    calendar = Calendar()
    calendar.add("prodid", "-//tongxing//bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", feed.title)
    for it in feed.bookings:
        event = Event()
        event.add("uid", f"booking-{it.pk}@tongxing")
        event.add("dtstamp", now)
        event.add("dtstart", it.period.lower.astimezone(datetime.UTC))
        event.add("dtend", it.period.upper.astimezone(datetime.UTC))
        event.add("summary", f"{it.purpose}（{feed.names.get(it.school_id, '')}）")
        owner = feed.names.get(it.facility.school_id, "")
        event.add("location", " ".join(filter(None, [owner, it.facility.name, it.facility.place])))
        active = it.state == BookingState.ACTIVE
        event.add("status", "CONFIRMED" if active else "TENTATIVE")
        calendar.add_component(event)
    return calendar.to_ical()
