from django.db.models import Count, Q, QuerySet

from core.actor import Actor
from filings.enums import ObjectionState
from filings.models import Objection


def objections_visible_to(actor: Actor) -> QuerySet[Objection]:
    """Those to notices of the actor's districts, and those that the own schools filed."""
    return Objection.objects.filter(
        Q(notice__district_id__in=actor.district_ids) | Q(school_id__in=actor.school_ids)
    ).select_related("notice")


def open_count(notice_ids) -> dict[int, int]:
    """How many objections to each of these notices nobody has decided yet. One query."""
    rows = (
        Objection.objects.filter(notice__in=notice_ids, state=ObjectionState.OPEN)
        .order_by()
        .values("notice")
        .annotate(n=Count("pk"))
    )
    return {row["notice"]: row["n"] for row in rows}
