"""What reaches past the day on which a school or a place in a group ends (rule 7)."""

import datetime

from django.db.models import Q

from resources.enums import LIVE
from resources.models import Booking


def bookings_past(school_id: int, day: datetime.date) -> list[str]:
    """One line a booking of the school, or at its facilities, after that day; none is ended."""
    rows = Booking.objects.filter(
        Q(school=school_id) | Q(facility__school=school_id), day__gt=day, state__in=LIVE
    ).select_related("facility")
    return [
        f"预约：{it.day} {it.facility.name}，{it.purpose}（{it.get_state_display()}）"
        for it in rows.order_by("day", "period", "pk")
    ]
