"""Adopting an ordered list of packs: what will change is shown before anything is saved."""

import dataclasses

from django.http import Http404
from django.shortcuts import redirect, render
from django.views import View

from core import clock
from core.errors import Denied
from policies import guards, rules, schema, selectors
from policies.actions import adoptions
from policies.forms.adoption import AdoptionForm


@dataclasses.dataclass(frozen=True)
class Change:
    """A rule that reads otherwise after the adoption; ``before`` or ``after`` may be missing."""

    rule: schema.RuleBase
    before: rules.Stated | None
    after: rules.Stated | None

    @property
    def only_source(self) -> bool:
        """Whether the figure stays and only another document states it."""
        return bool(
            self.before and self.after and self.before.rule.told() == self.after.rule.told()
        )


class AdoptionEdit(View):
    """The list as it stands, to be changed; a button shows the changes, a second one adopts."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.district_id = request.actor and request.actor.home_district_id
        if not self.district_id or not guards.can_manage(
            actor=request.actor, district_id=self.district_id
        ):
            raise Http404

    def get(self, request):
        if request.as_of:
            return redirect(request.path)
        return self._drawn(self._form())

    def post(self, request):
        form = self._form(request.POST)
        if not form.is_valid():
            return self._drawn(form, status=422)
        if "adopt" not in request.POST:
            return self._drawn(form, looked=True)
        if form.cleaned_data["seen"] != form.digest:
            form.add_error(None, "核对之后内容有改动，下面是改动后的变化，请核对后再采用。")
            return self._drawn(form, looked=True, status=422)
        try:
            adoptions.adopt(
                district_id=self.district_id,
                packs=form.listed,
                first_day=form.cleaned_data["first_day"],
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                now=clock.now(),
            )
        except Denied as denied:
            form.add_error(None, str(denied))
            return self._drawn(form, status=422)
        return redirect("rule-list")

    def _form(self, data=None) -> AdoptionForm:
        return AdoptionForm(data, packs=selectors.adoptable(), initial=self._initial())

    def _initial(self) -> dict:
        """What was adopted last, also from a day to come."""
        held = [it for it in selectors.adoptions_of(self.district_id) if it.withdrawn_at is None]
        shown = {"first_day": self.request.day}
        for place, it in enumerate(held[0].packs if held else (), 1):
            shown[f"place-{it.pack.code}"] = str(place)
            shown[f"from-{it.pack.code}"] = it.valid_from
            shown[f"until-{it.pack.code}"] = it.valid_until
        return shown

    def _drawn(self, form, *, looked: bool = False, status: int = 200):
        context = {"form": form, "lines": form.lines()}
        if looked:
            first_day = form.cleaned_data["first_day"]
            changes = self._changes(form, first_day)
            context |= {
                "looked": True,
                "digest": form.digest,
                "count": len(form.listed),
                "first_day": first_day,
                "changes": [it for it in changes if not it.only_source],
                "lost": sum(it.after is None for it in changes),
                "moved": [it for it in changes if it.only_source],
            }
        return render(self.request, "policies/adoption.html", context, status=status)

    def _changes(self, form, on) -> list[Change]:
        adopted = [
            rules.Adopted(selectors.pack(code), begins, ends) for code, begins, ends in form.listed
        ]
        before = selectors.rules_for(self.district_id, on)
        after = selectors.rules_if(self.district_id, adopted, on)
        found = {it.identity: it.rule for it in [*after.all(), *before.all()]}
        return [
            Change(rule, before.get(identity), after.get(identity))
            for identity, rule in sorted(
                found.items(), key=lambda pair: rules.display_order(pair[1])
            )
            if _told(before.get(identity)) != _told(after.get(identity))
        ]


def _told(stated: rules.Stated | None) -> tuple | None:
    return stated and (stated.rule.told(), stated.source, stated.state)
