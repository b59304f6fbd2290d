"""Area units in bulk, from an imported table. The caller holds the transaction and the event."""

from collections.abc import Sequence

from core.actions import undoing
from core.actions.undoing import fault
from core.enums import RowState
from core.spreadsheets.importing import Fault, Importer, Line, Occasion, Stands, Undone
from directory.enums import Permission
from directory.models import AreaUnit
from directory.spreadsheets import areas as sheet


def write(lines: Sequence[Line], occasion: Occasion) -> None:
    """Enter new units and change those on file; leaves ``before``."""
    new = [line for line in lines if line.state == RowState.NEW]
    made = AreaUnit.objects.bulk_create(
        AreaUnit(district_id=occasion.district_id, code=line.values[sheet.CODE], **line.plan.fields)
        for line in new
    )
    for line, unit in zip(new, made, strict=True):
        line.object_id, line.before = unit.pk, {}
    changed = []
    for line in lines:
        if line.state == RowState.CHANGED:
            unit, fields = line.plan.held, line.plan.fields
            line.before = {"old": {name: getattr(unit, name) for name in fields}, "new": fields}
            changed.append(_fill(unit, fields))
    _save(changed)


def _fill(unit: AreaUnit, fields: dict[str, str]) -> AreaUnit:
    for name, value in fields.items():
        setattr(unit, name, value)
    return unit


def _save(units: Sequence[AreaUnit]) -> None:
    AreaUnit.objects.bulk_update(units, list(sheet.FIELDS.values()), batch_size=1000)


def undo(rows: Sequence[Undone], occasion: Occasion) -> None:
    """Take written rows back. Raises Stands for what was changed or is referred to since."""
    units = AreaUnit.objects.in_bulk([row.line.object_id for row in rows])
    stands = [found for row in rows if (found := _stands(row, units))]
    if stands:
        raise Stands(stands)
    _save([_fill(units[it.line.object_id], it.line.before["old"]) for it in rows if not it.created])
    made = {row.line.object_id: row.line for row in rows if row.created}
    undoing.remove(
        AreaUnit.objects.filter(pk__in=made), made, lambda pk: f"区划单元“{units[pk].name}”"
    )


def _stands(row: Undone, units: dict[int, AreaUnit]) -> Fault | None:
    unit = units.get(row.line.object_id)
    if unit is None:
        return fault(row.line, "这个区划单元已不在册。")
    for name, value in row.line.before.get("new", {}).items():
        if getattr(unit, name) != value:
            label = undoing.label_of(AreaUnit, name)
            return fault(row.line, f"“{unit.name}”的“{label}”在导入后又改过，请单独更正。")
    return None


IMPORTER = Importer(
    kind="areas",
    label="区划",
    permission=Permission.MANAGE_SCHOOLS,
    columns=sheet.COLUMNS,
    check=sheet.check,
    write=write,
    undo=undo,
)
