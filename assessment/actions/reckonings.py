"""From what a version holds to its stored results (rules 9 and 10 of ``domain.md``)."""

import datetime
from collections.abc import Iterator

from django.db import connection, transaction

from assessment.models import Result, Scheme
from assessment.selectors import inputs
from assessment.selectors.inputs import Inputs
from assessment.selectors.judged import STATES, steps_json
from assessment.selectors.schemes import in_force
from core.actions.copying import copy_values, text_array
from core.actions.imports import uncollected


FIELDS = (
    "scheme", "school", "school_name", "pool", "status", "own", "own_rank", "rise", "final",
    "final_rank", "provisional", "is_core", "group_types", "waits_for", "steps",
)  # fmt: skip
# Last year's own rank in the pool of that name, where nobody entered another by hand.
LAST_RANKS = """
UPDATE assessment_entrant entrant SET last_rank = known.own_rank
  FROM assessment_entrant held
  JOIN assessment_pool pool ON pool.id = held.pool_id
  LEFT JOIN (
       SELECT result.school_id, before.name, result.own_rank
         FROM assessment_result result JOIN assessment_pool before ON before.id = result.pool_id
        WHERE result.scheme_id = %s
  ) known ON known.school_id = held.school_id AND known.name = pool.name
 WHERE held.id = entrant.id AND entrant.scheme_id = %s AND NOT entrant.last_rank_given
   AND entrant.last_rank IS DISTINCT FROM known.own_rank
"""


@uncollected()
@transaction.atomic
def reckon(*, scheme: Scheme, now: datetime.datetime) -> Scheme:
    """Judge a version that is not published and replace its results whole; the caller locked it.

    Reads memberships and rules of the cut-off day, and last year's ranks, as they are now. What
    cannot be judged leaves no results and the reason in ``blocked``. Writes no event: it follows
    from the caller's act.
    """
    _take_last_ranks(scheme)
    read = inputs.read(scheme)
    scheme.reckoned_at, scheme.blocked = now, read.blocked
    rows = Result.objects.filter(scheme=scheme)
    rows._raw_delete(rows.db)  # noqa: SLF001 - one statement; nothing refers to results
    if not scheme.blocked:
        copy_values(Result, FIELDS, _rows(scheme, read))
    scheme.save(update_fields=["reckoned_at", "blocked"])
    return scheme


def _take_last_ranks(scheme: Scheme) -> None:
    last = in_force(scheme.district_id, scheme.school_year - 1)
    if last:
        with connection.cursor() as cursor:
            cursor.execute(LAST_RANKS, [last.pk, scheme.pk])


def _rows(scheme: Scheme, read: Inputs) -> Iterator[tuple]:
    """Each result as the database takes it, judged while the last ones are on their way."""
    for it in read.judge_each():
        yield (
            scheme.pk, read.school_ids[it.school], it.school, read.pool_ids[it.pool],
            STATES[it.status], it.own, it.own_rank, it.rise, it.final, it.final_rank,
            it.provisional, it.is_core, text_array(it.group_types), text_array(it.waits_for),
            steps_json(it),
        )  # fmt: skip
