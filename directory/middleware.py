"""Builds the actor of a request once, for views, selectors and the page frame."""

import datetime

from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject

from core import clock
from directory import sessions
from directory.guards import security as guards
from directory.selectors import people, security


# What stays open to somebody who must first renew a password or set up a second factor.
FIRST = {"own-password", "own-second-factor", "account_logout", "post-switch"}


class SignedIn(AuthenticationMiddleware):
    """Sets ``request.user`` to the account that comes with the session, else as Django does."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: sessions.owner_of(request) or get_user(request))


class SignInRequired(LoginRequiredMiddleware):
    """Leads to the sign-in form and back to the page; what was typed into a form after the time-out
    is not lost."""

    def handle_no_permission(self, request, view_func):
        if "text/html" not in request.headers.get("Accept", "text/html"):
            return super().handle_no_permission(request, view_func)
        page = sessions.keep(request) if request.session.lapsed else sessions.page_of(request)
        return redirect_to_login(page, self.get_login_url(view_func))


YEARS = range(1949, 2200)  # beyond them a calendar has no day before or after


class ActorMiddleware:
    """Sets ``request.actor``, ``hats`` (the posts, the worn first), ``hat``, ``day``, ``as_of``,
    ``kept`` (what was typed on this page before a session lapsed, else None).

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
        request.actor, request.hats, request.hat, request.kept = None, [], None, None
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
            request.kept = sessions.kept_here(request)
            return _what_comes_first(request)
        return None


def _what_comes_first(request):
    """The page on which something must be done before anything else, while it is not done."""
    if request.resolver_match.url_name in FIRST:
        return None
    if security.password_is_due(request.user, clock.now()):
        return redirect("own-password")
    if guards.needs_second_factor(request.actor.role) and not request.session.get("second_factor"):
        return redirect("own-second-factor")
    return None


def _session_ended(request, closed: datetime.date):
    """The last post is over: the account is closed, and with it every session of it (X-26)."""
    logout(request)
    request.actor = None
    context = {"last_day": closed - datetime.timedelta(days=1)}
    return render(request, "directory/account_closed.html", context, status=403)


def _asked_day(request, today: datetime.date) -> datetime.date | None:
    """The day in the address, None when there is none, it is today or no day of ours at all."""
    try:
        day = datetime.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if day != today and day.year in YEARS else None
