"""What the form of a line offers: schools by name, teachers by number, and whom a word means."""

import dataclasses
import datetime

from core.actor import Actor
from core.spreadsheets.layout import key
from directory.selectors import schools, teachers
from exchange.models import Roster
from exchange.selectors import ties


LISTED = 400  # own teachers offered while typing


class NotFound(Exception):
    """Nobody is meant, or several are; the text says how to name one."""


@dataclasses.dataclass(frozen=True)
class Choices:
    sending: list[tuple[int, str]]
    receiving: list[tuple[str, list[tuple[int, str]]]]


def choices_of(roster: Roster, on: datetime.date) -> Choices:
    """Own school and, for a core, its members send; partners receive first, then the district."""
    filing = roster.filing
    known = ties.ties_of({filing.school_id}, on)
    own = schools.units_below(filing.school_id, on)
    district = schools.names_in(filing.district_id, on)
    partners = known.partners() - {filing.school_id}
    names = schools.names_on(on, own | partners) | district
    members = sorted(known.members_of(filing.school_id) - own, key=names.get)
    first = [filing.school_id, *sorted(own - {filing.school_id}, key=names.get)]
    others = sorted(set(district) - partners - {filing.school_id}, key=names.get)
    receiving = [
        ("同一集团", [(pk, names[pk]) for pk in sorted(partners, key=names.get)]),
        ("本校", [(filing.school_id, names[filing.school_id])]) if members else ("", []),
        ("其他学校", [(pk, names[pk]) for pk in others]),
    ]
    return Choices(
        [(pk, names[pk]) for pk in [*first, *members]],
        [(word, group) for word, group in receiving if group],
    )


def offered(actor: Actor, school_id: int, on: datetime.date) -> list[str]:
    """``工号 姓名`` of the own teachers, for the list beside the field."""
    rows = teachers.at_school(teachers.teachers_visible_to(actor, on), school_id, on)
    pairs = rows.order_by("sort_key", "pk").values_list("staff_number", "name")[:LISTED]
    return [f"{number} {name}" for number, name in pairs]


def teacher_meant(actor: Actor, word: str, sending_id: int, district_id: int, on: datetime.date):
    """The id of the teacher of the sending school that a word means.

    A teacher out of the actor's sight is found by number and name together, so that nobody learns
    names by trying numbers. Raises NotFound with a sentence.
    """
    number, _, name = word.strip().partition(" ")
    name = key(name)
    own = teachers.at_school(teachers.teachers_visible_to(actor, on), sending_id, on)
    found = own.filter(staff_number=number).first()
    if found and (not name or key(found.name) == name):
        return found.pk
    same = [it for it in own.order_by("pk") if key(it.name) == key(word)]
    if len(same) == 1:
        return same[0].pk
    if same:
        numbers = "、".join(it.staff_number for it in same)
        raise NotFound(f"有 {len(same)} 位同名教师，请填工号：{numbers}。")
    person = teachers.by_number([district_id], [number]).get(number)
    held = person and teachers.employments_on(on, [person.pk]).get(person.pk)
    here = bool(held) and sending_id in {held.unit_id, held.employer_id}
    if person and name and key(person.name) == name and here:
        return person.pk
    raise NotFound("派出学校没有这位在岗教师，请核对工号和姓名；别校的教师须写成“工号 姓名”。")
