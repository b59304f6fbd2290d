"""What papers tell of shared rooms in some days: rooms, bookings, hours, by owner and by group."""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateField, F, Func, IntegerField, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from core.actor import Actor
from groups.selectors.papers import Stays
from resources.selectors.bookings import used_until
from resources.selectors.facilities import facilities_visible_to, with_lendable


NO_GROUPS = Stays({})


@dataclasses.dataclass(frozen=True)
class Used:
    """Confirmed bookings of one owner's rooms by one school from a day on.

    Who was in which group is the same on all of their days. ``lessons`` are of those booked by
    lessons, ``minutes`` of all.
    """

    owner_id: int
    school_id: int
    since: datetime.date
    times: int
    lessons: int
    minutes: int

    @property
    def is_lent(self) -> bool:
        return self.owner_id != self.school_id


@dataclasses.dataclass(frozen=True)
class Total:
    times: int
    lessons: int
    minutes: int


@dataclasses.dataclass(frozen=True)
class Rooms:
    """``shared``: rooms that others may book, by owner, on the paper's day."""

    shared: Counter
    used: tuple[Used, ...]
    stays: Stays

    def total(self, wanted: Callable[[Used], bool] = lambda _: True) -> Total:
        rows = [it for it in self.used if wanted(it)]
        return Total(
            sum(it.times for it in rows),
            sum(it.lessons for it in rows),
            sum(it.minutes for it in rows),
        )

    @property
    def owners(self) -> set[int]:
        """Schools that share a room or whose rooms were booked."""
        return {it.owner_id for it in self.used} | set(self.shared)

    def lent_in(self, group_id: int, by_core: bool) -> Total:
        """Rooms that the core, or a member, of a group lent to another of its schools."""

        def wanted(it: Used) -> bool:
            owner = self.stays.on(group_id, it.owner_id, it.since)
            return bool(
                it.is_lent
                and owner
                and owner.is_core == by_core
                and self.stays.on(group_id, it.school_id, it.since)
            )

        return self.total(wanted)

    def inside(self, group_id: int, on: datetime.date) -> "Rooms":
        """Of one group: its schools' rooms, and their bookings by its schools."""
        held = self.stays.schools_on(group_id, on)
        return dataclasses.replace(
            self,
            shared=Counter({pk: n for pk, n in self.shared.items() if pk in held}),
            used=tuple(
                it
                for it in self.used
                if self.stays.on(group_id, it.owner_id, it.since)
                and self.stays.on(group_id, it.school_id, it.since)
            ),
        )


def rooms_between(
    actor: Actor,
    first_day: datetime.date,
    on: datetime.date,
    *,
    stays: Stays = NO_GROUPS,
) -> Rooms:
    """Visible rooms and confirmed bookings of these days (inclusive). Two queries.

    ``stays`` are of groups that the actor sees.
    """
    rooms = with_lendable(facilities_visible_to(actor, on), on).filter(lendable=True)
    rows = used_until(actor, on).filter(day__gte=first_day)
    shared = rooms.order_by().values_list("school").annotate(n=Count("pk")).order_by("school")
    begins = [first_day, *sorted(day for day in stays.changes() if first_day < day <= on)]
    counted = (
        rows.order_by()
        .annotate(
            stretch=Func(
                F("day"),
                Value(begins, output_field=ArrayField(DateField())),
                function="width_bucket",
                output_field=IntegerField(),
            )
        )
        .values_list("facility__school", "school", "stretch")
        .annotate(
            times=Count("pk"),
            lessons=Coalesce(Sum(F("last_lesson") - F("first_lesson") + 1), 0),
            lasting=Sum(F("period__endswith") - F("period__startswith")),
        )
        .order_by("facility__school", "school", "stretch")
    )
    return Rooms(
        shared=Counter(dict(shared)),
        used=tuple(
            Used(
                owner,
                school,
                begins[stretch - 1],
                times,
                lessons,
                round(lasting.total_seconds() / 60),
            )
            for owner, school, stretch, times, lessons, lasting in counted
        ),
        stays=stays,
    )


def booked_by_month(
    actor: Actor, first_day: datetime.date, on: datetime.date
) -> dict[datetime.date, tuple[int, int]]:
    """(bookings, of these by others than the owner) of ``rooms_between``, by month. One query."""
    rows = used_until(actor, on).filter(day__gte=first_day).order_by()
    months = rows.annotate(month=TruncMonth("day")).values_list("month")
    counted = months.annotate(n=Count("pk"), others=Count("pk", filter=Q(lent=True)))
    return {month: (n, others) for month, n, others in counted}
