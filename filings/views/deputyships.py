"""代理: who stands in for whom; naming somebody, ending it early."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from core import clock
from core.errors import Denied
from core.views.acts import ActView
from directory.enums import DISTRICT_ROLES, SCHOOL_ROLES, Role
from filings.actions import deputyships
from filings.forms.deputyships import DeputyForm, EndForm
from filings.guards import deputyships as may
from filings.selectors.deputyships import (
    deputyships_visible_to,
    is_here,
    posts_here,
    shown_on,
    stood_in_for,
)
from filings.selectors.filings import inbox


READERS = (DISTRICT_ROLES | SCHOOL_ROLES) - {Role.TEACHER, Role.EVALUATOR, Role.LEADERSHIP}


class Here(View):
    """For those who work at a bureau or a school; 404 for everybody else."""

    def setup(self, request, *args, **kwargs):
        if request.actor is None or request.actor.role not in READERS:
            raise Http404
        super().setup(request, *args, **kwargs)


class DeputyshipList(Here):
    def get(self, request: HttpRequest) -> HttpResponse:
        actor, day = request.actor, request.day
        here = posts_here(actor, actor.on)
        acting = request.as_of is None
        context = {
            "rows": shown_on(deputyships_visible_to(actor), actor, day),
            "mine": stood_in_for(actor, actor.on),
            "may_name": acting and any(may.can_name(actor=actor, post=it) for it in here),
            "acting": acting,
            "tab": "deputies",
            "waiting": inbox(actor, actor.on).count(),
            "is_bureau": bool(actor.district_ids),
        }
        return render(request, "filings/deputies.html", context)


class DeputyshipNew(Here, ActView):
    template_name = "filings/deputy_new.html"
    form_class = DeputyForm

    def check(self):
        actor = self.request.actor
        self.here = posts_here(actor, actor.on)
        self.whose = [it for it in self.here if may.can_name(actor=actor, post=it)]
        if not self.whose:
            raise PermissionDenied("您的身份没有报送事项要办理，不需要指定代理。")

    def initial(self):
        today = clock.today()
        own = self.request.actor.post_id
        first = next((it.post_id for it in self.whose if it.post_id == own), None)
        return {"post": first, "first_day": today, "last_day": today + datetime.timedelta(days=6)}

    def context(self):
        return {"heading": "指定代理人"}

    def form_options(self):
        def choices(posts):
            return [(it.post_id, f"{it.name}（{it.label}）") for it in posts]

        return {
            "posts": choices(self.whose),
            "deputies": choices([it for it in self.here if may.may_stand_in(it)]),
            "today": clock.today(),
        }

    def act(self, form):
        said = form.cleaned_data
        deputyships.name(
            post_id=said["post"],
            deputy_id=said["deputy"],
            first_day=said["first_day"],
            last_day=said["last_day"],
            reason=said["reason"],
            actor=self.request.actor,
            now=clock.now(),
            on=clock.today(),
        )
        return reverse("deputyship-list")


class DeputyshipEnd(Here, ActView):
    template_name = "filings/deputy_end.html"
    form_class = EndForm

    def setup(self, request, *args, deputyship_id: int, **kwargs):
        self.deputyship_id = deputyship_id
        super().setup(request, *args, **kwargs)

    def check(self):
        actor = self.request.actor
        rows = shown_on(
            deputyships_visible_to(actor).filter(pk=self.deputyship_id), actor, self.request.day
        )
        if not rows:
            raise Http404
        (self.row,) = rows
        held = self.row.held
        try:
            may.check_whose(actor=actor, post_id=held.post_id, here=is_here(actor, held))
        except Denied as denied:
            raise PermissionDenied(str(denied)) from denied

    def initial(self):
        return {"last_day": clock.today()}

    def context(self):
        return {"row": self.row, "heading": "提前结束代理"}

    def act(self, form):
        deputyships.end(
            deputyship_id=self.row.held.pk,
            last_day=form.cleaned_data["last_day"],
            reason=form.cleaned_data["reason"],
            actor=self.request.actor,
            now=clock.now(),
            on=clock.today(),
        )
        return reverse("deputyship-list")
