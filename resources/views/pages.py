"""What the pages of facilities share."""

import datetime

from django.http import Http404
from django.shortcuts import render
from django.views import View

from core import clock
from directory.selectors import schools
from resources import guards
from resources.models import Facility
from resources.selectors import facilities


def facility_for(request, facility_id: int) -> Facility:
    """The visible facility, else 404."""
    facility = request.actor and facilities.facility_visible_to(
        request.actor, facility_id, clock.today()
    )
    if not facility:
        raise Http404
    return facility


def head(request, facility: Facility) -> dict:
    """The context of ``resources/facility.html``."""
    today = clock.today()
    owner = schools.names_on(today, {facility.school_id}).get(facility.school_id, "")
    return {
        "facility": facility,
        "owner": owner,
        "may_manage": guards.can_manage(actor=request.actor, school_id=facility.school_id),
        "may_book": request.actor.may("BOOK"),
        "withdrawn": facility.withdrawn_from is not None and facility.withdrawn_from <= today,
    }


def asked_day(request, name: str) -> datetime.date | None:
    """A day in the address, None when there is none or it is no date of our time."""
    try:
        day = datetime.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


class Signed(View):
    """A page for whoever has a post; else 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.actor is None or not request.actor.post_id:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class FacilityPage(Signed):
    """A page of one visible facility, ``self.facility``."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.facility = facility_for(request, kwargs["facility_id"])

    def page(self, template: str, **context):
        return render(self.request, template, head(self.request, self.facility) | context)
