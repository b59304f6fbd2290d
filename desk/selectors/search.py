"""Search across schools, groups and teachers, each within the actor's scope (X-23)."""

import dataclasses
import datetime
from collections import defaultdict

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from core.actor import Actor
from core.words import simplified
from directory.selectors import schools, teachers
from groups.selectors import groups


MOST = 8  # of a kind
LONGEST = 50
EXACT, PREFIX, CONTAINS = range(3)
SCHOOL, GROUP, TEACHER = "school", "group", "teacher"


@dataclasses.dataclass(frozen=True)
class Hit:
    """One thing found. ``object_id`` is its lasting id, ``note`` tells it from its namesakes."""

    kind: str
    object_id: int
    name: str
    note: str


@dataclasses.dataclass(frozen=True)
class Hits:
    """What was found of one kind: at most ``MOST``, and whether there are more."""

    rows: list[Hit]
    more: bool


def cleaned(word: str) -> str:
    """The word as stored rows are searched by it; pinyin may be written with apostrophes."""
    return simplified(word.replace("\x00", "")[:LONGEST]).replace("'", "")


def rank(text: str, word: str) -> int | None:
    """How well a search text (name, pinyin, initials) answers the word; None when not at all."""
    if word not in text:
        return None
    padded = f" {text} "
    return EXACT if f" {word} " in padded else PREFIX if f" {word}" in padded else CONTAINS


def search(actor: Actor, word: str, on: datetime.date) -> dict[str, Hits]:
    """Schools, groups and teachers that answer the word, by kind, the best first; two queries."""
    word = cleaned(word)
    if not word:
        return {}
    people = teachers.teachers_visible_to(actor, on)
    found = _best(schools.schools_visible_to(actor, on), SCHOOL, "school_id", "kind", word).union(
        _best(groups.groups_visible_to(actor, on), GROUP, "group_id", "type", word),
        _best(people, TEACHER, "pk", "staff_number", word, also=Q(staff_number=word)),
        all=True,
    )
    by_kind = defaultdict(list)
    for kind, order, sort_key, object_id, name, detail in found:
        by_kind[kind].append((order, sort_key, object_id, name, detail))
    units = teachers.units_on(on, [row[2] for row in by_kind[TEACHER]])
    return {
        kind: Hits(
            rows=[
                Hit(kind, object_id, name, units.get(object_id, "") if kind == TEACHER else detail)
                for _, _, object_id, name, detail in sorted(rows)[:MOST]
            ],
            more=len(rows) > MOST,
        )
        for kind, rows in by_kind.items()
        if rows
    }


def _best(
    rows: QuerySet, kind: str, lasting_id: str, detail: str, word: str, also: Q | None = None
):
    """The best rows of one kind, one more than are shown, as tuples that a union takes."""
    padded = Concat(Value(" "), "search", Value(" "))
    order = Case(
        *([When(also, then=Value(EXACT))] if also else []),
        When(padded__contains=f" {word} ", then=Value(EXACT)),
        When(padded__contains=f" {word}", then=Value(PREFIX)),
        default=Value(CONTAINS),
    )
    return (
        rows.filter(Q(search__contains=word) | (also or Q()))
        .annotate(padded=padded)
        .annotate(
            hit_kind=Value(kind),
            hit_order=order,
            hit_detail=Cast(detail, CharField()),
        )
        .order_by("hit_order", "sort_key", "pk")
        .values_list("hit_kind", "hit_order", "sort_key", lasting_id, "name", "hit_detail")[
            : MOST + 1
        ]
    )
