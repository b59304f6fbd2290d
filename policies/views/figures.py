"""The bureau's own figure for a rule: set, withdrawn, or the lapsed rule dropped."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from core import clock
from core.views.acts import ActView
from policies import guards, schema, selectors
from policies.actions import figures
from policies.enums import RuleState
from policies.forms.figures import OwnForm, RulingForm


class RuleAct(ActView):
    """One act on one rule of the own district; 404 for whoever has no business with it."""

    form_class = RulingForm

    def check(self) -> None:
        actor = self.request.actor
        self.identity = self.kwargs["identity"]
        self.district_id = actor.home_district_id
        self.example = selectors.catalogue().get(self.identity)
        if self.example is None or not guards.can_manage(actor=actor, district_id=self.district_id):
            raise Http404
        rules = selectors.rules_for(self.district_id, self.request.day)
        self.stated, self.dropped = rules.get(self.identity), rules.dropped.get(self.identity)

    @property
    def pointless(self) -> bool:
        """Whether there is nothing to do, as after a second click; the action says why."""
        return False

    def get(self, request, *args, **kwargs):
        if request.as_of:
            return redirect(request.path)
        if self.pointless:
            return redirect("rule-detail", self.identity)
        return super().get(request, *args, **kwargs)

    def initial(self):
        return {"first_day": self.request.day}

    def context(self):
        return {
            "rule": self.stated.rule if self.stated else self.example,
            "identity": self.identity,
            "stated": self.stated,
            "dropped": self.dropped,
        }

    def do(self, verb, form, **further) -> str:
        verb(
            district_id=self.district_id,
            identity=self.identity,
            first_day=form.cleaned_data["first_day"],
            reason=form.cleaned_data["reason"],
            actor=self.request.actor,
            now=clock.now(),
            **further,
        )
        return reverse("rule-detail", args=[self.identity])


class RuleOwn(RuleAct):
    template_name = "policies/own.html"
    form_class = OwnForm

    def check(self):
        super().check()
        if not schema.figures_of(type(self.example)):
            raise Http404

    def initial(self):
        rule = self.stated.rule if self.stated else None
        return super().initial() | (OwnForm.values_of(rule) if rule else {})

    def form_options(self):
        return {"rule": self.example}

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except schema.WrongFigures as wrong:
            form = OwnForm(request.POST, rule=self.example)
            form.is_valid()
            for field, sentence in wrong.faults.items():
                form.add_error(field if field in form.fields else None, sentence)
            return self._draw(form)

    def act(self, form):
        return self.do(figures.set_own, form, figures=form.figures)


class RuleWithdraw(RuleAct):
    template_name = "policies/withdraw.html"

    @property
    def pointless(self):
        return not self.dropped and not (self.stated and self.stated.state is RuleState.OWN)

    def act(self, form):
        return self.do(figures.withdraw, form)


class RuleDrop(RuleAct):
    template_name = "policies/drop.html"

    @property
    def pointless(self):
        return not self.stated or not self.stated.lapsed

    def act(self, form):
        return self.do(figures.drop, form)
