"""What the bureau does to a school; each page has one form and one act."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from core import clock
from core.periods import last_day
from core.ports import dependents
from core.school_years import school_year_label, school_year_of
from core.views.acts import ActView
from directory.actions import bells, headcounts, school_ends
from directory.actions import schools as actions
from directory.forms import schools as forms
from directory.guards import schools as guards
from directory.selectors import areas, people, school_pages
from directory.selectors import schools as selectors
from directory.views.schools import OneSchool


class SchoolNewView(ActView):
    template_name = "directory/school_form.html"
    form_class = forms.SchoolForm

    def check(self):
        if not guards.can_manage(
            actor=self.request.actor, district_id=self.request.actor.home_district_id
        ):
            raise PermissionDenied

    def initial(self):
        return {"first_day": clock.today()}

    def form_options(self):
        actor = self.request.actor
        return _school_choices(actor, actor.home_district_id)

    def context(self):
        return {"title": "录入学校", "back": reverse("school-list"), "button": "录入学校"}

    def act(self, form):
        district = people.districts_visible_to(self.request.actor).get(
            pk=self.request.actor.home_district_id
        )
        school = actions.enter(
            district=district,
            facts=form.facts(),
            first_day=form.cleaned_data["first_day"],
            source=form.cleaned_data["source"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("school-detail", args=[school.pk])


class SchoolChangeView(OneSchool, ActView):
    template_name = "directory/school_form.html"
    form_class = forms.SchoolChangeForm

    def initial(self):
        facts = self.facts
        return {
            "name": facts.name,
            "code": facts.code or "",
            "kind": facts.kind,
            "stage": facts.stage,
            "parent": facts.parent_id,
            "area_unit": facts.area_unit.code if facts.area_unit else "",
            "area_class": facts.area_class,
        }

    def form_options(self):
        return _school_choices(
            self.request.actor, self.facts.district_id, but=self.kwargs["school_id"]
        )

    def context(self):
        return {
            "title": f"修改 {self.facts.name}",
            "school": self.facts,
            "back": self.address(),
            "button": "保存修改",
        }

    def act(self, form):
        said = {
            "school_id": self.kwargs["school_id"],
            "facts": form.facts(),
            "source": form.cleaned_data["source"],
            "actor": self.request.actor,
            "now": clock.now(),
        }
        if form.cleaned_data["how"] == forms.CORRECT:
            held = self.facts.period
            actions.correct(on=clock.today() if clock.today() in held else held.lower, **said)
        else:
            actions.change(first_day=form.cleaned_data["first_day"], **said)
        return self.address()


class SchoolCloseView(OneSchool, ActView):
    template_name = "directory/school_close.html"
    form_class = forms.CloseForm

    def form_options(self):
        choices = _school_choices(
            self.request.actor, self.facts.district_id, but=self.kwargs["school_id"]
        )
        return {"parents": choices["parents"]}

    def context(self):
        units, staff = school_pages.closing_leaves(self.kwargs["school_id"], clock.today())
        lines = [
            line for ask in dependents for line in ask(self.kwargs["school_id"], clock.today())
        ]
        return {
            "school": self.facts,
            "units": units,
            "staff": staff,
            "lines": lines,
            "back": self.address(),
        }

    def act(self, form):
        data = form.cleaned_data
        school_ends.close(
            school_id=self.kwargs["school_id"],
            last_day=data["last_day"],
            reason=data["reason"],
            into_id=data["into"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return self.address()


class SchoolWithdrawView(OneSchool, ActView):
    """Asks first what is taken back; the act itself is a POST without fields."""

    template_name = "directory/school_withdraw.html"
    form_class = forms.EmptyForm

    def context(self):
        newest = self.history[0]
        return {
            "school": self.facts,
            "ahead": newest if newest.period.lower > clock.today() else None,
            "until": last_day(newest.period),
            "back": self.address(),
        }

    def act(self, form):
        school_ends.withdraw(
            school_id=self.kwargs["school_id"],
            today=clock.today(),
            actor=self.request.actor,
            now=clock.now(),
        )
        return self.address()


class HeadcountView(OneSchool, ActView):
    template_name = "directory/school_headcount.html"
    form_class = forms.HeadcountForm

    def initial(self):
        year = school_year_of(clock.today())
        held = {it.school_year: it for it in school_pages.headcounts_of(self.facts.school_id)}
        row = held.get(year)
        return {
            "school_year": year,
            "pupils": row and row.pupils,
            "teachers": row and row.teachers,
        }

    def form_options(self):
        now = school_year_of(clock.today())
        return {"years": [(year, school_year_label(year)) for year in range(now + 1, now - 6, -1)]}

    def context(self):
        return {"school": self.facts, "back": self.address()}

    def act(self, form):
        headcounts.count(
            school_id=self.kwargs["school_id"],
            **form.cleaned_data,
            actor=self.request.actor,
            now=clock.now(),
        )
        return self.address()


class BellScheduleView(OneSchool, ActView):
    template_name = "directory/school_bells.html"
    form_class = forms.BellForm

    def check(self):
        if not guards.can_bells(**self.asked, school_id=self.kwargs["school_id"]):
            raise PermissionDenied

    def initial(self):
        held = school_pages.bells_of(self.kwargs["school_id"], clock.today())
        lessons = held.lessons.all() if held else []
        return {
            "name": held.name if held else "",
            "first_day": clock.today(),
            "lines": "\n".join(
                f"{it.starts_at:%H:%M}—{it.ends_at:%H:%M} {it.name}".strip() for it in lessons
            ),
        }

    def context(self):
        return {"school": self.facts, "back": self.address()}

    def act(self, form):
        bells.set_bells(
            school_id=self.kwargs["school_id"],
            name=form.cleaned_data["name"],
            first_day=form.cleaned_data["first_day"],
            lessons=form.cleaned_data["lines"],
            actor=self.request.actor,
            now=clock.now(),
        )
        return self.address()


def _school_choices(actor, district_id: int, but: int | None = None) -> dict:
    """The schools of the district that a form offers, and the question for an area unit."""
    rows = selectors.schools_visible_to(actor, clock.today()).filter(district_id=district_id)
    pairs = rows.exclude(school_id=but).order_by("sort_key", "pk")
    return {
        "parents": list(pairs.values_list("school_id", "name")),
        "area_of": lambda code: areas.area_by_code(district_id, code),
    }
