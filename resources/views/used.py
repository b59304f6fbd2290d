"""What facilities were used for: confirmed bookings up to the day (A-17, X-13)."""

import datetime

from django.http import Http404

from core.school_years import FIRST_MONTH, school_year_label, school_year_of
from core.tables import Column, Filter
from core.views.lists import ListView
from resources.enums import FacilityKind
from resources.selectors import bookings as selectors
from resources.views.bookings import shown


YEARS = 6


def years(request) -> list[tuple[str, str]]:
    this = school_year_of(request.day)
    return [(str(it), school_year_label(it)) for it in range(this, this - YEARS, -1)]


def in_year(rows, value: str):
    begins, ends = (datetime.date(int(value) + n, FIRST_MONTH, 1) for n in (0, 1))
    return rows.filter(day__gte=begins, day__lt=ends)


def concerned(request) -> list[tuple[str, str]]:
    """The schools of visible records; both filters offer them, one page asks once."""
    if not hasattr(request, "schools_concerned"):
        names = selectors.schools_used(request.actor, request.day)
        request.schools_concerned = sorted(
            ((str(pk), name) for pk, name in names.items()), key=lambda it: it[1]
        )
    return request.schools_concerned


class UsedList(ListView):
    """For the bureau, leadership, and schools: of their rooms and of their own use of others'."""

    template_name = "resources/used.html"
    title = "场地使用记录"
    counter = "次"
    columns = (
        Column("day", "日期", lambda row: str(row["it"].day), ("day", "period"), width=12),
        Column("clock", "时间", lambda row: row["clock"], width=14),
        Column(
            "facility", "场地", lambda row: row["it"].facility.name,
            ("facility__sort_key", "day", "period"), width=22,
        ),
        Column("owner", "所属学校", lambda row: row["owner"], width=24),
        Column("school", "使用学校", lambda row: row["school"], width=24),
        Column("purpose", "用途", lambda row: row["it"].purpose, width=30),
        Column("heads", "人数", lambda row: row["it"].heads, ("heads",), "num", 8, "integer"),
    )  # fmt: skip
    filters = (
        Filter("year", "学年", years, in_year),
        Filter(
            "by", "使用方", lambda request: [("OTHERS", "外校"), ("OWNER", "本校")],
            lambda rows, value: rows.filter(lent=value == "OTHERS"),
        ),
        Filter("owner", "所属学校", concerned,
               lambda rows, value: rows.filter(facility__school=int(value))),
        Filter("school", "使用学校", concerned,
               lambda rows, value: rows.filter(school=int(value))),
        Filter("kind", "种类", lambda request: FacilityKind.choices,
               lambda rows, value: rows.filter(facility__kind=value)),
    )  # fmt: skip
    searched = ("purpose__icontains", "facility__search__contains")
    search_label = "用途或场地"
    first_sort = "-day"
    export_act = "resources.booking.export"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if request.actor is None or not (request.actor.district_ids or request.actor.school_ids):
            raise Http404

    def visible(self):
        return selectors.used_until(self.request.actor, self.request.day)

    def present(self, rows):
        return shown(rows, self.request.day)
