"""Find the table in a sheet as people send it.

Above the header there may be titles, below the data notes and signatures, and printed copies
repeat the header and carry totals. What is not surely such a line stays a row of data.
"""

import dataclasses
import functools
import re
from collections.abc import Sequence

from core.spreadsheets.reading import EMPTY, Cell, Sheet, key


__all__ = ["Row", "Table", "find_table", "key"]

HEADER_WITHIN = 30
# Compared in the form of ``key``: half-width, without blanks.
DECORATION = re.compile(r"^\*+|(?:\((?:必填|选填|人|名|分|元|个)\)|[*:])+$")
SIGNATURE = re.compile(
    r"签字|签名|签章|盖章|公章|经办人|填报人|填表人|制表|审核人|联系电话|联系人:|负责人:"
    r"|(?:填报|填表)(?:日期|时间|单位)|^(?:填表|填报)?(?:注|备注|说明)[:\d]"
)
NUMBERING = re.compile(r"\d+")
TOTALS = {"合计", "总计", "小计", "共计", "平均", "平均分", "平均值", "最高分", "最低分"}


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row of data: its number in Excel and its cells by wanted column.

    Every column that the header has is there, blank or not; other columns are absent.
    """

    number: int
    cells: dict[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        """The cell of that column, blank where the table has no such column."""
        return self.cells.get(column, EMPTY)


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """What was found in a sheet.

    ``header_row``: its number in Excel, None when no header was recognised.
    ``missing``: required columns not found. ``repeated``: wanted columns found more than once;
    the leftmost one is read. ``skipped``: (row number, text) of totals, notes and signatures.
    ``places``: where each found column stands, A is 0, from left to right.
    """

    header_row: int | None
    missing: list[str]
    repeated: list[str]
    rows: list[Row]
    skipped: list[tuple[int, str]]
    places: dict[str, int] = dataclasses.field(default_factory=dict)


def find_table(sheet: Sheet, *, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """The rows of the one table in ``sheet`` whose header names the wanted columns.

    The header is that of the first 30 rows which names most of them. Raises nothing: look at
    ``missing`` and ``repeated`` before using the rows.
    """
    wanted = {_header_key(column): column for column in (*required, *optional)}
    best = max(
        range(min(HEADER_WITHIN, len(sheet.rows))),
        key=lambda index: _rank(sheet.rows[index], wanted, set(required)),
        default=None,
    )
    if best is None or not _named(sheet.rows[best], wanted):
        return Table(None, list(required), [], [], [])
    named = _named(sheet.rows[best], wanted)
    places: dict[str, int] = {}
    for place, column in named:
        places.setdefault(column, place)
    found = [column for _, column in named]
    table = Table(
        header_row=best + 1,
        missing=[column for column in required if column not in places],
        repeated=[column for column in places if found.count(column) > 1],
        rows=[],
        skipped=[],
        places=places,
    )
    heads = [texts for cells in sheet.rows[:best] if (texts := _texts(cells))]
    for number, cells in enumerate(sheet.rows[best + 1 :], start=best + 2):
        _sort_row(number, cells, places, heads, table)
    return table


@functools.lru_cache(maxsize=4096)
def _header_key(text: str) -> str:
    return DECORATION.sub("", key(text))


def _named(cells: list[Cell], wanted: dict[str, str]) -> list[tuple[int, str]]:
    """(place, wanted column) of each header cell in a row; copies to the right do not count."""
    return [
        (place, wanted[name])
        for place, cell in enumerate(cells)
        if not cell.across and isinstance(cell.value, str)
        if (name := _header_key(cell.value)) in wanted
    ]


def _rank(cells: list[Cell], wanted: dict[str, str], required: set[str]) -> tuple[int, int]:
    found = {column for _, column in _named(cells, wanted)}
    return len(found), len(found & required)


def _sort_row(
    number: int, cells: list[Cell], places: dict[str, int], heads: list[list[str]], table: Table
) -> None:
    """Put a row below the header among the data or the skipped, or drop it when it is blank."""
    if all(cell.blank or cell.across or cell.below for cell in cells):
        return
    # A copy from the left would be a value that nobody wrote in this column.
    seen = [EMPTY if cell.across else cell for cell in cells]
    row = Row(
        number,
        {column: seen[place] if place < len(seen) else EMPTY for column, place in places.items()},
    )
    filled = [cell for cell in row.cells.values() if not cell.blank]
    texts = _texts(seen)
    if _repeats_header(row) or (not filled and all(NUMBERING.fullmatch(text) for text in texts)):
        return
    if not filled or texts in heads or _is_total(texts, filled) or _is_footer(texts, filled, row):
        table.skipped.append((number, " ".join(texts)))
    else:
        table.rows.append(row)


def _texts(cells: list[Cell]) -> list[str]:
    return [cell.text for cell in cells if cell.text and not cell.across]


def _repeats_header(row: Row) -> bool:
    """Most columns hold their own name: the head of a printed page, or a merged header's rest."""
    others = len(row.cells) / 2  # this many others make it data
    for column, cell in row.cells.items():
        if _header_key(cell.text) != _header_key(column):
            others -= 1
            if others <= 0:
                return False
    return True


def _is_total(texts: list[str], filled: list[Cell]) -> bool:
    """The first cell, or the first of the wanted ones, is the word of a totals line."""
    return any(_header_key(text) in TOTALS for text in (*texts[:1], filled[0].text))


def _is_footer(texts: list[str], filled: list[Cell], row: Row) -> bool:
    """It begins with a signature or a note, and little else is in the wanted columns."""
    if not any(SIGNATURE.search(key(text)) for text in (*texts[:1], filled[0].text)):
        return False
    others = [cell for cell in filled if not SIGNATURE.search(key(cell.text))]
    return len(others) <= max(1, len(row.cells) // 2)
