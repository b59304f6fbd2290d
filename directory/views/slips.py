import secrets

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core import clock
from core.errors import Denied
from directory import lockout
from directory.actions import slips
from directory.enums import Permission
from directory.forms.accounts import ActivateForm
from directory.selectors import accounts, people
from directory.views.sign_in import locked_out


class IssueSlips(View):
    """POST gives the chosen accounts a new code each; only its answer shows them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Where a reload or the way back ends: codes can not be shown again."""
        return redirect("slip-print")

    def post(self, request: HttpRequest) -> HttpResponse:
        need_issuer(request)
        wanted = ids(request, "user")
        if accounts.accounts_visible_to(request.actor).filter(pk__in=wanted).count() != len(wanted):
            raise Http404
        if not wanted:
            return redirect("account-list")
        try:
            issued = slips.issue(
                user_ids=wanted, nonce=nonce_of(request), actor=request.actor, now=clock.now()
            )
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        return printed(request, issued)


def printed(request: HttpRequest, issued: list[slips.Issued], passed_over=()) -> HttpResponse:
    """The sheet of slips. Nobody keeps it: neither the browser nor anything between."""
    units = accounts.posts_of_accounts(request.actor, [slip.user for slip in issued])
    for slip in issued:
        slip.user.unit_name = next(
            (post.unit_name for post in units[slip.user.pk] if post.in_scope), ""
        )
    context = {
        "slips": [slip for slip in issued if slip.code],
        "unshown": [slip for slip in issued if not slip.code],
        "passed_over": passed_over,
        "address": request.build_absolute_uri(reverse("account-activate")),
    }
    response = render(request, "directory/slip_sheet.html", context)
    response["Cache-Control"] = "no-store"
    return response


def register(request: HttpRequest) -> HttpResponse:
    """Codes that are out and not used: a sheet on which people sign for their slip. No codes."""
    need_issuer(request)
    rows = list(accounts.slips_visible_to(request.actor, clock.now())[:500])
    return render(request, "directory/slip_register.html", {"rows": rows})


@method_decorator(login_not_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
@method_decorator(sensitive_post_parameters("code", "password1", "password2"), name="dispatch")
class Activate(View):
    """Public: account and code from the slip, then one's own password. Works without JavaScript.

    Guesses are counted by axes as wrong passwords are: five for one account from one address.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(ActivateForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ActivateForm(request.POST)
        if not form.is_valid():
            return self._draw(form)
        data = form.cleaned_data
        credentials = {"login": f"激活 {data['username'].casefold()}"}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request)
        try:
            user = slips.activate(
                username=data["username"],
                code=data["code"],
                password=data["password1"],
                address=request.META.get("REMOTE_ADDR"),
                now=clock.now(),
                on=clock.today(),
            )
        except slips.WrongCode as denied:
            AxesProxyHandler.user_login_failed(
                sender=__name__, credentials=credentials, request=request
            )
            form.add_error(None, str(denied))
        except Denied as denied:
            form.add_error(None, str(denied))
        else:
            AxesProxyHandler.reset_attempts(username=credentials["login"])
            lockout.forget(request, user.username)
            return redirect("account-activated")
        return self._draw(form)

    def _draw(self, form: ActivateForm) -> HttpResponse:
        context = {"form": form, "district": people.sign_in_frame()}
        return render(self.request, "directory/activate.html", context)


@login_not_required
def activated(request: HttpRequest) -> HttpResponse:
    return render(request, "directory/activate_done.html")


def need_issuer(request: HttpRequest) -> None:
    if request.actor is None or not request.actor.may(Permission.ISSUE_ACCOUNTS):
        raise PermissionDenied("您的身份不能发放账号，请联系本单位管理员。")


def ids(request: HttpRequest, name: str) -> list[int]:
    """The numbers that were ticked, or listed with commas between; anything else is 404."""
    listed = ",".join(request.POST.getlist(name)).split(",")
    try:
        return sorted({int(value) for value in listed if value})
    except ValueError:
        raise Http404 from None


def nonce_of(request: HttpRequest) -> str:
    """What tells one form from another; one that is too short to be ours is replaced."""
    nonce = request.POST.get("nonce", "")
    return nonce[:64] if len(nonce) >= 16 else secrets.token_urlsafe(18)
