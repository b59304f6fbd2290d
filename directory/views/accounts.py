import secrets
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core import clock
from core.errors import Denied
from core.periods import last_day
from core.tables import Column, Filter
from core.views.acts import ActView
from core.views.lists import ListView
from directory.actions import accounts as actions
from directory.actions import slips
from directory.enums import AccountState, Role
from directory.forms.accounts import OpenAccountForm
from directory.guards import accounts as guards
from directory.guards import security
from directory.selectors import accounts, people
from directory.views.slips import ids, need_issuer, nonce_of, printed


def _by_unit(request):
    return accounts.unit_choices(request.actor)


class AccountList(ListView):
    """Accounts of the actor's scope; chosen ones get a new activation code."""

    template_name = "directory/account_list.html"
    title = "账号"
    counter = "个"
    columns: Sequence[Column] = (
        Column("pick", "选", css="pick"),
        Column("name", "姓名", sort=("name",)),
        Column("username", "账号", sort=("username",)),
        Column("post", "身份与单位"),
        Column("state", "状态", sort=("state",)),
        Column("slip", "激活码", sort=("slip_until",)),
        Column("seen", "最近登录", css="opt", sort=("last_login",)),
    )
    filters = (
        Filter(
            "state",
            "状态",
            lambda request: AccountState.choices,
            lambda rows, value: rows.filter(state=value),
        ),
        Filter(
            "role",
            "身份",
            lambda request: Role.choices,
            lambda rows, value: rows.filter(posts__role=value).distinct(),
        ),
        Filter(
            "unit",
            "单位",
            _by_unit,
            lambda rows, value: rows.filter(posts__school_id=int(value)).distinct(),
        ),
    )
    searched = ("username__icontains", "name__contains", "teacher__search__contains")
    search_label = "姓名、账号、拼音"
    first_sort = "username"

    def visible(self):
        need_issuer(self.request)
        return accounts.accounts_visible_to(self.request.actor)

    def present(self, rows):
        actor = self.request.actor
        held = accounts.posts_of_accounts(actor, rows)
        for row in rows:
            row.shown_posts = [post for post in held[row.pk] if post.in_scope]
            row.shown_state = AccountState(row.state)
            row.can_get_slip = guards.can_issue_slip(actor, held[row.pk], actor.on)
            row.can_reset = row.second_factor and security.can_reset(actor, row, held[row.pk])
            for post in row.shown_posts:
                post.over = post.period.upper is not None and post.period.upper <= actor.on
                post.last_day = last_day(post.period)
                post.can_end = not post.over and guards.can_end(actor, post)
        return rows

    def extra(self):
        return {"nonce": secrets.token_urlsafe(18), "now": clock.now()}


class AccountNew(ListView):
    """Teachers without an account; POST opens accounts and answers with their slips (X-26)."""

    template_name = "directory/account_new.html"
    title = "批量开通教师账号"
    counter = "人"
    columns: Sequence[Column] = (
        Column("pick", "选", css="pick"),
        Column("name", "姓名", sort=("sort_key",)),
        Column("number", "工号", sort=("staff_number",)),
        Column("unit", "任教单位", sort=("unit_name",)),
        Column("subject", "学科", css="opt", sort=("subject",)),
    )
    filters = (
        Filter("unit", "单位", _by_unit, lambda rows, value: rows.filter(unit_id=int(value))),
    )
    searched = ("search__contains", "staff_number__icontains")
    search_label = "姓名、工号、拼音"
    first_sort = "unit"
    per_page = 200

    def visible(self):
        need_issuer(self.request)
        return accounts.teachers_for_accounts(self.request.actor).filter(user__isnull=True)

    def extra(self):
        return {"nonce": secrets.token_urlsafe(18)}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Open accounts for the ticked teachers, or for all of the page.

        Those who got their account by this very form a moment ago get the same slip again.
        """
        need_issuer(request)
        wanted = ids(request, "page" if "all" in request.POST else "teacher")
        in_scope = accounts.teachers_for_accounts(request.actor)
        if in_scope.filter(pk__in=wanted).count() != len(wanted):
            raise Http404
        if not wanted:
            return redirect(request.get_full_path())
        try:
            issued, passed_over = slips.open_and_issue(
                teacher_ids=wanted, nonce=nonce_of(request), actor=request.actor, now=clock.now()
            )
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied
        return printed(request, issued, passed_over=passed_over)


class AccountAdd(ActView):
    """One account with a post, or a further post for somebody who has an account."""

    template_name = "directory/account_add.html"
    form_class = OpenAccountForm

    def check(self):
        need_issuer(self.request)

    def initial(self):
        return {"first_day": self.request.actor.on}

    def form_options(self):
        actor = self.request.actor
        bureaus = [
            (f"district:{district.pk}", district.bureau_name)
            for district in people.districts_visible_to(actor)
            if district.pk in actor.district_ids
        ]
        schools = [(f"school:{value}", name) for value, name in accounts.unit_choices(actor)]
        return {"roles": guards.issuable_roles(actor), "units": [*bureaus, *schools]}

    def act(self, form):
        data = form.cleaned_data
        user, _created = actions.open_with_post(
            username=data["username"],
            name=data["name"],
            role=data["role"],
            first_day=data["first_day"],
            district_id=data["district_id"],
            school_id=data["school_id"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("account-list", query={"q": user.username})
