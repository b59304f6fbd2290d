"""Making reports: asking for one, stopping, trying again, and doing it by itself."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core import clock
from core.actions import jobs as core_jobs
from core.errors import Denied
from core.school_years import school_year_of
from core.views.acts import ActView
from groups.selectors import groups
from reports.actions import builds, schedules
from reports.enums import SCHEDULED, ReportKind
from reports.forms import MakeForm, ScheduleForm
from reports.selectors import jobs, reports
from reports.views.pages import Maker


class ReportNew(Maker, ActView):
    template_name = "reports/new.html"
    form_class = MakeForm

    def initial(self):
        asked = self.request.GET
        return {
            "kind": asked.get("kind") or ReportKind.YEARLY,
            "school_year": asked.get("school_year") or school_year_of(clock.today()) - 1,
            "term": asked.get("term"),
            "month": asked.get("month"),
            "group": asked.get("group"),
        }

    def form_options(self):
        today = clock.today()
        seen = groups.groups_visible_to(self.request.actor, today)
        own = seen.filter(district_id=self.district_id).order_by("sort_key", "pk")
        return {"today": today, "groups": list(own.values_list("group_id", "name"))}

    def act(self, form):
        joined = 0
        for subject in form.subjects(self.district_id):
            _, new = builds.ask(
                subject=subject,
                actor=self.request.actor,
                now=clock.now(),
                today=clock.today(),
                reason=form.cleaned_data["reason"],
            )
            joined += not new
        if joined:
            messages.info(self.request, "同样的报告正在生成，已并入那项任务。")
        return reverse("report-list")


class ReportSchedule(Maker, ActView):
    template_name = "reports/schedule.html"
    form_class = ScheduleForm

    def initial(self):
        held = {it.kind: it for it in reports.schedules_of(self.request.actor)
                if it.district_id == self.district_id}  # fmt: skip
        values = {}
        for kind in SCHEDULED:
            schedule = held.get(kind)
            values[f"on_{kind}"] = bool(schedule and schedule.enabled)
            values[f"day_{kind}"] = schedule.day if schedule else 5
        return values

    def act(self, form):
        before = self.initial()
        for kind, enabled, day in form.chosen():
            if (enabled, day) != (before[f"on_{kind}"], before[f"day_{kind}"]):
                schedules.set_day(
                    district_id=self.district_id,
                    kind=kind,
                    day=day,
                    enabled=enabled,
                    actor=self.request.actor,
                    now=clock.now(),
                    today=clock.today(),
                )
        return reverse("report-list")


class OneJob(Maker):
    """A job of a report in the actor's districts, ``self.job``."""

    http_method_names = ["post"]

    def setup(self, request: HttpRequest, *args, job_id: uuid.UUID, **kwargs):
        super().setup(request, *args, job_id=job_id, **kwargs)
        self.job = jobs.making(request.actor, job_id)
        if self.job is None:
            raise Http404


class JobCancel(OneJob):
    def post(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        core_jobs.cancel(job_id=self.job.pk, actor=request.actor, now=clock.now())
        return redirect("report-list")


class JobRetry(OneJob):
    def post(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        try:
            builds.ask_again(
                job=self.job, actor=request.actor, now=clock.now(), today=clock.today()
            )
        except Denied as denied:
            messages.error(request, str(denied))
        return redirect("report-list")
