"""What papers tell of teacher exchange and its logs in some days: counts, no names of teachers."""

import dataclasses
import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from django.db.models import Count, Q, Sum, TextChoices
from django.db.models.functions import TruncMonth

from core.actor import Actor
from core.periods import last_day
from exchange.enums import LogKind, PlacementKind, PlacementState
from exchange.selectors.logs import logs_visible_to
from exchange.selectors.placements import placements_on
from groups.selectors.papers import Stays, stays_of


class Direction(TextChoices):
    """Between which places of its group a placement goes, by the places on its first day."""

    TO_MEMBER = "TO_MEMBER", "核心校到成员校"
    TO_CORE = "TO_CORE", "成员校到核心校"
    BETWEEN = "BETWEEN", "成员校之间"
    OUTSIDE = "OUTSIDE", "集团以外"


@dataclasses.dataclass(frozen=True)
class Served:
    """A placement whose teacher was on post on one of the days, at least one.

    ``state`` as its page shows it on the paper's day: of one that has its last day then, 在岗.
    """

    teacher_id: int
    sending_id: int
    receiving_id: int
    group_id: int | None
    kind: PlacementKind
    full_time: bool
    direction: Direction
    arrived_on: datetime.date
    last_day: datetime.date
    state: PlacementState
    cut_short: bool


@dataclasses.dataclass(frozen=True)
class Movement:
    """Some placements counted. People are counted once each, placements (人次) all.

    Every placement goes on, is completed or ended early: the last three make up ``times``. One
    counts as over when its last day is within the days, so that no year passes over it.
    """

    people: int
    times: int
    full_time: int
    directions: Counter
    arrived: int
    completed: int
    cut_short: int
    going_on: int


@dataclasses.dataclass(frozen=True)
class Exchange:
    """Placements from ``first_day`` to ``on``; ``awaited`` are agreed ones without an arrival."""

    first_day: datetime.date
    on: datetime.date
    served: tuple[Served, ...]
    awaited: int

    def counted(self, rows: Iterable[Served] | None = None) -> Movement:
        rows = self.served if rows is None else tuple(rows)
        over = [it for it in rows if it.last_day <= self.on]
        cut_short = sum(it.cut_short for it in over)
        return Movement(
            people=len({it.teacher_id for it in rows}),
            times=len(rows),
            full_time=sum(it.full_time for it in rows),
            directions=Counter(it.direction for it in rows),
            arrived=sum(self.first_day <= it.arrived_on for it in rows),
            completed=len(over) - cut_short,
            cut_short=cut_short,
            going_on=len(rows) - len(over),
        )

    def by(self, key: Callable[[Served], object]) -> dict[object, Movement]:
        """Counted by a key of each placement, in the order in which the keys appear."""
        held = defaultdict(list)
        for it in self.served:
            held[key(it)].append(it)
        return {found: self.counted(rows) for found, rows in held.items()}

    def between(self, first_day: datetime.date, on: datetime.date) -> "Exchange":
        """Of these days alone; ``awaited`` is of the whole span and not told."""
        held = tuple(it for it in self.served if it.arrived_on <= on and it.last_day >= first_day)
        return Exchange(first_day=first_day, on=on, served=held, awaited=0)

    @property
    def on_post(self) -> list[Served]:
        """As the list of placements tells who is 在岗 on the day."""
        return [it for it in self.served if it.state == PlacementState.ON_POST]

    @property
    def ended_early(self) -> int:
        """As the list tells 提前结束 on the day."""
        return sum(it.state == PlacementState.TERMINATED for it in self.served)


def exchange_between(
    actor: Actor,
    first_day: datetime.date,
    last: datetime.date,
    on: datetime.date,
    *,
    group_id: int | None = None,
) -> Exchange:
    """Visible placements from ``first_day`` to ``on``, all or those of one group. Three queries.

    ``last`` is the last day of the whole span: who is still awaited until then is counted.
    """
    rows = placements_on(actor, on).filter(
        period__endswith__gt=first_day, period__startswith__lte=last
    )
    if group_id is not None:
        rows = rows.filter(group_id=group_id)
    held = list(rows.order_by("period", "pk"))
    stays = stays_of({it.group_id for it in held if it.group_id})
    over = {PlacementState.ON_POST, PlacementState.COMPLETED, PlacementState.TERMINATED}
    return Exchange(
        first_day=first_day,
        on=on,
        served=tuple(_served(it, stays) for it in held if it.shown in over),
        awaited=sum(it.shown == PlacementState.APPROVED for it in held),
    )


def _served(it, stays: Stays) -> Served:
    return Served(
        teacher_id=it.teacher_id,
        sending_id=it.sending_id,
        receiving_id=it.receiving_id,
        group_id=it.group_id,
        kind=PlacementKind(it.kind),
        full_time=it.full_time,
        direction=_direction(it, stays),
        arrived_on=it.arrived_on,
        last_day=last_day(it.period),
        state=PlacementState(it.shown),
        cut_short=it.state == PlacementState.TERMINATED,
    )


def _direction(it, stays: Stays) -> Direction:
    sending, receiving = (
        stays.on(it.group_id, school, it.period.lower)
        for school in (it.sending_id, it.receiving_id)
    )
    if sending is None or receiving is None:
        return Direction.OUTSIDE
    if sending.is_core:
        return Direction.TO_MEMBER
    return Direction.TO_CORE if receiving.is_core else Direction.BETWEEN


@dataclasses.dataclass(frozen=True)
class Logged:
    """What one teacher wrote of placements in one group, or outside any. ``lessons`` by kind."""

    teacher_id: int
    group_id: int | None
    entries: int
    kinds: Counter
    lessons: Counter


@dataclasses.dataclass(frozen=True)
class Logs:
    rows: tuple[Logged, ...]

    @property
    def entries(self) -> int:
        return sum(it.entries for it in self.rows)

    @property
    def by_kind(self) -> list[tuple[LogKind, int, int]]:
        """(kind, entries with it, its lessons) of every kind that was written."""
        kinds = sum((it.kinds for it in self.rows), Counter())
        lessons = sum((it.lessons for it in self.rows), Counter())
        return [(kind, kinds[kind], lessons[kind]) for kind in LogKind if kinds[kind]]

    def in_group(self, group_id: int | None) -> "Logs":
        return Logs(tuple(it for it in self.rows if it.group_id == group_id))

    def lessons_of(self, kind: LogKind) -> int:
        return sum(it.lessons[kind] for it in self.rows)

    def writers(self, of: Iterable[Served]) -> int:
        """How many of the teachers of these placements wrote at least once."""
        wrote = {it.teacher_id for it in self.rows}
        return len(wrote & {it.teacher_id for it in of})


def logs_between(
    actor: Actor, first_day: datetime.date, on: datetime.date, *, group_id: int | None = None
) -> Logs:
    """Visible logs of these days (inclusive), all or those of one group. One query."""
    rows = logs_visible_to(actor).filter(day__range=(first_day, on))
    if group_id is not None:
        rows = rows.filter(placement__group_id=group_id)
    counted = (
        rows.order_by()
        .values("placement__teacher_id", "placement__group_id")
        .annotate(
            entries=Count("pk"),
            given=Sum("lessons_given"),
            heard=Sum("lessons_heard"),
            **{kind.value: Count("pk", filter=Q(kinds__contains=[kind])) for kind in LogKind},
        )
        .order_by("placement__teacher_id", "placement__group_id")
    )
    return Logs(
        tuple(
            Logged(
                teacher_id=row["placement__teacher_id"],
                group_id=row["placement__group_id"],
                entries=row["entries"],
                kinds=Counter({kind: row[kind.value] for kind in LogKind}),
                lessons=Counter(
                    {
                        LogKind.LESSON_GIVEN: row["given"] or 0,
                        LogKind.LESSON_HEARD: row["heard"] or 0,
                    }
                ),
            )
            for row in counted
        )
    )


def entries_by_month(
    actor: Actor, first_day: datetime.date, on: datetime.date
) -> dict[datetime.date, int]:
    """How many of the logs of ``logs_between`` are of each month, by its first day. One query."""
    rows = logs_visible_to(actor).filter(day__range=(first_day, on)).order_by()
    months = rows.annotate(month=TruncMonth("day")).values_list("month")
    return dict(months.annotate(n=Count("pk")))
