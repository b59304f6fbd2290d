"""Lines of the workbench: requests that wait for this school, and own requests turned down."""

import datetime

from django.urls import reverse

from core.actor import Actor
from core.todos import Todo, TodoKind
from directory.selectors import schools
from resources.enums import BookingState
from resources.selectors.bookings import own_bookings, requests_waiting


TOPIC = "资源共享"
TOLD_FOR = datetime.timedelta(days=14)  # how long a refusal stands on the workbench


def todos_for(actor: Actor, today: datetime.date) -> list[Todo]:
    """Requests for the own rooms by their day, then refusals of the last two weeks (X-6)."""
    waiting = list(requests_waiting(actor).filter(day__gte=today))
    since = datetime.datetime.combine(today - TOLD_FOR, datetime.time.min, datetime.UTC)
    refused = list(
        own_bookings(actor)
        .filter(state=BookingState.REFUSED, decided_at__gte=since, day__gte=today)
        .order_by("day", "pk")
    )
    names = schools.names_on(today, {it.school_id for it in waiting})
    return [
        *(
            Todo(
                title=f"{names.get(it.school_id, '')}申请{it.facility.name}",
                act="审批",
                url=reverse("booking-detail", args=[it.pk]),
                topic=TOPIC,
                detail=f"{it.day} {it.purpose}",
                due_on=it.day,
            )
            for it in waiting
        ),
        *(
            Todo(
                title=f"{it.facility.name}的预约未批准",
                act="改约",
                url=reverse("booking-detail", args=[it.pk]),
                topic=TOPIC,
                detail=f"{it.day} {it.purpose}：{it.reason}",
                due_on=it.day,
                kind=TodoKind.NEWS,
            )
            for it in refused
        ),
    ]
