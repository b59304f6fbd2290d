"""Which schools work with which in their groups on a day, for the rules of rosters."""

import dataclasses
import datetime
from collections.abc import Collection

from groups.selectors.papers import Seat, seats_on
from groups.selectors.partners import groups_with


@dataclasses.dataclass(frozen=True)
class Ties:
    """The groups of some schools, each with its seats, the core first."""

    seats: dict[int, list[Seat]]

    def members_of(self, school_id: int) -> set[int]:
        """Every school of the groups whose core the school is, itself left out."""
        return {
            pk
            for seats in self.seats.values()
            if _core(seats) == school_id
            for seat in seats
            for pk in seat.school_ids
        } - {school_id}

    def partners(self) -> set[int]:
        """Every school of all these groups."""
        return {pk for seats in self.seats.values() for seat in seats for pk in seat.school_ids}

    def to_member(self, sending_id: int, receiving_id: int) -> bool:
        """From a core to a member of its group."""
        return receiving_id in self.members_of(sending_id)

    def group_of(self, one_id: int, other_id: int) -> int | None:
        """The group in which the two are; one whose core is either of them comes first."""
        both = [
            group_id
            for group_id, seats in sorted(self.seats.items())
            if {one_id, other_id} <= {pk for seat in seats for pk in seat.school_ids}
        ]
        led = [it for it in both if _core(self.seats[it]) in {one_id, other_id}]
        return next(iter(led or both), None)


def ties_of(school_ids: Collection[int], on: datetime.date) -> Ties:
    """The ties of these schools on a day. Two queries."""
    group_ids = groups_with(school_ids, on)
    return Ties(seats_on(group_ids, on) if group_ids else {})


def _core(seats: list[Seat]) -> int | None:
    return next((seat.school_id for seat in seats if seat.is_core), None)
