"""Teachers in bulk, from an imported table. The caller holds the transaction and the event."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Func, Value
from django.db.models.functions import Lower

from core.actions import undoing
from core.actions.copying import copy_in
from core.actions.undoing import fault
from core.crypto import blind_index, decrypt, encrypt
from core.enums import RowState
from core.periods import period
from core.spreadsheets.importing import Fault, Importer, Line, Occasion, Stands, Undone
from core.words import search_text, sort_key
from directory.enums import Permission
from directory.models import Employment, Teacher
from directory.spreadsheets import teachers as sheet


BATCH = 2000
DAYS = {"born_on", "position_since", "hired_on"}
SEALED = {"id_number", "phone"}
REWRITTEN = [
    *sheet.FIELDS.values(), "id_number_index", "phone_index", "search", "sort_key"
]  # fmt: skip


def write(lines: Sequence[Line], occasion: Occasion) -> None:
    """Enter new teachers with their employment and change those on file; leaves ``before``."""
    new = [line for line in lines if line.state == RowState.NEW]
    changed = [line for line in lines if line.state == RowState.CHANGED]
    _enter(new, occasion)
    _change(changed)
    _move([line for line in changed if line.plan.unit_id is not None], occasion)


def _enter(lines: Sequence[Line], occasion: Occasion) -> None:
    people = [
        _fill(
            Teacher(
                district_id=occasion.district_id,
                staff_number=line.values["工号"],
                created_at=occasion.now,
            ),
            line.plan.fields,
        )
        for line in lines
    ]
    copy_in(people)
    began = period(occasion.start)
    rows = [
        Employment(
            teacher_id=person.pk, employer_id=line.plan.employer_id, unit_id=line.plan.unit_id,
            period=began, source=occasion.source,
        )
        for person, line in zip(people, lines, strict=True)
    ]  # fmt: skip
    copy_in(rows)
    for line, person, row in zip(lines, people, rows, strict=True):
        line.object_id, line.before = person.pk, {"begun": row.pk}


def _change(lines: Sequence[Line]) -> None:
    changed = []
    for line in lines:
        person, fields = line.plan.teacher, line.plan.fields
        line.before = {
            "old": {field: _packed(field, getattr(person, field)) for field in fields},
            "new": {field: _packed(field, value) for field, value in fields.items()},
        }
        if fields:
            changed.append(_fill(person, fields))
    _rewrite(changed)


def _rewrite(people: list[Teacher]) -> None:
    """Save teachers on file in a few statements, where an UPDATE a row would take thousands."""
    Teacher.objects.bulk_create(
        people,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=REWRITTEN,
    )


def _fill(person: Teacher, fields: dict[str, Any]) -> Teacher:
    for field, value in fields.items():
        setattr(person, field, value)
    if "name" in fields:
        person.search = search_text(person.name, person=True)
        person.sort_key = sort_key(person.name, person=True)
    if "id_number" in fields:
        person.id_number_index = blind_index(person.id_number) if person.id_number else None
    if "phone" in fields:
        person.phone_index = blind_index(person.phone) if person.phone else None
    return person


def _move(lines: Sequence[Line], occasion: Occasion) -> None:
    """To another unit from the import day on; what began that day or later is corrected."""
    ended, corrected, begun = [], [], []
    for line in lines:
        plan, held = line.plan, line.plan.employment
        if held and held.period.upper is None and held.period.lower >= occasion.on:
            line.before["corrected"] = [held.pk, held.employer_id, held.unit_id]
            held.employer_id, held.unit_id = plan.employer_id, plan.unit_id
            corrected.append(held)
            continue
        if held and held.period.upper is None:
            ended.append(held.pk)
            line.before["ended"] = held.pk
        begun.append(
            Employment(
                teacher=plan.teacher, employer_id=plan.employer_id, unit_id=plan.unit_id,
                period=period(occasion.on), source=occasion.source,
            )
        )  # fmt: skip
        line.before["begun"] = begun[-1]
    _set_end(ended, occasion.on)
    Employment.objects.bulk_update(corrected, ["employer", "unit"], batch_size=BATCH)
    Employment.objects.bulk_create(begun, batch_size=BATCH)
    for line in lines:
        if row := line.before.get("begun"):
            line.before["begun"] = row.pk
        line.before["unit"] = line.plan.unit_id


def _set_end(ids: list[int], day: datetime.date | None) -> None:
    """End these employments before that day, or leave them open."""
    Employment.objects.filter(pk__in=ids).update(
        period=Func(Lower("period"), Value(day), Value("[)"), function="daterange")
    )


# ---- undo


def undo(rows: Sequence[Undone], occasion: Occasion) -> None:
    """Take written rows back. Raises Stands for what was changed or is referred to since."""
    people = Teacher.objects.in_bulk([row.line.object_id for row in rows])
    begun = [row.line.before["begun"] for row in rows if row.line.before.get("begun")]
    corrected = {row.line.before["corrected"][0]: row for row in rows if _corrected(row)}
    places = Employment.objects.in_bulk([*begun, *corrected])
    stands = [found for row in rows if (found := _stands(row, people, places))]
    if stands:
        raise Stands(stands)
    Employment.objects.filter(pk__in=begun).delete()
    _set_end([row.line.before["ended"] for row in rows if row.line.before.get("ended")], None)
    for pk, row in corrected.items():
        _, places[pk].employer_id, places[pk].unit_id = row.line.before["corrected"]
    Employment.objects.bulk_update(
        [places[pk] for pk in corrected], ["employer", "unit"], batch_size=BATCH
    )
    _rewrite(
        [
            _fill(people[row.line.object_id], _unpacked(row.line.before["old"]))
            for row in rows
            if row.line.before.get("old")
        ]
    )
    made = {row.line.object_id: row.line for row in rows if row.created}
    undoing.remove(
        Teacher.objects.filter(pk__in=made), made, lambda pk: f"工号 {people[pk].staff_number} "
    )


def _corrected(row: Undone) -> bool:
    return bool(row.line.before.get("corrected"))


def _stands(row: Undone, people: dict, places: dict) -> Fault | None:
    """The sentence for what keeps one row from being taken back."""
    line, person = row.line, people.get(row.line.object_id)
    before = line.before
    if person is None:
        return fault(line, "这位教师已不在册。")
    whose = f"工号 {person.staff_number} 的"
    if row.created and person.user_id:
        return fault(line, f"{whose}教师已开通账号，请先停用并解除账号。")
    for field, written in _unpacked(before.get("new", {})).items():
        if getattr(person, field) != written:
            label = undoing.label_of(Teacher, field)
            return fault(line, f"{whose}“{label}”在导入后又改过，请单独更正。")
    pk = before.get("begun") or (before.get("corrected") or [None])[0]
    place = places.get(pk) if pk else None
    if pk and (place is None or place.period.upper is not None):
        return fault(line, f"{whose}任教单位在导入后又改过，请单独更正。")
    if place and before.get("unit", place.unit_id) != place.unit_id:
        return fault(line, f"{whose}任教单位在导入后又改过，请单独更正。")
    return None


def _packed(field: str, value):
    """A value as JSON keeps it; ID number and phone encrypted."""
    if field in SEALED and value:
        return encrypt(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _unpacked(fields: dict) -> dict[str, Any]:
    return {field: _unpack(field, value) for field, value in fields.items()}


def _unpack(field: str, value):
    if field in SEALED and value:
        return decrypt(value)
    return datetime.date.fromisoformat(value) if field in DAYS and value else value


IMPORTER = Importer(
    kind="teachers",
    label="教师",
    permission=Permission.MANAGE_TEACHERS,
    columns=sheet.COLUMNS,
    check=sheet.check,
    write=write,
    undo=undo,
    start_label="新教师任职开始日期",
)
