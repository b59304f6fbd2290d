"""Read an .xlsx or .xls workbook that a stranger made, without trusting it.

The parser runs in a child process (``core.spreadsheets.child``) with limits on memory and CPU
time; the caller only receives plain values over a pipe, and the child bounds those too.
"""

import dataclasses
import datetime
import functools
import io
import json
import os
import pathlib
import stat
import subprocess
import sys
import unicodedata
from decimal import Decimal

from core.spreadsheets import refusals


MEGABYTE = 1024 * 1024
CHILD_BYTES = 176 * MEGABYTE  # address space; 20 000 rows of 15 columns need about half of it
WALL_SECONDS = 20  # only for a machine that stalls: the child limits its own CPU time
PROJECT = pathlib.Path(__file__).resolve().parents[2]
START = (
    "import sys; sys.path.append(sys.argv[1]); from core.spreadsheets import child; child.main()"
)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


class Unreadable(Exception):
    """A file that cannot be read as a spreadsheet; the text is one sentence for the person."""


def as_text(value) -> str:
    """A cell's value as a person reads it, see ``Cell.text``."""
    if isinstance(value, str):
        # What is invisible is not printable either, and hardly any text has it.
        return (value if value.isprintable() else value.translate(INVISIBLE)).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return value.isoformat()


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    ``formula``: the value is the one that the spreadsheet program stored, None if it stored none.
    ``across`` and ``below``: a copy of the first cell of a merged area, from further left (so no
    value of this column) or from further up. ``text`` is the trimmed text as a person sees it:
    92.5, 1003, 2024-09-01, TRUE; blank is "". It is asked for many times and made once.
    """

    value: str | Decimal | datetime.date | datetime.datetime | bool | None = None
    formula: bool = False
    across: bool = False
    below: bool = False
    text: str = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "text", as_text(self.value))  # the class is frozen

    @property
    def blank(self) -> bool:
        """Nothing to see and nothing calculated."""
        return not self.formula and not self.text


EMPTY = Cell()


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: ``rows[0]`` is row 1 in Excel, ``rows[0][0]`` is A1; rows differ in length."""

    name: str
    rows: list[list[Cell]]


@dataclasses.dataclass(frozen=True, slots=True)
class Workbook:
    """The worksheets of a file in its order, hidden ones too, chart sheets left out."""

    sheets: list[Sheet]

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name; spaces, width of characters and case do not count."""
        wanted = key(name)
        return next((sheet for sheet in self.sheets if key(sheet.name) == wanted), None)


@functools.lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The form in which names and headers are compared: width, spaces and case do not count."""
    folded = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
    return "".join(folded.split()).casefold()


def read_workbook(
    path, *, name: str | None = None, max_bytes: int = 20 * MEGABYTE, max_rows: int = 20_000
) -> Workbook:
    """Read every worksheet of an .xlsx or .xls file, told apart by content.

    ``name`` is what sentences call the file, for uploads stored under another name. Merged areas
    are filled with their first cell. Numbers are the shortest decimal that Excel would show, at
    most 15 significant digits. Error cells hold their text, such as ``#N/A``.
    Raises ``Unreadable``; the caller's memory and time stay bounded whatever the file holds.
    """
    name = name or pathlib.Path(path).name or str(path)
    check_from_outside(path, name, max_bytes)
    command = [sys.executable, "-I", "-X", "utf8", "-c", START, str(PROJECT)]
    command += [os.path.abspath(path), name, str(max_rows), str(CHILD_BYTES)]
    # The child gets none of our secrets, only what starts the interpreter.
    environment = {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH") if k in os.environ}
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(refusals.TOO_HEAVY.format(name=name)) from None
    if ended.returncode < 0:  # its limits ended it
        raise Unreadable(refusals.TOO_HEAVY.format(name=name))
    if ended.returncode:
        reason = ended.stderr[-2000:].decode("utf-8", "replace")
        raise RuntimeError(f"the spreadsheet reader does not run: {reason}")
    return _received(ended.stdout)


def check_from_outside(path, name: str, max_bytes: int) -> None:
    """Refuse what can be told without looking inside."""
    try:
        found = os.stat(path)
    except OSError:
        raise Unreadable(refusals.MISSING.format(name=name)) from None
    size = found.st_size
    checks = (
        (stat.S_ISDIR(found.st_mode), refusals.FOLDER),
        (not stat.S_ISREG(found.st_mode), refusals.NOT_REGULAR),
        (name.lower().endswith(".et"), refusals.ET),
        (not size, refusals.EMPTY),
        (size > max_bytes, refusals.TOO_BIG),
        (not os.access(path, os.R_OK), refusals.CLOSED),
    )
    for wrong, sentence in checks:
        if wrong:
            facts = {"size": size / MEGABYTE, "most": max_bytes / MEGABYTE}
            raise Unreadable(sentence.format(name=name, **facts))


def _received(payload: bytes) -> Workbook:
    """The workbook from the child's lines: each sheet's name, then its rows; or the refusal."""
    sheets: list[Sheet] = []
    texts: dict[str, Cell] = {}  # schools and subjects repeat: one object for each text
    for line in io.BytesIO(payload):
        told = DECODER.decode(line.decode())
        if isinstance(told, list):
            sheets[-1].rows.append([_cell(raw, texts) for raw in told])
        elif "refused" in told:
            raise Unreadable(told["refused"])
        else:
            sheets.append(Sheet(told["sheet"], []))
    return Workbook(sheets)


def _cell(raw, texts: dict[str, Cell]) -> Cell:
    if raw is None:
        return EMPTY
    if isinstance(raw, str):
        return texts.get(raw) or texts.setdefault(raw, Cell(raw))
    if isinstance(raw, list):
        moment = datetime.datetime if "T" in raw[0] else datetime.date
        return Cell(moment.fromisoformat(raw[0]))
    if isinstance(raw, dict):
        value = _cell(raw["value"], texts).value
        return Cell(value, "formula" in raw, "across" in raw, "below" in raw)
    return Cell(raw)


def _number(shortest: str) -> Decimal:
    """A number from the shortest text of its float; one with more digits as Excel shows it."""
    if len(shortest) <= 15 and "e" not in shortest:
        return Decimal(shortest.removesuffix(".0"))
    return Decimal(format(Decimal(format(float(shortest), ".15g")), "f"))


DECODER = json.JSONDecoder(parse_float=_number, parse_int=_number)
