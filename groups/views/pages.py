"""What the pages of one group share: who may see it, and what its header needs."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views import View

from core import clock
from core.errors import Denied
from groups import guards
from groups.enums import TYPE_MEANING, GroupState, GroupType
from groups.selectors import groups


def on_suffix(request) -> str:
    """What links append so that the asked day is kept."""
    return f"?on={request.as_of}" if request.as_of else ""


def may_manage(request, district_id: int) -> bool:
    """Whether buttons are on: who may, today only."""
    return request.as_of is None and guards.can_manage(actor=request.actor, district_id=district_id)


def header(request, group: groups.GroupOn, tab: str = "") -> dict:
    """The context of ``groups/head.html``."""
    return {
        "group": group,
        "facts": group.facts,
        "tab": tab,
        "meaning": TYPE_MEANING[GroupType(group.facts.type)],
        "years": _years(group),
        "on_suffix": on_suffix(request),
        "may_manage": group.state == GroupState.ACTIVE
        and may_manage(request, group.facts.district_id),
    }


def _years(group: groups.GroupOn) -> int:
    """In which year of its life the group is on the day."""
    had = (group.day.month, group.day.day) >= (group.since.month, group.since.day)
    return group.day.year - group.since.year + (1 if had else 0)


class Scoped(View):
    """For those whose post holds schools or districts, or who were granted a group; else 404."""

    def dispatch(self, request, *args, **kwargs):
        actor = request.actor
        if actor is None or not (actor.district_ids or actor.school_ids or actor.granted_group_ids):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class GroupPage(Scoped):
    """A page of one visible group, ``self.group``."""

    tab = ""

    def dispatch(self, request, *args, **kwargs):
        if request.actor is None:
            raise Http404
        self.group = groups.group_on(request.actor, kwargs["group_id"], request.day)
        if self.group is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def page(self, request, template: str, **context):
        return render(request, template, header(request, self.group, self.tab) | context)


class FormPage(Scoped):
    """One column, one form, one act. ``allowed`` raises 404 for who may not even see the form.

    A button named ``find`` draws the form again with what was typed, and judges nothing.
    """

    template_name: str
    status = 422

    def form(self, data=None, **extra):
        raise NotImplementedError

    def act(self, form):
        """Do it and say where to go next. May raise Denied or ValidationError."""
        raise NotImplementedError

    def context(self) -> dict:
        return {}

    def get(self, request, *args, **kwargs):
        if request.as_of:
            return redirect(request.path)
        return self._drawn(self.form())

    def post(self, request, *args, **kwargs):
        if "find" in request.POST:
            return self._drawn(self.form(typed=request.POST))
        form = self.form(data=request.POST)
        if form.is_valid():
            try:
                return redirect(self.act(form))
            except Denied as denied:
                form.add_error(None, str(denied))
            except ValidationError as invalid:
                form.add_error(None, invalid.messages)
        return self._drawn(form, status=self.status)

    def _drawn(self, form, status=200):
        context = {"form": form} | self.context()
        return render(self.request, self.template_name, context, status=status)

    @property
    def acting(self) -> dict:
        return {"actor": self.request.actor, "now": clock.now()}


def require_manager(request, district_id: int) -> None:
    """404 for whoever has no business with the form; the action asks the guard again."""
    if not guards.can_manage(actor=request.actor, district_id=district_id):
        raise Http404
