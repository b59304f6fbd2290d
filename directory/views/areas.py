from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from core import clock
from core.views.acts import ActView
from core.views.lists import ListView
from directory import filters, tables
from directory.actions import areas as actions
from directory.enums import AREA_CLASSES, Permission
from directory.forms.areas import AreaForm
from directory.guards import schools as guards
from directory.selectors import areas as selectors


class AreaListView(ListView):
    template_name = "directory/area_list.html"
    title = "区划"
    counter = "个"
    columns = tables.AREAS
    filters = filters.AREAS
    searched = ("name__contains", "town__contains", "code__startswith")
    search_label = "村（社区）、乡镇或代码"
    first_sort = "code"
    export_act = "directory.area_unit.export"

    def visible(self):
        return selectors.areas_visible_to(self.request.actor, self.request.day)

    def extra(self):
        return {
            "may_enter": self.request.actor.may(Permission.MANAGE_SCHOOLS)
            and not self.request.as_of,
            "area_classes": AREA_CLASSES,
        }


class AreaNewView(ActView):
    template_name = "directory/area_form.html"
    form_class = AreaForm

    def check(self):
        actor = self.request.actor
        if not guards.can_manage(actor=actor, district_id=actor.home_district_id):
            raise PermissionDenied

    def context(self):
        return {"title": "录入区划单元", "button": "录入", "back": reverse("area-list")}

    def act(self, form):
        actions.save(
            district_id=self.request.actor.home_district_id,
            values=form.cleaned_data,
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("area-list")


class AreaChangeView(ActView):
    template_name = "directory/area_form.html"
    form_class = AreaForm

    def check(self):
        found = selectors.areas_visible_to(self.request.actor).filter(pk=self.kwargs["unit_id"])
        self.unit = found.first()
        if self.unit is None:
            raise Http404
        if not guards.can_manage(actor=self.request.actor, district_id=self.unit.district_id):
            raise PermissionDenied

    def initial(self):
        return {field: getattr(self.unit, field) for field in actions.FIELDS}

    def context(self):
        return {"title": f"修改 {self.unit}", "button": "保存修改", "back": reverse("area-list")}

    def act(self, form):
        actions.save(
            district_id=self.unit.district_id,
            unit_id=self.unit.pk,
            values=form.cleaned_data,
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("area-list")
