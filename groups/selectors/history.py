"""What became of a group, day by day, from its facts and memberships (rule 3)."""

import dataclasses
import datetime

from core.periods import last_day
from core.selectors import history
from directory.selectors import cards
from groups.enums import GroupType, MembershipRole
from groups.models import Membership
from groups.selectors.groups import GroupOn


@dataclasses.dataclass(frozen=True)
class Spell:
    """One membership that a group ever had."""

    name: str
    role: str
    type: str
    first_day: datetime.date
    last_day: datetime.date | None
    reason: str
    ended_reason: str

    def stands_on(self, day: datetime.date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclasses.dataclass(frozen=True)
class Entry:
    """Who entered a change, and when."""

    name: str
    at: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Change:
    """What took effect on ``day``: a heading, its lines, why, and who entered it."""

    day: datetime.date
    title: str
    lines: tuple[str, ...]
    reason: str
    entries: tuple[Entry, ...]
    is_later: bool


@dataclasses.dataclass(frozen=True)
class History:
    spells: list[Spell]
    changes: list[Change]


def history_of(group: GroupOn, on: datetime.date) -> History:
    """Everything of a group that its reader may see; the newest first. Three queries."""
    group_id, phases = group.group_id, group.phases
    places = list(
        Membership.objects.filter(group=group_id)
        .select_related("cluster")
        .order_by("-period", "role", "pk")
    )
    known = cards.cards_on(on, {place.school_id for place in places if place.school_id})
    names = {
        place.pk: known[place.school_id].name if place.school_id else place.cluster.name
        for place in places
    }
    events = history.events_about_all(
        {"group": [group_id], "membership": [place.pk for place in places]}
    )
    days = {place.period.lower for place in places} | {phase.first_day for phase in phases}
    days |= {place.period.upper for place in places} | {phase.end for phase in phases}
    return History(
        spells=[_spell(place, names[place.pk]) for place in places],
        changes=[
            change_on(day, phases, places, names, _entries(day, events), on)
            for day in sorted(days - {None}, reverse=True)
        ],
    )


def _spell(place: Membership, name: str) -> Spell:
    return Spell(
        name=name,
        role=place.get_role_display(),
        type=place.get_type_display(),
        first_day=place.period.lower,
        last_day=last_day(place.period),
        reason=place.reason,
        ended_reason=place.ended_reason,
    )


def change_on(day, phases, places, names, entries, on) -> Change:
    """What took effect in one group on a day, from its phases, its places and their names."""
    in_order = sorted(places, key=lambda place: place.pk)
    begun = [place for place in in_order if place.period.lower == day]
    ended = [place for place in in_order if place.period.upper == day]
    new = next((it for it in phases if it.first_day == day), None)
    old = next((it for it in phases if it.end == day), None)
    reasons = [
        *([new.reason] if new else []),
        *([old.ended_reason] if old else []),
        *(place.reason for place in begun),
        *(place.ended_reason for place in ended),
    ]
    return Change(
        day=day,
        title=_title(begun, ended, new, old, names),
        lines=_lines(begun, ended, new, old, names),
        reason=next((reason for reason in reasons if reason), ""),
        entries=entries,
        is_later=day > on,
    )


def _title(begun, ended, new, old, names) -> str:
    if new and not old:
        return "集团成立"
    if old and not new:
        return "集团解散"
    if new and old:
        return f"改为{new.type_label}" if new.type != old.type else "集团更名"
    cores = [place for place in begun if place.role == MembershipRole.CORE]
    if cores:
        return "更换核心校"
    if begun and ended:
        return "成员变更"
    return "成员加入" if begun else "成员退出"


def _lines(begun, ended, new, old, names) -> tuple[str, ...]:
    if new and old:
        renamed = [f"由“{old.name}”更名为“{new.name}”"] if new.name != old.name else []
        if new.type != old.type:
            return (*renamed, f"由{old.type_label}改为{new.type_label}，成员不变")
        return tuple(renamed)
    if old:
        return ("全部成员同日结束",)
    core_in = [names[it.pk] for it in begun if it.role == MembershipRole.CORE]
    core_out = [names[it.pk] for it in ended if it.role == MembershipRole.CORE]
    joined = [it for it in begun if it.role == MembershipRole.MEMBER]
    came = [names[it.pk] for it in joined]
    went = [names[it.pk] for it in ended if it.role == MembershipRole.MEMBER]
    lines = []
    if core_in and core_out:
        lines.append(f"核心校由{core_out[0]}改为{core_in[0]}")
        stays = core_out[0] in came
        lines.append(f"{core_out[0]}{'改作成员校' if stays else '退出集团'}")
        came = [name for name in came if name != core_out[0]]
        went = [name for name in went if name != core_in[0]]
    elif core_in:
        lines.append(f"核心校：{core_in[0]}")
    word = "校区" if joined and joined[0].type == GroupType.INTEGRATED else "成员校"
    if came:
        lines.append(f"{word if new else '加入'}：{'、'.join(came)}")
    if went:
        lines.append(f"退出：{'、'.join(went)}")
    return tuple(lines)


def _entries(day: datetime.date, events: list) -> tuple[Entry, ...]:
    """Who entered what took effect on that day; each person once, at their first entry."""
    before = str(day - datetime.timedelta(days=1))
    found: dict[str, Entry] = {}
    for event in events:
        if event.details.get("from") == str(day) or event.details.get("last_day") == before:
            found.setdefault(event.actor_name, Entry(event.actor_name, event.at))
    return tuple(found.values())
