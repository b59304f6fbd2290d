"""Calendar feeds: made on a page, read by a calendar program without a sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.errors import Denied
from resources import calendars
from resources.actions import feeds
from resources.selectors.feeds import feed_of


@require_POST
def renew(request, facility_id=None):
    """A new secret address for the own bookings, or for one facility."""
    if request.actor is None:
        raise Http404
    try:
        feeds.renew(facility_id=facility_id, actor=request.actor, now=clock.now())
    except Denied as denied:
        raise Http404 from denied
    if facility_id is None:
        return redirect("booking-mine")
    return redirect("facility-detail", facility_id=facility_id)


@require_safe
@login_not_required
def read(request, feed_key):
    """The bookings as text/calendar; whoever holds the address reads them, nobody may cache it."""
    feed = feed_of(feed_key, clock.today())
    if feed is None:
        raise Http404
    feeds.fetched(feed=feed, address=request.META.get("REMOTE_ADDR"), now=clock.now())
    response = HttpResponse(calendars.ics(feed, clock.now()), content_type="text/calendar")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
