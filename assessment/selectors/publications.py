"""Published versions and their notices, and whom an objection may be about."""

from collections.abc import Collection

from django.db.models import QuerySet

from assessment.models import Publication, Scheme, SchemeMove
from assessment.selectors.results import in_order, results_visible_to
from core.actor import Actor


def notices_of(schemes: Collection[Scheme]) -> dict[int, Publication]:
    """Publications of these versions by their notice; the caller sees the versions. One query."""
    rows = Publication.objects.filter(scheme__in=schemes).order_by("-scheme__version")
    rows = rows.defer("snapshot").select_related("notice", "scheme")
    return {it.notice_id: it for it in rows}


def of_notice(notice_id: int) -> Publication | None:
    """The publication that a notice is of; the caller sees an objection to it."""
    rows = Publication.objects.filter(notice=notice_id).defer("snapshot")
    return rows.select_related("notice", "scheme__district").first()


def objectionable(actor: Actor, scheme: Scheme) -> list[tuple[int, str]]:
    """(id, name) of the schools whose results the actor sees in full, their own first."""
    rows = in_order(results_visible_to(actor, scheme).filter(in_full=True))
    named = list(rows.values_list("school_id", "school_name"))
    return sorted(named, key=lambda row: row[0] not in actor.school_ids)


def moves_of(schemes: Collection[Scheme]) -> QuerySet[SchemeMove]:
    """The history of these versions, the newest first."""
    rows = SchemeMove.objects.filter(scheme__in=schemes).select_related("scheme")
    return rows.order_by("-at", "-pk")
