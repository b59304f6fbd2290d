"""A weekly booking: every date with its state before anything is saved; skipped dates later."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views import View

from core import clock
from core.errors import Denied
from directory.selectors import schools
from resources.actions import series
from resources.actions.bookings import first_state
from resources.enums import WEEKDAYS
from resources.forms import BookingForm
from resources.selectors import facilities as facility_selectors
from resources.selectors import series as selectors
from resources.views.pages import Signed, facility_for, head


class NewSeries(View):
    """The address holds what was asked for; POST takes the dates that are ticked."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if request.actor is None:
            raise Http404
        self.facility = facility_for(request, kwargs["facility_id"])

    def dispatch(self, request, *args, **kwargs):
        if not request.actor.may("BOOK"):
            raise PermissionDenied("您的身份不能预约场地；学校的校长、经办和教师可以。")
        own = facility_selectors.home_schools(request.actor)
        self.names = schools.names_on(clock.today(), own)
        data = request.GET.copy()
        data["weekly"] = "on"
        hours = self._hours_of(data.get("day", ""))
        lessons = hours.lessons if hours else ()
        self.form = BookingForm(data)
        if not self.form.is_valid():
            address = reverse("booking-new", args=[self.facility.pk])
            return redirect(f"{address}?{request.GET.urlencode()}&weekly=1")
        self.data, self.asked = self.form.cleaned_data, self.form.asked
        self.lessons = lessons
        return super().dispatch(request, *args, **kwargs)

    def _hours_of(self, text: str):
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            return None
        return facility_selectors.hours_between([self.facility], day, day).on(self.facility, day)

    def get(self, request, facility_id):
        return self._page()

    def post(self, request, facility_id):
        days = []
        for text in request.POST.getlist("day"):
            try:
                days.append(datetime.date.fromisoformat(text))
            except ValueError:
                continue
        try:
            row, skipped = series.book(
                facility_id=self.facility.pk,
                school_id=self.data["school"],
                days=days,
                purpose=self.data["purpose"],
                heads=self.data["heads"],
                actor=request.actor,
                now=clock.now(),
                **self._dates,
            )
        except Denied as denied:
            return self._page(told=str(denied), ticked=set(days), status=422)
        lost = urlencode({"lost": "、".join(map(str, skipped))}) if skipped else ""
        return redirect(f"{reverse('series-detail', args=[row.pk])}?{lost}".rstrip("?"))

    @property
    def _dates(self) -> dict:
        return {
            "weekday": self.data["day"].isoweekday(),
            "asked": self.asked,
            "first_day": self.data["day"],
            "last_day": self.data["until"],
        }

    def _page(self, *, told="", ticked=None, status=200):
        dates = self._dates
        asked = dates.pop("asked")
        try:
            series.check_dates(*dates.values())
            preview = selectors.preview_of(
                self.facility,
                span_on=asked.on,
                lessons=asked.lessons,
                now=clock.now(),
                **dates,
            )
        except Denied as denied:
            preview, told = selectors.Preview([], ()), str(denied)
        ticked = {it.day for it in preview.dates if it.is_free} if ticked is None else ticked
        query = self.request.GET.urlencode()
        own = first_state(self.request.actor, self.facility, self.data["school"])
        context = head(self.request, self.facility) | {
            "preview": preview,
            "lines": [(it, it.is_free and it.day in ticked) for it in preview.dates],
            "ticked": len(ticked & {it.day for it in preview.dates}),
            "school": self.names.get(self.data["school"], ""),
            "data": self.data,
            "when": said_when(dates["weekday"], asked, self.lessons),
            "told": told,
            "state": own,
            "edit": f"{reverse('booking-new', args=[self.facility.pk])}?{query}&weekly=1",
        }
        return render(self.request, "resources/series_new.html", context, status=status)


def said_when(weekday: int, asked, lessons) -> str:
    """每周三 第3节 10:20—11:00"""
    labels = {it.number: it.label for it in lessons}
    words = [f"每{WEEKDAYS[weekday - 1]}"]
    if asked.first_lesson is None:
        words.append(f"{asked.starts:%H:%M}—{asked.ends:%H:%M}")
    else:
        numbers = dict.fromkeys((asked.first_lesson, asked.last_lesson))
        words.append("至".join(labels.get(it, f"第{it}节") for it in numbers))
        span = [it for it in lessons if it.number in numbers]
        if span:
            words.append(f"{span[0].starts:%H:%M}—{span[-1].ends:%H:%M}")
    return " ".join(words)


class Detail(Signed):
    """What was taken of a series and what was not; a skipped date that is free can be added."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = request.actor and selectors.series_visible_to(request.actor)
        self.series = rows and rows.filter(pk=kwargs["series_id"]).first()
        if not self.series:
            raise Http404

    def get(self, request, series_id):
        return self._page()

    def post(self, request, series_id):
        try:
            day = datetime.date.fromisoformat(request.POST.get("day", ""))
            series.add_day(series_id=series_id, day=day, actor=request.actor, now=clock.now())
        except ValueError:
            return self._page(told="请选择要补约的日期。", status=422)
        except Denied as denied:
            return self._page(told=str(denied), status=422)
        return redirect("series-detail", series_id=series_id)

    def _page(self, *, told="", status=200):
        row, actor = self.series, self.request.actor
        asked, facility = series.asked_of(row), self.series.facility
        preview = selectors.preview_of(
            facility,
            span_on=asked.on,
            lessons=asked.lessons,
            weekday=row.weekday,
            first_day=row.first_day,
            last_day=row.last_day,
            now=clock.now(),
            bookings=selectors.bookings_of(row),
        )
        first = preview.dates[0].day if preview.dates else row.first_day
        hours = facility_selectors.hours_between([facility], first, first).on(facility, first)
        names = schools.names_on(first, {row.school_id, facility.school_id})
        context = {
            "series": row,
            "facility": facility,
            "owner": names.get(facility.school_id, ""),
            "school": names.get(row.school_id, ""),
            "when": said_when(row.weekday, asked, hours.lessons),
            "preview": preview,
            "booked": sum(it.booking is not None for it in preview.dates),
            "may_add": row.user_id == actor.user_id or row.school_id in actor.school_ids,
            "lost": self.request.GET.get("lost", "")[:400],
            "told": told,
            "query": urlencode({"purpose": row.purpose, "heads": row.heads or ""}),
        }
        return render(self.request, "resources/series.html", context, status=status)
