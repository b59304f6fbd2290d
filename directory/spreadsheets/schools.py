"""The table of schools: ``import_schools`` and the browser."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from core.enums import RowState
from core.school_years import school_year_of
from core.spreadsheets import cells
from core.spreadsheets.importing import Column, Line, Occasion
from core.spreadsheets.layout import key
from directory.enums import AREA_CLASSES, SchoolKind, Stage
from directory.models import AreaUnit, SchoolFacts, SchoolHeadcount
from directory.selectors.names import SchoolsOnFile


KINDS = {kind.label: kind for kind in SchoolKind}
STAGES = {stage.label: stage for stage in Stage}
DEPENDENT = {SchoolKind.CAMPUS, SchoolKind.SECTION, SchoolKind.TEACHING_POINT}
NAME, CODE, KIND, PARENT, AREA = "学校名称", "学校标识码", "办学类型", "所属学校", "区划代码"
COLUMNS = (
    Column(CODE, cells.digits(10), note="10 位；没有可留空，以后补填", width=16),
    Column(NAME, cells.name(100), needed=True, note="没有标识码时按名称认学校", width=28),
    Column(KIND, cells.word(KINDS), words=tuple(KINDS)),
    Column("学段", cells.word(STAGES), words=tuple(STAGES), width=12),
    Column(PARENT, cells.name(100), note="校区、学部、教学点填上一级学校的名称", width=28),
    Column(AREA, cells.digits(12), note="学校所在村（居）的 12 位统计用区划代码", width=18),
    Column(
        "城乡分类代码",
        cells.word({code: code for code in AREA_CLASSES}),
        words=tuple(AREA_CLASSES),
        note="3 位国家代码",
    ),
    Column("学生数", cells.count, note="本学年", width=10),
    Column("教师数", cells.count, note="本学年", width=10),
)
FIELDS = {
    NAME: "name",
    CODE: "code",
    KIND: "kind",
    "学段": "stage",
    "城乡分类代码": "area_class",
}
COUNTS = {"学生数": "pupils", "教师数": "teachers"}


@dataclasses.dataclass
class Plan:
    """What a row would do. ``parent`` and ``area`` are resolved when writing, they may be new."""

    fields: dict[str, Any]
    held: SchoolFacts | None = None
    parent: str | None = None
    area: str | None = None
    year: int = 0
    headcount: SchoolHeadcount | None = None
    counts: dict[str, int] = dataclasses.field(default_factory=dict)


def check(lines: Sequence[Line], occasion: Occasion) -> None:
    """Compare with each other and with what is on file; a blank cell leaves what is on file."""
    schools = SchoolsOnFile.on(occasion.district_id, occasion.on)
    year = school_year_of(occasion.on)
    heads = {
        row.school_id: row
        for row in SchoolHeadcount.objects.filter(
            school_id__in=schools.by_id, school_year=year
        ).order_by("pk")
    }
    areas = _areas(lines)
    elsewhere = _codes_elsewhere(lines, schools)
    by_name: dict[str, Line] = {}
    for line in lines:
        _check_repeated(line, by_name)
    codes: dict[str, Line] = {}
    matched: dict[int, Line] = {}
    for line in lines:
        _check_code(line, codes, elsewhere)
        held = _match(line, schools)
        if held and held.school_id in matched:
            other = matched[held.school_id].number
            line.fault(NAME, f"与第 {other} 行是同一所学校，请只留一行。")
        elif held:
            matched[held.school_id] = line
        _plan(line, held, schools, heads, areas, year)
    _check_parents(lines, by_name, schools)
    for line in lines:
        if line.right:
            _judge(line, schools, areas, occasion)


def _areas(lines: Sequence[Line]) -> dict[str, AreaUnit]:
    codes = {line.values.get(AREA) for line in lines} - {None}
    return {unit.code: unit for unit in AreaUnit.objects.filter(code__in=codes).order_by("pk")}


def _codes_elsewhere(lines: Sequence[Line], schools: SchoolsOnFile) -> set[str]:
    """Codes in the file that belong to a school that is not this district's of today."""
    codes = {line.values.get(CODE) for line in lines} - {None}
    rows = SchoolFacts.objects.filter(code__in=codes).exclude(school_id__in=schools.by_id)
    return set(rows.order_by("code").values_list("code", flat=True))


def _check_repeated(line: Line, by_name: dict[str, Line]) -> None:
    name = line.values.get(NAME)
    if name and key(name) in by_name:
        line.fault(NAME, f"“{name}”在第 {by_name[key(name)].number} 行已有，请只留一行。")
    elif name:
        by_name[key(name)] = line


def _check_code(line: Line, codes: dict[str, Line], elsewhere: set[str]) -> None:
    code = line.values.get(CODE)
    if code is None:
        return
    if code in codes:
        line.fault(CODE, f"学校标识码与第 {codes[code].number} 行相同，请核对。")
    elif code in elsewhere:
        line.fault(CODE, "这个学校标识码属于另一所学校（外区或已撤并），请核对，不能重复使用。")
    codes.setdefault(code, line)


def _match(line: Line, schools: SchoolsOnFile) -> SchoolFacts | None:
    """The school on file that the row is about: by its code, else by its name."""
    name, code = line.values.get(NAME), line.values.get(CODE)
    named = schools.by_name.get(key(name)) if name else None
    coded = schools.by_code.get(code)
    if coded and named and coded.school_id != named.school_id:
        line.fault(NAME, f"标识码是“{coded.name}”的，名称却是另一所在册学校，请核对。")
    elif code and named and named.code and named.code != code:
        line.fault(CODE, f"“{named.name}”在册的标识码是 {named.code}，请核对。")
    return coded or named


def _plan(line: Line, held, schools: SchoolsOnFile, heads, areas, year: int) -> None:
    values = line.values
    given = {field: values[name] for name, field in FIELDS.items() if values.get(name) is not None}
    counts = {f: values[name] for name, f in COUNTS.items() if values.get(name) is not None}
    head = heads.get(held.school_id) if held else None
    plan = Plan(given, held, values.get(PARENT), values.get(AREA), year, head, counts)
    line.plan, line.object_id = plan, held.school_id if held else None
    if plan.area and plan.area not in areas:
        line.warn(AREA, "这个区划代码还不在区划表中，将一并登记，名称待补。")


def _check_parents(lines: Sequence[Line], by_name: dict[str, Line], schools) -> None:
    """A parent is on file or in the file, is not wrong there, and nothing is above itself."""
    above = {
        key(row.name): key(schools.by_id[row.parent_id].name)
        for row in schools.by_id.values()
        if row.parent_id in schools.by_id
    }
    for line in lines:
        name, parent = line.values.get(NAME), line.values.get(PARENT)
        if name and parent:
            above[key(name)] = key(parent)
    for line in lines:
        name, parent = line.values.get(NAME), line.values.get(PARENT)
        if parent and key(parent) not in schools.by_name and key(parent) not in by_name:
            line.fault(PARENT, schools.unknown(parent).replace("先导入学校", "在表中加上这一所"))
        elif name and parent and _is_above_itself(key(name), above):
            line.fault(PARENT, "所属学校绕回了本校，请核对上下级。")
    wrong = True
    while wrong:  # a fault may reach down several levels
        wrong = False
        for line in lines:
            parent = line.values.get(PARENT)
            other = by_name.get(key(parent)) if parent and line.right else None
            if other and not other.right and key(parent) not in schools.by_name:
                line.fault(PARENT, f"所属学校在第 {other.number} 行，那一行有误，请一并改正。")
                wrong = True


def _is_above_itself(name: str, above: dict[str, str]) -> bool:
    seen, at = set(), above.get(name)
    while at and at not in seen:
        if at == name:
            return True
        seen.add(at)
        at = above.get(at)
    return False


def _judge(line: Line, schools: SchoolsOnFile, areas, occasion: Occasion) -> None:
    """New, changed or unchanged; what a changed cell replaces."""
    plan, held = line.plan, line.plan.held
    if held is None:
        line.state = RowState.NEW
        if "kind" not in plan.fields:
            plan.fields["kind"] = SchoolKind.SECTION if plan.parent else SchoolKind.LEGAL_PERSON
        if plan.fields["kind"] in DEPENDENT and not plan.parent:
            line.warn(PARENT, "校区、学部、教学点没有填所属学校，待补。")
        return
    old: dict[str, str] = {}
    changes = {}
    for name, field in FIELDS.items():
        value, before = plan.fields.get(field), getattr(held, field)
        if value is None or value == before or (field == "name" and key(value) == key(before)):
            continue
        changes[field] = value
        old[name] = _text(field, before)
    plan.fields = changes
    parent = schools.by_id.get(held.parent_id)
    if plan.parent and parent and key(parent.name) == key(plan.parent):
        plan.parent = None
    elif plan.parent:
        old[PARENT] = parent.name if parent else ""
    unit = areas.get(plan.area)
    if plan.area and unit and unit.pk == held.area_unit_id:
        plan.area = None
    elif plan.area:
        old[AREA] = held.area_unit.code if held.area_unit_id else ""
    changed = bool(changes or plan.parent or plan.area)
    head = plan.headcount
    plan.counts = {f: n for f, n in plan.counts.items() if getattr(head, f, None) != n}
    for name, field in COUNTS.items():
        if field in plan.counts:
            before = getattr(head, field, None)
            old[name] = "" if before is None else str(before)
    if changed and held.period.upper is not None:
        line.fault(NAME, f"该校从 {held.period.upper} 起已登记变更，请先处理那一次变更。")
    line.old = old
    line.state = RowState.CHANGED if changed or plan.counts else RowState.UNCHANGED


def _text(field: str, value) -> str:
    if field == "kind":
        return str(SchoolKind(value).label)
    if field == "stage" and value:
        return str(Stage(value).label)
    return value or ""
