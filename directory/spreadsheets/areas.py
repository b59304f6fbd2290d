"""The table of area units with their urban/rural attribute (B5-1)."""

import dataclasses
from collections.abc import Sequence

from core.enums import RowState
from core.spreadsheets import cells
from core.spreadsheets.importing import Column, Line, Occasion
from directory.enums import AREA_CLASSES
from directory.models import AreaUnit


CODE = "区划代码"
COLUMNS = (
    Column(CODE, cells.digits(12), needed=True, note="12 位统计用区划代码；按代码认单元", width=18),
    Column("名称", cells.name(60), needed=True, note="村（居）委会名称", width=24),
    Column("乡镇", cells.name(60), note="所在乡镇（街道）", width=20),
    Column("城乡属性", cells.digits(2), note="2 位"),
    Column(
        "城乡分类代码",
        cells.word({code: code for code in AREA_CLASSES}),
        words=tuple(AREA_CLASSES),
        note="3 位国家代码",
    ),
)
FIELDS = {
    "名称": "name",
    "乡镇": "town",
    "城乡属性": "attribute",
    "城乡分类代码": "national_class",
}


@dataclasses.dataclass
class Plan:
    fields: dict[str, str]
    held: AreaUnit | None


def check(lines: Sequence[Line], occasion: Occasion) -> None:
    """By code; a blank cell leaves what is on file."""
    codes = {line.values.get(CODE) for line in lines} - {None}
    held = {unit.code: unit for unit in AreaUnit.objects.filter(code__in=codes).order_by("pk")}
    first: dict[str, int] = {}
    for line in lines:
        code = line.values.get(CODE)
        if code in first:
            line.fault(CODE, f"区划代码与第 {first[code]} 行重复，请只留一行。")
        elif code:
            first[code] = line.number
        unit = held.get(code)
        if unit and unit.district_id != occasion.district_id:
            line.fault(CODE, "这个区划代码属于另一行政区，请核对。")
        if line.right:
            _judge(line, unit)


def _judge(line: Line, unit: AreaUnit | None) -> None:
    given = {f: line.values[name] for name, f in FIELDS.items() if line.values.get(name)}
    if unit is None:
        line.plan, line.state = Plan(given, None), RowState.NEW
        return
    changes = {f: value for f, value in given.items() if getattr(unit, f) != value}
    line.plan, line.object_id = Plan(changes, unit), unit.pk
    line.old = {name: getattr(unit, f) for name, f in FIELDS.items() if f in changes}
    line.state = RowState.CHANGED if changes else RowState.UNCHANGED
