"""Moves of one booking: approve with the rivals that were shown, refuse, cancel."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views import View

from core import clock
from core.errors import Denied
from resources.actions import bookings
from resources.forms import ReasonForm
from resources.selectors import bookings as selectors
from resources.views.bookings import detail


class Move(View):
    """POST does it and leads back; a refusal is told on the booking's page, what was typed kept."""

    http_method_names = ["post"]
    form_class = ReasonForm

    def post(self, request, booking_id):
        rows = request.actor and selectors.bookings_visible_to(request.actor)
        if not rows or not rows.filter(pk=booking_id).exists():
            raise Http404
        form = self.form_class(request.POST)
        told = "；".join(it for errors in form.errors.values() for it in errors)
        if not told:
            try:
                self.act(form)
                return redirect("booking-detail", booking_id=booking_id)
            except Denied as denied:
                told = str(denied)
        booking = rows.get(pk=booking_id)
        context = detail(request, booking, told=told, form=form, tried=type(self).__name__)
        return render(request, "resources/booking.html", context, status=422)

    @property
    def acting(self):
        return {
            "booking_id": self.kwargs["booking_id"],
            "actor": self.request.actor,
            "now": clock.now(),
        }


class Approve(Move):
    def act(self, form):
        rivals = [int(it) for it in self.request.POST.getlist("rival") if it.isdecimal()]
        bookings.approve(rivals=rivals, **self.acting)

    def form_class(self, data):
        """Nothing is asked but the rivals, which the page names itself."""
        form = ReasonForm(data)
        form.fields["reason"].required = False
        return form


class Refuse(Move):
    def act(self, form):
        bookings.refuse(reason=form.cleaned_data["reason"], **self.acting)


class Cancel(Move):
    def act(self, form):
        bookings.cancel(reason=form.cleaned_data["reason"], **self.acting)
