from allauth.account.views import LoginView, LogoutView
from django.shortcuts import render

from directory import selectors


class SignInView(LoginView):
    """One plain form that works without JavaScript."""

    template_name = "directory/sign_in.html"

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "district": selectors.sign_in_frame()}


class SignOutView(LogoutView):
    """Signs out on POST; a GET asks first."""

    template_name = "directory/sign_out.html"


def locked_out(request, *args, **kwargs):
    """Shown instead of the form after too many wrong passwords (429, nothing about the account)."""
    return render(request, "directory/locked_out.html", status=429)


def stale_form(request, reason=""):
    """A form whose page is too old or whose cookies are off; nothing was changed (403)."""
    return render(request, "403_csrf.html", status=403)
