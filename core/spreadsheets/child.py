"""The child process that parses a stranger's workbook; started by ``reading`` and by nobody else.

It limits itself first, then writes JSON lines: ``{"sheet": name}`` before that sheet's rows, each
row a list whose blanks are null, dates ``[iso]``, formulas and copies inside merged areas
``{"value", "formula", "across", "below"}``; or ``{"refused": sentence}`` as the last line.
A child that its limits end has told enough by dying.
"""

import datetime
import json
import math
import os
import resource
import signal
import sys

import python_calamine

from core.spreadsheets import biff, ooxml, refusals


CPU_SECONDS = 1.8  # the largest honest files need about 1.2
MAX_CELLS = 400_000
MAX_PAYLOAD = 24 * 1024 * 1024


def main() -> None:
    """Read the file named on the command line and tell the outcome on standard output."""
    path, name, max_rows, max_memory = sys.argv[2:6]
    _limit(int(max_memory))
    try:
        _tell_workbook(path, int(max_rows))
        sys.stdout.buffer.flush()
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)
    except refusals.Refused as refusal:
        _tell({"refused": refusal.told(name)})
    except python_calamine.PasswordError:
        _tell({"refused": refusals.PASSWORD.format(name=name)})
    except BaseException:  # noqa: BLE001 - parsers, Rust panics too, fail in their own ways on crafted files
        _tell({"refused": refusals.DAMAGED.format(name=name)})


def _limit(memory: int) -> None:
    """Bound address space and CPU time; write no files, dump no core."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, 3),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # its default action ends the process


def _tell_workbook(path: str, max_rows: int) -> None:
    with open(path, "rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        marks = ooxml.survey(path, max_rows=max_rows)
    elif start == biff.MAGIC:
        marks = biff.survey(path, max_rows=max_rows)
    else:
        raise refusals.Refused(refusals.NOT_A_SHEET)
    cells = size = 0
    # An open file, not its path: by the path the parser would go by the name's ending.
    with open(path, "rb") as file, python_calamine.CalamineWorkbook.from_filelike(file) as book:
        for meta in book.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            size += _tell({"sheet": meta.name})
            for row in _rows(sheet, marks[meta.name], max_rows=max_rows):
                size += _tell(row)
                cells += len(row) - row.count(None)
                if cells > MAX_CELLS or size > MAX_PAYLOAD:
                    raise refusals.Refused(refusals.TOO_MANY, most=MAX_CELLS // 10_000)


def _tell(told) -> int:
    """Write one line; returns its length."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


def _rows(sheet, marks: dict[tuple[int, int], ooxml.Mark], *, max_rows: int) -> list[list]:
    """The sheet's rows from row 1, errors and formulas marked and merged areas filled."""
    rows = []
    left = [None] * (sheet.start[1] if sheet.start else 0)  # the parser begins at the first column
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if number > max_rows:
            raise refusals.Refused(refusals.TOO_LONG, sheet=sheet.name, most=max_rows)
        rows.append(left + [_plain(value) for value in values])
    for (row, column), mark in marks.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        value = mark.error or rows[row][column]
        rows[row][column] = {"value": value, "formula": 1} if mark.formula else value
    _fill(rows, sheet.merged_cell_ranges or [])
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return rows


def _plain(value):
    """A value of the parser in the form of the pipe."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, datetime.date):  # a datetime is one too
        return [value.isoformat()]
    if isinstance(value, datetime.time | datetime.timedelta):
        return str(value)
    return value


def _fill(rows: list[list], areas) -> None:
    """Give every cell of a merged area its first cell's value, as far as the data reach."""
    if not rows:
        return
    width = max(map(len, rows))
    left = len(rows) * width  # areas never overlap in an honest file, so this is never used up
    for (top, first), (area_bottom, area_right) in set(areas):
        bottom, last = min(area_bottom, len(rows) - 1), min(area_right, width - 1)
        if top > bottom or first >= len(rows[top]) or rows[top][first] is None:
            continue
        value = rows[top][first]
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0:
            raise refusals.Refused(refusals.DAMAGED)
        copy = value if isinstance(value, dict) else {"value": value}
        for row in range(top, bottom + 1):
            rows[row].extend([None] * (last + 1 - len(rows[row])))
            below = {"below": 1} if row > top else {}
            for column in range(first, last + 1):
                across = {"across": 1} if column > first else {}
                if below or across:
                    rows[row][column] = copy | below | across
