import calendar as weeks
import contextlib
import dataclasses
import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from core import clock
from core.errors import Denied
from core.school_years import school_year_label, school_year_of
from core.views.acts import ActView
from directory.actions import calendar as actions
from directory.enums import DayKind
from directory.forms import calendar as forms
from directory.guards import schools as guards
from directory.selectors import calendar as selectors


FIRST_YEAR, LAST_YEAR = 2004, 2099
MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)


@dataclasses.dataclass(frozen=True)
class Day:
    """A day of a month's grid; ``look`` is its class, ``said`` what a reader hears."""

    number: int
    look: str
    said: str


class OneYear:
    """The school year of the address and the district of the post."""

    @property
    def year(self) -> int:
        year = self.kwargs.get("school_year", school_year_of(self.request.day))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        return year

    @property
    def asked(self):
        actor = self.request.actor
        return {"actor": actor, "district_id": actor.home_district_id}

    def check(self):
        if not guards.can_manage(**self.asked):
            raise PermissionDenied

    def address(self):
        return reverse("calendar-year", args=[self.year])


class CalendarYearView(OneYear, View):
    """The school year: terms, months with what is off, the bureau's own days."""

    def get(self, request, **kwargs):
        if request.actor is None or request.actor.home_district_id is None:
            raise PermissionDenied
        year, district_id = self.year, request.actor.home_district_id
        first, last = datetime.date(year, 9, 1), datetime.date(year + 1, 8, 31)
        table = selectors.calendar_for(district_id, first, last)
        rows = selectors.days_of(district_id, first, last)
        terms = selectors.terms_of(district_id, year)
        return render(
            request,
            "directory/calendar_year.html",
            {
                "year": year,
                "label": school_year_label(year),
                "before": year - 1 if year > FIRST_YEAR else None,
                "after": year + 1 if year < LAST_YEAR else None,
                "terms": [(it, table.workdays_between(it.first, it.last)) for it in terms],
                "months": [
                    _month(year if month >= 9 else year + 1, month, table, rows, request.day)
                    for month in MONTHS
                ],
                "unknown": table.unknown_years(first, last),
                "national": _runs([row for row in rows if row.district_id is None]),
                "own": [row for row in rows if row.district_id is not None],
                "can_manage": guards.can_manage(**self.asked) and not request.as_of,
            },
        )


def _month(year: int, month: int, table, rows, today) -> dict:
    """A month as weeks from Monday, with its number of workdays."""
    named = {}
    for row in rows:
        named.setdefault(row.day, []).append(row)
    grid = [
        [
            _day(datetime.date(year, month, number), table, named, today) if number else None
            for number in week
        ]
        for week in weeks.Calendar().monthdayscalendar(year, month)
    ]
    last = datetime.date(year, month, weeks.monthrange(year, month)[1])
    return {
        "title": f"{year}年{month}月",
        "workdays": table.workdays_between(last.replace(day=1), last),
        "weeks": grid,
    }


def _day(day: datetime.date, table, named, today) -> Day:
    names = "、".join(row.name for row in named.get(day, []))
    looks = []
    if day in table.off:
        looks.append("off")
    elif day in table.on:
        looks.append("on")
    elif not table.is_workday(day):
        looks.append("end")
    if any(row.kind == DayKind.EVENT for row in named.get(day, [])):
        looks.append("event")
    if day == today:
        looks.append("now")
    return Day(day.day, " ".join(looks), names)


def _runs(rows) -> list[dict]:
    """Days of the same name and kind that follow each other, as one line."""
    runs: list[dict] = []
    for row in rows:
        held = runs[-1] if runs else None
        if (
            held
            and (held["name"], held["kind"]) == (row.name, row.get_kind_display())
            and row.day - held["last"] == datetime.timedelta(days=1)
        ):
            held["last"] = row.day
        else:
            runs.append(
                {
                    "name": row.name,
                    "kind": row.get_kind_display(),
                    "on": row.kind == DayKind.WORKDAY,
                    "first": row.day,
                    "last": row.day,
                }
            )
    return runs


class CalendarDayNewView(OneYear, ActView):
    template_name = "directory/calendar_form.html"
    form_class = forms.DaysForm

    def context(self):
        return {
            "title": "录入本局安排",
            "button": "录入",
            "back": self.address(),
            "says": "本局的安排优先于国家公布的安排：国家放假而本局上班的，或者相反，在这里录入。",
        }

    def act(self, form):
        days = actions.add_days(**self.asked, **form.cleaned_data, now=clock.now())
        return reverse("calendar-year", args=[school_year_of(days[0].day)])


class CalendarDayRemoveView(OneYear, View):
    http_method_names = ["post"]

    def post(self, request, school_year, day_id):
        if request.actor is None:
            raise PermissionDenied
        self.check()
        with contextlib.suppress(Denied):  # a second click: it is gone already
            actions.remove_day(**self.asked, day_id=day_id, now=clock.now())
        return HttpResponseRedirect(self.address())


class CalendarTermsView(OneYear, ActView):
    template_name = "directory/calendar_form.html"
    form_class = forms.TermsForm

    def initial(self):
        given = {}
        for term in selectors.terms_of(self.request.actor.home_district_id, self.year):
            given |= {f"first_{term.number}": term.first, f"last_{term.number}": term.last}
        return given

    def context(self):
        return {
            "title": f"{school_year_label(self.year)}起止日期",
            "button": "保存",
            "back": self.address(),
            "says": "没有设置的学年按 9月1日至1月31日、2月1日至8月31日计。记录按发生日期归入学期。",
        }

    def act(self, form):
        actions.set_terms(**self.asked, school_year=self.year, terms=form.terms(), now=clock.now())
        return self.address()
