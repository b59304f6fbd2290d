from django.shortcuts import render

from core import clock
from desk.actions.imports import kinds_of
from desk.selectors.around import around
from desk.selectors.workbench import work_of


def workbench(request):
    """What waits for the actor, due when, one click away; what goes on around. Always of today."""
    context = {}
    if request.actor and request.actor.post_id:
        today, now = clock.today(), clock.now()
        context["work"] = work_of(request.actor, today, now, kinds_of(request.actor))
        context["around"] = around(request.actor, today, now)
    return render(request, "desk/workbench.html", context)
