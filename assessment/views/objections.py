"""Objections to published results: filing, the list, and the head's decision (X-15)."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from assessment.actions import objections as decisions
from assessment.enums import SchemeState
from assessment.forms.objections import DecisionForm, ObjectionForm
from assessment.selectors import publications, results
from assessment.views.pages import SchemePage, head, is_bureau, scheme_for
from core import clock
from core.errors import Denied
from core.views.acts import ActView
from directory.selectors import people, schools
from filings.actions import objections
from filings.enums import ObjectionState
from filings.guards import objections as may
from filings.selectors.objections import objections_on, objections_visible_to


class Objections(SchemePage):
    """Every objection to the year's results that the actor sees, whichever version it is about.

    As they stood on the day; ``?state=OPEN`` shows those that wait.
    """

    tab = "objections"
    for_schools = True

    def get(self, request, scheme_id):
        context = self.head()
        by_notice = publications.notices_of(context["versions"])
        rows = list(objections_on(request.actor, request.day).filter(notice__in=by_notice))
        names = schools.names_on(
            self.scheme.cut_off_on, {it.school_id for it in rows} | {it.about_id for it in rows}
        )
        shown = [
            {
                "it": it,
                "state": ObjectionState(it.shown),
                "school": names.get(it.school_id, ""),
                "about": names.get(it.about_id, ""),
                "version": by_notice[it.notice_id].scheme.version,
            }
            for it in rows
        ]
        waiting = [row for row in shown if row["state"] == ObjectionState.OPEN]
        only_open = request.GET.get("state") == ObjectionState.OPEN
        return self.page(
            request,
            "assessment/objections.html",
            **context,
            objections=waiting
            if only_open
            else sorted(shown, key=lambda row: row["state"] != ObjectionState.OPEN),
            count=len(shown),
            open_count=len(waiting),
            only_open=only_open,
        )


class NewObjection(SchemePage, ActView):
    """A principal objects for the own school, to a result that the school sees in full."""

    tab = "objections"
    for_schools = True
    template_name = "assessment/objection_new.html"
    form_class = ObjectionForm

    def check(self):
        if self.scheme.state != SchemeState.PUBLISHED or is_bureau(self.request, self.scheme):
            raise Http404
        self.publication = publications.notices_of([self.scheme])
        self.notice = next(iter(self.publication.values())).notice
        self.school_id = people.school_of(self.request.actor)

    def form_options(self):
        return {"schools": publications.objectionable(self.request.actor, self.scheme)}

    def initial(self):
        asked = self.request.GET.get("school", "")
        return {"about": int(asked) if asked.isdecimal() and len(asked) <= 18 else self.school_id}

    def refused(self) -> str:
        if self.scheme.superseded:
            return "本版已被新版本取代，请对现行版本提出异议。"
        try:
            may.check_file(
                actor=self.request.actor,
                notice=self.notice,
                school_id=self.school_id,
                on=clock.today(),
            )
        except Denied as denied:
            return str(denied)
        return ""

    def context(self):
        return self.head() | {"refused": self.refused(), "notice": self.notice}

    def act(self, form):
        if self.scheme.superseded:
            raise Denied(self.refused())
        objection = objections.file(
            notice_id=self.notice.pk,
            school_id=self.school_id,
            about_id=form.cleaned_data["about"],
            text=form.cleaned_data["text"],
            actor=self.request.actor,
            now=clock.now(),
            on=clock.today(),
        )
        return reverse("objection-detail", args=[objection.pk])


class ObjectionDetail(ActView):
    """One objection; the head decides on it here, the school takes it back (``withdraw``)."""

    template_name = "assessment/objection.html"
    form_class = DecisionForm

    def check(self):
        actor = self.request.actor
        rows = objections_visible_to(actor).filter(pk=self.kwargs["objection_id"])
        self.objection = rows.first()
        self.publication = self.objection and publications.of_notice(self.objection.notice_id)
        if self.publication is None:
            raise Http404
        scheme_id = self.publication.scheme_id
        self.scheme = scheme_for(self.request, scheme_id, for_schools=True)

    def post(self, request, *args, **kwargs):
        if "withdraw" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.form_class()
        try:
            objections.withdraw(
                objection_id=self.objection.pk, actor=request.actor, now=clock.now()
            )
        except Denied as denied:
            self.told = str(denied)
            return self._draw(form)
        return redirect("objection-detail", objection_id=self.objection.pk)

    told = ""

    def act(self, form):
        said = form.cleaned_data
        draft = decisions.decide(
            objection_id=self.objection.pk,
            upheld=said["upheld"],
            reason=said["reason"],
            actor=self.request.actor,
            now=clock.now(),
        )
        if draft is not None:
            return reverse("scheme-results", args=[draft.pk])
        return reverse("objection-detail", args=[self.objection.pk])

    def context(self):
        actor, it = self.request.actor, self.objection
        names = schools.names_on(self.scheme.cut_off_on, {it.school_id, it.about_id})
        rows = results.results_visible_to(actor, self.scheme).filter(in_full=True)
        return head(self.request, self.scheme, "objections") | {
            "objection": it,
            "objection_state": ObjectionState(it.state),
            "school": names.get(it.school_id, ""),
            "about": names.get(it.about_id, ""),
            "about_open": rows.filter(school=it.about_id).exists(),
            "told": self.told,
            "is_open": it.state == ObjectionState.OPEN,
            "may_decide": may.can_decide(actor=actor, objection=it),
            "may_withdraw": it.school_id in actor.school_ids and actor.may("OBJECT"),
        }
