from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.decorators.cache import never_cache

from core import clock
from core.errors import Denied
from core.selectors.history import events_about
from core.views.acts import ActView
from core.views.lists import ListView
from directory import filters, tables
from directory.actions import staff
from directory.enums import HISTORY, REVEALABLE, Permission
from directory.forms import teachers as forms
from directory.guards import teachers as guards
from directory.selectors import schools, teacher_pages
from directory.selectors import teachers as selectors


SHOWN = (
    "pk", "staff_number", "name", "unit_name", "subject", "title", "position", "backbone_level",
)  # fmt: skip


class TeacherListView(ListView):
    template_name = "directory/teacher_list.html"
    title = "教师"
    counter = "人"
    columns = tables.TEACHERS
    filters = filters.TEACHERS
    searched = ("search__contains", "staff_number__istartswith")
    search_label = "姓名、拼音、首字母或工号"
    first_sort = "name"
    export_act = "directory.teacher.export"

    def visible(self):
        rows = teacher_pages.teacher_list(
            self.request.actor, self.request.day, at_work=self.request.GET.get("state") != "left"
        )
        # The page shows nothing encrypted, so it decrypts nothing; the workbook masks it.
        return rows.values_list(*SHOWN, named=True) if self.request.method == "GET" else rows


class OneTeacher:
    """Loads the teacher of the address; out of sight is 404."""

    @cached_property
    def teacher(self):
        found = selectors.teacher_visible_to(
            self.request.actor, self.kwargs["teacher_id"], self.request.day
        )
        if found is None:
            raise Http404
        return found

    def check(self):
        if not guards.can_manage(actor=self.request.actor, district_id=self.teacher.district_id):
            raise PermissionDenied

    def address(self):
        return reverse("teacher-detail", args=[self.kwargs["teacher_id"]])

    def draw(self, *, form=None, shown=None):
        """The page of the teacher; ``shown`` is a value just revealed, as (field, value)."""
        request, teacher = self.request, self.teacher
        places = teacher_pages.places_of(request.actor, teacher.pk, request.day)
        hidden = teacher_pages.masked(teacher)
        may_reveal = request.actor.may(Permission.REVEAL_PERSONAL) and not request.as_of
        return render(
            request,
            "directory/teacher_detail.html",
            {
                "teacher": teacher,
                "places": places,
                "here": next(
                    (
                        it
                        for it in places
                        if it.first <= request.day and (not it.last or request.day <= it.last)
                    ),
                    None,
                ),
                "personal": [
                    {
                        "field": field,
                        "label": label,
                        "masked": hidden[field],
                        "value": shown[1] if shown and shown[0] == field else "",
                    }
                    for field, label in REVEALABLE.items()
                ],
                "shown": shown,
                "form": form or forms.RevealForm(),
                "may_reveal": may_reveal,
                "can_manage": not request.as_of
                and guards.can_manage(actor=request.actor, district_id=teacher.district_id),
                "today": clock.today(),
                "events": [
                    (event, HISTORY.get(event.act, "办理"))
                    for event in events_about("teacher", teacher.pk)
                ],
            },
        )


class TeacherDetailView(OneTeacher, View):
    def get(self, request, teacher_id):
        if request.actor is None:
            raise PermissionDenied
        return self.draw()


class TeacherRevealView(OneTeacher, View):
    """Shows one masked value on the answered page, once; nothing of it is in the address."""

    http_method_names = ["post"]

    def post(self, request, teacher_id):
        if request.actor is None or not request.actor.may(Permission.REVEAL_PERSONAL):
            raise PermissionDenied
        form = forms.RevealForm(request.POST)
        if self.teacher and not form.is_valid():
            return self.draw(form=form)
        field = form.cleaned_data["field"]
        try:
            value = staff.reveal(
                teacher_id=teacher_id, **form.cleaned_data, actor=request.actor, now=clock.now()
            )
        except Denied as denied:
            form.add_error("reason", str(denied))
            return self.draw(form=form)
        return self.draw(shown=(field, value))


teacher_reveal = never_cache(TeacherRevealView.as_view())


class TeacherMoveView(OneTeacher, ActView):
    template_name = "directory/teacher_move.html"
    form_class = forms.MoveForm

    def form_options(self):
        rows = schools.schools_visible_to(self.request.actor, clock.today())
        here = rows.filter(district_id=self.teacher.district_id).order_by("sort_key", "pk")
        return {"units": list(here.values_list("school_id", "name"))}

    def initial(self):
        return {"first_day": clock.today()}

    def context(self):
        return {
            "teacher": self.teacher,
            "places": teacher_pages.places_of(
                self.request.actor, self.teacher.pk, self.request.day
            )[:1],
            "back": self.address(),
        }

    def act(self, form):
        data = form.cleaned_data
        staff.move(
            teacher_id=self.teacher.pk,
            unit_id=data["unit"],
            employer_id=data["employer"],
            first_day=data["first_day"],
            reason=data["reason"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return self.address()


class TeacherLeaveView(OneTeacher, ActView):
    template_name = "directory/teacher_leave.html"
    form_class = forms.LeaveForm

    def initial(self):
        return {"last_day": clock.today()}

    def context(self):
        return {"teacher": self.teacher, "back": self.address()}

    def act(self, form):
        staff.leave(
            teacher_id=self.teacher.pk,
            **form.cleaned_data,
            actor=self.request.actor,
            now=clock.now(),
        )
        return self.address()
