from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from core import clock
from core.periods import last_day
from core.school_years import school_year_label, school_year_of
from core.selectors.history import events_about
from core.views.lists import ListView
from directory import filters, tables
from directory.enums import AREA_CLASSES, HISTORY, SCHOOL_FIELDS, Permission
from directory.guards import schools as guards
from directory.selectors import school_pages
from directory.selectors import schools as selectors


class SchoolListView(ListView):
    template_name = "directory/school_list.html"
    title = "学校"
    counter = "所"
    columns = tables.SCHOOLS
    filters = filters.SCHOOLS
    searched = ("search__contains", "code__startswith")
    search_label = "校名、拼音、首字母或标识码"
    first_sort = "name"
    export_act = "directory.school.export"

    def visible(self):
        rows = school_pages.school_list(self.request.actor, self.request.day)
        return rows.values_list(*tables.SCHOOL_READ, named=True)

    def present(self, rows):
        return [tables.SchoolRow(*row) for row in rows]

    def extra(self):
        return {
            "may_enter": self.request.actor.may(Permission.MANAGE_SCHOOLS),
            "school_year_now": school_year_label(school_year_of(self.request.day)),
        }


class OneSchool:
    """Loads the school of the address; out of sight is 404."""

    @cached_property
    def history(self):
        found = selectors.school_history(self.request.actor, self.kwargs["school_id"])
        if not found:
            raise Http404
        return found

    @cached_property
    def facts(self):
        """The facts of the shown day, else the nearest before it, else the first."""
        day = self.request.day
        begun = [row for row in self.history if row.period.lower <= day]
        return begun[0] if begun else self.history[-1]

    @property
    def asked(self):
        return {"actor": self.request.actor, "district_id": self.facts.district_id}

    def check(self):
        if not guards.can_manage(**self.asked):
            raise PermissionDenied

    def address(self):
        return reverse("school-detail", args=[self.kwargs["school_id"]])


class SchoolDetailView(OneSchool, View):
    def get(self, request, school_id):
        if request.actor is None:
            raise PermissionDenied
        facts, day = self.facts, request.day
        spans = school_pages.spans_of(self.history, day)
        newest = self.history[0]
        until = last_day(newest.period)
        today = clock.today()
        headcounts = school_pages.headcounts_of(school_id)
        can_manage = guards.can_manage(**self.asked) and not request.as_of
        seen = selectors.schools_visible_to(request.actor, day).filter(school_id=facts.parent_id)
        return render(
            request,
            "directory/school_detail.html",
            {
                "facts": facts,
                "in_force": day in facts.period,
                "area_name": AREA_CLASSES.get(facts.area_class, ""),
                "parent": next((s.parent_name for s in spans if s.facts is facts), ""),
                "parent_visible": bool(facts.parent_id) and seen.exists(),
                "tree": school_pages.tree_of(request.actor, school_id, day),
                "spans": spans,
                "ahead": newest if newest.period.lower > today else None,
                "until": until,
                "ends_ahead": until is not None and until >= today,
                "events": [_told(event) for event in events_about("school", school_id)],
                "headcounts": [(it, school_year_label(it.school_year)) for it in headcounts],
                "bells": school_pages.bells_of(school_id, day),
                "staff": school_pages.staff_count(school_id, day),
                "can_manage": can_manage,
                "can_bells": not request.as_of
                and guards.can_bells(**self.asked, school_id=school_id),
            },
        )


def _told(event) -> dict:
    """A line of the history: who did what, when, from which day, why."""
    fields = [SCHOOL_FIELDS.get(it, it) for it in event.details.get("fields", [])]
    return {
        "at": event.at,
        "who": event.actor_name,
        "what": HISTORY.get(event.act, "办理"),
        "fields": "、".join(fields),
        "since": event.details.get("from", ""),
        "last_day": event.details.get("last_day", ""),
        "reason": event.details.get("reason", ""),
    }
