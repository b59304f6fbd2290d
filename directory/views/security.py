"""One's own account: password, second factor, where it is signed in. And the head's help."""

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import clock
from core.crypto import decrypt, encrypt
from core.errors import Denied
from core.views.acts import ActView
from directory.actions import passwords, second_factor, sessions
from directory.actions.passwords import WrongPassword
from directory.forms.passwords import ChangePasswordForm, PresentPasswordForm
from directory.forms.second_factor import EnrolForm, ResetForm
from directory.guards import security as guards
from directory.selectors import accounts, security
from directory.sessions import this_key
from directory.views.sign_in import locked_out


SECRET = "second_factor_secret"  # noqa: S105 - its place in the session while it is set up


class AccountHome(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "second_factor": security.second_factor_of(request.actor),
            "forced": guards.needs_second_factor(request.actor.role),
            "devices": security.sessions_of(request.actor, clock.now(), this_key(request)),
            "renewed": security.passwords_are_renewed(),
            "done": DONE.get(request.GET.get("done", "")),
        }
        return render(request, "directory/account_home.html", context)


DONE = {
    "password": "密码已修改，其他设备上的登录已退出。",
    "off": "两步验证已关闭，以后登录只用密码。",
    "session": "那台设备上的登录已退出。",
    "sessions": "其他设备上的登录已全部退出。",
}


@method_decorator(never_cache, name="dispatch")
@method_decorator(
    sensitive_post_parameters("password", "password1", "password2", "code"), name="dispatch"
)
class OwnAct(ActView):
    """An act on one's own account under its password, whose guessing is counted as at sign-in."""

    def post(self, request, *args, **kwargs):
        self.credentials = {"login": request.user.username.casefold()}
        if not AxesProxyHandler.is_allowed(request, self.credentials):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        try:
            return self.do(form)
        except WrongPassword:
            AxesProxyHandler.user_login_failed(
                sender=__name__, credentials=self.credentials, request=self.request
            )
            raise

    def do(self, form) -> str:
        raise NotImplementedError


class ChangePassword(OwnAct):
    template_name = "directory/account_password.html"
    form_class = ChangePasswordForm

    def form_options(self):
        return {"user": self.request.user}

    def context(self):
        return {"due": security.password_is_due(self.request.user, clock.now())}

    def do(self, form):
        user = passwords.change(
            old=form.cleaned_data["password"],
            new=form.cleaned_data["password1"],
            actor=self.request.actor,
            now=clock.now(),
            this_key=this_key(self.request),
        )
        update_session_auth_hash(self.request, user)  # this session goes on, under a new key
        return reverse("own-account", query={"done": "password"})


class ShowsCodes(OwnAct):
    """Ends in a page that shows recovery codes; nobody keeps it, and it is shown once."""

    def post(self, request, *args, **kwargs):
        self.codes: list[str] = []
        answer = super().post(request, *args, **kwargs)
        if not self.codes:
            return answer
        context = {"codes": [f"{code[:4]} {code[4:]}" for code in self.codes], "at": clock.now()}
        page = render(request, "directory/account_codes.html", context)
        page["Cache-Control"] = "no-store"
        return page


class Enrol(ShowsCodes):
    """Set up the second factor. The secret is in the session only until it is confirmed."""

    template_name = "directory/account_second_factor.html"
    form_class = EnrolForm

    def get(self, request, *args, **kwargs):
        if security.second_factor_of(request.actor):
            # Turning it on ended all other sessions, so this one knew it or is younger.
            request.session["second_factor"] = True
            return redirect("own-account")
        return super().get(request, *args, **kwargs)

    def context(self):
        secret = self._secret()
        adapter = get_adapter()
        code = segno.make(adapter.build_totp_url(self.request.user, secret), error="m")
        return {
            "picture": code.svg_data_uri(scale=5, border=4, light="#fff"),
            "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
            "forced": guards.needs_second_factor(self.request.actor.role)
            and not self.request.session.get("second_factor"),
        }

    def do(self, form):
        self.codes = second_factor.enrol(
            secret=self._secret(),
            code=form.cleaned_data["code"],
            password=form.cleaned_data["password"],
            this_key=this_key(self.request),
            actor=self.request.actor,
            now=clock.now(),
        )
        self.request.session.pop(SECRET)
        self.request.session["second_factor"] = True
        return reverse("own-account")

    def _secret(self) -> str:
        if SECRET not in self.request.session:
            self.request.session[SECRET] = encrypt(generate_totp_secret())
        return decrypt(self.request.session[SECRET])


class RenewCodes(ShowsCodes):
    template_name = "directory/account_codes_renew.html"
    form_class = PresentPasswordForm

    def do(self, form):
        self.codes = second_factor.renew_codes(
            password=form.cleaned_data["password"], actor=self.request.actor, now=clock.now()
        )
        return reverse("own-account")


class Remove(OwnAct):
    template_name = "directory/account_second_factor_off.html"
    form_class = PresentPasswordForm

    def context(self):
        return {"forced": guards.needs_second_factor(self.request.actor.role)}

    def do(self, form):
        second_factor.remove(
            password=form.cleaned_data["password"], actor=self.request.actor, now=clock.now()
        )
        self.request.session["second_factor"] = False
        return reverse("own-account", query={"done": "off"})


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions (``session``), or all others."""
    actor, now, here = request.actor, clock.now(), this_key(request)
    if handle := request.POST.get("session", ""):
        try:
            sessions.end(handle=handle, this_key=here, actor=actor, now=now)
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        return redirect(reverse("own-account", query={"done": "session"}))
    sessions.end_others(this_key=here, actor=actor, now=now)
    return redirect(reverse("own-account", query={"done": "sessions"}))


class Reset(ActView):
    """The head of the bureau takes the second factor from somebody who lost theirs."""

    template_name = "directory/account_second_factor_reset.html"
    form_class = ResetForm

    def check(self):
        actor = self.request.actor
        self.user = get_object_or_404(
            accounts.accounts_visible_to(actor), pk=self.kwargs["user_id"]
        )
        self.posts = accounts.posts_of_accounts(actor, [self.user])[self.user.pk]
        try:
            guards.check_reset(actor, self.user, self.posts)
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied

    def context(self):
        return {"account": self.user, "posts": [post for post in self.posts if post.in_scope]}

    def act(self, form):
        second_factor.reset(
            user_id=self.user.pk,
            reason=form.cleaned_data["reason"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("account-list", query={"q": self.user.username})
