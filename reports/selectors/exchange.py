"""Exchange, its logs and shared rooms of some days: what papers and the dashboard tell (X-13)."""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Mapping

from core.actor import Actor
from directory.selectors import schools
from exchange.enums import PlacementKind
from exchange.selectors.papers import Exchange, Logs, exchange_between, logs_between
from groups.selectors.papers import stays_of
from reports.selectors.figures import Figure
from resources.selectors.papers import Rooms, rooms_between


@dataclasses.dataclass(frozen=True)
class Exchanged:
    """What is told, of all groups or of one; ``groups`` and ``names`` of schools by id."""

    exchange: Exchange
    logs: Logs
    rooms: Rooms
    groups: Mapping[int, str]
    names: Mapping[int, str]
    group_id: int | None = None

    @property
    def on(self) -> datetime.date:
        return self.exchange.on

    @property
    def is_empty(self) -> bool:
        held = self.exchange.served or self.exchange.awaited or self.logs.rows
        return not (held or self.rooms.owners)


def exchanged(
    actor: Actor,
    first_day: datetime.date,
    last_day: datetime.date,
    on: datetime.date,
    *,
    groups: Mapping[int, str],
    group_id: int | None = None,
) -> Exchanged:
    """Of all that the actor sees, or of one of ``groups``, which it sees. At most nine queries."""
    held = exchange_between(actor, first_day, last_day, on, group_id=group_id)
    rooms = rooms_between(actor, first_day, on, stays=stays_of(groups))
    if group_id is not None:
        rooms = rooms.inside(group_id, on)
    ids = {pk for it in held.served for pk in (it.sending_id, it.receiving_id)}
    return Exchanged(
        exchange=held,
        logs=logs_between(actor, first_day, on, group_id=group_id),
        rooms=rooms,
        groups=groups,
        names=schools.names_on(on, ids | rooms.owners),
        group_id=group_id,
    )


def kinds_said(kinds: Counter) -> str:
    """派驻任教2、支教1, in the order of the documents; in words where there are none."""
    return "、".join(f"{it.label}{kinds[it]}" for it in PlacementKind if kinds[it])


def headline(seen: Exchanged) -> list[Figure]:
    """The figures of the dashboard; the first four as their lists count them."""
    on_post, rooms = seen.exchange.on_post, seen.rooms
    people = len({it.teacher_id for it in seen.exchange.served})
    writers = seen.logs.writers(seen.exchange.served)
    lent, owners = rooms.total(lambda it: it.is_lent), len(rooms.shared)
    return [
        Figure(
            "on_post", "在岗交流轮岗", len(on_post), "人次",
            kinds_said(Counter(it.kind for it in on_post)) or "没有在岗的",
        ),
        Figure("awaited", "待到岗", seen.exchange.awaited, "人次", "已批准，还没有确认到岗"),
        Figure("ended_early", "提前结束", seen.exchange.ended_early, "人次", "本学年"),
        Figure(
            "logs", "交流日志", seen.logs.entries, "篇",
            f"本学年在岗过{people}人，{writers}人写过" if people else "本学年没有在岗的教师",
        ),
        Figure("rooms", "共享场地", rooms.shared.total(), "个", f"{owners}所学校"),
        Figure("lent", "外校预约场地", lent.times, "次", f"本学年预约共{rooms.total().times}次"),
    ]  # fmt: skip
