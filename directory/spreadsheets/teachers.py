"""The table of teachers: ``import_teachers`` and the browser."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from core.crypto import blind_index
from core.enums import RowState
from core.spreadsheets import cells
from core.spreadsheets.importing import Column, Line, Occasion
from core.spreadsheets.layout import key
from directory.enums import Gender, Stage
from directory.models import Employment, SchoolFacts, Teacher
from directory.selectors.names import SchoolsOnFile


STAGES = {stage.label: stage for stage in Stage}
GENDERS = {gender.label: gender for gender in Gender}
DAY_NOTE = "如 2024-09-01、2024.9.1 或 2024年9月1日"
COLUMNS = (
    Column("学校", cells.name(100), needed=True, note="任教单位，须与在册学校名称一致", width=24),
    Column("工号", cells.staff_number, needed=True, note="在本行政区内不重复；按工号认人"),
    Column("姓名", cells.name(50), needed=True, width=12),
    Column("性别", cells.word(GENDERS), words=tuple(GENDERS), width=8),
    Column("出生日期", cells.birth_date, note=DAY_NOTE, mask=cells.mask_birth_date),
    Column(
        "身份证号", cells.id_number, note="18 位；本列已是文本格式", mask=cells.mask_id_number,
        width=22,
    ),
    Column("手机", cells.phone, note="11 位", mask=cells.mask_phone),
    Column("学段", cells.word(STAGES), words=tuple(STAGES), width=10),
    Column("学科", cells.text(30), width=10),
    Column("职称", cells.text(30)),
    Column("职务", cells.text(30)),
    Column("任现职时间", cells.day, note=DAY_NOTE),
    Column("骨干层次", cells.text(30)),
    Column("学历", cells.text(30), width=12),
    Column("入职时间", cells.day, note=f"{DAY_NOTE}；不能晚于今天"),
)  # fmt: skip
FIELDS = {
    "姓名": "name",
    "性别": "gender",
    "出生日期": "born_on",
    "身份证号": "id_number",
    "手机": "phone",
    "学段": "stage",
    "学科": "subject",
    "职称": "title",
    "职务": "position",
    "任现职时间": "position_since",
    "骨干层次": "backbone_level",
    "学历": "education",
    "入职时间": "hired_on",
}


@dataclasses.dataclass
class Plan:
    """What a row would do: fields to set, and the unit that the teacher moves to, if any."""

    fields: dict[str, Any]
    teacher: Teacher | None = None
    employment: Employment | None = None
    unit_id: int | None = None
    employer_id: int | None = None


def check(lines: Sequence[Line], occasion: Occasion) -> None:
    """Compare with each other and with what is on file; a blank cell leaves what is on file."""
    schools = SchoolsOnFile.on(occasion.district_id, occasion.on)
    numbers = {line.values.get("工号") for line in lines} - {None}
    people = {
        teacher.staff_number: teacher
        for teacher in Teacher.objects.filter(
            district_id=occasion.district_id, staff_number__in=numbers
        ).order_by("pk")
    }
    latest: dict[int, Employment] = {}
    ids = [teacher.pk for teacher in people.values()]
    for row in Employment.objects.filter(teacher_id__in=ids).order_by("period"):
        latest[row.teacher_id] = row
    _check_repeated(lines, "工号")
    _check_id_numbers(lines, occasion)
    for line in lines:
        teacher = people.get(line.values.get("工号"))
        _check_line(line, teacher, occasion)
        unit = _unit(line, schools)
        if line.right and unit:
            _plan(line, teacher, teacher and latest.get(teacher.pk), unit, schools, occasion)


def _check_repeated(lines: Sequence[Line], column: str) -> None:
    first: dict[str, int] = {}
    for line in lines:
        value = line.values.get(column)
        if value and value in first:
            line.fault(column, f"{column}与第 {first[value]} 行重复，请只留一行。")
        elif value:
            first[value] = line.number


def _check_id_numbers(lines: Sequence[Line], occasion: Occasion) -> None:
    """Nobody's ID number twice, in the file or in the district; never says the number."""
    marked = [
        (line, blind_index(number)) for line in lines if (number := line.values.get("身份证号"))
    ]
    held = dict(
        Teacher.objects.filter(
            district_id=occasion.district_id, id_number_index__in={index for _, index in marked}
        )
        .order_by("pk")
        .values_list("id_number_index", "staff_number")
    )
    first: dict[str, Line] = {}
    for line, index in marked:
        masked = cells.mask_id_number(line.cells["身份证号"])
        number = line.values.get("工号")
        if index in first:
            other = first[index]
            whose = f"第 {other.number} 行（工号 {other.cells.get('工号', '')}）"
            line.fault("身份证号", f"身份证号与{whose}相同，请核对是谁的。", value=masked)
        elif index in held and held[index] != number:
            line.fault(
                "身份证号", f"身份证号已登记在工号 {held[index]} 名下，请核对工号。", value=masked
            )
        first.setdefault(index, line)


def _check_line(line: Line, teacher: Teacher | None, occasion: Occasion) -> None:
    """What one row says must agree with itself, and what the ID number tells is filled in."""
    values = line.values
    number = values.get("身份证号") or (teacher.id_number if teacher else None)
    if number:
        born, male = cells.born_by(number), cells.is_male(number)
        gender = Gender.MALE if male else Gender.FEMALE
        if values.get("出生日期") and values["出生日期"] != born:
            line.fault(
                "出生日期",
                "出生日期与身份证号第 7 至 14 位不一致，请对照证件改正其中一处。",
                value=cells.mask_birth_date(str(values["出生日期"])),
            )
        if values.get("性别") and values["性别"] != gender:
            line.fault("性别", f"身份证号表明是“{gender.label}”，请对照证件改正其中一处。")
        if values.get("身份证号"):
            values["出生日期"] = values.get("出生日期") or born
            values["性别"] = values.get("性别") or gender
    if (hired := values.get("入职时间")) and hired > occasion.on:
        line.fault("入职时间", f"入职时间 {hired} 在今天之后，请核对年份。")


def _unit(line: Line, schools: SchoolsOnFile) -> SchoolFacts | None:
    name = line.values.get("学校")
    unit = schools.by_name.get(key(name)) if name else None
    if name and unit is None:
        line.fault("学校", schools.unknown(name))
    return unit


def _plan(line: Line, teacher, employment, unit, schools: SchoolsOnFile, occasion) -> None:
    values = {FIELDS[name]: line.values.get(name) for name in FIELDS}
    given = {field: value for field, value in values.items() if value not in (None, "")}
    plan = Plan(given, teacher, employment)
    line.plan = plan
    if teacher is None:
        plan.unit_id, plan.employer_id = unit.school_id, schools.employer_of(unit)
        line.state = RowState.NEW
        return
    line.object_id = teacher.pk
    plan.fields = {
        field: value
        for field, value in given.items()
        if not _same(field, getattr(teacher, field), value)
    }
    line.old = {
        name: _text(getattr(teacher, field))
        for name, field in FIELDS.items()
        if field in plan.fields
    }
    if employment is None or employment.unit_id != unit.school_id:
        _plan_move(line, plan, unit, schools, occasion)
    moved = plan.unit_id is not None
    line.state = RowState.CHANGED if plan.fields or moved else RowState.UNCHANGED


def _plan_move(line: Line, plan: Plan, unit, schools: SchoolsOnFile, occasion) -> None:
    """From the import day on at another unit; a teacher who has left begins again."""
    held = plan.employment
    if held and held.period.upper and held.period.upper > occasion.on:
        line.fault(
            "学校",
            f"该教师在原单位到 {held.period.upper} 才离任，请在离任后再导入，或先改离任日期。",
        )
        return
    plan.unit_id, plan.employer_id = unit.school_id, schools.employer_of(unit)
    if held and held.unit_id in schools.by_id:
        line.old["学校"] = schools.by_id[held.unit_id].name
    elif held:
        line.old["学校"] = "（已撤并的学校）"


def _same(field: str, held, value) -> bool:
    return key(held) == key(value) if field == "name" else held == value


def _text(value) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Gender | Stage):
        return value.label
    for words in (GENDERS, STAGES):
        for label, code in words.items():
            if value == code:
                return label
    return value or ""
