from allauth.account.views import LoginView, LogoutView
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.shortcuts import render

from core import clock
from directory.actions import sign_ins
from directory.selectors import people


class SignInView(LoginView):
    """One plain form that works without JavaScript."""

    template_name = "directory/sign_in.html"

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "district": people.sign_in_frame()}


class SignOutView(LogoutView):
    """Signs out on POST; a GET asks first."""

    template_name = "directory/sign_out.html"


def locked_out(request, *args, **kwargs):
    """Shown instead of the form after too many wrong passwords (429, nothing about the account).

    The failure that locks is recorded, those after it are not.
    """
    credentials = getattr(request, "axes_credentials", None) or {}
    username = credentials.get("login", "")
    failures = AxesProxyHandler.get_failures(request, credentials) if username else 0
    if failures == settings.AXES_FAILURE_LIMIT and request.axes_failures_since_start:
        sign_ins.locked(username=username, address=request.META.get("REMOTE_ADDR"), now=clock.now())
    return render(request, "directory/locked_out.html", status=429)


def stale_form(request, reason=""):
    """A form whose page is too old or whose cookies are off; nothing was changed (403)."""
    return render(request, "403_csrf.html", status=403)
