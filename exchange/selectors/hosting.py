"""Who is on post at the actor's schools today, and what they have logged this week."""

import dataclasses
import datetime

from django.db.models import Count

from core.actor import Actor
from directory.selectors.calendar import calendar_for
from exchange.enums import PlacementState
from exchange.models import LogEntry
from exchange.selectors.placement_pages import Row, rows_of
from exchange.selectors.placements import placements_on


ONE_DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Guest:
    """A teacher on post here; ``due`` are the week's workdays on post before today."""

    row: Row
    written: int
    due: int

    @property
    def is_silent(self) -> bool:
        """A full-time teacher who has let every workday of this week pass without a log (B4-2)."""
        return self.row.placement.full_time and self.due > 0 and not self.written


def guests_of(actor: Actor, on: datetime.date) -> list[Guest]:
    """The silent ones first, then by name. At most four queries, for any number of teachers."""
    monday = on - on.weekday() * ONE_DAY
    rows = placements_on(actor, on).filter(
        receiving__in=actor.school_ids, shown=PlacementState.ON_POST
    )
    held = list(rows.select_related("teacher").order_by("teacher__sort_key", "pk"))
    if not held:
        return []
    entries = LogEntry.objects.filter(placement__in=held, day__range=(monday, on)).order_by()
    written = dict(entries.values_list("placement").annotate(n=Count("pk")))
    work = calendar_for(actor.home_district_id, monday, on)
    past = [day for n in range(on.weekday()) if work.is_workday(day := monday + n * ONE_DAY)]
    guests = [
        Guest(
            row,
            written=written.get(row.pk, 0),
            due=sum(day >= row.placement.arrived_on for day in past),
        )
        for row in rows_of(held, on)
    ]
    return sorted(guests, key=lambda it: not it.is_silent)


def on_post(actor: Actor, on: datetime.date) -> tuple[int, int]:
    """How many visible placements are 在岗 on the day, and 待到岗. One query."""
    rows = placements_on(actor, on).order_by().values_list("shown").annotate(n=Count("pk"))
    counts = dict(rows)
    return counts.get(PlacementState.ON_POST, 0), counts.get(PlacementState.APPROVED, 0)
