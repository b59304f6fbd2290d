"""Write result workbooks that a clerk can print as they are.

Text stays text whatever it looks like, so that a school named ``=1+1`` or ``http://…`` is neither
calculated nor linked.
"""

import dataclasses
import datetime
import math
import pathlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import xlsxwriter


Kind = Literal["text", "wrap", "number", "number2", "integer"]
Value = str | int | float | Decimal | datetime.date | bool | None

FONT = "宋体"
A4 = 9
LINE_POINTS = 15.5
HIGHEST_ROW = 409
LONGEST_TEXT = 32_767
LONGEST_PRINTED = 100  # the format allows 255 with its commands, and every & counts twice
LONGEST_NAME = 31
# What XML cannot carry: control characters, half pairs and two codes that are no characters.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NOT_IN_NAME = re.compile(r"[\[\]:*?/\\]")
FORMULA_LIKE = ("=", "+", "-", "@")
CELL = {"font_name": FONT, "font_size": 11, "border": 1, "valign": "vcenter", "indent": 1}
KINDS = {
    "text": {"num_format": "@", "align": "left"},
    "wrap": {"align": "left", "text_wrap": True},
    "number": {"align": "right"},
    "number2": {"num_format": "0.00", "align": "right"},
    "integer": {"num_format": "0", "align": "right"},
}
TITLE = CELL | {
    "bold": True,
    "bg_color": "#E7E6E6",
    "align": "center",
    "indent": 0,
    "text_wrap": True,
}


class Unwritable(Exception):
    """A file that cannot be written; the text is one sentence for the person."""


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnOut:
    """A column: its title in row 1, its width in half-width characters, how its cells look."""

    title: str
    width: float = 12
    kind: Kind = "text"


@dataclasses.dataclass(frozen=True, slots=True)
class SheetOut:
    """A sheet: ``rows`` hold one value for each column.

    ``header`` and ``footer`` are printed at the head and foot of each page and are in no cell.
    """

    name: str
    columns: list[ColumnOut]
    rows: Sequence[Sequence[Value]]
    header: str = ""
    footer: str = ""
    landscape: bool = False


def write_workbook(path, sheets: Sequence[SheetOut]) -> None:
    """Write the sheets to ``path``, replacing what is there; whole or not at all.

    Raises ``Unwritable`` when the folder is missing or closed, or the name is not an .xlsx.
    """
    target = pathlib.Path(path)
    if target.suffix.lower() != ".xlsx":
        raise Unwritable(f"结果文件“{target.name}”的名字请以 .xlsx 结尾。")
    if not target.parent.is_dir():
        raise Unwritable(f"文件夹“{target.parent}”不存在，请先建立该文件夹。")
    if target.is_dir():
        raise Unwritable(f"“{target}”是已有的文件夹，请换一个结果文件名。")
    draft = target.parent / f".{secrets.token_hex(8)}.xlsx"
    try:
        with open(draft, "xb") as file:
            _write(file, sheets)
        draft.replace(target)
    except PermissionError:
        raise Unwritable(f"没有写入文件夹“{target.parent}”的权限，请换一个文件夹。") from None
    except OSError as failed:
        raise Unwritable(
            f"无法写入“{target}”，请检查磁盘空间是否已满，或换一个文件夹。"
        ) from failed
    finally:
        draft.unlink(missing_ok=True)


def _write(file, sheets: Sequence[SheetOut]) -> None:
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FONT, "font_size": 11},
        },
    )
    title = book.add_format(TITLE)
    looks = {kind: book.add_format(CELL | look) for kind, look in KINDS.items()}
    # With the quote mark a cell stays text even after somebody edits it.
    guarded = {
        kind: book.add_format(CELL | look | {"quote_prefix": True}) for kind, look in KINDS.items()
    }
    for sheet in sheets:
        page = book.add_worksheet(NOT_IN_NAME.sub("_", _clean(sheet.name))[:LONGEST_NAME])
        _lay_out(page, sheet)
        for place, column in enumerate(sheet.columns):
            page.write_string(0, place, _clean(column.title), title)
        for number, row in enumerate(sheet.rows, start=1):
            page.set_row(number, _height(row, sheet.columns))
            for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
                _write_cell(page, number, place, value, looks[column.kind], guarded[column.kind])
    book.close()


def _lay_out(page, sheet: SheetOut) -> None:
    """Set up the screen and the printed page."""
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    titles = [dataclasses.replace(column, kind="wrap") for column in sheet.columns]
    page.set_row(0, _height([column.title for column in sheet.columns], titles) + 5)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    page.set_paper(A4)
    if sheet.landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.8)
    # Size before font: digits at the start of the text would be read as part of the size.
    page.set_header(f'&C&14&"{FONT},加粗"{_printed(sheet.header)}', {"margin": 0.4})
    page.set_footer(
        f'&L&9&"{FONT},常规"{_printed(sheet.footer)}&R&9&"{FONT},常规"第 &P 页 共 &N 页',
        {"margin": 0.4},
    )


def _write_cell(page, row: int, column: int, value: Value, look, guarded) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, look)
    elif (
        isinstance(value, int | float | Decimal)
        and not isinstance(value, bool)
        and math.isfinite(value)
    ):
        page.write_number(row, column, float(value), look)
    else:
        text = _clean(_text(value))[:LONGEST_TEXT]
        page.write_string(row, column, text, guarded if text.startswith(FORMULA_LIKE) else look)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _clean(text: str) -> str:
    return NOT_XML.sub("", text)


def _printed(text: str) -> str:
    """Text for a page header: ``&`` would be a command there, and its length is limited."""
    return _clean(text)[:LONGEST_PRINTED].replace("&", "&&")


def _height(row: Sequence[Value], columns: Sequence[ColumnOut]) -> float:
    """Points that a row needs for its wrapped text; programs do not work it out on opening."""
    lines = max(
        (
            _lines(str(value), column.width)
            for value, column in zip(row, columns, strict=True)
            if column.kind == "wrap" and value is not None
        ),
        default=1,
    )
    return min(lines * LINE_POINTS + 2.5, HIGHEST_ROW)


def _lines(text: str, width: float) -> int:
    """Lines of wrapped text; a Chinese character is two wide, and some room is lost at the edge."""
    room = max(width - 1.5, 2)
    return sum(max(1, math.ceil(_units(part) / room)) for part in text.splitlines() or [""])


def _units(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
