"""Rows of the HTTP API that no page lists in this shape."""

from django.db.models import Exists, OuterRef, QuerySet

from assessment.models import Score
from assessment.selectors import results
from core.actor import Actor


def scores_visible_to(actor: Actor) -> QuerySet[Score]:
    """The points behind every result that the actor sees in full (X-32)."""
    seen = results.all_results_visible_to(actor).filter(
        in_full=True, scheme=OuterRef("entrant__scheme"), school=OuterRef("entrant__school")
    )
    rows = Score.objects.select_related("indicator", "entrant")
    if actor.district_ids:
        return rows.filter(entrant__scheme__district__in=actor.district_ids)
    return rows.filter(Exists(seen))
