from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.db import transaction
from django.shortcuts import render

from core import clock
from directory import lockout, sessions
from directory.actions import second_factor, sign_ins
from directory.selectors import people


class SignInView(LoginView):
    """One plain form that works without JavaScript."""

    template_name = "directory/sign_in.html"

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "district": people.sign_in_frame(),
            "lapsed": _in_words(self.request.session.get("lapsed")),
            "kept": "kept" in self.request.session,
        }


def _in_words(minutes: int | None) -> str:
    if not minutes:
        return ""
    return f"{minutes} 分钟" if minutes % 60 else f"{minutes // 60} 小时"


class SignOutView(LogoutView):
    """Signs out on POST; a GET asks first."""

    template_name = "directory/sign_out.html"


class SecondStepView(AuthenticateView):
    """The code of the second factor, after the password. Wrong codes are counted as wrong
    passwords are, by an account of their own: five from one address, then a pause."""

    template_name = "directory/second_step.html"

    def post(self, request, *args, **kwargs):
        user, address = self.stage.login.user, request.META.get("REMOTE_ADDR")
        credentials = {"login": f"验证码 {user.username.casefold()}"}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request)
        with transaction.atomic():
            if self.form.is_valid():
                if self.form.authenticator.type == Authenticator.Type.RECOVERY_CODES:
                    actor, _ = people.actor_for(user, clock.today(), address=address)
                    second_factor.code_used(user=user, actor=actor, now=clock.now())
                AxesProxyHandler.reset_attempts(username=credentials["login"], ip_address=address)
                return self.form_valid(self.form)
        AxesProxyHandler.user_login_failed(
            sender=__name__, credentials=credentials, request=request
        )
        return self.form_invalid(self.form)


def locked_out(request, *args, **kwargs):
    """Shown instead of the form after too many wrong passwords (429, nothing about the account).

    The failure that locks is recorded, those after it are not.
    """
    credentials = getattr(request, "axes_credentials", None) or {}
    username = credentials.get("login", "")
    failures = AxesProxyHandler.get_failures(request, credentials) if username else 0
    locks = bool(username) and failures == lockout.tries(request, credentials)
    if locks and request.axes_failures_since_start:
        sign_ins.locked(username=username, address=request.META.get("REMOTE_ADDR"), now=clock.now())
    context = {"whole_address": getattr(request, "axes_whole_address", False)}
    answer = render(request, "directory/locked_out.html", context, status=429)
    answer["Retry-After"] = str(int(get_cool_off(request).total_seconds()))
    return answer


def stale_form(request, reason=""):
    """A form whose page is too old or whose cookies are off; nothing was changed (403).

    What was typed is kept for its page, unless the page is open to strangers (sign-in, activation).
    """
    view = request.resolver_match.func
    page = sessions.keep_stale(request) if getattr(view, "login_required", True) else None
    context = {"page": page, "kept": page and "kept" in request.session}
    return render(request, "403_csrf.html", context, status=403)
