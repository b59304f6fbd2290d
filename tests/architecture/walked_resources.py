"""A county's shared rooms for the walk: one a side, with a request, a series and a feed."""

import datetime

from directory.models import Post
from resources.actions import facilities
from resources.availability import Opened
from resources.models import Blackout, Booking, BookingSeries, Facility, Feed, Opening
from tests.factories import county as made


DAY = datetime.date(2024, 11, 6)
FACTS = {
    "kind": "HALL", "place": "", "capacity": 50, "sharing": "GROUP", "needs_approval": True,
}  # fmt: skip


def side(letter: str, school, user, word: str) -> dict:
    """What addresses name; the request is the own principal's."""
    facility, quiet = (
        facilities.add(
            school_id=school.pk, facts={"name": f"{word}{name}", **FACTS},
            openings=[Opened(3, starts=datetime.time(8), ends=datetime.time(17))], actor=None,
            now=made.NOW,
        )
        for name in ("报告厅", "小操场")  # a feed names schools: it is of the one nobody booked
    )  # fmt: skip
    asked = {
        "facility": facility, "school_id": school.pk, "user": user, "user_name": user.name,
        "purpose": "试讲", "created_at": made.NOW,
    }  # fmt: skip
    series = BookingSeries.objects.create(
        weekday=3, starts_at=datetime.time(9), ends_at=datetime.time(10), first_day=DAY,
        last_day=DAY, **asked,
    )  # fmt: skip
    begins = datetime.datetime.combine(DAY, datetime.time(1), datetime.UTC)
    booking = Booking.objects.create(
        series=series, day=DAY, period=(begins, begins + datetime.timedelta(hours=1)),
        state="REQUESTED", **asked,
    )  # fmt: skip
    blackout = facilities.black_out(
        facility_id=facility.pk, first_day=DAY + datetime.timedelta(days=7),
        last_day=DAY + datetime.timedelta(days=7), reason="检修", actor=None, now=made.NOW,
    )  # fmt: skip
    feed = Feed.objects.create(
        user=user, post=Post.objects.filter(user=user).earliest("pk"), facility=quiet,
        feed_key=f"{school.pk}-secret", created_at=made.NOW,
    )  # fmt: skip
    return {
        "facility": facility.pk, "booking": booking.pk, "series": series.pk,
        "blackout": blackout.pk, "lift": blackout.pk, "feed_key": feed.feed_key,
    }  # fmt: skip


def snapshot(district_id: int) -> dict:
    """Everything of a county that a stranger could have changed."""
    inside = {"facility__school__district": district_id}
    return {
        "Facility": Facility.objects.filter(school__district=district_id),
        "Booking": Booking.objects.filter(**inside),
        "BookingSeries": BookingSeries.objects.filter(**inside),
        "Blackout": Blackout.objects.filter(**inside),
        "Opening": Opening.objects.filter(**inside),
        "Feed": Feed.objects.filter(**inside),
    }
