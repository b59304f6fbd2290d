"""Saved what-if readings side by side, and the form that saves one."""

from django.shortcuts import redirect
from django.urls import reverse

from assessment.actions import variants
from assessment.forms.variants import VariantForm
from assessment.guards import variants as may
from assessment.selectors import what_if
from assessment.views.pages import SchemePage
from core import clock
from core.views.acts import ActView


class WhatIf(SchemePage, ActView):
    """GET judges anew and writes nothing; POST saves a reading, or takes one away (``delete``)."""

    tab = "what-if"
    template_name = "assessment/what_if.html"
    form_class = VariantForm

    def post(self, request, *args, **kwargs):
        gone = request.POST.get("delete", "")
        if gone.isdecimal() and len(gone) <= 18:
            variants.delete(
                scheme_id=self.scheme.pk, variant_id=int(gone), actor=request.actor, now=clock.now()
            )
            return redirect(self.here)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        variants.create(
            scheme_id=self.scheme.pk, actor=self.request.actor, now=clock.now(), **form.said()
        )
        return self.here

    @property
    def here(self) -> str:
        return reverse("scheme-what-if", args=[self.scheme.pk])

    def context(self):
        request = self.request
        saved = what_if.variants_of(request.actor, self.scheme)
        columns = what_if.tried(self.scheme, saved)
        return self.head() | {
            "columns": [{"it": it, "told": what_if.told(it.variant)} for it in columns],
            "cores": what_if.side_by_side(self.scheme, columns),
            "may_try": request.as_of is None
            and may.can_try(actor=request.actor, scheme=self.scheme),
            "room": len(saved) < may.MOST,
            "most": may.MOST,
        }
