"""The user's own file with its faults marked, to be mended and imported again (X-12)."""

import io
import pathlib
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from core.spreadsheets.delimited import read_tables
from core.spreadsheets.reading import key


COLUMN = "错误说明"
RED = PatternFill("solid", fgColor="F8CBC6")
PALE = PatternFill("solid", fgColor="FDF3E1")
INK = Font(name="宋体", size=11, color="9F2A24")
HEAD = Font(name="宋体", size=11, color="9F2A24", bold=True)
WIDTH = 60


def marked_copy(
    path,
    *,
    name: str,
    tables: Sequence[dict],
    faults: Iterable[tuple[str, int, str, str]],
) -> bytes:
    """An .xlsx of the file whose wrong rows are tinted, wrong cells red, the sentence beside them.

    ``tables`` say where the header and the columns of each sheet stand, ``faults`` are (sheet, row,
    column, sentence). Cells stay as they are; from .csv and .xls a plain .xlsx is made, as text.
    """
    book = _book(path, name)
    told: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for sheet, row, column, sentence in faults:
        told.setdefault((sheet, row), []).append((column, sentence))
    for table in tables:
        page = book[table["sheet"]] if table["sheet"] in book.sheetnames else book.active
        rows = {row: said for (sheet, row), said in told.items() if sheet == table["sheet"]}
        _mark(page, table, rows)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(path, name: str) -> openpyxl.Workbook:
    with open(path, "rb") as file:
        if file.read(2) == b"PK":  # read once already, so its size and reach are known to be sane
            file.seek(0)
            return openpyxl.load_workbook(io.BytesIO(file.read()))
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in read_tables(path, name=name).sheets:
        page = book.create_sheet(sheet.name or pathlib.Path(name).stem[:31] or "表")
        for number, cells in enumerate(sheet.rows, start=1):
            for place, cell in enumerate(cells, start=1):
                if cell.text and not cell.across and not cell.below:
                    written = page.cell(number, place)
                    written.value, written.data_type = cell.text, "s"
                    written.number_format = "@"
    return book


def _mark(page, table: dict, rows: dict[int, list[tuple[str, str]]]) -> None:
    header, places = table["header_row"], table["places"]
    beside = _column(page, header)
    title = page.cell(header, beside, COLUMN)
    title.font = HEAD
    page.column_dimensions[title.column_letter].width = WIDTH
    for row, said in rows.items():
        for place in range(1, beside):
            cell = page.cell(row, place)
            if cell.coordinate not in page.merged_cells:
                cell.fill = PALE
        for column, sentence in said:
            cell = page.cell(row, places[column] + 1) if column in places else None
            if cell is not None and cell.coordinate not in page.merged_cells:
                cell.fill = RED
                cell.comment = Comment(sentence, "核对", width=300, height=90)
        sentences = [f"{column}：{sentence}" if column else sentence for column, sentence in said]
        note = page.cell(row, beside, " ".join(sentences))
        note.data_type, note.font = "s", INK
    if rows and page.auto_filter.ref is None and not page.merged_cells.ranges:
        page.freeze_panes = page.freeze_panes or f"A{header + 1}"


def _column(page, header: int) -> int:
    """The column for the sentences: that of an earlier marked copy, emptied, else a new one."""
    for place in range(1, page.max_column + 1):
        if key(str(page.cell(header, place).value or "")) == COLUMN:
            for row in range(header + 1, page.max_row + 1):
                page.cell(row, place).value = None
            return place
    return page.max_column + 1
