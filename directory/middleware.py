"""Builds the actor of a request once, for views, selectors and the page frame."""

import datetime

from django.contrib.auth import logout
from django.shortcuts import render

from core import clock
from directory.selectors import people


class ActorMiddleware:
    """Sets ``request.actor``, ``hats`` (the posts, the worn first), ``hat``, ``day``, ``as_of``.

    ``day`` is the day whose state a page shows: today, or the one asked for by ``?on=2024-09-01``;
    ``as_of`` is that asked day or None. Rights are always those of today's post.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Runs after sign-in is checked, so that public pages and files cost no query."""
        today = clock.today()
        request.actor, request.hats, request.hat = None, [], None
        request.as_of = _asked_day(request, today)
        request.day = request.as_of or today
        if getattr(view_func, "login_required", True) and request.user.is_authenticated:
            request.actor, request.hats = people.actor_for(
                request.user,
                today,
                request.session.get("post_id"),
                address=request.META.get("REMOTE_ADDR"),
            )
            request.hat = request.hats[0] if request.hats else None
            if request.hat is None and (closed := people.closed_since(request.user, today)):
                return _session_ended(request, closed)
        return None


def _session_ended(request, closed: datetime.date):
    """The last post is over: the account is closed, and with it every session of it (X-26)."""
    logout(request)
    request.actor = None
    context = {"last_day": closed - datetime.timedelta(days=1)}
    return render(request, "directory/account_closed.html", context, status=403)


def _asked_day(request, today: datetime.date) -> datetime.date | None:
    """The day in the address, None when there is none, it is today or no date at all."""
    try:
        day = datetime.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if day != today else None
