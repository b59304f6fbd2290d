"""Blank tables to fill in: text cells throughout, so that an ID number stays what was typed."""

import io
from collections.abc import Sequence

import xlsxwriter

from core.spreadsheets.importing import Column
from core.spreadsheets.writing import CELL, TITLE


ROWS = 2000  # for which lists of words drop down
NEEDED = TITLE | {"font_color": "#9F2A24"}
NOTES = "填写说明"


def blank_table(title: str, columns: Sequence[Column]) -> bytes:
    """A workbook with the header, drop-down lists, and a sheet that says what each column takes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    text = book.add_format({"num_format": "@", "font_name": "宋体", "font_size": 11})
    heads = {True: book.add_format(NEEDED), False: book.add_format(TITLE)}
    page = book.add_worksheet(title)
    for place, column in enumerate(columns):
        page.set_column(place, place, column.width, text)
        page.write_string(0, place, column.name, heads[column.needed])
        if column.words:
            page.data_validation(
                1, place, ROWS, place,
                {
                    "validate": "list", "source": list(column.words),
                    "error_title": column.name, "error_message": "请从下拉列表中选择。",
                },
            )  # fmt: skip
    page.freeze_panes(1, 0)
    page.set_row(0, 24)
    page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _notes(book, columns)
    book.close()
    return out.getvalue()


def _notes(book, columns: Sequence[Column]) -> None:
    page = book.add_worksheet(NOTES)
    look = book.add_format(CELL | {"text_wrap": True})
    head = book.add_format(TITLE)
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 8)
    page.set_column(2, 2, 70)
    for place, text in enumerate(("列", "必填", "说明")):
        page.write_string(0, place, text, head)
    for row, column in enumerate(columns, start=1):
        words = f"只填：{'、'.join(column.words)}" if column.words else ""
        page.write_string(row, 0, f"{column.name}列", look)
        page.write_string(row, 1, "是" if column.needed else "", look)
        page.write_string(row, 2, "；".join(it for it in (column.note, words) if it), look)
    page.write_string(
        len(columns) + 2, 0, "留空的格子不会清除在册内容；表头上方可以有标题，各列顺序不限。"
    )
