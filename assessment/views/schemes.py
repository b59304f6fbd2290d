"""The years of a county's assessment, and a new one."""

import dataclasses
import functools

from django.http import Http404
from django.urls import reverse

from assessment.actions import schemes
from assessment.enums import SchemeState
from assessment.forms.schemes import NewSchemeForm, default_cut_off, default_title
from assessment.guards import schemes as may
from assessment.models import Scheme
from assessment.selectors.missing import Counts, counts_of
from assessment.selectors.schemes import schemes_visible_to, years_taken
from core import clock
from core.school_years import FIRST_MONTH, school_year_label, school_year_of
from core.tables import Column
from core.views.acts import ActView
from core.views.lists import ListView


YEARS_BACK = 3


@dataclasses.dataclass(frozen=True)
class Row:
    scheme: Scheme
    state: SchemeState
    counts: Counts
    district: str  # empty in the reader's own

    @property
    def superseded(self) -> bool:
        return self.scheme.superseded


YEAR = Column("year", "学年", sort=("school_year", "version"))
VERSION = Column("version", "版本")
STATE = Column("state", "状态", sort=("state", "school_year"))
CUT_OFF = Column("cut_off", "成员关系截至", sort=("cut_off_on",))
OF_BUREAU = (
    YEAR,
    VERSION,
    STATE,
    CUT_OFF,
    Column("entrants", "参评学校", css="num"),
    Column("scored", "已出分", css="num"),
    Column("missing", "未出分", css="num"),
    Column("reckoned", "计算时间"),
)
OF_SCHOOLS = (YEAR, VERSION, STATE, CUT_OFF)


class SchemeList(ListView):
    """Every version for bureau and leadership; for a school what its bureau has published."""

    template_name = "assessment/list.html"
    title = "考核"
    counter = "个方案"
    searched = ("title__contains",)
    search_label = "名称"
    first_sort = "-year"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        actor = request.actor
        if actor is None or not (actor.district_ids or actor.school_ids):
            raise Http404
        self.columns = OF_BUREAU if actor.district_ids else OF_SCHOOLS

    def visible(self):
        return schemes_visible_to(self.request.actor).select_related("district")

    def present(self, rows):
        actor = self.request.actor
        counts = counts_of(actor, [it.pk for it in rows]) if actor.district_ids else {}
        home = actor.home_district_id
        return [
            Row(
                it,
                SchemeState(it.state),
                counts.get(it.pk, Counts()),
                "" if it.district_id == home else it.district.name,
            )
            for it in rows
        ]

    def extra(self):
        actor = self.request.actor
        return {
            "is_bureau": bool(actor.district_ids),
            "may_manage": self.request.as_of is None
            and may.can_manage(actor=actor, district_id=actor.home_district_id),
        }


class NewScheme(ActView):
    """The first version of a year; pools, indicators and schools are there when it opens."""

    template_name = "assessment/new.html"
    form_class = NewSchemeForm

    def check(self):
        actor = self.request.actor
        if not may.can_manage(actor=actor, district_id=actor.home_district_id):
            raise Http404

    @functools.cached_property
    def years(self) -> list[int]:
        """Recent school years that have no scheme yet, the newest first."""
        actor = self.request.actor
        newest = school_year_of(actor.on)
        taken = years_taken(actor, actor.home_district_id)
        return [it for it in range(newest, newest - YEARS_BACK - 1, -1) if it not in taken]

    @property
    def year(self) -> int:
        """The year in the address, else the latest that is over, else the newest free one."""
        asked = self.request.GET.get("year", "")
        now = school_year_of(self.request.actor.on)
        if asked.isdecimal() and int(asked) in {*self.years, now}:
            return int(asked)
        past = [it for it in self.years if it < now]
        autumn = self.request.actor.on.month >= FIRST_MONTH
        return past[0] if past and autumn else next(iter(self.years), now)

    def initial(self):
        return {
            "title": default_title(self.year),
            "cut_off_on": default_cut_off(self.year),
            "copy_last": True,
        }

    def context(self):
        return {
            "years": [(it, school_year_label(it)) for it in self.years],
            "year": self.year,
            "year_label": school_year_label(self.year),
        }

    def act(self, form):
        scheme = schemes.create(
            district_id=self.request.actor.home_district_id,
            school_year=self.year,
            **form.cleaned_data,
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("scheme-setup", args=[scheme.pk])
