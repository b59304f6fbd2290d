"""The one way in which a booking is written.

``INSERT … ON CONFLICT DO NOTHING``: of those who come at the same instant the exclusion constraint
lets one in, and the others get no row. An ordinary insert would first write its row and then wait
for the others', which makes them wait for each other.

Nothing waits in a circle: rows of a series go in by date; requests that a booking turns down are
locked after them, by id; and approvals hold the facility alone (``hold``).
"""

import dataclasses
import datetime
from collections.abc import Sequence

from core import statements
from core.actor import Actor
from resources.enums import BookingState
from resources.models import Facility
from resources.selectors.facilities import one


# OFFSET 0 has each date ask the index of the exclusion for its own hours; joined, all that was ever
# booked of the room would be read. An index of GiST wants its column's very type, hence bigint.
INSERT = """
INSERT INTO resources_booking (
    facility_id, school_id, user_id, user_name, series_id, period, day, first_lesson, last_lesson,
    purpose, heads, state, created_at, decided_by, reason, offered
)
SELECT %(facility)s, %(school)s, %(user)s, %(user_name)s, %(series)s,
       tstzrange(asked.starts, asked.ends), asked.day, %(first_lesson)s, %(last_lesson)s,
       %(purpose)s, %(heads)s, %(state)s, %(now)s, '', '', '[]'
  FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[], %(days)s::date[])
       WITH ORDINALITY AS asked (starts, ends, day, place)
 WHERE NOT EXISTS (
           SELECT 1 FROM resources_booking held
            WHERE held.facility_id = %(facility)s::bigint AND held.state = 'ACTIVE'
              AND held.period && tstzrange(asked.starts, asked.ends)
           OFFSET 0
       )
 ORDER BY asked.place
    ON CONFLICT DO NOTHING
RETURNING day, id
"""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is to be written for each of some spans."""

    facility: Facility
    school_id: int
    purpose: str
    heads: int | None
    state: BookingState
    series_id: int | None = None
    first_lesson: int | None = None
    last_lesson: int | None = None


def hold(facility_id: int) -> Facility:
    """Lock a facility against changes and approvals, while others go on booking it.

    Raises Facility.DoesNotExist.
    """
    facility = one(facility_id, shared=True)
    if facility is None:
        raise Facility.DoesNotExist
    return facility


def insert(
    wanted: Wanted,
    spans: Sequence[tuple[datetime.date, datetime.datetime, datetime.datetime]],
    *,
    actor: Actor,
    now: datetime.datetime,
) -> dict[datetime.date, int]:
    """Write what is free of these (day, start, end); returns the ids by day. One statement."""
    spans = sorted(spans)
    asked = {
        "facility": wanted.facility.pk,
        "school": wanted.school_id,
        "user": actor.user_id,
        "user_name": actor.name,
        "series": wanted.series_id,
        "first_lesson": wanted.first_lesson,
        "last_lesson": wanted.last_lesson,
        "purpose": wanted.purpose,
        "heads": wanted.heads,
        "state": wanted.state.value,
        "now": now,
        "days": [day for day, _, _ in spans],
        "starts": [starts for _, starts, _ in spans],
        "ends": [ends for _, _, ends in spans],
    }
    return dict(statements.rows(INSERT, asked))
