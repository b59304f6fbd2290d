"""Facilities: list, wall, week, and what their owner enters."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from core import clock
from core.tables import Column, Filter
from core.views.acts import ActView
from core.views.lists import ListView
from directory.selectors import schools
from groups.selectors import groups as group_selectors
from groups.selectors.partners import schools_of
from resources import guards
from resources.actions import facilities
from resources.enums import FacilityKind, Sharing, Standing
from resources.forms import BlackoutForm, FacilityForm, WithdrawForm
from resources.selectors import facilities as selectors
from resources.selectors import feeds, weeks
from resources.views.pages import FacilityPage, Signed, asked_day, facility_for, head


MOST_ON_THE_WALL = 60


def group_choices(request):
    rows = group_selectors.groups_visible_to(request.actor, request.day).order_by("sort_key", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("group_id", "name")]


def in_group(rows, group_id: str):
    return rows.filter(school__in=schools_of(int(group_id), clock.today()))


def school_choices(request):
    rows = selectors.facilities_visible_to(request.actor).order_by().values_list("school_id")
    names = schools.names_on(request.day, {pk for (pk,) in rows.distinct()})
    return sorted(((str(pk), name) for pk, name in names.items()), key=lambda it: it[1])


FILTERS = (
    Filter("group", "集团", group_choices, in_group),
    Filter("school", "学校", school_choices, lambda rows, value: rows.filter(school=int(value))),
    Filter(
        "kind",
        "种类",
        lambda request: FacilityKind.choices,
        lambda rows, value: rows.filter(kind=value),
    ),
    Filter(
        "others",
        "外校",
        lambda request: [("BOOK", "可以预约")],
        lambda rows, value: rows.filter(lendable=True),
    ),
)


def approval_said(facility) -> str:
    if facility.sharing == Sharing.OWN:
        return "不开放"
    return "须批准" if facility.needs_approval else "不须批准"


class FacilityList(ListView):
    template_name = "resources/list.html"
    title = "场地设施"
    counter = "个"
    first_sort = "name"
    filters = FILTERS
    columns = (
        Column("name", "名称", lambda row: row["it"].name, ("sort_key",), width=24),
        Column("school", "所属学校", lambda row: row["school"], width=24),
        Column("kind", "种类", lambda row: row["kind"], ("kind", "sort_key")),
        Column("place", "位置", lambda row: row["it"].place, css="opt", width=20),
        Column(
            "capacity", "容纳人数", lambda row: row["it"].capacity, ("capacity",), "num", 10,
            "integer",
        ),
        Column("sharing", "谁可以约", lambda row: row["sharing"]),
        Column("approval", "外校预约", lambda row: approval_said(row["it"]), screen=False),
        Column(
            "withdrawn", "停用自", lambda row: str(row["it"].withdrawn_from or ""), screen=False,
        ),
    )  # fmt: skip
    export_act = "resources.facility.export"

    def visible(self):
        request = self.request
        rows = selectors.facilities_visible_to(request.actor, request.day)
        return selectors.with_lendable(rows, request.day)

    def present(self, rows):
        names = schools.names_on(self.request.day, {it.school_id for it in rows})
        today = self.request.day
        return [
            {
                "it": it,
                "school": names.get(it.school_id, ""),
                "sharing": Sharing(it.sharing).label,
                "kind": FacilityKind(it.kind).label,
                "withdrawn": it.withdrawn_from is not None and it.withdrawn_from <= today,
            }
            for it in rows
        ]

    def extra(self):
        return {"may_add": bool(self.request.actor.may("MANAGE_FACILITIES"))}


class Wall(Signed):
    """Every facility that the address asks for, for one week."""

    def get(self, request):
        monday = weeks.monday_of(asked_day(request, "week") or clock.today())
        rows = list(
            selectors.facilities_visible_to(request.actor).order_by("school_id", "sort_key", "pk")
        )
        asked = {name: request.GET.get(name, "") for name in ("group", "school", "kind")}
        groups = group_choices(request)
        inside = None
        if asked["group"] in {value for value, _ in groups}:
            inside = schools_of(int(asked["group"]), clock.today())
        shown = [
            it
            for it in rows
            if (inside is None or it.school_id in inside)
            and asked["school"] in {"", str(it.school_id)}
            and asked["kind"] in {"", it.kind}
        ]
        ids = {it.school_id for it in rows}
        wall = weeks.wall_of(request.actor, shown[:MOST_ON_THE_WALL], monday, clock.now(), ids)
        own = sorted(((str(pk), wall.names.get(pk, "")) for pk in ids), key=lambda it: it[1])
        choices = (
            ("group", "集团", groups),
            ("school", "学校", own),
            ("kind", "种类", FacilityKind.choices),
        )
        query = request.GET.copy()
        query.pop("week", None)
        context = {
            "wall": wall.lines,
            "days": [monday + datetime.timedelta(days=n) for n in range(7)],
            "more": len(shown) > MOST_ON_THE_WALL,
            "choices": [
                {"name": name, "label": label, "options": options, "chosen": asked[name]}
                for name, label, options in choices
                if options
            ],
            "kept": f"&{query.urlencode()}" if query else "",
            **_around(monday),
        }
        return render(request, "resources/wall.html", context)


def _around(monday: datetime.date) -> dict:
    week = datetime.timedelta(days=7)
    return {
        "monday": monday,
        "sunday": monday + week - datetime.timedelta(days=1),
        "before": monday - week,
        "after": monday + week,
        "this_week": weeks.monday_of(clock.today()),
        "today": clock.today(),
    }


class FacilityDetail(FacilityPage):
    """The week of one facility, by lessons and clock; on a phone one day of it."""

    def get(self, request, facility_id):
        today = clock.today()
        day = asked_day(request, "day")
        monday = weeks.monday_of(asked_day(request, "week") or day or today)
        week = weeks.week_of(request.actor, self.facility, monday, clock.now())
        inside = [it for it in week.days if it.day == (day or today)]
        opened = next((it for it in week.days if not it.shut), week.days[0])
        return self.page(
            "resources/facility.html",
            week=week,
            chosen=inside[0] if inside else opened,
            legend=[Standing.ACTIVE, Standing.REQUESTED, Standing.USED],
            openings=_said_week(selectors.openings_of(facility_id)),
            blackouts=selectors.blackouts_of(facility_id, today),
            feed_key=feeds.key_of(request.actor, facility_id),
            **_around(monday),
        )


def _said_week(openings) -> list[str]:
    """周一至周五 第1—6节"""
    by_hours: dict[str, list[int]] = {}
    for it in openings:
        if it.first_lesson is not None:
            last = f"—{it.last_lesson}" if it.last_lesson != it.first_lesson else ""
            hours = f"第{it.first_lesson}{last}节"
        else:
            hours = f"{it.starts_at:%H:%M}—{it.ends_at:%H:%M}"
        by_hours.setdefault(hours, []).append(it.weekday)
    return [f"{_said_days(sorted(set(days)))} {hours}" for hours, days in by_hours.items()]


def _said_days(days: list[int]) -> str:
    names = "一二三四五六日"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{names[days[0] - 1]}至周{names[days[-1] - 1]}"
    return "周" + "、".join(names[day - 1] for day in days)


class NewFacility(ActView):
    template_name = "resources/facility_form.html"
    form_class = FacilityForm

    def check(self):
        if not self.request.actor.may("MANAGE_FACILITIES"):
            raise PermissionDenied("只有学校的校长和经办可以登记本校场地。")

    def form_options(self):
        names = schools.names_on(clock.today(), self.request.actor.school_ids)
        own = sorted(names.items(), key=lambda it: it[1])
        return {"schools": own}

    def context(self):
        return {"facility": None, "back": reverse("facility-list")}

    def act(self, form):
        row = facilities.add(
            school_id=form.cleaned_data["school"],
            facts={name: form.cleaned_data[name] for name in facilities.CHANGEABLE},
            openings=form.openings,
            actor=self.request.actor,
            now=clock.now(),
        )
        return reverse("facility-detail", args=[row.pk])


class OwnFacility(ActView):
    """An act of the owner on one facility; 404 for everybody else."""

    def check(self):
        self.facility = facility_for(self.request, self.kwargs["facility_id"])
        if not guards.can_manage(actor=self.request.actor, school_id=self.facility.school_id):
            raise Http404

    def address(self):
        return reverse("facility-detail", args=[self.facility.pk])

    def context(self):
        return head(self.request, self.facility) | {"back": self.address()}

    @property
    def acting(self):
        return {
            "facility_id": self.facility.pk,
            "actor": self.request.actor,
            "now": clock.now(),
        }


class EditFacility(OwnFacility):
    template_name = "resources/facility_form.html"
    form_class = FacilityForm

    def form_options(self):
        owner = head(self.request, self.facility)["owner"]
        return {"schools": [(self.facility.school_id, owner)]}

    def initial(self):
        said = {name: getattr(self.facility, name) for name in facilities.CHANGEABLE}
        said["school"] = self.facility.school_id
        for it in selectors.openings_of(self.facility.pk):
            if it.first_lesson is not None:
                name, text = "lessons", f"{it.first_lesson}-{it.last_lesson}"
            else:
                name, text = "clock", f"{it.starts_at:%H:%M}-{it.ends_at:%H:%M}"
            key = f"{name}_{it.weekday}"
            said[key] = f"{said[key]}，{text}" if key in said else text
        return said

    def act(self, form):
        facilities.change(
            facts={name: form.cleaned_data[name] for name in facilities.CHANGEABLE},
            openings=form.openings,
            **self.acting,
        )
        return self.address()


class Withdraw(OwnFacility):
    """Take the room out of use, or put it back."""

    template_name = "resources/withdraw.html"
    form_class = WithdrawForm

    def initial(self):
        return {"first_day": clock.today()}

    def post(self, request, *args, **kwargs):
        if "put_back" in request.POST:
            facilities.put_back(**self.acting)
            return redirect(self.address())
        return super().post(request, *args, **kwargs)

    def act(self, form):
        facilities.withdraw(**form.cleaned_data, **self.acting)
        return self.address()


class Blackouts(OwnFacility):
    """Days on which the room is not to be had."""

    template_name = "resources/blackouts.html"
    form_class = BlackoutForm

    def context(self):
        rows = selectors.blackouts_of(self.facility.pk, clock.today())
        return super().context() | {"blackouts": rows}

    def post(self, request, *args, **kwargs):
        lifted = request.POST.get("lift", "")
        if lifted.isdecimal() and len(lifted) <= 18:
            facilities.lift(blackout_id=int(lifted), **self.acting)
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        facilities.black_out(**form.cleaned_data, **self.acting)
        return self.request.path
