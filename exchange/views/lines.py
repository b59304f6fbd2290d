"""The lines of a roster, one at a time."""

from django.core.exceptions import PermissionDenied
from django.forms import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from core import clock
from core.periods import last_day
from core.school_years import default_term, school_year_label
from core.views.acts import ActView
from exchange.actions import lines as actions
from exchange.actions.lines import Wanted
from exchange.forms.rosters import LineForm, ReasonForm
from exchange.guards import rosters as may
from exchange.selectors import picking, rosters
from exchange.views.pages import OneRoster, RosterOpens, check_on_opening, tell_refusal, tried


class LineFormPage(RosterOpens, ActView):
    """The form of one line; choices and offered teachers are those of the roster's school."""

    template_name = "exchange/line.html"
    form_class = LineForm
    asks = staticmethod(may.check_edit)

    @cached_property
    def choices(self):
        return picking.choices_of(self.roster, clock.today())

    def form_options(self):
        return {"sending": self.choices.sending, "receiving": self.choices.receiving}

    def context(self):
        filing = self.roster.filing
        return {
            "filing": filing,
            "year": school_year_label(filing.school_year),
            "heading": self.heading,
            "offered": picking.offered(self.request.actor, filing.school_id, clock.today()),
            "back": self.address,
        }

    @property
    def address(self) -> str:
        return reverse("roster-of-filing", args=[self.roster.filing_id])

    def wanted(self, said: dict) -> Wanted:
        try:
            teacher_id = picking.teacher_meant(
                self.request.actor, said["teacher"], said["sending"],
                self.roster.filing.district_id, clock.today(),
            )  # fmt: skip
        except picking.NotFound as unknown:
            raise ValidationError({"teacher": [str(unknown)]}) from unknown
        return Wanted(
            sending_id=said["sending"], receiving_id=said["receiving"], teacher_id=teacher_id,
            kind=said["kind"], way=said["way"], first_day=said["first_day"],
            last_day=said["last_day"], subject=said["subject"], duty=said["duty"],
        )  # fmt: skip

    @property
    def acting(self) -> dict:
        return {"actor": self.request.actor, "now": clock.now(), "on": clock.today()}


class NewLine(OneRoster, LineFormPage):
    heading = "添加一行"

    def initial(self):
        year = self.filing.school_year
        return {"first_day": default_term(year, 1)[0], "last_day": default_term(year, 2)[1]}

    def act(self, form):
        wanted = self.wanted(form.cleaned_data)
        actions.add(roster_id=self.roster.pk, wanted=wanted, **self.acting)
        return self.address


class OneLine:
    """Loads the line of the address; out of sight is 404, removed in another tab is told (403)."""

    @cached_property
    def line(self):
        if self.request.actor is None:
            raise PermissionDenied
        found = rosters.line_of(self.request.actor, self.kwargs["line_id"])
        if found is None:
            gone = rosters.removal_of(self.request.actor, self.kwargs["line_id"])
            if gone is None:
                raise Http404
            raise PermissionDenied(f"{_removed(gone)}。")
        return found

    @property
    def roster(self):
        return self.line.roster

    @property
    def back(self) -> str:
        return reverse("roster-of-filing", args=[self.roster.filing_id])

    @property
    def told(self) -> dict:
        return {"actor": self.request.actor, "now": clock.now()}


class EditLine(OneLine, LineFormPage):
    heading = "修改"

    def initial(self):
        line, teacher = self.line, self.line.teacher
        return {
            "sending": line.sending_id,
            "receiving": line.receiving_id,
            "teacher": f"{teacher.staff_number} {teacher.name}",
            "kind": line.kind,
            "way": line.way,
            "subject": line.subject,
            "duty": line.duty,
            "first_day": line.period.lower,
            "last_day": last_day(line.period),
        }

    def context(self):
        return super().context() | {"line": self.line}

    def act(self, form):
        wanted = self.wanted(form.cleaned_data)
        actions.change(line_id=self.line.pk, wanted=wanted, **self.acting)
        return self.address


def _removed(gone: rosters.Removal) -> str:
    return f"这一行已由{gone.by}于 {timezone.localtime(gone.at):%Y-%m-%d %H:%M} 删除"


class RemoveLine(OneLine, View):
    """A line that another tab removed before is told of on its roster's page."""

    http_method_names = ["post"]

    def post(self, request, line_id):
        gone = request.actor and rosters.removal_of(request.actor, line_id)
        if gone:
            tell_refusal(request, f"{_removed(gone)}，不用再删。")
            return redirect("roster-of-filing", filing_id=gone.filing_id)
        back = self.back
        tried(request, actions.remove, line_id=self.line.pk, on=clock.today(), **self.told)
        return redirect(back)


class ConfirmLine(OneLine, View):
    http_method_names = ["post"]

    def post(self, request, line_id):
        back = self.back
        tried(request, actions.confirm, line_id=self.line.pk, **self.told)
        return redirect(back)


class ReasonPage(OneLine, ActView):
    """A reason, and one button."""

    template_name = "exchange/roster_act.html"
    form_class = ReasonForm

    def context(self):
        return {
            "filing": self.roster.filing,
            "heading": self.heading.format(self.line.teacher.name),
            "button": self.button,
            "effects": self.effects,
            "danger": True,
            "back": self.leads_to,
        }


class DeclineLine(ReasonPage):
    heading = "不同意派出{}"
    button = "不同意"
    effects = ("理由告知填报学校，这一行改动或删除后才能报送。",)

    def check(self):
        check_on_opening(self.request, may.check_confirm, actor=self.request.actor, line=self.line)

    @property
    def leads_to(self) -> str:
        return self.back

    def act(self, form):
        actions.decline(line_id=self.line.pk, **form.cleaned_data, **self.told)
        return self.back


class JudgedLine(RosterOpens, OneLine):
    """For who may approve the roster, while it waits for that."""

    asks = staticmethod(may.check_judge_line)

    @property
    def leads_to(self) -> str:
        return reverse("roster-approve", args=[self.roster.filing_id])


class RefuseLine(JudgedLine, ReasonPage):
    heading = "对{}不予批准"
    button = "不予批准这一行"
    effects = ("其余各行仍可批准；不予批准的行和理由告知报送学校。",)

    def act(self, form):
        actions.refuse(line_id=self.line.pk, **form.cleaned_data, on=clock.today(), **self.told)
        return self.leads_to


class RestoreLine(JudgedLine, View):
    http_method_names = ["post"]

    def post(self, request, line_id):
        asked = {"line_id": self.line.pk, "on": clock.today()} | self.told
        done = tried(request, actions.take_back_refusal, **asked)
        return redirect(self.leads_to if done else self.back)
