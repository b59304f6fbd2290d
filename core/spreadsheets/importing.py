"""Tables that are imported: what their columns are and what is wrong in each row.

An ``Importer`` declares a kind of table. ``read_lines`` reads a file into ``Line``s cell by cell;
the importer's ``check`` compares them with each other and with what is on file, in bulk, and gives
every line its state. Nothing is saved here; ``write`` and ``undo`` are actions of the owning app.
"""

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.enums import RowState
from core.spreadsheets.delimited import read_tables
from core.spreadsheets.layout import Row, Table, find_table, key
from core.spreadsheets.reading import Cell, Sheet
from core.spreadsheets.values import BadValue


SHOWN = 40
EVERY = 500  # rows between two reports of progress
Progress = Callable[[int, int, str], None]


def silent(_done: int, _total: int, _message: str) -> None:
    """Progress that nobody waits for."""


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of an imported table.

    ``read`` turns a cell that is not blank into a value or raises ``BadValue``. ``needed``: header
    and cell must be there. ``mask`` marks personal data: such cells are stored encrypted and shown
    masked. ``words`` are the only values, ``note`` what the template says of the column.
    """

    name: str
    read: Callable[[Cell], Any]
    needed: bool = False
    note: str = ""
    words: tuple[str, ...] = ()
    mask: Callable[[str], str] | None = None
    width: float = 14


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong (or worth saying) at one place; ``row`` is Excel's, None for a whole sheet."""

    sheet: str
    row: int | None
    column: str
    value: str
    message: str


@dataclasses.dataclass(slots=True)
class Line:
    """One row of a file on its way into the database.

    ``values`` holds what was read by column, None where blank or wrong. ``old`` is the text that
    a changed cell replaces. ``plan`` is the importer's own; ``before`` what undoing needs, a JSON
    object that the write leaves; ``secret`` parts of it are under the key ``sealed``.
    """

    sheet: str
    number: int
    cells: dict[str, str]
    values: dict[str, Any]
    faults: list[Fault] = dataclasses.field(default_factory=list)
    warnings: list[Fault] = dataclasses.field(default_factory=list)
    state: RowState | None = None
    object_id: int | None = None
    old: dict[str, str] = dataclasses.field(default_factory=dict)
    before: dict | None = None
    plan: Any = None

    @property
    def right(self) -> bool:
        return not self.faults

    def fault(self, column: str, message: str, *, value: str | None = None) -> None:
        """Something is wrong in that column; the value shown is the cell's unless another is."""
        self.faults.append(self._at(column, message, value))

    def warn(self, column: str, message: str, *, value: str | None = None) -> None:
        """Something worth saying that stops nothing."""
        self.warnings.append(self._at(column, message, value))

    def _at(self, column, message, value) -> Fault:
        shown = self.cells.get(column, "") if value is None else value
        return Fault(self.sheet, self.number, column, shown[:SHOWN], message)


@dataclasses.dataclass(frozen=True)
class Occasion:
    """Where and when a file is imported. ``start``: from which day on new things hold."""

    district_id: int
    on: datetime.date
    start: datetime.date
    now: datetime.datetime
    source: str = ""


@dataclasses.dataclass(frozen=True)
class Undone:
    """A written row that is to be taken back."""

    line: Line
    created: bool


@dataclasses.dataclass(frozen=True)
class Importer:
    """A kind of table.

    ``check(lines, occasion)`` adds faults and gives each right line its state, object and old
    texts. ``write(lines, occasion)`` saves lines that are NEW or CHANGED and leaves ``object_id``
    and ``before`` on them. ``undo(rows, occasion)`` takes them back, or raises ``Stands``.
    ``passed`` names sheets that such files carry and this import leaves alone, each with a sentence
    that says where that is kept. ``closed`` says why nothing can be imported now. ``school_id``
    is set where the table is one school's own, whose posts import it.
    """

    kind: str
    label: str
    permission: str
    columns: tuple[Column, ...]
    check: Callable[[list[Line], Occasion], None]
    write: Callable[[list[Line], Occasion], None]
    undo: Callable[[list[Undone], Occasion], None]
    start_label: str = ""  # asked for where new things hold from a day on
    passed: Mapping[str, str] = dataclasses.field(default_factory=dict)
    closed: str = ""
    school_id: int | None = None

    @property
    def title(self) -> str:
        return f"导入{self.label}"


class Stands(Exception):
    """A batch cannot be undone: one sentence a row that stands in the way, nothing was changed."""

    def __init__(self, faults: Sequence[Fault]):
        super().__init__("；".join(fault.message for fault in faults[:3]))
        self.faults = list(faults)


@dataclasses.dataclass
class Reading:
    """A file as read: its lines, where its tables stand, what is wrong with it as a whole."""

    lines: list[Line] = dataclasses.field(default_factory=list)
    tables: list[dict] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    warnings: list[Fault] = dataclasses.field(default_factory=list)
    skipped: int = 0

    def all_faults(self) -> list[Fault]:
        """Of the file and of its lines, in the order of the file."""
        return [*self.faults, *(fault for line in self.lines for fault in line.faults)]

    def count(self, state: RowState) -> int:
        return sum(line.state == state for line in self.lines)


def read_lines(
    path, importer: Importer, *, name: str | None = None, progress: Progress = silent
) -> Reading:
    """Every row of every table in the file with the wanted columns, its cells checked one by one.

    Raises ``Unreadable``.
    """
    progress(0, 0, "正在读取文件")
    reading, columns = Reading(), importer.columns
    sheets = _not_passed(read_tables(path, name=name).sheets, importer, reading)
    found = [(sheet, _table(sheet, columns)) for sheet in sheets]
    whole = [(sheet, table) for sheet, table in found if not table.missing]
    for sheet, table in found:
        if table.missing and (not whole or _is_meant(table, columns)):
            _tell_missing(sheet, table, reading, alone=len(found) == 1)
        elif table.missing and sheet.rows:
            message = "这张工作表没有要导入的表格，已略过。"
            reading.warnings.append(Fault(sheet.name, None, "", "", message))
    total = sum(len(table.rows) for _, table in whole)
    for sheet, table in whole:
        for column in table.repeated:
            message = f"“{column}”列出现两次，请只留一列。"
            reading.faults.append(Fault(sheet.name, table.header_row, column, column, message))
        for number, text in table.skipped:
            message = "这一行按说明、签字或汇总行略过。"
            reading.warnings.append(Fault(sheet.name, number, "", text[:SHOWN], message))
        reading.skipped += len(table.skipped)
        reading.tables.append(
            {"sheet": sheet.name, "header_row": table.header_row, "places": table.places}
        )
        for row in table.rows:
            reading.lines.append(_line(sheet.name, row, columns))
            if len(reading.lines) % EVERY == 0:
                progress(len(reading.lines), total, "正在逐格核对")
    if whole and not reading.lines:
        reading.faults.append(
            Fault(whole[0][0].name, None, "", "", "没有数据行，请在表头下填写后再导入。")
        )
    progress(total, total, "正在与在册资料比对")
    return reading


def _not_passed(sheets: Sequence[Sheet], importer: Importer, reading: Reading) -> list[Sheet]:
    """The sheets to look into; where only those passed over are there, that is a fault."""
    sentences = {key(name): sentence for name, sentence in importer.passed.items()}
    left = [sheet for sheet in sheets if key(sheet.name) not in sentences]
    told = reading.warnings if left else reading.faults
    for sheet in sheets:
        if sentence := sentences.get(key(sheet.name)):
            told.append(Fault(sheet.name, None, "", "", sentence))
    return left


def _table(sheet: Sheet, columns: Sequence[Column]) -> Table:
    return find_table(
        sheet,
        required=[column.name for column in columns if column.needed],
        optional=[column.name for column in columns if not column.needed],
    )


def _is_meant(table: Table, columns: Sequence[Column]) -> bool:
    """A table whose header was recognised but for a column, not a sheet of something else."""
    needed = sum(column.needed for column in columns)
    return table.header_row is not None and len(table.missing) < needed / 2 and bool(table.rows)


def _tell_missing(sheet: Sheet, table: Table, reading: Reading, *, alone: bool) -> None:
    if table.header_row is None and not alone:
        message = "没有找到表头，请核对是不是要导入的表，表头应在前 30 行内。"
        reading.faults.append(Fault(sheet.name, None, "", "", message))
        return
    for column in table.missing:
        message = f"缺少“{column}”列，请补上这一列的表头和内容。"
        reading.faults.append(Fault(sheet.name, table.header_row, column, "", message))


def _line(sheet: str, row: Row, columns: Sequence[Column]) -> Line:
    line = Line(sheet, row.number, {}, {})
    for column in columns:
        if column.name not in row.cells:
            continue
        cell = row.cells[column.name]
        line.cells[column.name] = cell.text
        line.values[column.name] = None
        if cell.blank:
            if column.needed:
                line.fault(column.name, f"“{column.name}”没有填写，请补填。")
            continue
        try:
            line.values[column.name] = column.read(cell)
        except BadValue as bad:
            shown = column.mask(cell.text) if column.mask else None
            line.fault(column.name, str(bad), value=shown)
    return line
