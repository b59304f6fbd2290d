"""Survey an .xls before the parser sees it: its password, its reach, its formulas and errors.

An .xls is a compound file (sectors chained by a table) whose stream ``Workbook`` is a row of
records. The parser drops error cells and does not tell formulas, so they are found here.
"""

import array
import struct

from core.spreadsheets import refusals
from core.spreadsheets.ooxml import Mark, Marks


MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_CHAIN = 0xFFFFFFFA  # this and above are not sector numbers
BOF, EOF, BOUNDSHEET, FILEPASS, CODEPAGE = 0x0809, 0x000A, 0x0085, 0x002F, 0x0042
FORMULA, BOOLERR = 0x0006, 0x0205
# NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING; BLANK and MULBLANK hold formats only.
CELLS = {0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6, FORMULA, BOOLERR}
BIFF8 = 0x0600
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def survey(path: str, *, max_rows: int) -> dict[str, Marks]:
    """The formula and error cells of each worksheet by (row, column) from 0.

    Raises ``Refused`` for what is no .xls, has a password or reaches too far; ``struct.error``,
    ``ValueError`` and ``IndexError`` for a damaged one.
    """
    with open(path, "rb") as file:
        compound = Compound(file.read())
    stream = compound.stream("Workbook") or compound.stream("Book")
    if not stream:
        locked = "EncryptedPackage" in compound.entries
        raise refusals.Refused(refusals.PASSWORD if locked else refusals.NOT_A_SHEET)
    return {
        name: _survey_sheet(stream, start, name, max_rows)
        for name, start in _sheets(stream).items()
    }


def _records(stream: bytes, position: int):
    """(kind, start of the data, length) of each record of a substream, what it embeds left out."""
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, position)
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, position + 4, length
        position += 4 + length


def _sheets(stream: bytes) -> dict[str, int]:
    """Name and place of each worksheet; refuses a workbook with a password."""
    sheets, version, codec = {}, BIFF8, "gbk"
    for kind, start, length in _records(stream, 0):
        if kind == FILEPASS:
            raise refusals.Refused(refusals.PASSWORD)
        if kind == BOF:
            (version,) = struct.unpack_from("<H", stream, start)
        elif kind == CODEPAGE:
            codec = f"cp{struct.unpack_from('<H', stream, start)[0]}"
        elif kind == BOUNDSHEET:
            place, _, sort, count = struct.unpack_from("<IBBB", stream, start)
            name = stream[start + 7 : start + length]
            if version == BIFF8:
                name = name[1:].decode("utf-16-le" if name[0] & 1 else "latin-1", "replace")
            else:
                name = name.decode(codec, "replace")
            if sort == 0:
                sheets[name[:count]] = place
    return sheets


def _survey_sheet(stream: bytes, place: int, name: str, max_rows: int) -> Marks:
    marks: Marks = {}
    for kind, start, _ in _records(stream, place):
        if kind not in CELLS:
            continue
        row, column = struct.unpack_from("<HH", stream, start)
        if row >= max_rows:
            raise refusals.Refused(refusals.TOO_LONG, sheet=name, most=max_rows)
        if kind == BOOLERR and stream[start + 7]:
            marks[row, column] = Mark(False, ERRORS.get(stream[start + 6], "#N/A"))
        elif kind == FORMULA:
            # A result that is no number is told by its last two bytes, its kind by the first.
            failed = stream[start + 12 : start + 14] == b"\xff\xff" and stream[start + 6] == 2
            error = ERRORS.get(stream[start + 8], "#N/A") if failed else None
            marks[row, column] = Mark(True, error)
    return marks


class Compound:
    """A compound file: named streams in chained sectors."""

    def __init__(self, data: bytes):
        """Read the tables and the directory; raises what a damaged file makes fail."""
        self.data = data
        version, order, shift, self.mini_shift = struct.unpack_from("<HHHH", data, 26)
        if order != 0xFFFE or version not in {3, 4} or not 7 <= shift <= 12 or self.mini_shift > 12:
            raise ValueError("not a compound file")
        self.size = 1 << shift
        tables, directory, _, self.cutoff, mini_table = struct.unpack_from("<IIIII", data, 44)
        further, further_count = struct.unpack_from("<II", data, 68)
        places = list(struct.unpack_from("<109I", data, 76))
        for _ in range(min(further_count, len(data) // self.size)):
            *more, further = struct.unpack(f"<{self.size // 4}I", self._sector(further))
            places += more
        self.table = self._numbers(places[:tables])
        self.mini_table = self._numbers(self._chain(mini_table, self.table))
        self.entries = self._read_entries(self._join(directory))

    def stream(self, name: str) -> bytes | None:
        """The bytes of the stream of that name, or None."""
        if name not in self.entries:
            return None
        start, size = self.entries[name]
        if size >= self.cutoff:
            return self._join(start)[:size]
        small, step = self._join(self.entries["Root Entry"][0]), 1 << self.mini_shift
        places = self._chain(start, self.mini_table)
        return b"".join(small[place * step : (place + 1) * step] for place in places)[:size]

    def _sector(self, place: int) -> bytes:
        return self.data[(place + 1) * self.size : (place + 2) * self.size]

    def _numbers(self, places: list[int]) -> array.array:
        return array.array("I", b"".join(map(self._sector, places)))

    def _chain(self, place: int, table: array.array) -> list[int]:
        places = []
        while place < END_OF_CHAIN:
            if len(places) > len(table):
                raise ValueError("a chain of sectors without end")
            places.append(place)
            place = table[place]
        return places

    def _join(self, place: int) -> bytes:
        return b"".join(map(self._sector, self._chain(place, self.table)))

    @staticmethod
    def _read_entries(directory: bytes) -> dict[str, tuple[int, int]]:
        """Where each stream starts and how long it is."""
        entries = {}
        for start in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, start + 64)
            if kind in {2, 5} and 2 <= length <= 64:
                name = directory[start : start + length - 2].decode("utf-16-le", "replace")
                entries[name] = struct.unpack_from("<II", directory, start + 116)
        return entries
