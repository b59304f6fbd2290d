import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from core import clock, selectors
from core.actions import jobs
from core.acts import job_label
from core.enums import JobState
from core.models import Job


OTHERS = 10
# Where the work of a kind has its own page: (URL name, the parameter that holds the id).
PLACES = {"import": ("import-batch", "batch"), "report": ("report-detail", "report")}


@require_safe
def detail(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """How far one's own job is, what came of it, and what else of one's own is running."""
    if request.actor is None:
        raise Http404
    own = selectors.jobs_visible_to(request.actor)
    job = get_object_or_404(own, pk=job_id)
    others = own.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exclude(pk=job.pk)
    context = {
        "job": _told(job),
        "others": [_told(other) for other in others[:OTHERS]],
        "open": job.state not in JobState.ended(),
    }
    response = render(request, "core/job_detail.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Stop one's own job; one that has ended stays as it is."""
    if request.actor is None:
        raise Http404
    job = get_object_or_404(selectors.jobs_visible_to(request.actor), pk=job_id)
    jobs.cancel(job_id=job.pk, actor=request.actor, now=clock.now())
    return redirect("job-detail", job_id=job.pk)


def _told(job: Job) -> Job:
    """With what the page says of it: its title, state and the place of its work."""
    job.title = job_label(job.kind)
    job.shown = JobState(job.state)
    job.place = _place(job)
    return job


def _place(job: Job) -> str:
    name, parameter = PLACES.get(job.kind.partition(".")[0], ("", ""))
    if parameter not in job.params:
        return ""
    try:
        return reverse(name, args=[job.params[parameter]])
    except NoReverseMatch:
        return ""
