import datetime

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from core.actor import Actor
from filings.enums import ObjectionState
from filings.models import Objection


def objections_visible_to(actor: Actor) -> QuerySet[Objection]:
    """Those to notices of the actor's districts, and those that the own schools filed."""
    return Objection.objects.filter(
        Q(notice__district_id__in=actor.district_ids) | Q(school_id__in=actor.school_ids)
    ).select_related("notice")


def objections_on(actor: Actor, on: datetime.date) -> QuerySet[Objection]:
    """Those filed by the end of a day, each with ``shown``, its state as it was then."""
    state = Case(
        When(decided_at__date__gt=on, then=Value(ObjectionState.OPEN)),
        default=F("state"),
        output_field=CharField(),
    )
    return objections_visible_to(actor).filter(filed_at__date__lte=on).annotate(shown=state)


def open_count(notice_ids) -> dict[int, int]:
    """How many objections to each of these notices nobody has decided yet. One query."""
    rows = (
        Objection.objects.filter(notice__in=notice_ids, state=ObjectionState.OPEN)
        .order_by()
        .values("notice")
        .annotate(n=Count("pk"))
    )
    return {row["notice"]: row["n"] for row in rows}
