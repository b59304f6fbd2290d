"""A correction: a published version copied whole into a new draft, with a reason (rule 8)."""

import datetime

from django.db import connection, transaction

from assessment.actions import reckonings, schemes
from assessment.actions.publications import SOURCE
from assessment.enums import SchemeMoveKind, SchemeState
from assessment.guards import publications as may_publish
from assessment.guards import schemes as may
from assessment.models import Scheme
from core.actions import audit
from core.actor import Actor
from core.errors import Denied, refusals_told
from directory.actions import closings


# Everything that hangs on a version but its results, publication and history. Rows of the copy
# find each other by what is unique in a version: names of pools and indicators, and the school.
COPIES = (
    """
    INSERT INTO assessment_pool (scheme_id, name, position)
    SELECT %(new)s, name, position FROM assessment_pool WHERE scheme_id = %(old)s ORDER BY id
    """,
    """
    INSERT INTO assessment_indicator (scheme_id, pool_id, name, position, possible, weight)
    SELECT %(new)s, copied.id, held.name, held.position, held.possible, held.weight
      FROM assessment_indicator held
      LEFT JOIN assessment_pool pool ON pool.id = held.pool_id
      LEFT JOIN assessment_pool copied ON copied.scheme_id = %(new)s AND copied.name = pool.name
     WHERE held.scheme_id = %(old)s ORDER BY held.id
    """,
    """
    INSERT INTO assessment_entrant (scheme_id, school_id, pool_id, apart, pupils, last_rank,
                                    last_rank_given, out_reason)
    SELECT %(new)s, held.school_id, copied.id, held.apart, held.pupils, held.last_rank,
           held.last_rank_given, held.out_reason
      FROM assessment_entrant held
      JOIN assessment_pool pool ON pool.id = held.pool_id
      JOIN assessment_pool copied ON copied.scheme_id = %(new)s AND copied.name = pool.name
     WHERE held.scheme_id = %(old)s ORDER BY held.id
    """,
    """
    INSERT INTO assessment_score (entrant_id, indicator_id, points)
    SELECT entrant.id, indicator.id, score.points
      FROM assessment_score score
      JOIN assessment_entrant held ON held.id = score.entrant_id
      JOIN assessment_indicator asked ON asked.id = score.indicator_id
      JOIN assessment_entrant entrant
        ON entrant.scheme_id = %(new)s AND entrant.school_id = held.school_id
      JOIN assessment_indicator indicator
        ON indicator.scheme_id = %(new)s AND indicator.name = asked.name
     WHERE held.scheme_id = %(old)s ORDER BY score.id
    """,
    """
    INSERT INTO assessment_project (entrant_id, name, points, review)
    SELECT entrant.id, project.name, project.points, project.review
      FROM assessment_project project
      JOIN assessment_entrant held ON held.id = project.entrant_id
      JOIN assessment_entrant entrant
        ON entrant.scheme_id = %(new)s AND entrant.school_id = held.school_id
     WHERE held.scheme_id = %(old)s ORDER BY project.id
    """,
    """
    INSERT INTO assessment_variant (scheme_id, name, own_weight, exemption, places, project_cap,
                                    packs, created_at)
    SELECT %(new)s, name, own_weight, exemption, places, project_cap, packs, created_at
      FROM assessment_variant WHERE scheme_id = %(old)s ORDER BY id
    """,
)


@refusals_told()
@transaction.atomic
def open_correction(
    *, scheme_id: int, reason: str, actor: Actor | None, now: datetime.datetime
) -> Scheme:
    """Begin the next version of a published year as a draft; the published one stays in force.

    The days up to the cut-off day are opened, so that a wrong membership can be put right too.
    Raises Denied without a reason, for a version that is not the one in force, and while another
    version of the year is under way. A constant number of statements.
    """
    old = schemes.lock(scheme_id)
    may.check_publish(actor=actor, district_id=old.district_id)
    reason = reason.strip()
    if not reason:
        raise Denied("请写明更正的原因。")
    may_publish.check_correct(old)
    new = Scheme.objects.create(
        district_id=old.district_id, school_year=old.school_year, version=old.version + 1,
        title=old.title, cut_off_on=old.cut_off_on, state=SchemeState.DRAFT, reason=reason,
        created_at=now,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for statement in COPIES:
            cursor.execute(statement, {"old": old.pk, "new": new.pk})
    closings.reopen(
        district_id=old.district_id, source=SOURCE, source_id=old.school_year,
        reason=f"更正：{reason}", actor=actor, now=now,
    )  # fmt: skip
    schemes.moved(scheme=new, move=SchemeMoveKind.CORRECTED, actor=actor, now=now, reason=reason)
    reckonings.reckon(scheme=new, now=now)
    audit.record(
        act="assessment.scheme.correct", actor=actor, now=now, object_type="scheme",
        object_id=new.pk, object_label=str(new), district_id=new.district_id,
        details={"reason": reason, "from_version": old.version},
    )  # fmt: skip
    return new
