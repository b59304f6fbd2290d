"""Choosing schools and 片区 from a list that can be searched without script."""

import dataclasses
import datetime
from collections.abc import Collection, Iterable

from core.actor import Actor
from core.words import simplified
from directory.selectors import cards, schools
from groups.selectors import clusters


SCHOOL, CLUSTER = "school", "cluster"


@dataclasses.dataclass(frozen=True)
class Option:
    """A row of the list. ``value`` is ``school:12`` or ``cluster:3``."""

    value: str
    name: str
    note: str
    search: str


def own_options(
    actor: Actor, on: datetime.date, *, with_clusters: bool, without: Collection[str] = ()
) -> list[Option]:
    """The actor's schools by name, then 片区. Two queries."""
    rows = schools.schools_visible_to(actor, on).order_by("sort_key", "pk")
    found = [
        Option(
            f"{SCHOOL}:{row.school_id}",
            row.name,
            " · ".join(it for it in (row.get_kind_display(), row.get_stage_display()) if it),
            row.search,
        )
        for row in rows
    ]
    if with_clusters:
        found += [
            Option(f"{CLUSTER}:{row.pk}", row.name, "片区", row.search)
            for row in clusters.clusters_visible_to(actor, on).order_by("sort_key", "pk")
        ]
    return [option for option in found if option.value not in without]


def elsewhere(actor: Actor, on: datetime.date, word: str, chosen: Iterable[str]) -> list[Option]:
    """Schools of other districts by name: those found by the word, and those chosen already."""
    ids = {int(value.split(":")[1]) for value in chosen if value.startswith(f"{SCHOOL}:")}
    rows = cards.found_elsewhere(simplified(word), on, actor.district_ids, ids)
    return [Option(f"{SCHOOL}:{pk}", name, district, word) for pk, name, district in rows]


def narrowed(options: list[Option], word: str, chosen: Collection[str]) -> list[Option]:
    """The options that answer the word; what is chosen stays, on top."""
    word = simplified(word)
    return [it for it in options if it.value in chosen] + [
        it for it in options if it.value not in chosen and word in it.search
    ]


def split(values: Iterable[str]) -> tuple[list[int], list[int]]:
    """(school ids, cluster ids) of chosen values."""
    pairs = [value.split(":") for value in values]
    return (
        [int(pk) for kind, pk in pairs if kind == SCHOOL],
        [int(pk) for kind, pk in pairs if kind == CLUSTER],
    )
