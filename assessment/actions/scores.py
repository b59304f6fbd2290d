"""得分 by hand: one school's points (upload: ``score_imports``)."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from assessment.actions import entrants, schemes
from assessment.guards import points as may
from assessment.models import Entrant, Indicator, Score
from assessment.selectors.setup import indicators_for
from core.actor import Actor
from core.errors import Denied, refusals_told


@refusals_told()
@transaction.atomic
def enter(
    *,
    entrant_id: int,
    points: Mapping[int, Decimal | None],
    actor: Actor | None,
    now: datetime.datetime,
) -> Entrant:
    """Put down points by indicator id; None takes a score away. Indicators not named stay.

    What stays the same is no change. Raises ValidationError with a sentence for each indicator
    under its field ``points_<id>``, and Denied for a school that is not scored apart.
    """
    scheme, entrant = entrants.locked(entrant_id=entrant_id, actor=actor)
    known = {it.pk: it for it in indicators_for(entrant)}
    if points.keys() - known.keys():
        raise Denied("指标有变化，请刷新页面后重新填写。")
    _check(points, known)
    if not entrant.apart and any(it is not None for it in points.values()):
        raise Denied("这所校区不单独评分，不录入得分；需要单独评分时，先在“参评学校”中改。")
    held = dict(
        Score.objects.filter(entrant=entrant, indicator__in=points)
        .order_by("pk")
        .values_list("indicator_id", "points")
    )
    put = {pk: it for pk, it in points.items() if it is not None and held.get(pk) != it}
    gone = [pk for pk, it in points.items() if it is None and pk in held]
    if not put and not gone:
        return entrant
    store([Score(entrant=entrant, indicator_id=pk, points=it) for pk, it in put.items()])
    Score.objects.filter(entrant=entrant, indicator__in=gone).delete()
    schemes.changed(
        scheme=scheme, act="assessment.score.enter", actor=actor, now=now,
        school_id=entrant.school_id,
        details={"fields": [known[pk].name for pk in [*put, *gone]]},
    )  # fmt: skip
    return entrant


def store(rows: list[Score]) -> None:
    """Enter or replace scores, one statement. The caller holds the version, checks and reckons."""
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["entrant", "indicator"],
        update_fields=["points"],
    )


def field_of(indicator_id: int) -> str:
    """The form's field of an indicator."""
    return f"points_{indicator_id}"


def _check(points: Mapping[int, Decimal | None], known: Mapping[int, Indicator]) -> None:
    faults = {
        field_of(pk): fault
        for pk, it in points.items()
        if it is not None and (fault := may.fault_of_score(it, known[pk].possible))
    }
    if faults:
        raise ValidationError(faults)
