"""Booking a facility once; one's own bookings, and requests that wait for the owner."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from core import clock
from core.views.acts import ActView
from directory.selectors import calendar, schools
from resources import guards
from resources.actions import bookings
from resources.enums import Standing
from resources.forms import BookingForm, ReasonForm
from resources.models import Facility
from resources.selectors import bookings as selectors
from resources.selectors import facilities as facility_selectors
from resources.selectors import feeds
from resources.views.pages import Signed, asked_day, facility_for, head


PER_PAGE = 50


class Book(ActView):
    """The form; a weekly booking goes on to the list of its dates, and nothing is saved yet."""

    template_name = "resources/booking_form.html"
    form_class = BookingForm

    def check(self):
        # A booking that its guard lets through needs no look at the room before; any other page of
        # a room that is not visible is a 404, as is a refusal.
        may = self.request.actor.may("BOOK")
        if not may or self.request.method != "POST":
            _ = self.facility
        if not may:
            raise PermissionDenied("您的身份不能预约场地；学校的校长、经办和教师可以。")
        self.day = asked_day(self.request, "day") or clock.today()

    @cached_property
    def facility(self):
        return facility_for(self.request, self.kwargs["facility_id"])

    def initial(self):
        if self.request.method == "POST":  # what was typed stands for itself
            return {}
        asked = self.request.GET
        term = calendar.term_on(self.facility.district_id, self.day)
        first = asked.get("first_lesson", "") or asked.get("first", "")
        return {
            "school": asked.get("school", "") or self.request.actor.home_school_id,
            "day": self.day,
            "first_lesson": first,
            "last_lesson": asked.get("last_lesson", "") or asked.get("last", "") or first,
            "starts": asked.get("starts", ""),
            "ends": asked.get("ends", ""),
            "purpose": asked.get("purpose", "")[:100],
            "heads": asked.get("heads", ""),
            "weekly": "weekly" in asked,
            "until": asked_day(self.request, "until") or (term and term.last),
        }

    def context(self):
        back = reverse("facility-detail", args=[self.facility.pk])
        return head(self.request, self.facility) | {"back": back}

    def _draw(self, form):
        day = getattr(form, "cleaned_data", {}).get("day") or self.day
        hours = facility_selectors.hours_between([self.facility], day, day)
        own = facility_selectors.home_schools(self.request.actor)
        names = schools.names_on(clock.today(), own)
        form.offer(
            schools=sorted(names.items(), key=lambda it: it[1]),
            lessons=hours.on(self.facility, day).lessons,
            room_for=self.facility.capacity,
        )
        return super()._draw(form)

    def act(self, form):
        data = form.cleaned_data
        if data["weekly"]:
            return _preview_address(self.facility.pk, data)
        try:
            pk = bookings.book(
                facility_id=self.kwargs["facility_id"],
                school_id=data["school"],
                day=data["day"],
                asked=form.asked,
                purpose=data["purpose"],
                heads=data["heads"],
                actor=self.request.actor,
                now=clock.now(),
            )
        except Facility.DoesNotExist:
            raise Http404 from None
        return reverse("booking-detail", args=[pk])


def _preview_address(facility_id: int, data: dict) -> str:
    told = {
        name: f"{value:%H:%M}" if name in {"starts", "ends"} else value
        for name, value in data.items()
        if value not in {None, ""} and name != "weekly"
    }
    return f"{reverse('series-new', args=[facility_id])}?{urlencode(told)}"


def shown(rows, day) -> list[dict]:
    """Bookings as lists show them. One query for names."""
    names, now = selectors.school_names(rows, day), clock.now()
    return [
        {
            "it": it,
            "standing": selectors.standing_of(it, now),
            "owner": names.get(it.facility.school_id, ""),
            "school": names.get(it.school_id, ""),
            "offered": "；".join(slot["said"] for slot in it.offered),
            "clock": "{:%H:%M}—{:%H:%M}".format(*selectors.local_span(it.period)),
        }
        for it in rows
    ]


class Mine(Signed):
    """What I booked: what is ahead, what was not approved, and before that what is over."""

    def get(self, request):
        today = clock.today()
        rows = selectors.own_bookings(request.actor)
        ahead = list(rows.filter(day__gte=today).order_by("day", "period", "pk")[:200])
        over = rows.filter(day__lt=today).order_by("-day", "-period", "-pk")
        page = Paginator(over, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "ahead": shown(ahead, today),
            "over": shown(list(page.object_list), today),
            "page": page,
            "feed_key": feeds.key_of(request.actor),
            "may_book": request.actor.may("BOOK"),
        }
        return render(request, "resources/mine.html", context)


class Requests(Signed):
    """Requests for the own rooms, the earliest day first, with how many want the same time."""

    def get(self, request):
        if not request.actor.may("MANAGE_FACILITIES"):
            raise PermissionDenied("只有学校的校长和经办审批本校场地的预约。")
        rows = list(selectors.requests_waiting(request.actor)[:200])
        lines = shown(rows, clock.today())
        for line in lines:
            line["rivals"] = sum(
                it.facility_id == line["it"].facility_id
                and it.pk != line["it"].pk
                and it.period.lower < line["it"].period.upper
                and line["it"].period.lower < it.period.upper
                for it in rows
            )
        return render(request, "resources/requests.html", {"lines": lines})


class Detail(Signed):
    """One booking; the owner decides here, with the rivals in sight."""

    def get(self, request, booking_id):
        rows = selectors.bookings_visible_to(request.actor)
        booking = rows.filter(pk=booking_id).first()
        if booking is None:
            raise Http404
        return render(request, "resources/booking.html", detail(request, booking))


def detail(request, booking, **extra) -> dict:
    """The context of ``resources/booking.html``."""
    actor = request.actor
    may_decide = guards.can_decide(actor=actor, booking=booking)
    rivals = list(selectors.rivals_of(booking).select_related("facility")) if may_decide else []
    holder = selectors.holder_of(booking) if may_decide else None
    lines = shown([booking, *rivals, *([holder] if holder else [])], booking.day)
    facility = booking.facility
    form = extra.pop("form", None) or ReasonForm()
    form.fields["reason"].label = "不批准的原因" if may_decide else "取消的原因"
    request.stands_as = _list_of(actor, booking, lines[0]["standing"], may_decide=may_decide)
    return {
        "line": lines[0],
        "rivals": lines[1 : 1 + len(rivals)],
        "holder": lines[-1] if holder else None,
        "facility": facility,
        "may_decide": may_decide,
        "may_cancel": guards.can_cancel(actor=actor, booking=booking, now=clock.now()),
        "withdrawn": facility.withdrawn_from and facility.withdrawn_from <= booking.day,
        "late": booking.period.lower <= clock.now(),
        "form": form,
        "mine": booking.user_id == actor.user_id,
    } | extra


def _list_of(actor, booking, standing, *, may_decide: bool) -> str:
    """The page of 资源共享 on which this reader finds that booking, by its URL name."""
    if may_decide:
        return "booking-requests"
    if booking.user_id == actor.user_id:
        return "booking-mine"
    return "booking-used" if standing == Standing.USED and actor.may("EXPORT") else "facility-list"
