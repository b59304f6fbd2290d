"""A span month by month: what the bulletins of its months tell, for a term's report."""

import dataclasses
import datetime

from core.actor import Actor
from exchange.selectors.papers import Exchange, Movement, entries_by_month
from reports.periods import month_after
from resources.selectors.papers import booked_by_month


DAY = datetime.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Month:
    """The days of a month that lie in the span; ``lent`` of the bookings are by other schools."""

    first: datetime.date
    last: datetime.date
    exchange: Movement
    entries: int
    booked: int
    lent: int

    @property
    def is_empty(self) -> bool:
        return not (self.exchange.times or self.entries or self.booked)


def months_of(actor: Actor, held: Exchange) -> list[Month]:
    """Every month from the first day of ``held`` to its last. Two queries."""
    entries = entries_by_month(actor, held.first_day, held.on)
    booked = booked_by_month(actor, held.first_day, held.on)
    months, first = [], held.first_day
    while first <= held.on:
        begins, following = first.replace(day=1), month_after(first)
        last = min(following - DAY, held.on)
        times, lent = booked.get(begins, (0, 0))
        inside = held.between(first, last)
        months.append(
            Month(first, last, inside.counted(), entries.get(begins, 0), times, lent)
        )  # fmt: skip
        first = following
    return months
