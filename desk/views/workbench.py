from django.shortcuts import render

from core import clock
from desk.actions.imports import kinds_of
from desk.selectors.workbench import work_of


def workbench(request):
    """What waits for the actor, due when, one click away. Always of today."""
    context = {}
    if request.actor and request.actor.post_id:
        context["work"] = work_of(
            request.actor, clock.today(), clock.now(), kinds_of(request.actor)
        )
    return render(request, "desk/workbench.html", context)
