"""The tables of a paper as a workbook: the very cells that are printed."""

import re
import tempfile
from decimal import Decimal
from pathlib import Path

from core.spreadsheets.writing import LONGEST_NAME, ColumnOut, SheetOut, write_workbook
from reports.documents.blocks import MINUS


FIGURE = re.compile(rf"[+{MINUS}-]?\d+(?:\.\d+)?")
KINDS = {"text": "wrap", "integer": "integer", "number2": "number2", "exact": "number"}
NARROWEST, WIDEST = 8, 60
UPRIGHT = 6  # columns that a printed sheet takes upright


def workbook(kind: str, context: dict) -> bytes:
    """Every table of the frozen context on a sheet of its own, in the order of the paper."""
    sheets, names = [], set()
    for block in tables_of(context):
        name = _unused(block["sheet"], names)
        names.add(name)
        sheets.append(
            SheetOut(
                name=name,
                columns=[_column(block, place) for place in range(len(block["columns"]))],
                rows=[_values(block["columns"], row) for row in block["rows"]],
                header=f"{context['title']} {block['title']}",
                footer=f"数据截至 {context['as_of']}",
                landscape=len(block["columns"]) > UPRIGHT,
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind.lower()}.xlsx"
        write_workbook(path, sheets)
        return path.read_bytes()


def tables_of(context: dict) -> list[dict]:
    return [
        block
        for chapter in context["chapters"]
        for block in chapter["blocks"]
        if block["is"] == "table"
    ]


def _column(block: dict, place: int) -> ColumnOut:
    column = block["columns"][place]
    label = column["label"].replace("\n", " ")
    longest = max((len(str(row[place])) for row in block["rows"]), default=0)
    width = min(max(NARROWEST, 2 * len(label) + 2, 2 * longest + 2), WIDEST)
    return ColumnOut(label, width, KINDS[column["kind"]])


def _values(columns: list[dict], row: list) -> list:
    """In columns of figures a printed figure is a number again; a word stays a word."""
    return [
        Decimal(cell.replace(MINUS, "-"))
        if column["kind"] != "text" and isinstance(cell, str) and FIGURE.fullmatch(cell)
        else cell
        for column, cell in zip(columns, row, strict=True)
    ]


def _unused(name: str, names: set[str]) -> str:
    """A name that the book does not have yet; Excel compares them without case."""
    name = name[:LONGEST_NAME]
    number, unused = 1, name
    while unused in names:
        number += 1
        unused = f"{name[: LONGEST_NAME - 3]} {number}"
    return unused
