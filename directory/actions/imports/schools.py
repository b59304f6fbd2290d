"""Schools in bulk, from an imported table. The caller holds the transaction and the event."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Func, Value
from django.db.models.functions import Lower, Upper

from core.actions import undoing
from core.actions.undoing import fault
from core.enums import RowState
from core.periods import period
from core.spreadsheets.importing import Fault, Importer, Line, Occasion, Stands, Undone
from core.spreadsheets.layout import key
from core.words import search_text, sort_key
from directory.enums import Permission
from directory.guards import closings
from directory.models import AreaUnit, School, SchoolFacts, SchoolHeadcount
from directory.selectors.names import SchoolsOnFile
from directory.spreadsheets import schools as sheet


FACTS = ["name", "code", "kind", "stage", "parent_id", "area_unit_id", "area_class"]
SAVED = [*(name.removesuffix("_id") for name in FACTS), "search", "sort_key"]
COUNTS = ["pupils", "teachers"]


def enter(
    facts: Sequence[Mapping],
    *,
    district_id: int,
    first_day: datetime.date,
    now: datetime.datetime,
    source: str,
    known: Mapping[str, int],
) -> list[SchoolFacts]:
    """Enter schools from that day on under the caller's checks; two statements for all.

    ``parent`` of a school is the compared name of one in ``known`` (ids by name) or among them.
    """
    made = School.objects.bulk_create(
        School(district_id=district_id, created_at=now) for _ in facts
    )
    ids = {**known, **{key(it["name"]): row.pk for it, row in zip(facts, made, strict=True)}}
    rows = []
    for it, school in zip(facts, made, strict=True):
        own = {name: value for name, value in it.items() if name != "parent"}
        rows.append(
            SchoolFacts(
                school=school, district_id=district_id, period=period(first_day), created_at=now,
                source=source, parent_id=ids[it["parent"]] if it.get("parent") else None,
                search=search_text(it["name"]), sort_key=sort_key(it["name"]), **own,
            )
        )  # fmt: skip
    return SchoolFacts.objects.bulk_create(rows)


def write(lines: Sequence[Line], occasion: Occasion) -> None:
    """Enter new schools and change those on file from the import day; leaves ``before``."""
    _check_days(lines, occasion)
    areas = _enter_areas(lines, occasion)
    known = {
        name: row.school_id
        for name, row in SchoolsOnFile.on(occasion.district_id, occasion.on).by_name.items()
    }
    new = [line for line in lines if line.state == RowState.NEW]
    changed = [line for line in lines if line.state == RowState.CHANGED]
    facts = [
        {
            **line.plan.fields,
            "parent": key(line.plan.parent) if line.plan.parent else None,
            "area_unit_id": areas.get(line.plan.area),
        }
        for line in new
    ]
    rows = enter(
        facts, district_id=occasion.district_id, first_day=occasion.start, now=occasion.now,
        source=occasion.source, known=known,
    )  # fmt: skip
    for line, row in zip(new, rows, strict=True):
        line.object_id, line.before = row.school_id, {"facts": row.pk}
    ids = known | {key(line.values[sheet.NAME]): line.object_id for line in lines}
    _change(changed, ids, areas, occasion)
    _count(lines)


def _check_days(lines: Sequence[Line], occasion: Occasion) -> None:
    """New schools begin on the start day, what changes on the day of the import (rule 7)."""
    days = [occasion.start for line in lines if line.state == RowState.NEW] + [
        occasion.on
        for line in lines
        if line.state == RowState.CHANGED
        and (line.plan.fields or line.plan.parent or line.plan.area)
    ]
    if days:
        closings.check_open(occasion.district_id, min(days))


def _enter_areas(lines: Sequence[Line], occasion: Occasion) -> dict[str, int]:
    """Ids by code of the area units that the rows name; unknown ones are entered without a name."""
    codes = {line.plan.area for line in lines if line.plan.area}
    held = dict(AreaUnit.objects.filter(code__in=codes).order_by("pk").values_list("code", "pk"))
    made = AreaUnit.objects.bulk_create(
        AreaUnit(district_id=occasion.district_id, code=code, name="")
        for code in sorted(codes - held.keys())
    )
    return held | {unit.code: unit.pk for unit in made}


def _change(lines: Sequence[Line], ids, areas: dict[str, int], occasion: Occasion) -> None:
    """What began on the import day or later is corrected, else new facts begin on it."""
    ended, corrected, begun = [], [], []
    for line in lines:
        plan, held = line.plan, line.plan.held
        changes = dict(plan.fields)
        if plan.parent:
            changes["parent_id"] = ids[key(plan.parent)]
        if plan.area:
            changes["area_unit_id"] = areas[plan.area]
        line.before = {}
        if not changes:
            continue
        line.before = {"old": {name: getattr(held, name) for name in changes}, "new": changes}
        values = {name: getattr(held, name) for name in FACTS} | changes
        if held.period.lower and held.period.lower >= occasion.on:
            line.before["facts"] = held.pk
            corrected.append(_fill(held, values))
            continue
        row = SchoolFacts(
            school_id=held.school_id, district_id=held.district_id, period=period(occasion.on),
            created_at=occasion.now, source=occasion.source,
        )  # fmt: skip
        begun.append((line, _fill(row, values)))
        ended.append(held.pk)
        line.before["split"] = held.pk
    _set_end(ended, occasion.on)
    SchoolFacts.objects.bulk_update(corrected, SAVED)
    SchoolFacts.objects.bulk_create([row for _, row in begun])
    for line, row in begun:
        line.before["facts"] = row.pk


def _fill(row: SchoolFacts, values: Mapping) -> SchoolFacts:
    for name, value in values.items():
        setattr(row, name, value)
    row.search, row.sort_key = search_text(row.name), sort_key(row.name)
    return row


def _count(lines: Sequence[Line]) -> None:
    rows = []
    for line in lines:
        plan, held = line.plan, line.plan.headcount
        if not plan.counts:
            continue
        old = [getattr(held, name) for name in COUNTS] if held else None
        new = [plan.counts.get(name, getattr(held, name, None)) for name in COUNTS]
        line.before["counts"] = {"year": plan.year, "old": old, "new": new}
        rows.append(_headcount(line.object_id, plan.year, new))
    _save_counts(rows)


def _headcount(school_id: int, year: int, counts: Sequence[int | None]) -> SchoolHeadcount:
    fields = dict(zip(COUNTS, counts, strict=True))
    return SchoolHeadcount(school_id=school_id, school_year=year, **fields)


def _save_counts(rows: list[SchoolHeadcount]) -> None:
    SchoolHeadcount.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["school", "school_year"],
        update_fields=COUNTS,
    )


def _set_end(ids: Sequence[int], day: datetime.date | None) -> None:
    SchoolFacts.objects.filter(pk__in=ids).update(
        period=Func(Lower("period"), Value(day), Value("[)"), function="daterange")
    )


def reach_back(school_ids: Collection[int], day: datetime.date) -> list[list]:
    """Who is in a group from a day on was there by then: first facts that begin later begin then.

    Returns (id of the facts, day on which they began) of those moved, for undoing.
    """
    first: dict[int, SchoolFacts] = {}
    for row in SchoolFacts.objects.filter(school_id__in=school_ids).order_by("period"):
        first.setdefault(row.school_id, row)
    late = [row for row in first.values() if row.period.lower and row.period.lower > day]
    _set_begin([row.pk for row in late], day)
    return [[row.pk, row.period.lower.isoformat()] for row in late]


def reach_forward(moved: Sequence[Sequence]) -> None:
    """Undo ``reach_back``."""
    days: dict[str, list[int]] = {}
    for pk, day in moved:
        days.setdefault(day, []).append(pk)
    for day, ids in days.items():
        _set_begin(ids, datetime.date.fromisoformat(day))


def _set_begin(ids: Sequence[int], day: datetime.date) -> None:
    SchoolFacts.objects.filter(pk__in=ids).update(
        period=Func(Value(day), Upper("period"), Value("[)"), function="daterange")
    )


# ---- undo


def remove(facts_ids: Collection[int], lines: Mapping[int, Line]) -> None:
    """Take schools (``lines`` by id) away with these facts. Raises Stands when they are in use."""
    names = dict(
        SchoolFacts.objects.filter(pk__in=facts_ids).order_by("pk").values_list("school_id", "name")
    )
    SchoolFacts.objects.filter(pk__in=facts_ids).delete()
    undoing.remove(School.objects.filter(pk__in=lines), lines, lambda pk: f"“{names[pk]}”")


def undo(rows: Sequence[Undone], occasion: Occasion) -> None:
    """Take written rows back. Raises Stands for what was changed or is referred to since."""
    lines = {row.line.object_id: row.line for row in rows}
    facts = SchoolFacts.objects.in_bulk(
        [row.line.before["facts"] for row in rows if "facts" in row.line.before]
    )
    heads = {
        (row.school_id, row.school_year): row
        for row in SchoolHeadcount.objects.filter(school_id__in=lines).order_by("pk")
    }
    stands = [found for row in rows if (found := _stands(row, facts, heads))]
    if stands:
        raise Stands(stands)
    if facts:
        closings.check_open(occasion.district_id, min(row.period.lower for row in facts.values()))
    _take_back_counts(rows, heads)
    made = {pk: line for pk, line in lines.items() if pk in _created(rows)}
    begun = [it.line.before["facts"] for it in rows if it.created or "split" in it.line.before]
    areas = {facts[pk].area_unit_id for pk in begun} - {None}
    names = {row.school_id: row.name for row in facts.values()}
    SchoolFacts.objects.filter(pk__in=begun).delete()
    _set_end([it.line.before["split"] for it in rows if "split" in it.line.before], None)
    SchoolFacts.objects.bulk_update(
        [
            _fill(facts[it.line.before["facts"]], it.line.before["old"])
            for it in rows
            if it.line.before.get("old") and "split" not in it.line.before
        ],
        SAVED,
    )
    undoing.remove(School.objects.filter(pk__in=made), made, lambda pk: f"“{names[pk]}”")
    AreaUnit.objects.filter(pk__in=areas, name="", schoolfacts__isnull=True).delete()


def _created(rows: Sequence[Undone]) -> set[int]:
    return {row.line.object_id for row in rows if row.created}


def _take_back_counts(rows: Sequence[Undone], heads) -> None:
    gone, back = [], []
    for row in rows:
        if counts := row.line.before.get("counts"):
            head = heads[row.line.object_id, counts["year"]]
            if counts["old"] is None:
                gone.append(head.pk)
            else:
                back.append(_headcount(head.school_id, head.school_year, counts["old"]))
    SchoolHeadcount.objects.filter(pk__in=gone).delete()
    _save_counts(back)


def _stands(row: Undone, facts: dict[int, SchoolFacts], heads) -> Fault | None:
    """The sentence for what keeps one row from being taken back."""
    line, before = row.line, row.line.before
    held = facts.get(before.get("facts"))
    if "facts" in before and (held is None or held.period.upper is not None):
        return fault(line, "这所学校在导入后又有变更，请单独更正。")
    for name, value in before.get("new", {}).items():
        if getattr(held, name) != value:
            label = undoing.label_of(SchoolFacts, name.removesuffix("_id"))
            return fault(line, f"“{held.name}”的“{label}”在导入后又改过，请单独更正。")
    if counts := before.get("counts"):
        head = heads.get((line.object_id, counts["year"]))
        if head is None or [head.pupils, head.teachers] != counts["new"]:
            return fault(line, "这所学校的学年人数在导入后又改过，请单独更正。")
    return None


IMPORTER = Importer(
    kind="schools",
    label="学校",
    permission=Permission.MANAGE_SCHOOLS,
    columns=sheet.COLUMNS,
    check=sheet.check,
    write=write,
    undo=undo,
    start_label="新学校信息开始日期",
)
