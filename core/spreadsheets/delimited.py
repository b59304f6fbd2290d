"""Read a table that may be CSV: told by content, in UTF-8 or GB18030, under the same limits."""

import csv
import io
import pathlib
import re

from core.spreadsheets import biff, refusals
from core.spreadsheets.child import MAX_CELLS
from core.spreadsheets.ooxml import LAST_COLUMN
from core.spreadsheets.reading import (
    MEGABYTE,
    Cell,
    Sheet,
    Unreadable,
    Workbook,
    check_from_outside,
    read_workbook,
)


ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")  # a photo, a program, UTF-16
QUOTED_FOR_EXCEL = re.compile(r'="(.*)"', re.DOTALL)  # keeps an ID number text in an export
LONGEST_FIELD = 32_767


def read_tables(
    path, *, name: str | None = None, max_bytes: int = 20 * MEGABYTE, max_rows: int = 20_000
) -> Workbook:
    """The worksheets of an .xlsx or .xls, or the one nameless sheet of a CSV file.

    Every cell of a CSV file is text. Raises ``Unreadable`` like ``read_workbook``.
    """
    name = name or pathlib.Path(path).name or str(path)
    check_from_outside(path, name, max_bytes)
    content = pathlib.Path(path).read_bytes()
    if content.startswith((b"PK", biff.MAGIC)):
        return read_workbook(path, name=name, max_bytes=max_bytes, max_rows=max_rows)
    text = _decoded(content)
    if text is None or NO_TEXT.search(text) or text.lstrip().startswith(("<", "{\\rtf", "%PDF")):
        raise Unreadable(refusals.NOT_A_SHEET.format(name=name))
    try:
        return Workbook([Sheet("", list(_rows(text, name, max_rows)))])
    except csv.Error:
        raise Unreadable(refusals.DAMAGED.format(name=name)) from None


def _decoded(content: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str, name: str, max_rows: int):
    csv.field_size_limit(LONGEST_FIELD)
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    seen = 0
    known: dict[str, Cell] = {}  # schools and subjects repeat: one object for each text
    for number, fields in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        while fields and not fields[-1].strip():
            fields.pop()
        if number > max_rows:
            raise Unreadable(refusals.TOO_LONG.format(name=name, sheet="CSV", most=max_rows))
        if len(fields) > LAST_COLUMN:
            ref = f"第 {number} 行"
            raise Unreadable(
                refusals.TOO_WIDE.format(name=name, sheet="CSV", most=LAST_COLUMN, ref=ref)
            )
        seen += len(fields)
        if seen > MAX_CELLS:
            raise Unreadable(refusals.TOO_MANY.format(name=name, most=MAX_CELLS // 10_000))
        yield [known.get(field) or known.setdefault(field, _cell(field)) for field in fields]


def _cell(field: str) -> Cell:
    quoted = QUOTED_FOR_EXCEL.fullmatch(field)
    return Cell(quoted[1] if quoted else field or None)
