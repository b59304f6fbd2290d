"""方案: name and cut-off day, pools, indicators of one version."""

import functools

from django.shortcuts import redirect
from django.urls import reverse

from assessment.actions import indicators, pools, schemes
from assessment.forms.schemes import FactsForm, IndicatorForm, IndicatorRows, PoolForm
from assessment.guards.points import plain
from assessment.models import Indicator
from assessment.selectors import setup
from assessment.views.bureau import BureauPage
from core.errors import Denied


MOST_ROWS = 60


class SchemeSetup(BureauPage):
    """Several small forms; ``act`` says which was sent, ``more`` asks for further blank rows."""

    template_name = "assessment/setup.html"
    tab = "setup"

    @functools.cached_property
    def pools(self) -> list[setup.PoolShown]:
        return setup.pools_of(self.request.actor, self.scheme)

    @functools.cached_property
    def held(self) -> list[Indicator]:
        return setup.indicators_of(self.request.actor, self.scheme)

    def context(self):
        scheme = self.scheme
        return {
            "facts": FactsForm(initial={"title": scheme.title, "cut_off_on": scheme.cut_off_on}),
            "pools": self.pools,
            "new_pool": PoolForm(prefix="new"),
            "rows": self._rows(),
            "held": self.held,
            "refusal": "",
            "refused_rows": "",
            "may_drop": False,
        }

    def post(self, request, scheme_id):
        act = {
            "facts": self._facts,
            "indicators": self._indicators,
            "pool-add": self._add_pool,
            "pool-rename": self._rename_pool,
            "pool-remove": self._remove_pool,
        }.get(request.POST.get("act", ""))
        return act() if act else self.drawn(status=422)

    def _here(self) -> str:
        return reverse("scheme-setup", args=[self.scheme.pk])

    def _facts(self):
        form = FactsForm(self.request.POST)

        def act():
            schemes.change(scheme_id=self.scheme.pk, **form.cleaned_data, **self.acting)

        return self.done(form, act, self._here()) or self.drawn(status=422, facts=form)

    def _rows(self, data=None, *, initial=None, more: int = 0):
        """``initial``: what was typed instead of what is on file."""
        if initial is None:
            initial = [
                {
                    "id": it.pk, "name": it.name, "pool": it.pool_id,
                    "possible": plain(it.possible), "weight": plain(it.weight),
                }
                for it in self.held
            ]  # fmt: skip
        choices = [(it.pool.pk, it.pool.name) for it in self.pools]
        rows = IndicatorRows(
            data, initial=initial, prefix="indicator", form_kwargs={"pools": choices}
        )
        rows.extra += more
        return rows

    def _indicators(self):
        post = self.request.POST
        if "more" in post:
            return self.drawn(rows=self._longer(post))
        rows = self._rows(post)
        if not rows.is_valid():
            return self.drawn(status=422, rows=rows)
        wanted = [it.wanted for it in rows if not it.cleaned_data.get("gone") and it.cleaned_data]
        try:
            indicators.replace(
                scheme_id=self.scheme.pk, wanted=wanted, drop_scores=bool(post.get("drop")),
                **self.acting,
            )  # fmt: skip
        except Denied as denied:
            refusal, lost = str(denied), "连同得分" in str(denied)
            return self.drawn(status=422, rows=rows, refused_rows=refusal, may_drop=lost)
        return redirect(self._here())

    def _longer(self, post):
        """The rows with what was typed, and some blank ones more. Nothing is judged."""
        total = post.get("indicator-TOTAL_FORMS", "")
        count = min(int(total), MOST_ROWS) if total.isdecimal() else 0
        typed = [
            {name: post.get(f"indicator-{place}-{name}", "") for name in IndicatorForm.base_fields}
            for place in range(count)
        ]
        return self._rows(initial=[it for it in typed if it["id"] or it["name"].strip()], more=1)

    def _add_pool(self):
        form = PoolForm(self.request.POST, prefix="new")

        def act():
            pools.add(scheme_id=self.scheme.pk, name=form.cleaned_data["name"], **self.acting)

        return self.done(form, act, self._here()) or self.drawn(status=422, new_pool=form)

    def _rename_pool(self):
        """The name is judged by the action: the form has one field and no place for errors."""
        name = self.request.POST.get("name", "").replace("\x00", "")
        return self.plain(
            lambda: pools.rename(pool_id=self._pool_id(), name=name, **self.acting), self._here()
        )

    def _remove_pool(self):
        return self.plain(
            lambda: pools.remove(pool_id=self._pool_id(), **self.acting), self._here()
        )

    def _pool_id(self) -> int:
        """The pool that was meant, if it is one of this version; else none that there is."""
        asked = self.request.POST.get("pool", "")
        known = {str(it.pool.pk) for it in self.pools}
        return int(asked) if asked in known else 0
